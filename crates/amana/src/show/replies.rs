//! Replies, and what is due, as a person reads them.

use amana_notice::handling::Tlp;
use amana_types::labels::{Field, Word};
use serde_json::Value;

use super::{Page, country, field, isolate, isolate_if_any, items, labelled, second, short, word};
use crate::args::Lang;

/// What its reader may do with something: before anything else.
pub(super) fn handling(page: &mut Page, view: &Value) {
    let null = Value::Null;
    let marking = view.get("marking").unwrap_or(&null);
    if items(marking, "conditions").next().is_some() {
        page.text(Field::HandlingConditions, marking.get("conditions"));
    }
    handling_line(page, marking);
}

/// The code in words, and what it is by TLP.
pub(super) fn handling_line(page: &mut Page, marking: &Value) {
    let label = page.label("handling", &field(marking, "handling"));
    let tlp = field(marking, "tlp").parse::<Tlp>().map(Tlp::marking).unwrap_or_default();
    let codes = [field(marking, "handling"), tlp.to_owned()];
    let codes: Vec<String> = codes.into_iter().filter(|code| !code.is_empty()).collect();
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
        page.label("reply_type", &field(view, "type")),
        field(view, "sender"),
        second(&field(view, "created")),
    ));
    page.plain(Field::NoticeId, &field(view, "reply_id"));
    body(&mut page, said);
    grant(&mut page, view);
    page.plain(Field::CaseReference, &field(said, "case_reference"));
    hit(&mut page, said);
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

/// The ground of a no, what the owner is asked to permit, and when an answer can be expected.
fn body(page: &mut Page, said: &Value) {
    let part = |path| said.pointer(path).unwrap_or(&Value::Null);
    for no in ["/refusal", "/referral/declined", "/permission/refused"] {
        page.code(Field::Ground, "reply_ground", &field(part(no), "ground"));
    }
    let asked = part("/permission/request");
    let label = page.label("use", &field(asked, "intended_use"));
    if !label.is_empty() {
        page.lines.push(format!("  {label} {}", field(asked, "members")).trim_end().to_owned());
    }
    page.plain(Field::Until, &field(part("/interim"), "expected"));
}

/// What is known, and whom to ask.
fn hit(page: &mut Page, said: &Value) {
    let hit = said.get("hit").unwrap_or(&Value::Null);
    for known in items(hit, "matches") {
        let known = [field(known, "label"), isolate_if_any(&field(known, "identifier"))];
        page.plain(Field::Matches, &known.join(" "));
    }
    page.plain(Field::ContactPoint, &isolate_if_any(&field(hit, "contact_point")));
}

/// The grant that comes along.
fn grant(page: &mut Page, view: &Value) {
    let Some(grant) = view.get("grant").filter(|grant| !grant.is_null()) else { return };
    let what = page.label("use", &field(grant, "permitted_use"));
    let (members, until) = (field(grant, "members"), second(&field(grant, "until")));
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
        second(&field(view, "due")),
        field(view, "notice_id"),
        if case.is_empty() { "" } else { "  " },
    )
}
