//! Records about review: what the desk decides here, and decisions as they are delivered.

use amana_seal::record;
use amana_types::{NoticeId, Seq, Timestamp};

use crate::fold::facts::Facts;
use crate::fold::parts::{BlindDigest, Inclusion, SMALL};

record! {
    /// A decision of the review desk, verified before it became a record: about a notice of ours, or one that
    /// comes with it, or by ourselves.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Reviewed {
        /// Its place in the exchange's log.
        pub(crate) index: Seq,
        pub(crate) notice: NoticeId,
        pub(crate) refused: bool,
        pub(crate) accepted_at: Timestamp,
        pub(crate) body: Vec<u8> [..= SMALL],
        pub(crate) signature: Vec<u8> [..= SMALL],
        pub(crate) inclusion: Inclusion,
    }
}

record! {
    /// At the desk: one officer passes a notice that two have to pass.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Proposed {
        pub(crate) notice: NoticeId,
        pub(crate) at: Timestamp,
        /// Keyed digest of the officer's name.
        pub(crate) officer: BlindDigest,
    }
}

record! {
    /// At the desk: the decision, signed and to be brought to the hub.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Decided {
        pub(crate) notice: NoticeId,
        pub(crate) officer: BlindDigest,
        pub(crate) body: Vec<u8> [..= SMALL],
        pub(crate) signature: Vec<u8> [..= SMALL],
    }
}

impl Facts for Reviewed {
    fn nobody_has(&self) -> Option<NoticeId> {
        self.refused.then_some(self.notice)
    }
}

impl Facts for Proposed {}
impl Facts for Decided {}
