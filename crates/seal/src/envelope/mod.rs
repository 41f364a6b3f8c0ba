//! The envelope, suite 0x0001: sealed by its sender, checked and routed by a hub that can open
//! nothing, opened by each recipient as far as it was granted.
//!
//! Each side is a chain of types in which no step can be had without the one before it:
//! [`EnvelopeRef`] -> [`ReceivedEnvelope`] -> [`VerifiedEnvelope`] at the hub, [`Delivered`] ->
//! [`ReceivedDelivery`] -> [`VerifiedDelivery`] -> [`Opened`] at the recipient.
//!
//! Who can be fooled, and how: a sender can lie in what it writes, but not to two recipients in two
//! ways (one signed header, one commitment to each key). The hub can withhold an envelope, not change
//! it or add a recipient. A recipient can publish what it read, and show others that it was sent,
//! since the signature is over the header that binds it.

mod addressing;
mod draft;
mod erased;
mod granted;
mod head;
mod header;
mod index;
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
pub use draft::{ClearSection, EnvelopeDraft, Granted, Recipient, SealError};
pub use erased::ErasedRef;
pub use granted::GrantedSections;
pub use header::{
    AttachmentHeader, Header, Kind, SUITE, SectionHeader, SectionKind, Supersedes, header_hash,
};
pub use index::SectionIndex;
pub use leaf::AcceptRecord;
pub use open::{Opened, OpenedSection, ReceivedDelivery, VerifiedDelivery, open};
pub use padding::padded_len;
pub(crate) use padding::{is_padded_len, padme};
pub use parts::{Delivered, Envelope, EnvelopeRef, Slot, SlotRef};
pub use refused::{EnvelopeRefused, Part};
pub use seal::seal;
pub use slot::{PairLink, PairSeq, slot_bytes};
pub use tree::{SlotDepth, SlotPath, SlotPlace, SlotTree, SlotTreeRef};
pub use verify::{ReceivedEnvelope, VerifiedEnvelope, verify_at_hub, verify_together};
