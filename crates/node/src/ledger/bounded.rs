//! What others say, cut to the size at which it is kept: nobody outside decides how large our records
//! become.

use amana_log::{LogKey, SignedNote};
use amana_store::views::MAX_VALUE_BYTES;
use amana_types::MemberCode;
use amana_types::limits::RECIPIENTS;

/// The most bytes of a stable reason.
pub(crate) const REASON_BYTES: usize = 64;
/// The most bytes of a sentence for people.
pub(crate) const MESSAGE_BYTES: usize = 1024;
/// The most bytes of what is kept of something that was set aside.
pub(crate) const EVIDENCE_BYTES: usize = 16 * 1024;
/// The most bytes of a checkpoint that is kept with all its cosignatures.
const NOTE_BYTES: usize = 4 * 1024;
/// What else is in a row of the views that holds one of these: ids, hashes, places and times.
const BESIDE_BYTES: usize = 512;
/// The largest rows: a node's state with its alarm and its checkpoint, and a notice with all its recipients.
const _: () = assert!(NOTE_BYTES + MESSAGE_BYTES + BESIDE_BYTES < MAX_VALUE_BYTES);
const _: () = assert!(RECIPIENTS * (4 + MemberCode::MOST_BYTES) + BESIDE_BYTES < MAX_VALUE_BYTES);

/// A text cut at a character's end.
pub(crate) fn text(mut text: String, most_bytes: usize) -> String {
    text.truncate(text.floor_char_boundary(most_bytes));
    text
}

/// Bytes cut to a length.
pub(crate) fn bytes(mut bytes: Vec<u8>, most_bytes: usize) -> Vec<u8> {
    bytes.truncate(most_bytes);
    bytes
}

/// A checkpoint as it came, or with nothing but the log's own signature when others made it too large.
pub(crate) fn note(note: &SignedNote, key: &LogKey) -> SignedNote {
    if note.as_str().len() <= NOTE_BYTES {
        return note.clone();
    }
    let own = note.signatures().iter().find(|line| line.id() == key.id() && line.name() == key.name());
    let lean = own.map(|line| format!("{}\n{line}\n", note.text()));
    lean.and_then(|lean| SignedNote::parse(lean.as_bytes()).ok()).unwrap_or_else(|| note.clone())
}

#[cfg(test)]
#[path = "bounded_tests.rs"]
mod tests;
