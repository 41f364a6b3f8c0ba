//! `amana inbox reply`, `amana notice reply|replies`, `amana due`.

use std::path::Path;

use amana_client::reply_service;
use amana_notice::Handling;
use amana_notice::reply::{ReplyGround, ReplyType};
use amana_types::labels::Word;
use amana_types::limits::RETENTION;
use amana_wire::convert::number;
use amana_wire::v1::reply::Body;
use amana_wire::{file, json, v1};
use serde_json::Value;

use super::call;
use super::notice_file::read_bytes;
use super::reason::{code, reason};
use super::request::fresh_request_id;
use crate::args::{DueArgs, ReasonArgs, ReplyArgs};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::settings::Settings;
use crate::show;

const MILLIS_OF_A_DAY: u64 = 24 * 60 * 60 * 1000;

/// Says something back to a notice.
pub(crate) async fn reply(args: ReplyArgs, settings: &Settings) -> Result<(), Failure> {
    let said = match &args.file {
        Some(path) => read_file(path)?,
        None => from_options(&args)?,
    };
    let request = v1::ReplyRequest {
        request_id: args.request_id.unwrap_or_else(fresh_request_id),
        notice_id: args.id,
        reply: Some(said),
        to: args.to,
        reason: Some(reason(&args.reason)?),
    };
    send(request, settings).await
}

/// Sends a reply and says what became of it.
pub(crate) async fn send(request: v1::ReplyRequest, settings: &Settings) -> Result<(), Failure> {
    let mut node = reply_service(context::agency(settings).await?);
    let answer = call::within(settings.timeout, node.reply(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || {
        let before = answer.repeated_request.then_some(Word::SaidBefore);
        show::done::sealed(&answer.reply_id, before, &answer.recipients, settings.out.lang)
    })?;
    if answer.handling_raised {
        let handling = view.pointer("/marking/handling").and_then(Value::as_str).unwrap_or_default();
        let lang = settings.out.lang;
        let handled = show::done::about(Word::HandledAs, handling, lang);
        note(&format!("{handled}, {}", show::word(Word::Inherited, lang)));
    }
    Ok(())
}

fn read_file(path: &Path) -> Result<v1::Reply, Failure> {
    let (bytes, format) = read_bytes(path)?;
    file::read_reply(&bytes, format).map_err(|problems| {
        problems.iter().for_each(|problem| note(&format!("{}:{problem}", path.display())));
        Failure::mistakes(path, problems.len())
    })
}

fn from_options(args: &ReplyArgs) -> Result<v1::Reply, Failure> {
    let reply_type: ReplyType = code(args.reply_type.as_deref().unwrap_or_default(), "--type")?;
    let ground = args.ground.as_deref().map(|text| code::<ReplyGround>(text, "--ground")).transpose()?;
    let handling = args.handling.as_deref().map(|text| code::<Handling>(text, "--handling")).transpose()?;
    let mut reply = v1::Reply {
        marking: Some(v1::Marking {
            handling: handling.map(number).unwrap_or_default(),
            tlp: 0,
            conditions: texts(&args.conditions, "--conditions")?,
        }),
        text: texts(&args.text, "--text")?,
        case_reference: args.reference.clone().unwrap_or_default(),
        ..v1::Reply::saying(reply_type)
    };
    match (reply.as_no_mut(), ground) {
        (Some(no), ground) => no.ground = ground.map(number).unwrap_or_default(),
        (None, Some(_)) => return Err(not_carried("--ground", reply_type)),
        (None, None) => {}
    }
    match &mut reply.body {
        Some(Body::Hit(hit)) => {
            hit.matches = args.matches.iter().map(|text| one_match(text)).collect();
            hit.contact_point = args.contact.clone().unwrap_or_default();
        }
        _ if args.contact.is_some() => return Err(not_carried("--contact", reply_type)),
        _ if !args.matches.is_empty() => return Err(not_carried("--match", reply_type)),
        _ => {}
    }
    Ok(reply)
}

fn not_carried(flag: &str, reply_type: ReplyType) -> Failure {
    Failure::new(Exit::Usage, format_args!("{flag}: {reply_type} does not carry it"))
        .hint("remove it, or choose another --type")
}

/// Texts with their language in front, such as `fr=bonjour`.
pub(crate) fn texts(given: &[String], flag: &str) -> Result<Vec<v1::Text>, Failure> {
    let text = |given: &String| {
        let (language, text) = given.split_once('=').ok_or_else(|| {
            Failure::new(Exit::Usage, format_args!("{flag}: the language is missing"))
                .hint(format!("write it in front, such as {flag} fr=\"bonjour\""))
        })?;
        Ok(v1::Text { language: language.to_owned(), text: text.to_owned() })
    };
    given.iter().map(text).collect()
}

fn one_match(given: &str) -> v1::HitMatch {
    let (label, identifier) = given.split_once('=').unwrap_or((given, ""));
    v1::HitMatch { label: label.to_owned(), identifier: identifier.to_owned() }
}

/// What was said back to a notice.
pub(crate) async fn replies(id: String, why: &ReasonArgs, settings: &Settings) -> Result<(), Failure> {
    let values = listed(id, why, settings).await?;
    settings.out.many(&values, |values| shown(values, settings))
}

/// The same as values.
pub(crate) async fn listed(id: String, why: &ReasonArgs, settings: &Settings) -> Result<Vec<Value>, Failure> {
    let mut node = reply_service(context::agency(settings).await?);
    let request = v1::ListRepliesRequest { notice_id: id, reason: Some(reason(why)?) };
    let answer = call::within(settings.timeout, node.list_replies(request)).await?;
    Ok(answer.replies.iter().map(json::view).collect())
}

/// Replies for people.
pub(crate) fn shown(values: &[Value], settings: &Settings) -> String {
    let entries: Vec<String> = values.iter().map(|value| show::reply(value, settings.out.lang)).collect();
    entries.join("\n\n")
}

/// What is due.
pub(crate) async fn due(args: &DueArgs, settings: &Settings) -> Result<(), Failure> {
    let most = u32::try_from(RETENTION.as_millis() / MILLIS_OF_A_DAY + 30).unwrap_or(u32::MAX);
    let within_days = if args.all { most } else { args.within.max(1) };
    let mut node = reply_service(context::agency(settings).await?);
    let answer = call::within(settings.timeout, node.list_due(v1::ListDueRequest { within_days })).await?;
    let values: Vec<Value> = answer.due.iter().map(json::view).collect();
    settings.out.many(&values, |values| {
        let entries: Vec<String> = values.iter().map(|value| show::due(value, settings.out.lang)).collect();
        entries.join("\n")
    })
}
