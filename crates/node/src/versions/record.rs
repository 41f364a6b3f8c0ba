//! Records about the versions of notices, and about their suspension.

use amana_seal::record;
use amana_types::{Digest, MemberCode, NoticeId, Timestamp};

use crate::fold::facts::Facts;
use crate::fold::parts::{BlindDigest, MEMBERS, Proven};

record! {
    /// We suspended a notice of ours, or resumed it: a word that its recipients are to be told.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Suspended {
        /// The version that the word names: the newest.
        pub(crate) notice: NoticeId,
        pub(crate) at: Timestamp,
        /// Suspended, or resumed.
        pub(crate) suspended: bool,
        /// The sequence number of the word about the notice, from 1. The greatest counts, whatever the order in
        /// which they come.
        pub(crate) number: u64,
        /// Keyed digests of the agency and its request id, and of what was asked; nothing for a word that
        /// follows from an amendment, or from what became of the notice that this one passes on.
        pub(crate) request: Option<(BlindDigest, BlindDigest)>,
        /// Whether it follows from what became of the notice that this one passes on.
        pub(crate) by_origin: bool,
        /// Who is to be told.
        pub(crate) recipients: Vec<MemberCode> [..= MEMBERS],
    }
}

record! {
    /// A sender suspended a notice that it had sent to us, or will have, or resumed it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Suspension {
        /// The word's own id.
        pub(crate) id: NoticeId,
        pub(crate) sender: MemberCode,
        pub(crate) notice: NoticeId,
        pub(crate) notice_hash: Digest,
        pub(crate) suspended: bool,
        pub(crate) number: u64,
        pub(crate) received_at: Timestamp,
        pub(crate) header_hash: Digest,
        pub(crate) proven: Proven,
        pub(crate) pair_number: u64,
        pub(crate) pair_previous: Digest,
    }
}

record! {
    /// An amendment of ours is published: members that have a version before it and do not get the amendment
    /// are to erase what they have. Nobody, when there are none.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Restricted {
        /// The amendment.
        pub(crate) by: NoticeId,
        /// The version before it.
        pub(crate) version: NoticeId,
        pub(crate) at: Timestamp,
        pub(crate) members: Vec<MemberCode> [..= MEMBERS],
    }
}

impl Facts for Suspended {}
impl Facts for Suspension {}
impl Facts for Restricted {}
