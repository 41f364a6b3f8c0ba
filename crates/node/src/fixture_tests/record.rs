use amana_seal::record;
use amana_types::{MemberCode, Timestamp};

use crate::fold::facts::Facts;

record! {
    /// A heartbeat that came in.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Beat {
        pub(crate) sender: MemberCode,
        pub(crate) count: u64,
        pub(crate) received_at: Timestamp,
    }
}

impl Facts for Beat {}
