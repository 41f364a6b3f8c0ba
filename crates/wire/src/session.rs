//! The beginning of every stream: what each side says first, and whether the other understands it.

use amana_types::Reason;
use bytes::Bytes;

use crate::status::Refusal;
use crate::v1::{Hello, Limits};

/// The version of the protocol that is spoken here.
pub const PROTOCOL: u32 = 1;

/// The most heads of the log in one [`Hello`].
pub const SEEN_HEADS: usize = 8;

/// The other side speaks no version of the protocol that is spoken here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the other side speaks version {0} of the protocol, and this one version {PROTOCOL}; update the older of the two"
)]
pub struct ProtocolUnsupported(pub u32);

impl From<ProtocolUnsupported> for Refusal {
    fn from(unsupported: ProtocolUnsupported) -> Self {
        Self::new(Reason::ProtocolUnsupported, unsupported.to_string()).with("protocol", PROTOCOL)
    }
}

/// What this side says first: what it takes, and the newest heads of the log that it has seen.
#[must_use]
pub fn hello(limits: Limits, mut seen_heads: Vec<Bytes>) -> Hello {
    seen_heads.truncate(SEEN_HEADS);
    Hello { protocol: PROTOCOL, features: Vec::new(), limits: Some(limits), seen_heads }
}

/// Whether what the other side said first is understood. Features that are not known mean nothing.
///
/// # Errors
/// [`ProtocolUnsupported`].
pub const fn understand(hello: &Hello) -> Result<(), ProtocolUnsupported> {
    if hello.protocol == PROTOCOL { Ok(()) } else { Err(ProtocolUnsupported(hello.protocol)) }
}
