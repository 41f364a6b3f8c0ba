//! What a command did, in the reader's language.

use amana_types::labels::Word;

use super::word;
use crate::args::Lang;

/// A notice was published, or had been.
pub(crate) fn published(id: &str, recipients: &[String], before: bool, lang: Lang) -> String {
    let before = if before { format!("{} ", word(Word::PublishedBefore, lang)) } else { String::new() };
    format!("{id}\n  {before}{} {}", word(Word::SealedFor, lang), recipients.join(", "))
}

/// A notice was taken back.
pub(crate) fn withdrawn(id: &str, recipients: &[String], lang: Lang) -> String {
    let (withdrawn, erase) = (word(Word::Withdrawn, lang), word(Word::ToBeErasedBy, lang));
    format!("{withdrawn} {id}\n  {erase} {}", recipients.join(", "))
}

/// The review desk decided, or the first of two officers proposes to.
pub(crate) fn decided(id: &str, passes: bool, second_needed: bool, lang: Lang) -> String {
    let (verdict, more) = match (passes, second_needed) {
        (true, true) => (Word::Proposed, Some(Word::SecondOfficer)),
        (true, false) => (Word::Passed, None),
        (false, _) => (Word::Refused, Some(Word::SenderTold)),
    };
    let more = more.map(|more| format!("\n  {}", word(more, lang))).unwrap_or_default();
    format!("{} {id}{more}", word(verdict, lang))
}

/// A proof holds.
pub(crate) fn proven(
    id: &str,
    sender: &str,
    log: &str,
    (index, accepted): (u64, &str),
    lang: Lang,
) -> String {
    let [of, is_in, at, on] =
        [Word::Of, Word::IsInTheLogOf, Word::At, Word::Accepted].map(|each| word(each, lang));
    format!("{id} {of} {sender} {is_in} {log} {at} {index}, {on} {accepted}")
}

/// A word, and what it is about.
pub(crate) fn about(what: Word, thing: impl std::fmt::Display, lang: Lang) -> String {
    format!("{} {thing}", word(what, lang))
}
