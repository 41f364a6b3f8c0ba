//! What is said first on every stream.

use amana_log::{LeafSalt, VerifiedCheckpoint};
use amana_types::limits::MESSAGE_BYTES;
use amana_types::{Seq, Timestamp};
use amana_wire::session;
use amana_wire::v1;
use amana_wire::v1::membership_service_client::MembershipServiceClient;
use bytes::Bytes;
use tonic::transport::Channel;

use crate::ClientError;

/// What this side says first, with the newest head that it believes, if any.
pub(super) fn hello(head: Option<&VerifiedCheckpoint>) -> v1::Hello {
    let seen = head.map(|head| Bytes::copy_from_slice(head.note().as_str().as_bytes()));
    let limits = v1::Limits { message_bytes: MESSAGE_BYTES as u64, ..v1::Limits::default() };
    session::hello(limits, seen.into_iter().collect())
}

/// Whether what the hub says first is understood.
pub(super) fn greeted(hello: Option<v1::Hello>) -> Result<v1::Hello, ClientError> {
    let hello = hello.ok_or(ClientError::hub("a stream that does not begin with Hello"))?;
    session::understand(&hello)?;
    Ok(hello)
}

/// What the hub takes.
///
/// # Errors
/// [`ClientError::Protocol`] when the hub speaks another version of the protocol.
pub async fn limits(channel: Channel) -> Result<v1::Limits, ClientError> {
    let mut hub = MembershipServiceClient::new(channel);
    let answer = hub.get_limits(v1::GetLimitsRequest { hello: Some(hello(None)) }).await?.into_inner();
    greeted(answer.hello)?.limits.ok_or(ClientError::hub("limits"))
}

/// Where a record is, and what its leaf is made with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) index: Seq,
    pub(crate) accepted_at: Timestamp,
    pub(crate) leaf_salt: LeafSalt,
}

impl Place {
    /// As the hub says it; nothing is proven by that.
    pub(crate) fn read(place: Option<&v1::LeafPlace>) -> Result<Self, ClientError> {
        let place = place.ok_or(ClientError::hub("a record without its place"))?;
        let salt = <[u8; 32]>::try_from(place.leaf_salt.as_ref());
        Ok(Self {
            index: Seq(place.index),
            accepted_at: Timestamp::from_unix_millis(place.accepted_at_unix_ms),
            leaf_salt: salt.map(LeafSalt::new).map_err(|_| ClientError::hub("leaf salt"))?,
        })
    }
}
