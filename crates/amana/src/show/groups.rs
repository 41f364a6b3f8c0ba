//! Groups and operations as a person reads them.

use amana_types::labels::Word;
use serde_json::Value;

use super::{best_line, items, labelled, second, word};
use crate::args::Lang;
use crate::output::{field, isolate, table};

/// Groups: what is short on one line, then the title; free text last and isolated.
pub(crate) fn groups(values: &[Value], lang: Lang) -> String {
    let lines = values.iter().map(|group| {
        let title = best_line(group.get("title"), usize::MAX, lang);
        format!("{}\n  {title}", head(group, lang))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// One group: its terms, and how each invited member stands.
pub(crate) fn group(group: &Value, lang: Lang) -> String {
    let mut lines = vec![format!(
        "{}  {}  {}",
        field(group, "name"),
        labelled("group_kind", &field(group, "kind"), lang),
        labelled("group_phase", &field(group, "phase"), lang),
    )];
    for text in items(group, "title") {
        lines.push(format!("  [{}] {}", field(text, "language"), isolate(&field(text, "text"))));
    }
    let description = best_line(group.get("description"), usize::MAX, lang);
    if !description.is_empty() {
        lines.push(format!("  {description}"));
    }
    let (starts, ends) = (second(&field(group, "starts")), second(&field(group, "ends")));
    if !ends.is_empty() {
        lines.push(format!("  {starts} .. {ends}"));
    }
    let lead = field(group, "lead");
    let rows = items(group, "members").map(|member| {
        let code = field(member, "member");
        let leads = if code == lead { word(Word::Lead, lang) } else { String::new() };
        let membership = labelled("membership", &field(member, "membership"), lang);
        vec![code, leads, membership, field(member, "since")]
    });
    let [member, stands, since] = [Word::Member, Word::Stands, Word::SinceIndex].map(|each| word(each, lang));
    lines.push(table(&[&member, "", &stands, &since], rows));
    lines.join("\n")
}

/// What the operator sees of all groups.
pub(crate) fn group_traffic(values: &[Value], lang: Lang) -> String {
    let lines = values.iter().map(|traffic| {
        let head = head(traffic.get("group").unwrap_or(&Value::Null), lang);
        format!("{head}, {} {}", field(traffic, "notices"), word(Word::AddressedToIt, lang))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What the operator sees of one group.
pub(crate) fn one_groups_traffic(traffic: &Value, lang: Lang) -> String {
    let terms = group(traffic.get("group").unwrap_or(&Value::Null), lang);
    let senders = items(traffic, "senders").map(|one| vec![field(one, "sender"), field(one, "notices")]);
    format!(
        "{terms}\n{}",
        table(&[&labelled("field", "SENDER", lang), &word(Word::AddressedToIt, lang)], senders)
    )
}

/// Name, kind, where in its time it is, and how many of the invited take part.
fn head(group: &Value, lang: Lang) -> String {
    let members: Vec<&Value> = items(group, "members").collect();
    let accepted = members.iter().filter(|member| field(member, "membership") == "ACCEPTED").count();
    let ends = second(&field(group, "ends"));
    format!(
        "{}  {}, {}{}, {accepted}/{} {}",
        field(group, "name"),
        labelled("group_kind", &field(group, "kind"), lang),
        labelled("group_phase", &field(group, "phase"), lang),
        if ends.is_empty() { ends } else { format!(" ({} {ends})", word(Word::Ends, lang)) },
        members.len(),
        word(Word::TakePart, lang),
    )
}
