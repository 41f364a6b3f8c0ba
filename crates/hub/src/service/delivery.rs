//! Reading what is meant for one member, and putting it into messages.

use std::sync::Arc;

use amana_log::LeafHash;
use amana_seal::envelope::SlotTreeRef;
use amana_types::{MemberCode, Seq};
use amana_wire::v1;
use amana_wire::v1::delivery::Record as Wire;
use bytes::Bytes;
use tonic::Status;

use super::{Hub, fault, place, unreadable, unwritable};
use crate::ledger::{LedgerError, hashes, inclusion};
use crate::published::Published;
use crate::record::{Accept, Ciphertext, Record, Review, Stamp};

/// In the place of a section that is not granted.
static NOTHING: Ciphertext = Ciphertext { bytes: Bytes::new() };
/// Records read in one go.
const BATCH: usize = 64;

/// How much more may be sent.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) records: usize,
    pub(super) bytes: usize,
    /// Whether one record may be larger than that: nothing else is under way.
    pub(super) any: bool,
}

/// What was read.
pub(super) struct Batch {
    pub(super) records: Vec<Outgoing>,
    /// Everything below is in `records`, was sent before, or is not for the member.
    pub(super) next: Seq,
    /// Whether the record at `next` has more bytes than there is room for.
    pub(super) full: bool,
}

/// A record on its way to one member.
pub(super) struct Outgoing {
    pub(super) seq: Seq,
    pub(super) weight: usize,
    record: Wire,
    stamp: Stamp,
    leaf: LeafHash,
}

impl Outgoing {
    /// The message, proven against the head that was sent last.
    pub(super) fn finish(self, published: &Published) -> Result<v1::Delivery, LedgerError> {
        let inclusion_proof = inclusion(&published.tree, self.seq, published.head.size)?;
        Ok(v1::Delivery {
            place: Some(place(self.seq, self.stamp)),
            leaf_hash: Bytes::copy_from_slice(self.leaf.as_bytes()),
            inclusion_proof,
            record: Some(self.record),
        })
    }
}

/// Reads on for a member, up to what was published. Only what is no longer in memory is read on a
/// thread that may wait for the disk.
pub(super) async fn collect(
    hub: &Arc<Hub>,
    member: MemberCode,
    from: Seq,
    published: &Arc<Published>,
    room: Room,
) -> Result<Batch, Status> {
    if hub.recent.holds(from)
        && let Some(batch) = read(hub, member, from, published, room, Disk::Not)?
    {
        return Ok(batch);
    }
    let (hub, published) = (Arc::clone(hub), Arc::clone(published));
    let reading = move || read(&hub, member, from, &published, room, Disk::May);
    let batch = tokio::task::spawn_blocking(reading).await.map_err(|_| fault("reading the journal"))??;
    batch.ok_or_else(|| fault("reading the journal"))
}

/// Whether records that are no longer in memory may be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Disk {
    May,
    Not,
}

/// Nothing when it would need the disk and may not.
fn read(
    hub: &Hub,
    member: MemberCode,
    from: Seq,
    published: &Published,
    room: Room,
    disk: Disk,
) -> Result<Option<Batch>, Status> {
    let record = |seq| match hub.recent.get(seq) {
        Some(record) => Ok(Some(record)),
        None if disk == Disk::Not => Ok(None),
        None => hub.reader.record(seq).map(Some).map_err(|error| unreadable(&error)),
    };
    let most = room.records.min(BATCH);
    let found = hub.reader.relevant(member, from, published, most).map_err(|error| unreadable(&error))?;
    let next =
        if found.len() < most { published.next() } else { found.last().map_or(from, |seq| seq.next()) };
    let mut batch = Batch { records: Vec::with_capacity(found.len()), next, full: false };
    let mut left = room.bytes;
    for seq in found {
        let Some(read) = record(seq)? else { return Ok(None) };
        let message = match &read {
            Record::Review(review) => {
                // What it is about was accepted long before, perhaps.
                let Some(accepted) = record(review.of)? else { return Ok(None) };
                reviewed(review, &accepted, member, published).map_err(|error| unreadable(&error))?
            }
            _ => message(&read, member),
        };
        let Some((record, weight)) = message else { continue };
        if weight > left && !(room.any && batch.records.is_empty()) {
            (batch.next, batch.full) = (seq, true);
            break;
        }
        left = left.saturating_sub(weight);
        let leaf = read.leaf().map_err(|error| unwritable(&error.into()))?;
        batch.records.push(Outgoing { seq, weight, record, stamp: read.stamp(), leaf });
    }
    Ok(Some(batch))
}

/// The record as that member gets it, and its bytes; `None` when there is nothing for it in there.
fn message(record: &Record, member: MemberCode) -> Option<(Wire, usize)> {
    match record {
        Record::Accept(accept) if accept.erased => {
            accept.slots.binary_search_by_key(&member, |slot| slot.recipient).ok()?;
            let erased = v1::ErasedDelivery {
                header: accept.header.clone(),
                slots_root: Bytes::copy_from_slice(accept.slots_root.as_bytes()),
                depth: accept.depth,
                signature: Bytes::copy_from_slice(&accept.signature),
            };
            Some((Wire::Erased(erased), accept.header.len()))
        }
        Record::Accept(accept) => {
            let envelope = envelope(accept, member)?;
            let sections: usize = envelope.sections.iter().map(Bytes::len).sum();
            let weight =
                sections + envelope.header.len() + envelope.slot.as_ref().map_or(0, |slot| slot.sealed.len());
            Some((Wire::Envelope(envelope), weight))
        }
        Record::Receipt(receipt) => {
            let weight = receipt.body.len() + receipt.signature.len();
            let signed =
                v1::SignedReceipt { body: receipt.body.clone(), signature: receipt.signature.clone() };
            Some((Wire::Receipt(v1::ReceiptDelivery { receipt: Some(signed) }), weight))
        }
        Record::Directory(entry) => {
            let weight = entry.bytes.len();
            let entry = entry.bytes.clone();
            Some((Wire::Directory(v1::DirectoryDelivery { entry }), weight))
        }
        Record::Conflict(_) | Record::Deliver(_) | Record::Review(_) | Record::Swept(_) => None,
    }
}

/// A decision as that member gets it: whoever is let have the envelope gets it along. What was withdrawn
/// meanwhile is not there to be had.
fn reviewed(
    review: &Review,
    accepted: &Record,
    member: MemberCode,
    published: &Published,
) -> Result<Option<(Wire, usize)>, LedgerError> {
    let signed = v1::SignedDecision { body: review.body.clone(), signature: review.signature.clone() };
    let mut delivery = v1::ReviewDelivery { decision: Some(signed), envelope: None };
    let mut weight = review.body.len() + review.signature.len();
    if review.recipients.contains(&member) {
        let Some((Wire::Envelope(envelope), sealed)) = message(accepted, member) else { return Ok(None) };
        weight += sealed;
        delivery.envelope = Some(v1::PassedEnvelope {
            place: Some(place(review.of, accepted.stamp())),
            inclusion_proof: inclusion(&published.tree, review.of, published.head.size)?,
            envelope: Some(envelope),
        });
    }
    Ok(Some((Wire::Review(delivery), weight)))
}

/// The envelope with the member's own slot, the path that proves it and the sections that it grants; nobody
/// else's. Sealed bytes are shared, not copied.
fn envelope(accept: &Accept, member: MemberCode) -> Option<v1::EnvelopeDelivery> {
    let index = accept.slots.binary_search_by_key(&member, |slot| slot.recipient).ok()?;
    let slot = accept.slots.get(index)?;
    let path = SlotTreeRef::parse(&accept.slot_tree)?.path(index)?;
    let siblings = Bytes::from(path.siblings);
    Some(v1::EnvelopeDelivery {
        header: accept.header.clone(),
        slots_root: Bytes::copy_from_slice(accept.slots_root.as_bytes()),
        depth: accept.depth,
        signature: Bytes::copy_from_slice(&accept.signature),
        slot: Some(v1::Slot {
            recipient: member.as_str().to_owned(),
            key_epoch: slot.epoch.0,
            granted_sections: slot.granted.bits().into(),
            sealed: slot.sealed.clone(),
        }),
        slot_index: u32::from(path.place.0),
        slot_path: hashes(&siblings),
        sections: slot
            .granted
            .choose(&accept.sections, &NOTHING)
            .map(|section| section.bytes.clone())
            .collect(),
    })
}
