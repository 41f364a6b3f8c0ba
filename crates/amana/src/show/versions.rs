//! Versions of a notice, and what changed between two, as a person reads them.

use amana_types::labels::{self, Field};
use serde_json::Value;

use super::{Page, items, language, second};
use crate::args::Lang;
use crate::output::{field, isolate};

/// One version: where it stands on one line, what names it below.
pub(crate) fn version(value: &Value, lang: Lang) -> String {
    let flag = |name| value.get(name) == Some(&Value::Bool(true));
    let status = field(value, "status");
    let status = labels::by_code("notice_status", &status, language(lang)).unwrap_or_default();
    let mut head = vec![field(value, "notice_id"), field(value, "sender")];
    let index = field(value, "log_index");
    head.push(if index.is_empty() { "-".to_owned() } else { index });
    head.push(second(&field(value, "created")));
    head.push(status.to_owned());
    head.extend(flag("newest").then(|| "NEWEST".to_owned()));
    head.extend(flag("fork").then(|| "FORK".to_owned()));
    head.retain(|part| !part.is_empty());
    let mut lines = vec![head.join("  "), format!("  sha256 {}", field(value, "header_hash"))];
    let before = field(value, "supersedes");
    if !before.is_empty() {
        lines.push(format!("  in the place of {before}"));
    }
    lines.join("\n")
}

/// What changed: the path of each value, what it was, what it is.
pub(crate) fn diff(view: &Value) -> String {
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
        lines.push("no changes".to_owned());
    }
    if view.get("identities_withheld") == Some(&Value::Bool(true)) {
        lines.push("identities are withheld; what changed in them is not shown".to_owned());
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
        marks.extend(labels::by_code("notice_status", &status, language(lang)));
    }
    if summary.get("fork") == Some(&Value::Bool(true)) {
        marks.push("FORK");
    }
    marks.iter().map(|mark| format!("  {mark}")).collect()
}

/// Who owes an erasure receipt about another version of the notice.
pub(super) fn debts(view: &Value) -> Vec<String> {
    let debt = |debt: &Value| {
        format!(
            "{} owes an erasure receipt since {} for {}",
            field(debt, "member"),
            second(&field(debt, "owes_erasure_since")),
            field(debt, "notice_id")
        )
    };
    items(view, "version_debts").map(debt).collect()
}
