//! Drafts as a person reads them.

use amana_types::labels::{Field, Word, label};
use serde_json::Value;

use super::{language, second, word};
use crate::args::Lang;
use crate::output::{field, isolate, table};

/// A draft was saved, and how many mistakes it still has.
pub(crate) fn saved(draft: &Value, mistakes: usize, lang: Lang) -> String {
    let (saved, found) = (word(Word::DraftSaved, lang), word(Word::Mistakes, lang));
    format!("{saved} {}\n  {found}: {mistakes}", summary(draft, lang))
}

/// What a draft is called, and how it stands.
pub(crate) fn summary(draft: &Value, lang: Lang) -> String {
    let [id, revision, _, expires, name] = cells(draft);
    let (at, until) = (word(Word::Revision, lang), label(Field::Expires, language(lang)));
    format!("{id}\n  {at} {revision}, {until} {expires}: {name}")
}

/// The drafts of an agency.
pub(crate) fn list(drafts: &[Value], lang: Lang) -> String {
    let heads = [
        word(Word::Draft, lang),
        word(Word::Revision, lang),
        word(Word::Saved, lang),
        label(Field::Expires, language(lang)).to_owned(),
        String::new(),
    ];
    table(&heads.each_ref().map(String::as_str), drafts.iter().map(|draft| cells(draft).to_vec()))
}

/// What was written, without what would move a terminal's cursor.
pub(crate) fn document(text: &str) -> String {
    let shown = |c: char| if c.is_control() && !matches!(c, '\n' | '\t') { '\u{fffd}' } else { c };
    text.replace("\r\n", "\n").chars().map(shown).collect()
}

fn cells(draft: &Value) -> [String; 5] {
    let reference = draft.get("draft").unwrap_or(&Value::Null);
    [
        field(reference, "draft_id"),
        field(reference, "revision"),
        second(&field(draft, "saved_at")),
        second(&field(draft, "expires_at")),
        isolate(&field(draft, "name")),
    ]
}
