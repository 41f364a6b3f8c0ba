//! What the hub's journal holds: one record for each leaf of the audit log.
//!
//! A record is small fields first and byte strings last. These are shared, never copied, from the wire to
//! the journal and to the recipients.

mod codec;
mod ready;

use std::fmt;
use std::sync::Arc;

use amana_log::{LeafHash, LeafSalt, LeafType, PartTooLong};
use amana_seal::codec::Encoded;
use amana_seal::directory::entry_leaf;
use amana_seal::envelope::{AcceptRecord, GrantedSections, SlotTree};
use amana_seal::receipt::{self, receipt_leaf};
use amana_seal::review::{ReviewDecision, decision_leaf};
use amana_seal::{encoded, record};
use amana_types::{Digest, GroupName, HpkeEpoch, MemberCode, NoticeId, Seq, Timestamp, limits};
use bytes::Bytes;

pub use codec::RecordError;
pub(crate) use ready::Ready;

record! {
    /// When the hub took a record in, and the random bytes that blind its leaf.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Stamp {
        /// The hub's clock, never before the previous record's.
        pub(crate) accepted_at: Timestamp,
        /// 32 random bytes.
        pub(crate) leaf_salt: LeafSalt,
    }
}

record! {
    /// One thing that happened.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum Record {
        /// An envelope was accepted.
        Accept(Arc<Accept>) = 1,
        /// Other bytes came under the id of an accepted envelope.
        Conflict(Conflict) = 2,
        /// A recipient signed for what it took in.
        Receipt(Arc<Receipt>) = 4,
        /// The directory changed.
        Directory(Arc<Entry>) = 7,
        /// A member has handled everything below a place.
        Deliver(Deliver) = 3,
        /// The review desk decided about an envelope that was held for it.
        Review(Arc<Review>) = 6,
        /// The sealed bytes of everything that had expired are gone.
        Swept(Swept) = 8,
    }
}

record! {
    /// An accepted envelope, as it was received, or what is left of it.
    #[derive(Clone, PartialEq, Eq)]
    pub(crate) struct Accept {
        pub(crate) stamp: Stamp,
        pub(crate) notice: NoticeId,
        /// Names these very bytes: equal digests are the same submission.
        pub(crate) submission: Digest,
        pub(crate) sender: MemberCode,
        pub(crate) header: Bytes [..= limits::HEADER_BYTES],
        pub(crate) slots_root: Digest,
        pub(crate) depth: u32,
        pub(crate) signature: [u8; 64],
        pub(crate) addressing: Bytes [..= limits::ADDRESSING_BYTES],
        pub(crate) addressing_salt: Bytes [..= 32],
        /// Every node of the slot tree, so that paths are cut and not computed.
        pub(crate) slot_tree: Bytes [..= SlotTree::MOST_BYTES],
        pub(crate) slots: Vec<Slot> [..= limits::RECIPIENTS],
        pub(crate) sections: Vec<Ciphertext> [..= limits::SECTIONS],
        /// It waits for the review desk: until that has passed it nobody else gets it.
        pub(crate) held: bool,
        /// The notice that it withdraws.
        pub(crate) withdraws: Option<NoticeId>,
        /// When its time is over, as its header says.
        pub(crate) expires: Timestamp,
        /// The attachments that its header lists.
        pub(crate) attachments: Vec<Digest> [..= limits::ATTACHMENTS],
        /// The groups that it is addressed to, as its addressing says: read once, when it was verified.
        pub(crate) groups: Vec<GroupName> [..= limits::ADDRESSING_SET],
        /// Its sender withdrew it, the review desk refused it, or its time is over: slots and sections are zeros of the same length. No leaf is over them.
        pub(crate) erased: bool,
    }
}

record! {
    /// One recipient's sealed keys.
    #[derive(Clone, PartialEq, Eq)]
    pub(crate) struct Slot {
        pub(crate) recipient: MemberCode,
        pub(crate) epoch: HpkeEpoch,
        /// The recipient is delivered these sections alone.
        pub(crate) granted: GrantedSections,
        pub(crate) sealed: Bytes [..= limits::SLOT_BYTES],
    }
}

record! {
    /// The ciphertext of one section.
    #[derive(Clone, PartialEq, Eq)]
    pub(crate) struct Ciphertext {
        pub(crate) bytes: Bytes [..= limits::ENVELOPE_BODY_BYTES],
    }
}

record! {
    /// A submission that was refused because its id was taken.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Conflict {
        pub(crate) stamp: Stamp,
        pub(crate) notice: NoticeId,
        pub(crate) sender: MemberCode,
        /// The digest of what was refused.
        pub(crate) submission: Digest,
    }
}

record! {
    /// A recipient's signed receipts for one sender.
    #[derive(Clone, PartialEq, Eq)]
    pub(crate) struct Receipt {
        pub(crate) stamp: Stamp,
        pub(crate) recipient: MemberCode,
        pub(crate) sender: MemberCode,
        pub(crate) body: Bytes [..= receipt::Receipt::MOST_BYTES],
        pub(crate) signature: Bytes [..= 64],
    }
}

record! {
    /// A signed directory entry.
    #[derive(Clone, PartialEq, Eq)]
    pub(crate) struct Entry {
        pub(crate) stamp: Stamp,
        pub(crate) bytes: Bytes [..= limits::DIRECTORY_ENTRY_BYTES],
    }
}

record! {
    /// A review desk's signed decision.
    #[derive(Clone, PartialEq, Eq)]
    pub(crate) struct Review {
        pub(crate) stamp: Stamp,
        /// Where the envelope is that it is about.
        pub(crate) of: Seq,
        pub(crate) desk: MemberCode,
        pub(crate) sender: MemberCode,
        /// Who gets the envelope now; nobody when it was refused.
        pub(crate) recipients: Vec<MemberCode> [..= limits::RECIPIENTS],
        pub(crate) body: Bytes [..= ReviewDecision::MOST_BYTES],
        pub(crate) signature: Bytes [..= 64],
    }
}

record! {
    /// A member's cursor moved.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Deliver {
        pub(crate) stamp: Stamp,
        pub(crate) member: MemberCode,
        /// Everything below is handled and durable at the member.
        pub(crate) cursor: Seq,
    }
}

record! {
    /// What had expired is erased.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Swept {
        pub(crate) stamp: Stamp,
        /// Everything in the log before this record whose hour of expiry is this one or before it.
        pub(crate) until: ExpiryHour,
    }
}

/// The hour in which something expires, rounded up: hours since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ExpiryHour(pub(crate) u64);

encoded!(ExpiryHour(u64));

impl ExpiryHour {
    const MILLIS: u64 = 3_600_000;

    /// The hour at whose end that moment has passed.
    pub(crate) const fn of(moment: Timestamp) -> Self {
        Self(moment.unix_millis().div_ceil(Self::MILLIS))
    }

    /// The hour after it.
    pub(crate) const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The newest hour of which everything has expired by now.
    pub(crate) const fn over_at(now: Timestamp) -> Self {
        Self(now.unix_millis() / Self::MILLIS)
    }
}

impl Record {
    /// When and under which salt it was taken in.
    pub(crate) fn stamp(&self) -> Stamp {
        match self {
            Self::Accept(accept) => accept.stamp,
            Self::Conflict(conflict) => conflict.stamp,
            Self::Receipt(receipt) => receipt.stamp,
            Self::Directory(entry) => entry.stamp,
            Self::Deliver(deliver) => deliver.stamp,
            Self::Review(review) => review.stamp,
            Self::Swept(swept) => swept.stamp,
        }
    }

    /// The record's leaf in the audit log. What members must be able to recompute is defined by `seal`.
    pub(crate) fn leaf(&self) -> Result<LeafHash, PartTooLong> {
        let Stamp { accepted_at, leaf_salt } = self.stamp();
        match self {
            Self::Accept(accept) => AcceptRecord {
                header: &accept.header,
                slots_root: accept.slots_root.as_bytes(),
                depth: accept.depth,
                signature: &accept.signature,
                accepted_at,
            }
            .leaf(&leaf_salt),
            Self::Receipt(receipt) => {
                receipt_leaf(&leaf_salt, &receipt.body, &receipt.signature, accepted_at)
            }
            Self::Directory(entry) => entry_leaf(&leaf_salt, &entry.bytes, accepted_at),
            Self::Review(review) => decision_leaf(&leaf_salt, &review.body, &review.signature, accepted_at),
            Self::Conflict(_) => LeafType::Refuse.leaf_hash(&leaf_salt, &[&self.to_bytes()]),
            Self::Deliver(_) => LeafType::Deliver.leaf_hash(&leaf_salt, &[&self.to_bytes()]),
            Self::Swept(_) => LeafType::Erased.leaf_hash(&leaf_salt, &[&self.to_bytes()]),
        }
    }
}

/// A record with its leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Logged {
    record: Record,
    leaf: LeafHash,
}

impl Logged {
    /// Computes the record's leaf.
    ///
    /// # Errors
    /// [`RecordError::Leaf`], which no record within its limits causes.
    pub(crate) fn new(record: Record) -> Result<Self, RecordError> {
        let leaf = record.leaf()?;
        Ok(Self { record, leaf })
    }

    /// The record.
    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    /// Its leaf's hash (RFC 9162 §2.1.1).
    pub(crate) fn leaf(&self) -> LeafHash {
        self.leaf
    }
}

impl Accept {
    /// The same without anything that could be opened.
    pub(crate) fn erase(&self) -> Self {
        let zeros = |bytes: &Bytes| Bytes::from(vec![0; bytes.len()]);
        let slot = |slot: &Slot| Slot { sealed: zeros(&slot.sealed), ..*slot };
        Self {
            slots: self.slots.iter().map(slot).collect(),
            sections: self
                .sections
                .iter()
                .map(|section| Ciphertext { bytes: zeros(&section.bytes) })
                .collect(),
            erased: true,
            ..self.clone()
        }
    }

    /// How many bytes of memory it keeps alive, about.
    pub(crate) fn weight(&self) -> usize {
        let slots: usize = self.slots.iter().map(|slot| slot.sealed.len()).sum();
        let sections: usize = self.sections.iter().map(|section| section.bytes.len()).sum();
        slots + sections + self.header.len() + self.addressing.len() + self.slot_tree.len()
    }
}

// Sealed bytes are for recipients, not for logs.
impl fmt::Debug for Accept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accept").field("notice", &self.notice).finish_non_exhaustive()
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt").field("recipient", &self.recipient).finish_non_exhaustive()
    }
}

impl fmt::Debug for Review {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Review").field("of", &self.of).finish_non_exhaustive()
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
pub(crate) mod tests;
