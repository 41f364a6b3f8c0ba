//! Every limit in one place, with how they relate.

use crate::Duration;

/// The most bytes one gRPC message may have.
pub const MESSAGE_BYTES: usize = 1_280 * 1024;
/// The most bytes all sections of one envelope may have, sealed and padded.
pub const ENVELOPE_BODY_BYTES: usize = 768 * 1024;
/// The most bytes the plaintext of one section may have.
pub const SECTION_BYTES: usize = 512 * 1024;
/// The most sections one envelope may have.
pub const SECTIONS: usize = 16;
/// The most recipients one envelope may have.
pub const RECIPIENTS: usize = 256;
/// The most bytes a header core may have.
pub const HEADER_BYTES: usize = 4 * 1024;
/// The most bytes one slot may have: X-Wing encapsulation 1,120 + sixteen granted keys + tag.
pub const SLOT_BYTES: usize = 2 * 1024;
/// The most bytes the addressing of one envelope may have.
pub const ADDRESSING_BYTES: usize = 8 * 1024;
/// The most bytes one directory entry may have.
pub const DIRECTORY_ENTRY_BYTES: usize = 16 * 1024;
/// The most receipts one receipt record may list.
pub const RECEIPTS_PER_RECORD: usize = 256;
/// How far `created` may lie from the hub's clock in the future.
pub const CLOCK_SKEW: Duration = Duration::from_seconds(5 * 60);
/// How old an envelope may be when it reaches the hub: an outbox survives this long without a hub.
pub const SUBMISSION_WINDOW: Duration = Duration::from_days(30);
/// The longest retention of a notice.
pub const RETENTION: Duration = Duration::from_days(5 * 366);

const _: () =
    assert!(ENVELOPE_BODY_BYTES + RECIPIENTS * 1_300 + HEADER_BYTES + ADDRESSING_BYTES < MESSAGE_BYTES);
const _: () = assert!(SECTION_BYTES < ENVELOPE_BODY_BYTES);
