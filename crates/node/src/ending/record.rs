//! Records about the end of notices: taken back, run out, erased.
//!
//! The order is: the record that ends a notice demands that its key goes; the writer overwrites the key slot; then
//! it writes [`Erased`](crate::fold::record::Erased); that record alone owes a receipt. A crash in between erases
//! again. The owner's key goes too. Who sent what to whom and when, the ground, the words of the withdrawal, the
//! receipts and the proofs stay at both sides, as the trail.

use amana_seal::record;
use amana_types::limits::{MESSAGE_BYTES, RECIPIENTS};
use amana_types::{Digest, MemberCode, NoticeId, Seq, Timestamp};

use crate::fold::facts::{Ending, Facts};
use crate::fold::parts::{BlindDigest, MEMBERS, PairPlace, Proven, SMALL};
use crate::fold::rows::Cause;

record! {
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
        pub(crate) recipients: Vec<MemberCode> [..= MEMBERS],
        /// Ground and words, sealed.
        pub(crate) nonce: [u8; 16],
        pub(crate) sealed: Vec<u8> [..= SMALL],
    }
}

record! {
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
        pub(crate) recipients: Vec<PairPlace> [..= RECIPIENTS],
        pub(crate) header_hash: Digest,
        /// The envelope as it goes to the hub, in the encoding of the contract.
        pub(crate) envelope: Vec<u8> [..= MESSAGE_BYTES],
    }
}

record! {
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
        pub(crate) sealed: Vec<u8> [..= SMALL],
    }
}

record! {
    /// A received notice that is to be erased.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Held {
        /// Where its wrapped data key lies.
        pub(crate) key_slot: u64,
        /// Its place in the exchange's log.
        pub(crate) index: Seq,
    }
}

record! {
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
}

impl Facts for Withdrawn {
    fn ends_key_of(&self) -> Option<NoticeId> {
        Some(self.notice)
    }

    fn ends(&self) -> Option<Ending> {
        Some(Ending { notice: self.notice, cause: Cause::Withdrawn, at: self.at })
    }
}

impl Facts for Recall {
    fn envelope(&self) -> Option<&[u8]> {
        Some(&self.envelope)
    }

    fn about(&self) -> Option<NoticeId> {
        Some(self.notice)
    }
}

impl Facts for Recalled {
    fn ends_key_of(&self) -> Option<NoticeId> {
        Some(self.notice)
    }

    fn ends(&self) -> Option<Ending> {
        let Self { notice, received_at, held, .. } = *self;
        held.map(|_| Ending { notice, cause: Cause::Withdrawn, at: received_at })
    }
}

impl Facts for Expired {
    fn ends_key_of(&self) -> Option<NoticeId> {
        Some(self.notice)
    }

    fn ends(&self) -> Option<Ending> {
        Some(Ending { notice: self.notice, cause: Cause::Expired, at: self.at })
    }
}
