//! Groups and operations as a person reads them.

use amana_types::labels;
use serde_json::Value;

use super::{best_text, items, language, second};
use crate::args::Lang;
use crate::output::{field, isolate, table};

/// Groups: what is short on one line, then the title; free text last and isolated.
pub(crate) fn groups(values: &[Value], lang: Lang) -> String {
    let lines = values.iter().map(|group| {
        let title = isolate(&best_text(group.get("title"), lang));
        format!("{}\n  {title}", head(group, lang))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// One group: its terms, and how each invited member stands.
pub(crate) fn group(group: &Value, lang: Lang) -> String {
    let mut lines = vec![format!(
        "{}  {}  {}",
        field(group, "name"),
        label("group_kind", &field(group, "kind"), lang),
        label("group_phase", &field(group, "phase"), lang),
    )];
    for text in items(group, "title") {
        lines.push(format!("  [{}] {}", field(text, "language"), isolate(&field(text, "text"))));
    }
    let description = best_text(group.get("description"), lang);
    if !description.is_empty() {
        lines.push(format!("  {}", isolate(&description)));
    }
    let (starts, ends) = (second(&field(group, "starts")), second(&field(group, "ends")));
    if !ends.is_empty() {
        lines.push(format!("  {starts} .. {ends}"));
    }
    let lead = field(group, "lead");
    let rows = items(group, "members").map(|member| {
        let code = field(member, "member");
        let leads = if code == lead { "lead" } else { "" };
        let membership = label("membership", &field(member, "membership"), lang);
        vec![code, leads.to_owned(), membership, field(member, "since")]
    });
    lines.push(table(&["member", "", "stands", "since log index"], rows));
    lines.join("\n")
}

/// What the operator sees of all groups.
pub(crate) fn group_traffic(values: &[Value], lang: Lang) -> String {
    let lines = values.iter().map(|traffic| {
        let head = head(traffic.get("group").unwrap_or(&Value::Null), lang);
        format!("{head}, {} addressed to it", field(traffic, "notices"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What the operator sees of one group.
pub(crate) fn one_groups_traffic(traffic: &Value, lang: Lang) -> String {
    let terms = group(traffic.get("group").unwrap_or(&Value::Null), lang);
    let senders = items(traffic, "senders").map(|one| vec![field(one, "sender"), field(one, "notices")]);
    format!("{terms}\n{}", table(&["sender", "addressed to it"], senders))
}

/// Name, kind, where in its time it is, and how many of the invited take part.
fn head(group: &Value, lang: Lang) -> String {
    let members: Vec<&Value> = items(group, "members").collect();
    let accepted = members.iter().filter(|member| field(member, "membership") == "ACCEPTED").count();
    let ends = second(&field(group, "ends"));
    format!(
        "{}  {}, {}{}, {accepted} of {} take part",
        field(group, "name"),
        label("group_kind", &field(group, "kind"), lang),
        label("group_phase", &field(group, "phase"), lang),
        if ends.is_empty() { ends } else { format!(" (ends {ends})") },
        members.len(),
    )
}

fn label(kind: &str, code: &str, lang: Lang) -> String {
    labels::by_code(kind, code, language(lang)).unwrap_or(code).to_owned()
}
