//! What envelopes give back that nobody got.

use amana_seal::record;
use amana_types::limits::RECIPIENTS;
use amana_types::{MemberCode, NoticeId, Seq};

use super::PairPlace;

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
