//! `amana notice …`: check, publish, withdraw, list, show, receipts, watch.

use std::io::Read;
use std::path::Path;

use amana_client::notice_service;
use amana_types::labels::Word;
use amana_types::life::Ground;
use amana_types::limits::RETENTION;
use amana_types::{Clock, Random as _};
use amana_wire::convert::number;
use amana_wire::file::{self, Format};
use amana_wire::{json, v1};
use serde_json::Value;

use super::attachment::{Local, describe, upload};
use super::reason::reason;
use super::{addressing, call, draft, handling, reply, screen, trail};
use crate::args::{AddressingArgs, ListArgs, NoticeCommand, ReasonArgs, SourceArgs};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::settings::Settings;
use crate::show;

/// The most that a node gives in one page.
const PAGE: u32 = 200;

pub(crate) async fn run(command: NoticeCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        NoticeCommand::Draft(command) => draft::run(command, settings).await,
        NoticeCommand::Check { source, to } => check(&source, &to, settings).await,
        NoticeCommand::Publish { source, to, request_id, wait } => {
            publish(&source, &to, request_id, wait, settings).await
        }
        NoticeCommand::Withdraw { id, ground, text, request_id } => {
            withdraw(id, &ground, text, request_id, settings).await
        }
        NoticeCommand::Version(command) => super::version::run(command, settings).await,
        NoticeCommand::List(args) => list(args, v1::Direction::Sent, settings).await,
        NoticeCommand::Show { id, reason } => show(id, &reason, settings).await,
        NoticeCommand::Receipts { id } => receipts(id, settings).await,
        NoticeCommand::Trail { id, file } => trail::tell(id, file.as_deref(), settings).await,
        NoticeCommand::Ask(args) => handling::ask(args, settings).await,
        NoticeCommand::Grant(args) => handling::grant(args, settings).await,
        NoticeCommand::RevokeGrant(args) => handling::revoke(args, settings).await,
        NoticeCommand::Forward(args) => handling::forward(args, settings).await,
        NoticeCommand::Export(args) => handling::export(args, settings).await,
        NoticeCommand::Reply(args) => reply::reply(*args, settings).await,
        NoticeCommand::Replies { id, reason } => reply::replies(id, &reason, settings).await,
        NoticeCommand::Watch { count, after, reason } => {
            let watching = watch(count, after, &reason, settings);
            let Some(time) = settings.given_timeout else { return watching.await };
            tokio::time::timeout(time, watching).await.unwrap_or_else(|_| {
                let message = format!("stopped watching after {} s", time.as_secs());
                Err(Failure::new(Exit::Cancelled, message))
            })
        }
    }
}

/// Reads a notice file; all its mistakes at once, each with its line.
pub(crate) fn read_file(path: &Path) -> Result<(v1::Notice, v1::Addressing, Vec<Local>), Failure> {
    let (bytes, format) = read_bytes(path)?;
    understand(&bytes, format, path)
}

/// What a notice file says; `path` is where it says it.
pub(crate) fn understand(
    bytes: &[u8],
    format: Format,
    path: &Path,
) -> Result<(v1::Notice, v1::Addressing, Vec<Local>), Failure> {
    let now = amana_kit::clock::SystemClock.now();
    let file = file::read(bytes, format, now).map_err(|problems| {
        problems.iter().for_each(|problem| note(&format!("{}:{problem}", path.display())));
        Failure::mistakes(path, problems.len())
    })?;
    let mut notice = file.notice.notice().clone();
    if file.notice.expires() == now.after(RETENTION) {
        // As late as is allowed is what a file without an end means. The node counts it from when it
        // takes the notice: a file that is sent again is then the same notice, and clocks need not agree.
        notice.expires = None;
    }
    let attached = describe(&mut notice, &file.files, path)?;
    Ok((notice, v1::Addressing::from(&file.to), attached))
}

/// The bytes of a file or of stdin, no more than a notice file may have, and their format.
pub(crate) fn read_bytes(path: &Path) -> Result<(Vec<u8>, Format), Failure> {
    let mut bytes = Vec::new();
    let stdin = path == Path::new("-");
    let limit = file::FILE_BYTES as u64 + 1;
    if stdin {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|opened| opened.take(limit).read_to_end(&mut bytes))
    }
    .map_err(|error| Failure::file(path, &error))?;
    let format = Format::of_name(&path.to_string_lossy()).unwrap_or_else(|| guess(&bytes));
    Ok((bytes, format))
}

/// The format of a text without a name that tells: JSON begins with a brace, a notice in TOML never does.
pub(crate) fn guess(bytes: &[u8]) -> Format {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => Format::Json,
        _ => Format::Toml,
    }
}

async fn check(from: &SourceArgs, to: &AddressingArgs, settings: &Settings) -> Result<(), Failure> {
    let (notice, from_file, attached, _) = draft::source(from, settings).await?;
    let addressing = addressing::choose(to, Some(from_file))?;
    screen::files(&notice, &attached, settings).await?;
    let mut node = notice_service(context::agency(settings).await?);
    let request = v1::CheckRequest { notice: Some(notice), addressing: Some(addressing) };
    let answer = call::within(settings.timeout, node.check(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || show::check(&view, settings.out.lang))?;
    if answer.problems.is_empty() {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, format_args!("{} problems; nothing was sent", answer.problems.len())))
}

async fn publish(
    from: &SourceArgs,
    to: &AddressingArgs,
    request_id: Option<String>,
    wait: bool,
    settings: &Settings,
) -> Result<(), Failure> {
    let (notice, from_file, attached, draft) = draft::source(from, settings).await?;
    let addressing = addressing::choose(to, Some(from_file))?;
    screen::files(&notice, &attached, settings).await?;
    upload(&attached, settings).await?;
    let mut node = notice_service(context::agency(settings).await?);
    let request_id = request_id.unwrap_or_else(fresh_request_id);
    let (notice, addressing) = (Some(notice), Some(addressing));
    let request = v1::PublishNoticeRequest { request_id, notice, addressing, draft };
    let answer = call::within(settings.timeout, node.publish(request)).await?;
    let view = json::view(&answer);
    let lang = settings.out.lang;
    settings.out.one(&view, || {
        show::done::published(&answer.notice_id, &answer.recipients, answer.repeated_request, lang)
    })?;
    if wait { accepted(&mut node, &answer.notice_id, settings).await } else { Ok(()) }
}

pub(crate) fn fresh_request_id() -> String {
    let bytes: [u8; 16] = amana_kit::random::SystemRandom.array();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) type Node = v1::notice_service_client::NoticeServiceClient<tonic::transport::Channel>;

/// Waits until the hub's log has a notice, or has refused it.
pub(crate) async fn accepted(node: &mut Node, id: &str, settings: &Settings) -> Result<(), Failure> {
    const STEP: std::time::Duration = std::time::Duration::from_millis(50);
    let waiting = async {
        loop {
            let request = v1::ListReceiptsRequest { notice_id: id.to_owned() };
            let answer = call::within(settings.timeout, node.list_receipts(request)).await?;
            match answer.state() {
                v1::DeliveryState::Queued | v1::DeliveryState::Unspecified => tokio::time::sleep(STEP).await,
                v1::DeliveryState::Refused => return Err(Failure::new(Exit::Refused, answer.message)),
                _ => return Ok(answer),
            }
        }
    };
    let answer = tokio::time::timeout(settings.timeout, waiting).await.map_err(|_| {
        Failure::new(Exit::Unavailable, "the hub has not taken it yet").hint(
            "it is safe in the node's outbox and goes when the hub can be reached: do not publish it again",
        )
    })??;
    note(&show::done::about(Word::InTheLogAt, answer.log_index.unwrap_or_default(), settings.out.lang));
    Ok(())
}

/// Lists one direction, newest first.
pub(crate) async fn list(
    args: ListArgs,
    direction: v1::Direction,
    settings: &Settings,
) -> Result<(), Failure> {
    let mut request = v1::ListRequest {
        direction: direction.into(),
        page_size: args.limit.min(PAGE),
        page_token: String::new(),
        reason: Some(reason(&args.reason)?),
        operation: args.operation.unwrap_or_default(),
    };
    let mut node = notice_service(context::agency(settings).await?);
    let mut all = Vec::new();
    loop {
        let page = call::within(settings.timeout, node.list(request.clone())).await?;
        all.extend(page.notices);
        if page.next_page_token.is_empty() || all.len() >= args.limit as usize {
            all.truncate(args.limit as usize);
            return print_summaries(&all, settings);
        }
        request.page_token = page.next_page_token;
    }
}

/// Prints summaries.
pub(crate) fn print_summaries(summaries: &[v1::NoticeSummary], settings: &Settings) -> Result<(), Failure> {
    let values: Vec<Value> = summaries.iter().map(json::view).collect();
    settings.out.many(&values, |values| {
        let entries: Vec<String> =
            values.iter().map(|value| show::summary(value, settings.out.lang)).collect();
        entries.join("\n")
    })
}

/// Shows one notice whole, with labels in the reader's language.
pub(crate) async fn show(id: String, why: &ReasonArgs, settings: &Settings) -> Result<(), Failure> {
    let mut node = notice_service(context::agency(settings).await?);
    let request = v1::GetRequest { notice_id: id.clone(), reason: Some(reason(why)?) };
    let answer = call::within(settings.timeout, node.get(request)).await?;
    let view = json::view(&answer.notice.unwrap_or_default());
    let replies = reply::listed(id, why, settings).await?;
    // A program that wants them lists them: what a notice is does not change with what is said to it.
    settings.out.one(&view, || {
        let notice = show::notice(&view, settings.out.lang);
        if replies.is_empty() { notice } else { format!("{notice}\n\n{}", reply::shown(&replies, settings)) }
    })
}

async fn receipts(id: String, settings: &Settings) -> Result<(), Failure> {
    let mut node = notice_service(context::agency(settings).await?);
    let answer =
        call::within(settings.timeout, node.list_receipts(v1::ListReceiptsRequest { notice_id: id })).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || show::receipts(&view, settings.out.lang))
}

async fn withdraw(
    id: String,
    ground: &str,
    text: String,
    request_id: Option<String>,
    settings: &Settings,
) -> Result<(), Failure> {
    let ground = Ground::to_give().find(|known| known.code() == ground).ok_or_else(|| {
        let known: Vec<&str> = Ground::to_give().map(Ground::code).collect();
        let known = known.join(", ");
        Failure::new(Exit::Usage, format_args!("--ground: not a withdrawal_ground; expected one of {known}"))
    })?;
    let mut node = notice_service(context::agency(settings).await?);
    let request = v1::WithdrawRequest {
        request_id: request_id.unwrap_or_else(fresh_request_id),
        notice_id: id.clone(),
        ground: number(ground),
        text,
    };
    let answer = call::within(settings.timeout, node.withdraw(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || show::done::withdrawn(&id, &answer.recipients, settings.out.lang))
}

async fn watch(count: Option<u64>, after: u64, why: &ReasonArgs, settings: &Settings) -> Result<(), Failure> {
    let mut node = notice_service(context::agency(settings).await?);
    let request = v1::WatchRequest { after_position: after, reason: Some(reason(why)?) };
    let mut stream = call::within(settings.timeout, node.watch(request)).await?;
    let mut left = count.unwrap_or(u64::MAX);
    while left > 0 {
        let next = stream.message().await.map_err(|status| call::refused(&(&status).into()))?;
        let Some(response) = next else { break };
        let view = json::view(&response);
        settings.out.one(&view, || show::arrival(&view, settings.out.lang))?;
        left -= 1;
    }
    Ok(())
}
