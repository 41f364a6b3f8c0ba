//! Records as bytes: fields, then sealed bytes.

use std::sync::Arc;

use amana_log::{LeafSalt, PartTooLong};
use amana_seal::codec::{CodecError, Reader, Writer};
use amana_seal::envelope::{GrantedSections, SlotTree};
use amana_seal::receipt;
use amana_seal::review::ReviewDecision;
use amana_types::{Digest, GroupName, HpkeEpoch, limits};
use bytes::Bytes;

use super::{Accept, Conflict, Deliver, Entry, ExpiryHour, Receipt, Record, Review, Slot, Stamp, Swept};

const ACCEPT: u8 = 1;
const CONFLICT: u8 = 2;
const RECEIPT: u8 = 4;
const DIRECTORY: u8 = 7;
const DELIVER: u8 = 3;
/// An accepted envelope whose sealed bytes are zeros.
const ERASED: u8 = 5;
const REVIEW: u8 = 6;
const SWEPT: u8 = 8;

/// A journal record that cannot be read although its checksum holds: it was written by another version,
/// or by a fault of ours. The process must stop; nothing is lost by that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The fields do not decode.
    #[error("the record does not decode: {0}; it was written by another version of the hub")]
    Codec(#[from] CodecError),
    /// The first byte names no kind of record.
    #[error("{0} is no kind of record; it was written by a newer version of the hub")]
    Kind(u8),
    /// A part of it is too long for a leaf.
    #[error(transparent)]
    Leaf(#[from] PartTooLong),
    /// Its bytes would read as another record.
    #[error("the record would not be read back as it is; nothing was written, report it")]
    Other,
}

/// A record as bytes that read back as that record: [`Record::encode`] makes no others.
#[derive(Clone, Debug)]
pub(crate) struct Encoded {
    /// Everything that recovery and routing need.
    fields: Bytes,
    /// Sealed bytes, in order; empty but for envelopes.
    sealed: Vec<Bytes>,
}

impl Encoded {
    /// The parts in the order in which they are written. Sealed bytes are shared, not copied.
    pub(crate) fn into_parts(self) -> Vec<Bytes> {
        std::iter::once(self.fields).chain(self.sealed).collect()
    }
}

impl Record {
    /// The record as bytes, read back before anybody is given them: what the hub could not read again it
    /// does not write, and so never acknowledges.
    ///
    /// # Errors
    /// [`RecordError`] when a part is longer than its reader allows.
    pub(crate) fn encode(&self) -> Result<Encoded, RecordError> {
        let Encoded { fields, sealed } = self.write();
        let mut parts = sealed.iter();
        let whole = |part: &&Bytes, length| part.len() == length;
        let next = |_: &mut Reader<'_>, length| {
            parts.next().filter(|part| whole(part, length)).cloned().ok_or(CodecError::Short)
        };
        let read = Self::read(&fields, next)?;
        if parts.next().is_none() && read == *self {
            Ok(Encoded { fields, sealed })
        } else {
            Err(RecordError::Other)
        }
    }

    /// The small fields: what the leaf of a record is over that no member recomputes.
    pub(super) fn fields(&self) -> Bytes {
        self.write().fields
    }

    fn write(&self) -> Encoded {
        let mut to = Writer::with_capacity(512);
        let sealed = match self {
            Self::Accept(accept) => return encode_accept(accept),
            Self::Conflict(conflict) => {
                put_stamp(to.u8(CONFLICT), conflict.stamp).notice(conflict.notice).member(conflict.sender);
                to.digest(&conflict.submission);
                Vec::new()
            }
            Self::Receipt(receipt) => {
                put_stamp(to.u8(RECEIPT), receipt.stamp).member(receipt.recipient).member(receipt.sender);
                to.bytes(&receipt.body).bytes(&receipt.signature);
                Vec::new()
            }
            Self::Directory(entry) => {
                put_stamp(to.u8(DIRECTORY), entry.stamp).bytes(&entry.bytes);
                Vec::new()
            }
            Self::Deliver(deliver) => {
                put_stamp(to.u8(DELIVER), deliver.stamp).member(deliver.member).seq(deliver.cursor);
                Vec::new()
            }
            Self::Review(review) => {
                put_stamp(to.u8(REVIEW), review.stamp).seq(review.of);
                to.member(review.desk).member(review.sender).count(review.recipients.len());
                review.recipients.iter().for_each(|member| {
                    to.member(*member);
                });
                to.bytes(&review.body).bytes(&review.signature);
                Vec::new()
            }
            Self::Swept(swept) => {
                put_stamp(to.u8(SWEPT), swept.stamp).u64(swept.until.0);
                Vec::new()
            }
        };
        Encoded { fields: to.finish().into(), sealed }
    }

    /// Reads a record; the parts of it share the memory of `bytes`.
    ///
    /// # Errors
    /// [`RecordError`] for bytes that no `encode` wrote.
    pub(crate) fn decode(bytes: &Bytes) -> Result<Self, RecordError> {
        Self::read(bytes, |from, length| Ok(bytes.slice_ref(from.take(length)?)))
    }

    /// Reads the fields in `bytes`; `sealed` gives the next sealed part, of that length.
    fn read(
        bytes: &Bytes,
        sealed: impl FnMut(&mut Reader<'_>, usize) -> Result<Bytes, CodecError>,
    ) -> Result<Self, RecordError> {
        let mut from = Reader::new(bytes);
        let kind = from.u8()?;
        let stamp = take_stamp(&mut from)?;
        let record = match kind {
            ACCEPT | ERASED => {
                let accept = take_accept(&mut from, bytes, stamp, sealed)?;
                Self::Accept(Arc::new(Accept { erased: kind == ERASED, ..accept }))
            }
            CONFLICT => Self::Conflict(Conflict {
                stamp,
                notice: from.notice()?,
                sender: from.member()?,
                submission: from.digest()?,
            }),
            RECEIPT => Self::Receipt(Arc::new(Receipt {
                stamp,
                recipient: from.member()?,
                sender: from.member()?,
                body: bytes.slice_ref(from.bytes(receipt::Receipt::MOST_BYTES)?),
                signature: bytes.slice_ref(from.bytes(64)?),
            })),
            DIRECTORY => Self::Directory(Arc::new(Entry {
                stamp,
                bytes: bytes.slice_ref(from.bytes(limits::DIRECTORY_ENTRY_BYTES)?),
            })),
            DELIVER => Self::Deliver(Deliver { stamp, member: from.member()?, cursor: from.seq()? }),
            REVIEW => Self::Review(Arc::new(Review {
                stamp,
                of: from.seq()?,
                desk: from.member()?,
                sender: from.member()?,
                recipients: from.list(limits::RECIPIENTS, Reader::member)?,
                body: bytes.slice_ref(from.bytes(ReviewDecision::MOST_BYTES)?),
                signature: bytes.slice_ref(from.bytes(64)?),
            })),
            SWEPT => Self::Swept(Swept { stamp, until: ExpiryHour(from.u64()?) }),
            other => return Err(RecordError::Kind(other)),
        };
        from.finish()?;
        Ok(record)
    }
}

fn put_stamp(to: &mut Writer, stamp: Stamp) -> &mut Writer {
    to.time(stamp.accepted_at).fixed(stamp.leaf_salt.as_bytes())
}

fn take_stamp(from: &mut Reader<'_>) -> Result<Stamp, CodecError> {
    Ok(Stamp { accepted_at: from.time()?, leaf_salt: LeafSalt::new(from.array()?) })
}

fn encode_accept(accept: &Accept) -> Encoded {
    let small = accept.header.len() + accept.addressing.len() + accept.slot_tree.len();
    let mut to = Writer::with_capacity(small + 32 * accept.slots.len() + 384);
    put_stamp(to.u8(if accept.erased { ERASED } else { ACCEPT }), accept.stamp);
    to.notice(accept.notice).digest(&accept.submission).member(accept.sender).flag(accept.held);
    to.option(accept.withdraws, |to, notice| {
        to.notice(notice);
    });
    to.time(accept.expires).count(accept.attachments.len());
    accept.attachments.iter().for_each(|digest| {
        to.digest(digest);
    });
    to.count(accept.groups.len());
    accept.groups.iter().for_each(|group| {
        to.text(group.as_str());
    });
    to.bytes(&accept.header).digest(&accept.slots_root).u8(accept.depth).fixed(&accept.signature);
    to.bytes(&accept.addressing).bytes(&accept.addressing_salt).bytes(&accept.slot_tree);
    to.count(accept.slots.len());
    for slot in &accept.slots {
        to.member(slot.recipient).u32(slot.epoch.0).u16(slot.granted.bits()).count(slot.sealed.len());
    }
    to.count(accept.sections.len());
    for section in &accept.sections {
        to.count(section.len());
    }
    let slots = accept.slots.iter().map(|slot| slot.sealed.clone());
    Encoded { fields: to.finish().into(), sealed: slots.chain(accept.sections.iter().cloned()).collect() }
}

fn take_accept(
    from: &mut Reader<'_>,
    bytes: &Bytes,
    stamp: Stamp,
    mut sealed: impl FnMut(&mut Reader<'_>, usize) -> Result<Bytes, CodecError>,
) -> Result<Accept, CodecError> {
    let share = |part: &[u8]| bytes.slice_ref(part);
    let mut accept = Accept {
        stamp,
        notice: from.notice()?,
        submission: from.digest()?,
        sender: from.member()?,
        held: from.flag()?,
        withdraws: from.option(Reader::notice)?,
        expires: from.time()?,
        attachments: from.list(limits::ATTACHMENTS, Reader::digest)?,
        groups: from.list(limits::ADDRESSING_SET, |from| from.parsed(GroupName::MOST_BYTES, "group"))?,
        header: share(from.bytes(limits::HEADER_BYTES)?),
        slots_root: Digest(from.array()?),
        depth: from.u8()?,
        signature: from.array()?,
        addressing: share(from.bytes(limits::ADDRESSING_BYTES)?),
        addressing_salt: share(from.bytes(32)?),
        slot_tree: share(from.bytes(SlotTree::MOST_BYTES)?),
        slots: Vec::new(),
        sections: Vec::new(),
        erased: false,
    };
    let slots = from.list(limits::RECIPIENTS, |from| {
        let (recipient, epoch) = (from.member()?, HpkeEpoch(from.u32()?));
        let granted = GrantedSections::of_bits(from.u16()?.into()).unwrap_or_default();
        Ok((recipient, epoch, granted, from.count(limits::SLOT_BYTES)?))
    })?;
    let sections = from.list(limits::SECTIONS, |from| from.count(limits::ENVELOPE_BODY_BYTES))?;
    for (recipient, epoch, granted, length) in slots {
        accept.slots.push(Slot { recipient, epoch, granted, sealed: sealed(from, length)? });
    }
    for length in sections {
        accept.sections.push(sealed(from, length)?);
    }
    Ok(accept)
}
