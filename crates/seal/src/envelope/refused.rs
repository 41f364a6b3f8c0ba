//! Why an envelope is refused.

use std::fmt;

use amana_types::HpkeEpoch;

use super::index::SectionIndex;
use crate::codec::CodecError;
use crate::signer::SignerRefused;

/// A part of an envelope, as it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The header core.
    Header,
    /// The root over the slots.
    SlotsRoot,
    /// The depth of the slot tree.
    Depth,
    /// The signature.
    Signature,
    /// The addressing.
    Addressing,
    /// The addressing's salt.
    AddressingSalt,
    /// The list of slots.
    Slots,
    /// One slot.
    Slot,
    /// The random leaves beside the slots.
    Padding,
    /// The path from a slot to the root.
    Path,
    /// The list of section ciphertexts.
    Sections,
    /// One section's ciphertext.
    Section,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::SlotsRoot => "slots root",
            Self::Depth => "slot tree depth",
            Self::Signature => "signature",
            Self::Addressing => "addressing",
            Self::AddressingSalt => "addressing salt",
            Self::Slots => "slot list",
            Self::Slot => "slot",
            Self::Padding => "slot padding",
            Self::Path => "slot path",
            Self::Sections => "section list",
            Self::Section => "section",
        })
    }
}

/// Why an envelope is refused: precise, for the local event stream only. The other side learns
/// that it is refused, and all cryptographic refusals look alike to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeRefused {
    /// A part is longer or more numerous than the limits allow.
    #[error("the {part} has a size of {size}, the limit is {most}; send less")]
    TooLarge {
        /// Which part.
        part: Part,
        /// Its size, in bytes or items.
        size: usize,
        /// The limit.
        most: usize,
    },
    /// A part has a size that does not fit the rest.
    #[error("the {part} has a size of {size} where {wanted} is needed")]
    Size {
        /// Which part.
        part: Part,
        /// Its size, in bytes or items.
        size: usize,
        /// What fits.
        wanted: usize,
    },
    /// A part is not in its one encoding.
    #[error("the {part} is malformed: {cause}")]
    Malformed {
        /// Which part.
        part: Part,
        /// What is wrong with it.
        cause: CodecError,
    },
    /// Another suite than ours.
    #[error("suite {0:#06x} is unknown; only 0x0001 is spoken here")]
    Suite(u16),
    /// The sender's key does not count at this place in the log.
    #[error("the sender: {0}")]
    Sender(#[from] SignerRefused),
    /// The signature does not verify.
    #[error("the sender's signature does not verify")]
    Signature,
    /// A ciphertext is not the one that the header names.
    #[error("the ciphertext of section {} is not the one that was signed", .0.0)]
    SectionHash(SectionIndex),
    /// The slots and their padding do not give the signed root.
    #[error("the slots do not give the root that was signed")]
    SlotTree,
    /// The slots are not sorted by recipient, or two are for one recipient.
    #[error("the slots are not in strictly ascending order of recipients")]
    SlotOrder,
    /// The addressing is not the one that the header names.
    #[error("the addressing is not the one that was signed")]
    AddressingHash,
    /// The slot does not belong to the signed root.
    #[error("the slot does not belong to the slots that were signed")]
    SlotProof,
    /// We hold no private key of that epoch.
    #[error("no private key of epoch {} is held here: it was destroyed, or never made here", .0.0)]
    NoPrivateKey(HpkeEpoch),
    /// The slot does not open.
    #[error("the slot does not open under our key")]
    Slot,
    /// The slot opens, but does not hold what a slot holds.
    #[error("the slot's content is malformed: {0}")]
    SlotContent(CodecError),
    /// What is said beside a slot about the sections that it grants is not so.
    #[error("the slot does not grant the sections that it is said to grant")]
    Granted,
    /// A key is not the one that the header commits to.
    #[error("the key of section {} is not the one that was committed to", .0.0)]
    Commitment(SectionIndex),
    /// A section does not open.
    #[error("section {} does not open", .0.0)]
    Section(SectionIndex),
    /// A section is not padded as it must be.
    #[error("section {} is not padded as it must be", .0.0)]
    SectionPadding(SectionIndex),
}
