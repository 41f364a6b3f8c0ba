//! The header core: what the sender's signature is over, kept verbatim from first receipt to log.

use amana_log::{RootHash, TreeHead, TreeSize};
use amana_types::{Digest, DirectoryHead, KeyId, MemberCode, NoticeId, Timestamp, limits};

use super::refused::{EnvelopeRefused, Part};
use crate::attachment::sealed_bytes;
use crate::codec::{CodecError, Encoded, Reader, plain};
use crate::hash::sha256;

/// The one suite there is: X-Wing HPKE slots, AES-256-GCM sections, Ed25519.
pub const SUITE: u16 = 0x0001;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal $text:literal,)*) => {
        /// What an envelope carries. All kinds travel the same road.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])* $name = $number,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The kind's code, such as `NOTICE`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// The kind's number in a header.
            #[must_use]
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The kind of that number.
            #[must_use]
            pub fn of(number: u8) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.number() == number)
            }

            /// Whether it carries what a review desk may have to pass: everything but what only takes
            /// back, hides, acknowledges or beats.
            #[must_use]
            pub const fn is_reviewable(self) -> bool {
                !matches!(
                    self,
                    Self::Withdrawal | Self::Suspension | Self::Receipt | Self::Review | Self::Heartbeat
                )
            }

            /// Whether it says something about another envelope, and nothing without it.
            #[must_use]
            pub const fn needs_another(self) -> bool {
                matches!(self, Self::Withdrawal | Self::Suspension)
            }

            /// Whether an envelope of this kind can name one of kind `before` as what it takes the place
            /// of, withdraws or suspends. What only withdraws or suspends is never taken back: whoever
            /// was away would not hear of it.
            #[must_use]
            pub const fn may_supersede(self, before: Self) -> bool {
                match self {
                    Self::Notice | Self::Suspension => matches!(before, Self::Notice),
                    _ => !before.needs_another(),
                }
            }
        }
    };
}

kinds! {
    /// A notice.
    Notice = 1 "NOTICE",
    /// The withdrawal of a notice.
    Withdrawal = 2 "WITHDRAWAL",
    /// A receipt that carries more than the log's own receipts.
    Receipt = 3 "RECEIPT",
    /// A reply to a notice.
    Reply = 4 "REPLY",
    /// A question to other members.
    Query = 5 "QUERY",
    /// The answer to a question.
    Answer = 6 "ANSWER",
    /// A review desk's decision.
    Review = 7 "REVIEW",
    /// A sign of life, which shows gaps.
    Heartbeat = 8 "HEARTBEAT",
    /// A notice goes out of sight for a while, or comes back into it.
    Suspension = 9 "SUSPENSION",
}

/// What a section holds, numbered by its author's vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionKind(pub u8);

/// What the header says about one section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionHeader {
    /// What it holds.
    pub kind: SectionKind,
    /// SHA-256 of its ciphertext.
    pub ciphertext: Digest,
    /// The commitment to its key.
    pub commitment: Digest,
    /// The length of its padded plaintext in bytes; the ciphertext is 16 longer.
    pub padded_bytes: u32,
}

/// What the header says about one attachment, which travels beside the envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttachmentHeader {
    /// SHA-256 of what is sealed: its address.
    pub sealed: Digest,
    /// The length of its padded content in bytes.
    pub padded_bytes: u64,
}

impl AttachmentHeader {
    /// How many bytes are sealed.
    #[must_use]
    pub fn sealed_bytes(&self) -> u64 {
        // A header with another length is not read.
        sealed_bytes(self.padded_bytes).unwrap_or(u64::MAX)
    }
}

/// The envelope that this one takes the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supersedes {
    /// Its id.
    pub id: NoticeId,
    /// The SHA-256 of its header core.
    pub header_hash: Digest,
}

crate::encoded!(Supersedes { id, header_hash });
crate::encoded!(AttachmentHeader { sealed, padded_bytes });

/// A header core, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// What the envelope carries.
    pub kind: Kind,
    /// Its id.
    pub id: NoticeId,
    /// Who signed it.
    pub sender: MemberCode,
    /// The sender's signing key.
    pub sender_key: KeyId,
    /// When it was made, by the sender's clock.
    pub created: Timestamp,
    /// When it ends; after `created`.
    pub expires: Timestamp,
    /// The labelled hash of salt and addressing.
    pub addressing: Digest,
    /// The directory by which the sender chose recipients and keys.
    pub directory: DirectoryHead,
    /// The newest audit head that the sender had verified, if any.
    pub audit: Option<TreeHead>,
    /// Its sections.
    pub sections: Vec<SectionHeader>,
    /// What it answers.
    pub in_reply_to: Option<NoticeId>,
    /// What it takes the place of.
    pub supersedes: Option<Supersedes>,
    /// Whether the hub holds it until the review desk has passed it.
    pub held: bool,
    /// The attachments that belong to it, each once.
    pub attachments: Vec<AttachmentHeader>,
}

/// SHA-256 of a header core.
#[must_use]
pub fn header_hash(header_core: &[u8]) -> Digest {
    sha256(header_core)
}

crate::encoded!(Header {
    kind, id, sender, sender_key, created, expires, addressing, directory, audit,
    sections [..= limits::SECTIONS], in_reply_to, supersedes, held, attachments [..= limits::ATTACHMENTS],
} if Header::check);
crate::encoded!(DirectoryHead { entries, hash });
crate::encoded!(SectionHeader { kind, ciphertext, commitment, padded_bytes });
plain! {
    Kind: |w, kind| w.u8(kind.number()), |r| Self::of(r.u8()?).ok_or(CodecError::Value("kind"));
    SectionKind: |w, kind| w.u8(kind.0), |r| r.u8().map(Self);
    TreeHead: |w, head| w.u64(head.size.get()).fixed(head.root.as_bytes()), |r| Ok(Self {
        size: TreeSize::new(r.u64()?),
        root: RootHash::new(r.array()?),
    });
}

impl Header {
    /// The header core.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [SUITE.to_be_bytes().as_slice(), &self.to_bytes()].concat()
    }

    /// Reads a header core.
    ///
    /// # Errors
    /// [`EnvelopeRefused::Suite`] for any suite but ours, [`EnvelopeRefused::Malformed`] for bytes
    /// that [`Self::encode`] would not have written.
    pub fn decode(core: &[u8]) -> Result<Self, EnvelopeRefused> {
        let malformed = |cause| EnvelopeRefused::Malformed { part: Part::Header, cause };
        let mut r = Reader::new(core);
        match r.u16().map_err(malformed)? {
            SUITE => Encoded::decode(r.rest()).map_err(malformed),
            other => Err(EnvelopeRefused::Suite(other)),
        }
    }

    fn check(&self) -> Result<(), CodecError> {
        if self.held && !self.kind.is_reviewable() {
            return Err(CodecError::Value("held"));
        }
        if self.expires <= self.created {
            return Err(CodecError::Value("expiry"));
        }
        check_attachments(self.kind, &self.attachments).map_err(|()| CodecError::Value("attachments"))
    }
}

/// Each once, of a length that hides in steps, within the limits, and only where there is content.
pub(super) fn check_attachments(kind: Kind, attachments: &[AttachmentHeader]) -> Result<(), ()> {
    let twice = |n: usize, one: &AttachmentHeader| {
        attachments.iter().take(n).any(|earlier| earlier.sealed == one.sealed)
    };
    let wrong =
        |(n, one): (usize, &AttachmentHeader)| sealed_bytes(one.padded_bytes).is_none() || twice(n, one);
    let total = attachments.iter().fold(0_u64, |sum, one| sum.saturating_add(one.padded_bytes));
    let fit = attachments.len() <= limits::ATTACHMENTS && total <= limits::ATTACHMENTS_BYTES;
    let carried = attachments.is_empty() || kind.is_reviewable();
    if fit && carried && !attachments.iter().enumerate().any(wrong) { Ok(()) } else { Err(()) }
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
