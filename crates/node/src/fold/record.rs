//! Records of no one subject: about the exchange's log, what was delivered, what the hub answered, who read what.

use amana_seal::envelope::Supersedes;
use amana_seal::record;
use amana_types::limits::{DIRECTORY_ENTRY_BYTES, RECIPIENTS};
use amana_types::{Action, Digest, MemberCode, NoticeId, Seq, Timestamp};

use super::facts::Facts;
use super::parts::{ALARM_BYTES, CHECKPOINT_BYTES, CODE_BYTES, Inclusion, MEMBERS, PairPlace, Proven, SMALL};

record! {
    /// What was delivered and is kept apart.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Quarantined {
        pub(crate) index: Seq,
        pub(crate) at: Timestamp,
        /// Stable, UPPER_SNAKE.
        pub(crate) reason: String [..= SMALL],
        /// The precise cause, without any content.
        pub(crate) detail: String [..= SMALL],
        /// The header and signature as delivered, for whoever looks into it.
        pub(crate) evidence: Vec<u8> [..= SMALL],
    }
}

record! {
    /// A receipt as its signer wrote it; verified before it became a record.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct ReceiptIn {
        pub(crate) index: Seq,
        pub(crate) accepted_at: Timestamp,
        pub(crate) body: Vec<u8> [..= SMALL],
        pub(crate) signature: Vec<u8> [..= SMALL],
        pub(crate) inclusion: Inclusion,
    }
}

record! {
    /// An entry of the directory; folded once before it became a record.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct DirectoryIn {
        pub(crate) index: Seq,
        pub(crate) accepted_at: Timestamp,
        pub(crate) entry: Vec<u8> [..= DIRECTORY_ENTRY_BYTES],
        pub(crate) inclusion: Inclusion,
    }
}

record! {
    /// The end of a group of deliveries: the log head they were proven against and the next place.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Followed {
        /// The first place in the exchange's log that we have not handled.
        pub(crate) cursor: Seq,
        /// The newest head that was found consistent with all before it: a signed note.
        pub(crate) checkpoint: Vec<u8> [..= CHECKPOINT_BYTES],
    }
}

record! {
    /// Receipts owed for records below this place have reached the hub.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Confirmed {
        pub(crate) below: Seq,
    }
}

record! {
    /// Something the administrator must look at.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Alarm {
        pub(crate) at: Timestamp,
        /// Stable, UPPER_SNAKE.
        pub(crate) reason: String [..= CODE_BYTES],
        /// What happened and what to do.
        pub(crate) message: String [..= ALARM_BYTES],
    }
}

record! {
    /// Who read what, why and when.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct AccessRead {
        pub(crate) at: Timestamp,
        pub(crate) action: Action,
        /// Names this record to the cipher at rest.
        pub(crate) nonce: [u8; 16],
        /// Agency, role, purpose, case reference and the notices shown.
        pub(crate) sealed: Vec<u8> [..= SMALL],
    }
}

record! {
    /// The hub's last word about a notice of ours.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Outcome {
        pub(crate) id: NoticeId,
        pub(crate) at: Timestamp,
        pub(crate) verdict: Verdict,
    }
}

record! {
    /// Taken or not.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum Verdict {
        /// It is in the audit log.
        Accepted(Proven) = 1,
        /// It was refused, and the same bytes would be again.
        Refused {
            /// The stable reason.
            reason: String [..= SMALL],
            /// What the hub said about it.
            message: String [..= SMALL],
        } = 2,
        /// It was made while our clock was ahead, and was made anew under this id.
        MadeAnew(NoticeId) = 3,
    }
}

record! {
    /// The head of a notice that was erased before we had it; its withdrawal follows.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Gone {
        pub(crate) index: Seq,
        pub(crate) id: NoticeId,
        pub(crate) sender: MemberCode,
        pub(crate) header_hash: Digest,
        /// The version whose place it took.
        pub(crate) supersedes: Option<Supersedes>,
        pub(crate) at: Timestamp,
    }
}

record! {
    /// A notice's key is gone.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Erased {
        /// The place of the record that demanded it.
        pub(crate) of: Seq,
        pub(crate) at: Timestamp,
    }
}

record! {
    /// What follows from the ends or replies at these places is done.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Looked {
        pub(crate) places: Vec<Seq> [..= SMALL],
    }
}

record! {
    /// Who has to erase a notice of ours that ended by itself.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Debtors {
        pub(crate) notice: NoticeId,
        pub(crate) since: Timestamp,
        pub(crate) members: Vec<MemberCode> [..= MEMBERS],
    }
}

record! {
    /// Envelopes of ours are made anew that the hub did not take: the sequences to their recipients go on from
    /// where they began, and an order is still to reach whom the new one is not for.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Returned {
        /// For each member the place of the next envelope.
        pub(crate) places: Vec<PairPlace> [..= RECIPIENTS],
        /// Of an order that leaves members out which are suspended at present.
        pub(crate) order: Option<LeftOut>,
    }
}

record! {
    /// Members that a decision is still to be told to.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct LeftOut {
        /// The place of the decision.
        pub(crate) of: Seq,
        /// The version that it is about.
        pub(crate) notice: NoticeId,
        pub(crate) members: Vec<MemberCode> [..= RECIPIENTS],
    }
}

impl Facts for Outcome {
    fn nobody_has(&self) -> Option<NoticeId> {
        (!matches!(self.verdict, Verdict::Accepted(_))).then_some(self.id)
    }
}

impl Facts for Quarantined {}
impl Facts for ReceiptIn {}
impl Facts for DirectoryIn {}
impl Facts for Followed {}
impl Facts for Confirmed {}
impl Facts for Alarm {}
impl Facts for AccessRead {}
impl Facts for Gone {}
impl Facts for Erased {}
impl Facts for Looked {}
impl Facts for Debtors {}
impl Facts for Returned {}
