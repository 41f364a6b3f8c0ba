//! Bytes to records.

use amana_seal::codec::{CodecError, Reader};
use amana_seal::envelope::Supersedes;
use amana_types::limits::{DIRECTORY_ENTRY_BYTES, MESSAGE_BYTES, RECIPIENTS};

use super::{
    AccessRead, Acknowledged, Alarm, ClockSet, Confirmed, Debtors, Decided, DirectoryIn, Discarded, Drafted,
    Erased, Expired, Exported, Followed, Gone, Inclusion, Looked, Outcome, Outgoing, OutgoingReply,
    PairPlace, PassedOn, Proposed, Proven, Quarantined, Recall, Recalled, ReceiptIn, Received, Record,
    Reexamine, ReplyEnded, ReplyIn, Restricted, Reviewed, Suspended, Suspension, Vaulted, Verdict, Withdrawn,
};
use super::{Fetched, read_attachments};

/// The most bytes of a small field: a note, a reason, a sealed detail.
pub(super) const SMALL: usize = 64 * 1024;

/// A journal record whose checksum holds and which is still none of ours: written by another version
/// of this program, or by another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RecordError {
    /// A kind that this version does not have.
    #[error("a record of kind {0}, which this version does not know; run the version that wrote it")]
    Kind(u8),
    /// Not the encoding of its kind.
    #[error("a record of kind {kind} does not read ({cause}); run the version that wrote it")]
    Encoding {
        /// The kind's byte.
        kind: u8,
        /// What does not read.
        #[source]
        cause: CodecError,
    },
}

impl Record {
    /// Reads a record back.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut r = Reader::new(bytes);
        let kind = r.u8().map_err(|cause| RecordError::Encoding { kind: 0, cause })?;
        let read = match kind {
            1 => read_put(&mut r).map(Self::Outgoing),
            2 => read_outcome(&mut r).map(Self::Outcome),
            3 => read_received(&mut r).map(Self::Received),
            4 => read_quarantined(&mut r).map(Self::Quarantined),
            5 => read_receipt(&mut r).map(Self::Receipt),
            6 => read_directory(&mut r).map(Self::Directory),
            7 => read_followed(&mut r).map(Self::Followed),
            8 => read_acknowledged(&mut r).map(Self::Acknowledged),
            9 => read_access(&mut r).map(Self::Access),
            10 => read_alarm(&mut r).map(Self::Alarm),
            11 => r.seq().map(|below| Self::Confirmed(Confirmed { below })),
            12 => Withdrawn::read(&mut r).map(Self::Withdrawn),
            13 => Recall::read(&mut r).map(Self::Recall),
            14 => Recalled::read(&mut r).map(Self::Recalled),
            15 => Expired::read(&mut r).map(Self::Expired),
            16 => Erased::read(&mut r).map(Self::Erased),
            17 => read_gone(&mut r).map(Self::Gone),
            22 => Reviewed::read(&mut r).map(Self::Reviewed),
            23 => Proposed::read(&mut r).map(Self::Proposed),
            24 => Decided::read(&mut r).map(Self::Decided),
            45 => OutgoingReply::read(&mut r).map(|put| Self::OutgoingReply(Box::new(put))),
            46 => ReplyIn::read(&mut r).map(|reply| Self::ReplyIn(Box::new(reply))),
            47 => ClockSet::read(&mut r).map(Self::ClockSet),
            48 => Reexamine::read(&mut r).map(Self::Reexamine),
            49 => ReplyEnded::read(&mut r).map(Self::ReplyEnded),
            50 => Looked::read(&mut r).map(Self::Looked),
            51 => Debtors::read(&mut r).map(Self::Debtors),
            30 => Suspended::read(&mut r).map(Self::Suspended),
            31 => Suspension::read(&mut r).map(Self::Suspension),
            32 => Restricted::read(&mut r).map(Self::Restricted),
            57 => Fetched::read(&mut r).map(Self::Fetched),
            52 => Exported::read(&mut r).map(Self::Exported),
            53 => PassedOn::read(&mut r).map(Self::PassedOn),
            60 => Drafted::read(&mut r).map(Self::Drafted),
            61 => Discarded::read(&mut r).map(Self::Discarded),
            other => return Err(RecordError::Kind(other)),
        };
        read.and_then(|record| r.finish().map(|()| record))
            .map_err(|cause| RecordError::Encoding { kind, cause })
    }
}

fn read_put(r: &mut Reader<'_>) -> Result<Outgoing, CodecError> {
    Ok(Outgoing {
        id: r.notice()?,
        created: r.time()?,
        expires: r.time()?,
        request: r.array()?,
        content: r.array()?,
        held: r.flag()?,
        header_hash: r.digest()?,
        supersedes: r.option(read_supersedes)?,
        parked: r.flag()?,
        attachments: read_attachments(r)?,
        recipients: read_places(r)?,
        vaulted: read_vaulted(r)?,
        envelope: r.bytes(MESSAGE_BYTES)?.to_vec(),
    })
}

fn read_gone(r: &mut Reader<'_>) -> Result<Gone, CodecError> {
    let (index, id, sender) = (r.seq()?, r.notice()?, r.member()?);
    let (header_hash, supersedes) = (r.digest()?, r.option(read_supersedes)?);
    Ok(Gone { index, id, sender, header_hash, supersedes, at: r.time()? })
}

fn read_supersedes(r: &mut Reader<'_>) -> Result<Supersedes, CodecError> {
    Ok(Supersedes { id: r.notice()?, header_hash: r.digest()? })
}

pub(super) fn read_places(r: &mut Reader<'_>) -> Result<Vec<PairPlace>, CodecError> {
    r.list(RECIPIENTS, |r| Ok(PairPlace { member: r.member()?, number: r.u64()?, previous: r.digest()? }))
}

fn read_outcome(r: &mut Reader<'_>) -> Result<Outcome, CodecError> {
    let (id, at) = (r.notice()?, r.time()?);
    let verdict = if r.flag()? {
        Verdict::Accepted(read_proven(r)?)
    } else {
        Verdict::Refused { reason: r.text(SMALL)?.to_owned(), message: r.text(SMALL)?.to_owned() }
    };
    Ok(Outcome { id, at, verdict })
}

fn read_received(r: &mut Reader<'_>) -> Result<Received, CodecError> {
    Ok(Received {
        id: r.notice()?,
        sender: r.member()?,
        created: r.time()?,
        expires: r.time()?,
        received_at: r.time()?,
        header_hash: r.digest()?,
        supersedes: r.option(read_supersedes)?,
        held: r.flag()?,
        passed: r.option(Reader::seq)?,
        proven: read_proven(r)?,
        pair_number: r.u64()?,
        pair_previous: r.digest()?,
        attachments: read_attachments(r)?,
        vaulted: read_vaulted(r)?,
    })
}

fn read_quarantined(r: &mut Reader<'_>) -> Result<Quarantined, CodecError> {
    Ok(Quarantined {
        index: r.seq()?,
        at: r.time()?,
        reason: r.text(SMALL)?.to_owned(),
        detail: r.text(SMALL)?.to_owned(),
        evidence: r.bytes(SMALL)?.to_vec(),
    })
}

fn read_receipt(r: &mut Reader<'_>) -> Result<ReceiptIn, CodecError> {
    Ok(ReceiptIn {
        index: r.seq()?,
        accepted_at: r.time()?,
        body: r.bytes(SMALL)?.to_vec(),
        signature: r.bytes(SMALL)?.to_vec(),
        inclusion: read_inclusion(r)?,
    })
}

fn read_directory(r: &mut Reader<'_>) -> Result<DirectoryIn, CodecError> {
    Ok(DirectoryIn {
        index: r.seq()?,
        accepted_at: r.time()?,
        entry: r.bytes(DIRECTORY_ENTRY_BYTES)?.to_vec(),
        inclusion: read_inclusion(r)?,
    })
}

/// Reads what [`write_inclusion`](super::write_inclusion) wrote.
pub(crate) fn read_inclusion(r: &mut Reader<'_>) -> Result<Inclusion, CodecError> {
    Ok(Inclusion {
        leaf_salt: r.array()?,
        path: r.bytes(SMALL)?.to_vec(),
        checkpoint: r.bytes(SMALL)?.to_vec(),
    })
}

fn read_followed(r: &mut Reader<'_>) -> Result<Followed, CodecError> {
    Ok(Followed { cursor: r.seq()?, checkpoint: r.bytes(SMALL)?.to_vec() })
}

fn read_acknowledged(r: &mut Reader<'_>) -> Result<Acknowledged, CodecError> {
    Ok(Acknowledged {
        id: r.notice()?,
        sender: r.member()?,
        header_hash: r.digest()?,
        index: r.seq()?,
        at: r.time()?,
        nonce: r.array()?,
        sealed: r.bytes(SMALL)?.to_vec(),
    })
}

fn read_access(r: &mut Reader<'_>) -> Result<AccessRead, CodecError> {
    Ok(AccessRead {
        at: r.time()?,
        action: r.parsed(SMALL, "action")?,
        nonce: r.array()?,
        sealed: r.bytes(SMALL)?.to_vec(),
    })
}

fn read_alarm(r: &mut Reader<'_>) -> Result<Alarm, CodecError> {
    Ok(Alarm { at: r.time()?, reason: r.text(SMALL)?.to_owned(), message: r.text(SMALL)?.to_owned() })
}

pub(super) fn read_proven(r: &mut Reader<'_>) -> Result<Proven, CodecError> {
    Ok(Proven { index: r.seq()?, accepted_at: r.time()?, proof: r.bytes(SMALL)?.to_vec() })
}

pub(super) fn read_vaulted(r: &mut Reader<'_>) -> Result<Vaulted, CodecError> {
    Ok(Vaulted {
        key_slot: r.u64()?,
        summary: r.bytes(SMALL)?.to_vec(),
        terms: r.bytes(MESSAGE_BYTES)?.to_vec(),
        case: r.bytes(MESSAGE_BYTES)?.to_vec(),
        protected: r.option(|r| r.bytes(MESSAGE_BYTES).map(<[u8]>::to_vec))?,
    })
}
