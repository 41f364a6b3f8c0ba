//! Records about the end of notices: taken back, run out, erased.

use amana_seal::codec::{CodecError, Reader, Writer};
use amana_types::limits::{MESSAGE_BYTES, RECIPIENTS};
use amana_types::{Digest, MemberCode, NoticeId, Seq, Timestamp};

use super::decode::{SMALL, read_places, read_proven};
use super::encode::{write_places, write_proven};
use super::{BlindDigest, PairPlace, Proven};

/// We took a notice of ours back. From here on it is hidden here, and its recipients are to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Withdrawn {
    pub(crate) notice: NoticeId,
    pub(crate) at: Timestamp,
    /// Where the notice's wrapped data key lies.
    pub(crate) key_slot: u64,
    /// Keyed digest of the agency and its request id.
    pub(crate) request: BlindDigest,
    /// Keyed digest of what was asked.
    pub(crate) content: BlindDigest,
    /// Everyone that was ever sent the notice.
    pub(crate) recipients: Vec<MemberCode>,
    /// Ground and words, sealed.
    pub(crate) nonce: [u8; 16],
    pub(crate) sealed: Vec<u8>,
}

/// A withdrawal in the outbox. The same id can be put again, sealed anew, until the hub took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recall {
    /// The place of the [`Withdrawn`] that it carries out.
    pub(crate) of: Seq,
    /// The notice that is taken back.
    pub(crate) notice: NoticeId,
    pub(crate) id: NoticeId,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) recipients: Vec<PairPlace>,
    pub(crate) header_hash: Digest,
    /// The envelope as it goes to the hub, in the encoding of the contract.
    pub(crate) envelope: Vec<u8>,
}

/// A sender took a notice back that it had sent to us, or says that it had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recalled {
    /// The withdrawal's own id.
    pub(crate) id: NoticeId,
    pub(crate) sender: MemberCode,
    pub(crate) notice: NoticeId,
    pub(crate) notice_hash: Digest,
    pub(crate) received_at: Timestamp,
    pub(crate) header_hash: Digest,
    pub(crate) proven: Proven,
    pub(crate) pair_number: u64,
    pub(crate) pair_previous: Digest,
    /// Where the notice is; nothing when it was never here.
    pub(crate) held: Option<Held>,
    /// Ground and words, sealed.
    pub(crate) nonce: [u8; 16],
    pub(crate) sealed: Vec<u8>,
}

/// A received notice that is to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// Where its wrapped data key lies.
    pub(crate) key_slot: u64,
    /// Its place in the exchange's log.
    pub(crate) index: Seq,
}

/// A notice's time is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expired {
    pub(crate) notice: NoticeId,
    pub(crate) at: Timestamp,
    /// Its row among those that wait to expire.
    pub(crate) due: (Timestamp, Seq),
    /// Where its wrapped data key lies.
    pub(crate) key_slot: u64,
    /// Of a received one: who gets the receipt, and its header hash and place in the exchange's log.
    pub(crate) received: Option<(MemberCode, Digest, Seq)>,
}

/// A notice's key is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Erased {
    /// The place of the record that demanded it.
    pub(crate) of: Seq,
    pub(crate) at: Timestamp,
}

impl Withdrawn {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.notice).time(self.at).u64(self.key_slot).fixed(&self.request).fixed(&self.content);
        w.count(self.recipients.len());
        for member in &self.recipients {
            w.member(*member);
        }
        w.fixed(&self.nonce).bytes(&self.sealed);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            notice: r.notice()?,
            at: r.time()?,
            key_slot: r.u64()?,
            request: r.array()?,
            content: r.array()?,
            recipients: r.list(RECIPIENTS, Reader::member)?,
            nonce: r.array()?,
            sealed: r.bytes(SMALL)?.to_vec(),
        })
    }
}

impl Recall {
    pub(super) fn write(&self, w: &mut Writer) {
        w.seq(self.of).notice(self.notice).notice(self.id).time(self.created).time(self.expires);
        write_places(w, &self.recipients);
        w.digest(&self.header_hash).bytes(&self.envelope);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            of: r.seq()?,
            notice: r.notice()?,
            id: r.notice()?,
            created: r.time()?,
            expires: r.time()?,
            recipients: read_places(r)?,
            header_hash: r.digest()?,
            envelope: r.bytes(MESSAGE_BYTES)?.to_vec(),
        })
    }
}

impl Recalled {
    pub(super) fn write(&self, w: &mut Writer) {
        w.notice(self.id).member(self.sender).notice(self.notice).digest(&self.notice_hash);
        w.time(self.received_at).digest(&self.header_hash);
        write_proven(w, &self.proven);
        w.u64(self.pair_number).digest(&self.pair_previous);
        w.option(self.held, |w, held| {
            w.u64(held.key_slot).seq(held.index);
        });
        w.fixed(&self.nonce).bytes(&self.sealed);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            id: r.notice()?,
            sender: r.member()?,
            notice: r.notice()?,
            notice_hash: r.digest()?,
            received_at: r.time()?,
            header_hash: r.digest()?,
            proven: read_proven(r)?,
            pair_number: r.u64()?,
            pair_previous: r.digest()?,
            held: r.option(|r| Ok(Held { key_slot: r.u64()?, index: r.seq()? }))?,
            nonce: r.array()?,
            sealed: r.bytes(SMALL)?.to_vec(),
        })
    }
}

impl Expired {
    pub(super) fn write(&self, w: &mut Writer) {
        let (due, place) = self.due;
        w.notice(self.notice).time(self.at).time(due).seq(place).u64(self.key_slot);
        w.option(self.received, |w, (sender, header_hash, index)| {
            w.member(sender).digest(&header_hash).seq(index);
        });
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            notice: r.notice()?,
            at: r.time()?,
            due: (r.time()?, r.seq()?),
            key_slot: r.u64()?,
            received: r.option(|r| Ok((r.member()?, r.digest()?, r.seq()?)))?,
        })
    }
}

impl Erased {
    pub(super) fn write(&self, w: &mut Writer) {
        w.seq(self.of).time(self.at);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self { of: r.seq()?, at: r.time()? })
    }
}
