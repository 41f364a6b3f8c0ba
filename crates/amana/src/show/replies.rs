//! Replies, and what is due, as a person reads them.

use amana_types::labels::{Field, Word};
use serde_json::Value;

use super::{Page, country, field, isolate, isolate_if_any, items, labelled, second, short, word};
use crate::args::Lang;

/// What its reader may do with something: before anything else.
pub(super) fn handling(page: &mut Page, view: &Value) {
    let null = Value::Null;
    let handling = view.get("handling").unwrap_or(&null);
    if items(handling, "conditions").next().is_some() {
        page.text(Field::HandlingConditions, handling.get("conditions"));
    }
    handling_line(page, handling);
}

/// The code in words, and what it is by TLP.
pub(super) fn handling_line(page: &mut Page, handling: &Value) {
    let label = page.label("handling", &field(handling, "handling"));
    let codes: Vec<String> =
        [field(handling, "handling"), field(handling, "tlp")].into_iter().filter(|c| !c.is_empty()).collect();
    page.plain(Field::Handling, &format!("{label} ({})", codes.join(", ")));
}

/// The notice that this one passes on.
pub(super) fn origin(page: &mut Page, view: &Value) {
    let Some(origin) = view.get("origin").filter(|origin| !origin.is_null()) else { return };
    let until = second(&field(origin, "granted_until"));
    let granted = word(Word::GrantedUntil, page.lang);
    let until = if until.is_empty() { until } else { format!("  {granted} {until}") };
    let owner = country(&field(origin, "owner"), page.lang);
    page.plain(Field::Origin, &format!("{owner} {}{until}", field(origin, "notice_id")));
}

/// One reply.
pub(crate) fn reply(view: &Value, lang: Lang) -> String {
    let null = Value::Null;
    let said = view.get("reply").unwrap_or(&null);
    let mut page = Page { lang, lines: Vec::new() };
    handling(&mut page, view);
    let late = view.get("late") == Some(&Value::Bool(true));
    let late = if late { format!("  {}", word(Word::Late, lang)) } else { String::new() };
    let state = match field(view, "direction").as_str() {
        "SENT" => format!("  {}", short("delivery_state", &field(view, "state"), lang)),
        _ => String::new(),
    };
    let recipients = items(view, "recipients").filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
    page.lines.push(format!(
        "{}: {} > {recipients}  {}{state}{late}",
        page.label("reply_type", &field(said, "type")),
        field(view, "sender"),
        second(&field(view, "created_at")),
    ));
    page.plain(Field::NoticeId, &field(view, "reply_id"));
    page.code(Field::Ground, "reply_ground", &field(said, "ground"));
    asked(&mut page, said);
    grant(&mut page, view);
    page.code(Field::Purpose, "purpose", &field(said, "purpose"));
    page.plain(Field::CaseReference, &field(said, "case_reference"));
    for known in items(said, "matches") {
        let known = [field(known, "key"), isolate_if_any(&field(known, "identifier"))];
        page.plain(Field::Matches, &known.join(" "));
    }
    page.plain(Field::ContactPoint, &isolate_if_any(&field(said, "contact_point")));
    for text in items(said, "text") {
        page.lines.push(format!("  [{}]: {}", field(text, "language"), isolate(&field(text, "text"))));
    }
    page.lines.join("\n")
}

/// One reply on one line: the notice, who answers it, and what kind of answer it is.
pub(super) fn line(summary: &Value, lang: Lang) -> String {
    let late = summary.get("late") == Some(&Value::Bool(true));
    let late = if late { format!("  {}", word(Word::Late, lang)) } else { String::new() };
    format!(
        "{}  {}  {}{late}  {}",
        field(summary, "notice_id"),
        field(summary, "sender"),
        labelled("reply_type", &field(summary, "type"), lang),
        field(summary, "reply_id"),
    )
}

/// What is asked to be permitted.
fn asked(page: &mut Page, said: &Value) {
    let asked = page.label("permitted_use", &field(said, "permitted_use"));
    if !asked.is_empty() {
        page.lines.push(format!("  {asked} {}", field(said, "members")).trim_end().to_owned());
    }
}

/// The grant that comes along.
fn grant(page: &mut Page, view: &Value) {
    let Some(grant) = view.get("grant").filter(|grant| !grant.is_null()) else { return };
    let what = page.label("permitted_use", &field(grant, "permitted_use"));
    let (members, until) = (field(grant, "members"), second(&field(grant, "ends_at")));
    let members = if members.is_empty() { members } else { format!(" {members}") };
    let until = format!("{} {until}", word(Word::GrantedUntil, page.lang));
    page.lines.push(format!("  {what}{members}  {until}"));
}

/// One thing that is due.
pub(crate) fn due(view: &Value, lang: Lang) -> String {
    let flag = |name| view.get(name) == Some(&Value::Bool(true));
    let kind = labelled("due_kind", &field(view, "kind"), lang);
    let (by, to) = (field(view, "owed_by"), field(view, "owed_to"));
    let who = if by == to { by } else { format!("{by} > {to}") };
    let state = match (flag("overdue"), flag("under_way")) {
        (true, false) => format!("  {}", word(Word::Overdue, lang)),
        (true, true) => format!("  {}, {}", word(Word::Overdue, lang), word(Word::OnItsWay, lang)),
        (false, true) => format!("  {}", word(Word::OnItsWay, lang)),
        (false, false) => String::new(),
    };
    let since = second(&field(view, "since"));
    let since = if since.is_empty() { since } else { format!("  {} {since}", word(Word::Since, lang)) };
    let case = field(view, "case_reference");
    format!(
        "{}  {kind}  {who}{state}\n  {}{since}{}{case}",
        second(&field(view, "due_at")),
        field(view, "notice_id"),
        if case.is_empty() { "" } else { "  " },
    )
}
