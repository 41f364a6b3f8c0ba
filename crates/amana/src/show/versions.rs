//! Versions of a notice, and what changed between two, as a person reads them.

use amana_types::labels::{Field, Word};
use serde_json::Value;

use super::{Page, items, labelled, log_index, second, word};
use crate::args::Lang;
use crate::output::{field, isolate};

/// One version: where it stands on one line, what names it below.
pub(crate) fn version(value: &Value, lang: Lang) -> String {
    let flag = |name| value.get(name) == Some(&Value::Bool(true));
    let status = field(value, "status");
    let mut head = vec![field(value, "notice_id"), field(value, "sender")];
    let index = log_index(value);
    head.push(if index.is_empty() { "-".to_owned() } else { index });
    head.push(second(&field(value, "created_at")));
    head.extend(
        Some(status).filter(|code| code != "UNSPECIFIED").map(|code| labelled("notice_status", &code, lang)),
    );
    head.extend(flag("newest").then(|| word(Word::Newest, lang)));
    head.extend(flag("forked").then(|| word(Word::Fork, lang)));
    head.retain(|part| !part.is_empty());
    let mut lines = vec![head.join("  "), format!("  sha256 {}", field(value, "header_hash"))];
    let before = field(value, "supersedes");
    if !before.is_empty() {
        lines.push(format!("  {} {before}", word(Word::InThePlaceOf, lang)));
    }
    lines.join("\n")
}

/// What changed: the path of each value, what it was, what it is.
pub(crate) fn diff(view: &Value, lang: Lang) -> String {
    let mut lines = vec![format!("{} -> {}", field(view, "before_id"), field(view, "after_id"))];
    for change in items(view, "changes") {
        lines.push(field(change, "path"));
        for (name, sign) in [("before", '-'), ("after", '+')] {
            if change.get(name).is_some_and(|value| !value.is_null()) {
                lines.extend(field(change, name).lines().map(|line| format!("  {sign} {}", isolate(line))));
            }
        }
    }
    if lines.len() == 1 {
        lines.push(word(Word::NoChanges, lang));
    }
    if view.get("identities_withheld") == Some(&Value::Bool(true)) {
        lines.push(word(Word::IdentitiesWithheld, lang));
    }
    lines.join("\n")
}

/// At the top of a notice: where it stands if it is not simply published, and its neighbours.
pub(super) fn neighbours(page: &mut Page, summary: &Value) {
    let status = field(summary, "status");
    if status != "PUBLISHED" {
        page.code(Field::Status, "notice_status", &status);
    }
    page.plain(Field::Supersedes, &field(summary, "supersedes"));
    page.plain(Field::SupersededBy, &field(summary, "superseded_by"));
}

/// In a list: where a notice stands if it is not simply published, and that it is forked.
pub(super) fn marks(summary: &Value, lang: Lang) -> String {
    let status = field(summary, "status");
    let mut marks = Vec::new();
    if !matches!(status.as_str(), "" | "PUBLISHED" | "UNSPECIFIED") {
        marks.push(labelled("notice_status", &status, lang));
    }
    if summary.get("forked") == Some(&Value::Bool(true)) {
        marks.push(word(Word::Fork, lang));
    }
    marks.iter().map(|mark| format!("  {mark}")).collect()
}

/// Who owes an erasure receipt about another version of the notice.
pub(super) fn debts(view: &Value, lang: Lang) -> Vec<String> {
    let debt = |debt: &Value| {
        format!(
            "{} {} {} {} {}",
            field(debt, "member"),
            word(Word::OwesErasureSince, lang),
            second(&field(debt, "owes_erasure_since")),
            word(Word::For, lang),
            field(debt, "notice_id")
        )
    };
    items(view, "version_debts").map(debt).collect()
}
