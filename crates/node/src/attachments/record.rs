//! What records say of attachments.

use amana_seal::record;
use amana_types::{Digest, NoticeId, Seq, Timestamp};

use crate::fold::facts::Facts;
use crate::fold::parts::CODE_BYTES;

record! {
    /// An attachment of a notice that came in is here, or cannot be had.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Fetched {
        /// The place of the notice's record.
        pub(crate) of: Seq,
        pub(crate) notice: NoticeId,
        /// Its address.
        pub(crate) digest: Digest,
        pub(crate) at: Timestamp,
        /// Why it cannot be had; empty when it is here.
        pub(crate) reason: String [..= CODE_BYTES],
    }
}

impl Facts for Fetched {}
