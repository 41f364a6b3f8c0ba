//! Bulletins, figures of operations and closing reports as a person reads them.

use amana_types::labels::{self, Field};
use serde_json::{Value, json};

use super::{Page, country, items, language, listed, notice, second};
use crate::args::Lang;
use crate::output::{field, isolate, table};

/// What a notice says beside the case: its operation, its figures, its bulletin, its closing report.
pub(super) fn shared(page: &mut Page, notice: &Value) {
    page.plain(Field::Operation, &field(notice, "operation"));
    for entry in items(notice, "tally") {
        let measure = page.label("tally_measure", &field(entry, "measure"));
        page.lines.push(format!("{measure}: {}", field(entry, "count")));
    }
    let Some(bulletin) = notice.get("bulletin").filter(|bulletin| !bulletin.is_null()) else { return };
    page.code(Field::Category, "bulletin_category", &field(bulletin, "category"));
    for (part, lines) in PARTS {
        let Some(part) = bulletin.get(part).filter(|part| !part.is_null()) else { continue };
        for (name, key) in *lines {
            let value = field(part, key);
            match *key {
                "country" => page.plain(*name, &country(&value, page.lang)),
                "format" => page.code(*name, "training_format", &value),
                "kind" => page.code(*name, "resource_kind", &value),
                "starts" | "ends" => page.plain(*name, &second(&value)),
                _ if value.is_empty() => {}
                _ => page.plain(*name, &isolate(&value)),
            }
        }
    }
    let keywords: Vec<String> = items(bulletin, "keywords")
        .filter_map(Value::as_str)
        .map(|word| keyword(word, page.lang).to_owned())
        .collect();
    page.plain(Field::Keywords, &listed(&keywords, page.lang));
    if let Some(report) = notice.get("closing_report").filter(|report| !report.is_null()) {
        page.lines.push(String::new());
        page.lines.push(figures(report, page.lang));
    }
}

/// What each category says, in the order in which it is read.
const PARTS: &[(&str, &[(Field, &str)])] = &[
    (
        "training",
        &[
            (Field::Provider, "provider"),
            (Field::TargetGroup, "audience"),
            (Field::Format, "format"),
            (Field::Duration, "duration"),
        ],
    ),
    (
        "event",
        &[
            (Field::Starts, "starts"),
            (Field::Ends, "ends"),
            (Field::Venue, "place"),
            (Field::LawOf, "country"),
            (Field::Registration, "registration"),
        ],
    ),
    ("resource", &[(Field::ResourceKind, "kind"), (Field::Publisher, "publisher"), (Field::Link, "link")]),
    (
        "legislation",
        &[
            (Field::LawOf, "country"),
            (Field::Citation, "citation"),
            (Field::InForceSince, "in_force_since"),
            (Field::Link, "link"),
        ],
    ),
];

fn keyword(code: &str, lang: Lang) -> &str {
    const LISTS: [&str; 8] = [
        "offence_type",
        "exploitation",
        "forced_criminality",
        "act",
        "means",
        "means_of_control",
        "recruitment_method",
        "industry",
    ];
    LISTS.iter().find_map(|kind| labels::by_code(kind, code, language(lang))).unwrap_or(code)
}

/// Figures by measure, a column a country, with totals; then who reported when and where, and who did not.
pub(crate) fn figures(figures: &Value, lang: Lang) -> String {
    let label = |name| labels::label(name, language(lang));
    let countries: Vec<&Value> = items(figures, "members").collect();
    let mut heads = vec![String::new()];
    heads.extend(countries.iter().map(|country| field(country, "member")));
    heads.push(label(Field::Totals).to_owned());
    let count = |entries: &Value, list: &str, measure: &str| {
        let entry = items(entries, list).find(|entry| field(entry, "measure") == measure);
        entry.map_or_else(|| "-".to_owned(), |entry| field(entry, "count"))
    };
    let rows = items(figures, "totals").map(|total| {
        let measure = field(total, "measure");
        let name = labels::by_code("tally_measure", &measure, language(lang)).unwrap_or_default();
        let mut row = vec![name.to_owned()];
        row.extend(countries.iter().map(|country| count(country, "tally", &measure)));
        row.push(field(total, "count"));
        row
    });
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut lines = vec![table(&heads, rows)];
    for one in &countries {
        let (member, reported) = (field(one, "member"), second(&field(one, "reported")));
        let index = field(one, "log_index");
        lines.push(format!(
            "{member}: {} {reported}, {} {index}",
            label(Field::Reported),
            label(Field::LogIndex)
        ));
    }
    let silent = field(figures, "not_reported");
    if !silent.is_empty() {
        lines.push(format!("{}: {silent}", label(Field::NotReported)));
    }
    for count in items(figures, "notices") {
        let code =
            |kind, name| labels::by_code(kind, &field(count, name), language(lang)).unwrap_or_default();
        let kind = [code("circulation", "circulation"), code("notice_type", "type")].join(" ");
        lines.push(format!("{}: {} {}", field(count, "sender"), kind.trim_end(), field(count, "notices")));
    }
    let (first, last) = (field(figures, "first_log_index"), field(figures, "last_log_index"));
    if !first.is_empty() {
        lines.push(format!("{}: {first}..{last}", label(Field::LogIndex)));
    }
    lines.join("\n")
}

/// An operation: who takes part, its figures, its closing report.
pub(crate) fn operation(value: &Value, lang: Lang) -> String {
    let null = Value::Null;
    let group = super::group(value.get("group").unwrap_or(&null), lang);
    let figures = figures(value.get("figures").unwrap_or(&null), lang);
    let mut text = format!("{group}\n\n{figures}");
    if let Some(report) = value.get("closing_report").filter(|report| !report.is_null()) {
        text.push_str("\n\n");
        text.push_str(&notice(report, lang));
    }
    text
}

/// Bulletins: what is short on one line, then the title, marked with its language.
pub(crate) fn library_items(values: &[Value], lang: Lang) -> String {
    let lines = values.iter().map(|item| {
        let category = labels::by_code("bulletin_category", &field(item, "category"), language(lang));
        let created: String = field(item, "created").chars().take(10).collect();
        let (id, sender) = (field(item, "notice_id"), field(item, "sender"));
        let title = item.get("title").unwrap_or(&Value::Null);
        let text = isolate(&field(title, "text"));
        let category = category.unwrap_or_default();
        format!("{id}  {sender}  {category}  {created}\n  [{}] {text}", field(title, "language"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// One bulletin whole.
pub(crate) fn library_item(value: &Value, lang: Lang) -> String {
    let [summary, notice_itself, attachments] = ["item", "notice", "attachments"].map(|part| value.get(part));
    let view = json!({ "summary": summary, "notice": notice_itself, "attachments": attachments });
    let others = items(value.get("item").unwrap_or(&Value::Null), "languages");
    let others: Vec<&str> = others.filter_map(Value::as_str).collect();
    let label = labels::label(Field::Language, language(lang));
    format!("{}\n{label}: {}", notice(&view, lang), others.join(", "))
}
