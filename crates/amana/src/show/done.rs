//! What a command did, in the reader's language.

use amana_types::labels::Word;
use amana_wire::v1;

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

/// What was sealed for whom, with what is said before that.
pub(crate) fn sealed(id: &str, before: Option<Word>, recipients: &[String], lang: Lang) -> String {
    let before = before.map(|before| format!("{} ", word(before, lang))).unwrap_or_default();
    format!("{id}\n  {before}{} {}", word(Word::SealedFor, lang), recipients.join(", "))
}

/// A newer version took the place of one.
pub(crate) fn amended(answer: &v1::AmendNoticeResponse, of: &str, lang: Lang) -> String {
    let before = answer.repeated_request.then(|| format!("{} ", word(Word::AmendedBefore, lang)));
    let [place, sealed, erase] =
        [Word::InThePlaceOf, Word::SealedFor, Word::ToBeErasedBy].map(|each| word(each, lang));
    let (id, recipients) = (&answer.notice_id, answer.recipients.join(", "));
    let mut lines = format!("{id}\n  {place} {of}\n  {}{sealed} {recipients}", before.unwrap_or_default());
    if !answer.to_erase.is_empty() {
        lines.push_str(&format!("\n  {erase} {}", answer.to_erase.join(", ")));
    }
    lines
}

/// A notice was suspended or resumed.
pub(crate) fn suspended(id: &str, suspended: bool, recipients: &[String], lang: Lang) -> String {
    let (what, told) = match suspended {
        true => (Word::Suspended, Word::ToBeHiddenBy),
        false => (Word::Resumed, Word::ToBeShownBy),
    };
    format!("{} {id}\n  {} {}", word(what, lang), word(told, lang), recipients.join(", "))
}

/// Something was granted or revoked.
pub(crate) fn granted(id: &str, what: Word, to: &str, lang: Lang) -> String {
    format!("{id}\n  {} {to}", word(what, lang))
}

/// A notice was written to a file.
pub(crate) fn exported(file: impl std::fmt::Display, owner_told: bool, lang: Lang) -> String {
    let told = if owner_told { format!("; {}", word(Word::OwnerTold, lang)) } else { String::new() };
    format!("{} {file}; {}{told}", word(Word::ExportedTo, lang), word(Word::RecordKept, lang))
}

/// Something is in the audit log at a place.
pub(crate) fn logged(what: impl std::fmt::Display, index: impl std::fmt::Display, lang: Lang) -> String {
    format!("{what}, {} {index}", word(Word::InTheLogAt, lang))
}
