//! What others say, cut to the size at which it is kept: nobody outside decides how large our records
//! become.

use amana_log::{LogKey, SignedNote};

/// The most bytes of a stable reason.
pub(crate) const REASON_BYTES: usize = 64;
/// The most bytes of a sentence for people.
pub(crate) const MESSAGE_BYTES: usize = 1024;
/// The most bytes of what is kept of something that was set aside.
pub(crate) const EVIDENCE_BYTES: usize = 16 * 1024;
/// The most bytes of a checkpoint that is kept with all its cosignatures.
const NOTE_BYTES: usize = 4 * 1024;

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
