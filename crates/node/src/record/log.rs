//! Records about the exchange's log, about what was delivered beside notices, and about who read what.

use amana_seal::record;
use amana_types::limits::DIRECTORY_ENTRY_BYTES;
use amana_types::{Action, Seq, Timestamp};

use super::{ALARM_BYTES, CHECKPOINT_BYTES, CODE_BYTES, SMALL};

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
    /// What it takes beside a record itself to show that it is in the exchange's log, as it was verified on
    /// arrival. It is kept then because nobody may be there to give it later, and costs about a kilobyte on
    /// disk and nothing in memory.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(crate) struct Inclusion {
        pub(crate) leaf_salt: [u8; 32],
        /// Sibling hashes from leaf to root, one after the other.
        pub(crate) path: Vec<u8> [..= SMALL],
        /// The checkpoint: a signed note.
        pub(crate) checkpoint: Vec<u8> [..= SMALL],
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
