//! Records about what leaves a notice's first circle: what was passed on, and what was exported.

use amana_notice::Handling;
use amana_seal::record;
use amana_types::{Digest, MemberCode, NoticeId, Timestamp};

use crate::fold::facts::Facts;
use crate::fold::parts::SMALL;
use crate::replies::record::GrantBytes;

record! {
    /// A notice of ours, or one that came, passes another on. It stands beside the record of the notice.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct PassedOn {
        /// The notice that passes on.
        pub(crate) notice: NoticeId,
        /// Whether it is ours.
        pub(crate) ours: bool,
        /// Whose the origin is.
        pub(crate) owner: MemberCode,
        pub(crate) origin: NoticeId,
        pub(crate) origin_hash: Digest,
        /// How the origin is handled.
        pub(crate) handling: Handling,
        /// The owner's grant, when the handling code of the origin needs one.
        pub(crate) grant: Option<GrantBytes>,
    }
}

record! {
    /// A notice was taken out of the node.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Exported {
        pub(crate) notice: NoticeId,
        pub(crate) at: Timestamp,
        /// For a court, or for an investigation.
        pub(crate) court: bool,
        /// Agency, role, purpose and case reference, sealed.
        pub(crate) nonce: [u8; 16],
        pub(crate) sealed: Vec<u8> [..= SMALL],
    }
}

impl Facts for PassedOn {}
impl Facts for Exported {}
