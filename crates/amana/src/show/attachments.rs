//! Attachments as a person reads them: what each is and how large, whether it is here, and who may open it.

use amana_types::labels::{Field, Word};
use indicatif::HumanBytes;
use serde_json::Value;

use super::{Page, isolate_if_any, items, word};
use crate::output::{field, isolate};

/// Each under the number by which it is asked for.
pub(super) fn attachments(page: &mut Page, view: &Value) {
    let null = Value::Null;
    let notice = view.get("notice").unwrap_or(&null);
    let mut progress = items(view, "attachments");
    for (attachment, number) in items(notice, "attachments").zip(1_u64..) {
        page.lines.push(String::new());
        let kind = page.label("attachment_kind", &field(attachment, "kind"));
        let media_type = field(attachment, "media_type");
        let size = size(attachment, "bytes");
        let what: Vec<String> =
            [kind, isolate_if_any(&media_type), size].into_iter().filter(|part| !part.is_empty()).collect();
        let name = isolate(&field(attachment, "name"));
        page.plain(Field::Attachments, &format!("{number} {name} ({})", what.join(", ")));
        page.plain(Field::About, &field(attachment, "about"));
        page.text(Field::Description, attachment.get("description"));
        // Before a notice was sent, or from an older node, nothing is known about its way.
        if let Some(progress) = progress.next() {
            way(page, progress);
        }
    }
}

/// How far it has come, and to whom it opens.
fn way(page: &mut Page, progress: &Value) {
    let mut state = page.label("attachment_state", &field(progress, "state"));
    if field(progress, "state") == "PARTIAL" {
        state =
            format!("{state} ({} / {})", size(progress, "received_bytes"), size(progress, "sealed_bytes"));
    }
    let reason = field(progress, "reason");
    if !reason.is_empty() {
        state = format!("{state}: {}", page.label("reason", &reason));
    }
    page.lines.push(format!("{}: {state}", word(Word::State, page.lang)));
    let open_to = match progress.get("child_protection_only") {
        Some(Value::Bool(true)) => page.label("role", "CHILD_PROTECTION"),
        _ => word(Word::EveryReader, page.lang),
    };
    page.plain(Field::OpenTo, &open_to);
}

/// A number of bytes as people say it.
fn size(value: &Value, name: &str) -> String {
    let bytes = value.get(name).and_then(Value::as_u64).unwrap_or_default();
    HumanBytes(bytes).to_string()
}
