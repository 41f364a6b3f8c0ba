//! Standard base64 (RFC 4648 §4) in exactly one spelling, as all C2SP texts want it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::hash::HASH_BYTES;

pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Decodes padded base64 without stray bits; `None` for anything else.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Decodes 32 bytes.
pub(crate) fn decode_hash(text: &str) -> Option<[u8; HASH_BYTES]> {
    decode(text)?.try_into().ok()
}

/// Splits text into lines that all end in a newline; `None` if the last one does not.
pub(crate) fn lines(text: &str) -> Option<std::str::Split<'_, char>> {
    text.strip_suffix('\n').map(|lines| lines.split('\n'))
}
