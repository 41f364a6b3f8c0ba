//! Entering the exchange.

use amana_log::LogKey;
use amana_seal::directory::entry_leaf;
use amana_types::Seq;
use amana_wire::v1;
use amana_wire::v1::enrolment_service_client::EnrolmentServiceClient;
use bytes::Bytes;
use tonic::transport::Channel;

use crate::ClientError;
use crate::auditor::{Auditor, includes};
use crate::exchange::Place;

/// What a new member gets.
#[derive(Clone, Debug)]
pub struct Enrolled {
    /// The client certificate and the exchange's CA, DER.
    pub certificate_chain: Vec<Vec<u8>>,
    /// Where in the log the enrolment is.
    pub index: Seq,
    /// The checkpoint that proves so: the first head this member knows.
    pub checkpoint: Bytes,
}

/// Submits an enrolment entry and a certificate request (PKCS#10, DER). Safe to repeat.
///
/// # Errors
/// [`ClientError::Remote`] when the hub refuses; [`ClientError::Audit`] when it does not prove that the
/// entry is in the log whose key the invitation names.
pub async fn enrol(
    channel: Channel,
    key: LogKey,
    entry: Bytes,
    certificate_request: Bytes,
) -> Result<Enrolled, ClientError> {
    let mut hub = EnrolmentServiceClient::new(channel);
    let request = v1::EnrolMemberRequest { entry: entry.clone(), certificate_request };
    let answer = hub.enrol_member(request).await?.into_inner();
    let Place { index, accepted_at, leaf_salt } = Place::read(answer.place.as_ref())?;
    let leaf = entry_leaf(&leaf_salt, &entry, accepted_at).map_err(|_| ClientError::hub("leaf"))?;
    let head = Auditor::new(key).open(&answer.checkpoint)?;
    includes(&head, leaf, index.0, &answer.inclusion_proof)?;
    Ok(Enrolled {
        certificate_chain: answer.certificate_chain.into_iter().map(Vec::from).collect(),
        index,
        checkpoint: answer.checkpoint,
    })
}
