//! `amana notice …`: check, publish, withdraw, list, show, receipts, watch.

use amana_client::{delivery_service, event_service, notice_service};
use amana_types::life::Ground;
use amana_wire::convert::number;
use amana_wire::{json, v1};
use serde_json::Value;

use super::accepted::accepted;
use super::attachment::upload;
use super::call::PAGE;
use super::reason::{access, reason};
use super::request::fresh_request_id;
use super::{addressing, call, draft, handling, reply, screen, trail};
use crate::args::{AddressingArgs, ListArgs, NoticeCommand, ReasonArgs, SourceArgs};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::settings::Settings;
use crate::show;

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
        NoticeCommand::Version(command) => Box::pin(super::version::run(command, settings)).await,
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

async fn check(from: &SourceArgs, to: &AddressingArgs, settings: &Settings) -> Result<(), Failure> {
    let (notice, from_file, attached, _) = draft::source(from, settings).await?;
    let addressing = addressing::choose(to, Some(from_file))?;
    screen::files(&notice, &attached, settings).await?;
    let mut node = notice_service(context::agency(settings).await?);
    let request = v1::CheckNoticeRequest {
        notice: Some(notice),
        addressing: Some(addressing),
        access: access(settings),
    };
    let answer = call::within(settings.timeout, node.check_notice(request)).await?;
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
    let channel = context::agency(settings).await?;
    let request_id = request_id.unwrap_or_else(fresh_request_id);
    let (notice, addressing) = (Some(notice), Some(addressing));
    let request =
        v1::PublishNoticeRequest { access: access(settings), request_id, notice, addressing, draft };
    let answer =
        call::within(settings.timeout, notice_service(channel.clone()).publish_notice(request)).await?;
    let view = json::view(&answer);
    let lang = settings.out.lang;
    settings.out.one(&view, || {
        show::done::published(&answer.notice_id, &answer.recipients, answer.repeated_request, lang)
    })?;
    if wait { accepted(channel, &answer.notice_id, settings).await } else { Ok(()) }
}

/// Lists one direction, newest first.
pub(crate) async fn list(
    args: ListArgs,
    direction: v1::Direction,
    settings: &Settings,
) -> Result<(), Failure> {
    let mut request = v1::ListNoticesRequest {
        direction: direction.into(),
        page_size: args.limit.min(PAGE),
        page_token: String::new(),
        access: reason(&args.reason, settings)?,
        operation: args.operation.unwrap_or_default(),
    };
    let mut node = notice_service(context::agency(settings).await?);
    let mut all = Vec::new();
    loop {
        let page = call::within(settings.timeout, node.list_notices(request.clone())).await?;
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
    let request = v1::GetNoticeRequest { notice_id: id.clone(), access: reason(why, settings)? };
    let answer = call::within(settings.timeout, node.get_notice(request)).await?;
    let view = json::view(&answer.notice.unwrap_or_default());
    let replies = reply::listed(id, why, settings).await?;
    // A program that wants them lists them: what a notice is does not change with what is said to it.
    settings.out.one(&view, || {
        let notice = show::notice(&view, settings.out.lang);
        if replies.is_empty() { notice } else { format!("{notice}\n\n{}", reply::shown(&replies, settings)) }
    })
}

async fn receipts(id: String, settings: &Settings) -> Result<(), Failure> {
    let mut node = delivery_service(context::agency(settings).await?);
    let request = v1::GetDeliveryRequest { access: access(settings), notice_id: id };
    let answer = call::within(settings.timeout, node.get_delivery(request)).await?;
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
    let request = v1::WithdrawNoticeRequest {
        access: access(settings),
        request_id: request_id.unwrap_or_else(fresh_request_id),
        notice_id: id.clone(),
        ground: number(ground),
        text,
    };
    let answer = call::within(settings.timeout, node.withdraw_notice(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || show::done::withdrawn(&id, &answer.recipients, settings.out.lang))
}

async fn watch(
    count: Option<u64>,
    after: String,
    why: &ReasonArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    let mut node = event_service(context::agency(settings).await?);
    let request = v1::WatchEventsRequest { cursor: after, access: reason(why, settings)? };
    let mut stream = call::within(settings.timeout, node.watch_events(request)).await?;
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
