//! The envelope, suite 0x0001.

mod addressing;
mod head;
mod header;
mod leaf;
mod open;
mod padding;
mod parts;
mod refused;
mod seal;
mod section;
mod slot;
mod tree;
mod verify;

pub use addressing::{AddressingSalt, addressing_hash, decode_addressing, encode_addressing};
pub use header::{Header, Kind, SUITE, SectionHeader, SectionIndex, SectionKind, Supersedes, header_hash};
pub use leaf::AcceptRecord;
pub use open::{Opened, OpenedSection, ReceivedDelivery, VerifiedDelivery, open};
pub use padding::padded_len;
pub use parts::{Delivered, Envelope, EnvelopeRef, Slot, SlotRef};
pub use refused::{EnvelopeRefused, Part};
pub use seal::{ClearSection, EnvelopeDraft, Granted, Recipient, SealError, seal};
pub use slot::{PairLink, PairSeq, slot_bytes};
pub use tree::{SlotDepth, SlotPath, SlotPlace, SlotTree, SlotTreeRef};
pub use verify::{ReceivedEnvelope, VerifiedEnvelope, verify_at_hub};
