//! Ids that make it safe to send a request again.

use amana_types::Random as _;

/// A request id that was never used: 128 bits of chance, in hex.
pub(crate) fn fresh_request_id() -> String {
    let bytes: [u8; 16] = amana_kit::random::SystemRandom.array();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
