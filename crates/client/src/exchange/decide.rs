//! Bringing a review desk's decision to the hub.

use amana_types::Seq;
use amana_wire::v1;
use amana_wire::v1::exchange_service_client::ExchangeServiceClient;
use bytes::Bytes;
use tonic::transport::Channel;

use crate::ClientError;

/// Submits a signed decision; answers where in the log it is.
///
/// # Errors
/// [`ClientError::Remote`] when the hub does not take it: `REVIEW_OVER` when another decision, or a
/// withdrawal, came before.
pub async fn decide(channel: Channel, body: Bytes, signature: Bytes) -> Result<Seq, ClientError> {
    let mut hub = ExchangeServiceClient::new(channel);
    let decision = Some(v1::SignedDecision { body, signature });
    Ok(Seq(hub.submit_decision(v1::SubmitDecisionRequest { decision }).await?.into_inner().index))
}
