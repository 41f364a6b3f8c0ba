//! `EnrolmentService`: how a member enters. Its callers are strangers, so everything is checked here,
//! off the sequencer and on few threads, before it is asked for a place in the order.

use std::sync::Arc;

use amana_kit::certs::{CertificateRequest, Validity};
use amana_kit::identity::Principal;
use amana_seal::directory::{Entry, MemberStatement};
use amana_types::{MemberCode, Reason};
use amana_wire::status::Refusal;
use amana_wire::v1;
use amana_wire::v1::enrolment_service_server::EnrolmentService;
use bytes::Bytes;
use tonic::{Request, Response, Status};

use super::directory::{entry_refused, refused};
use super::{Hub, directory_turn, fault, place, submit, unreadable};
use crate::ledger::inclusion;
use crate::sequencer::Taken;

/// The service for those who hold an invitation.
pub(crate) struct EnrolmentCalls(pub(crate) Arc<Hub>);

/// Why an enrolment goes no further, beside what is wrong with its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum EnrolmentRefused {
    #[error("the entry is no enrolment; use the invitation as it came")]
    NotAnEnrolment,
    #[error("the certificate request does not parse, or is not signed with its own key; make a new one")]
    Request,
    #[error("the certificate request is for another key than the entry; make both of the same key")]
    OtherKey,
    #[error("{0} has other keys by now, or is suspended; ask the exchange for a new invitation")]
    AlreadyMember(MemberCode),
}

impl From<EnrolmentRefused> for Status {
    fn from(refused: EnrolmentRefused) -> Self {
        let reason = match refused {
            EnrolmentRefused::NotAnEnrolment => Reason::NotAnEnrolment,
            EnrolmentRefused::Request => Reason::RequestRefused,
            EnrolmentRefused::OtherKey => Reason::OtherKey,
            EnrolmentRefused::AlreadyMember(_) => Reason::AlreadyMember,
        };
        Refusal::new(reason, refused.to_string()).into()
    }
}

#[tonic::async_trait]
impl EnrolmentService for EnrolmentCalls {
    async fn enrol_member(
        &self,
        request: Request<v1::EnrolMemberRequest>,
    ) -> Result<Response<v1::EnrolMemberResponse>, Status> {
        let v1::EnrolMemberRequest { entry, certificate_request } = request.into_inner();
        let hub = &self.0;
        let turn = directory_turn(hub).await.map_err(refused)?;
        let bytes = entry.clone();
        let checked = tokio::task::spawn_blocking(move || check(&bytes, &certificate_request)).await;
        let (member, request) = checked.map_err(|_| fault("enrolment"))??;
        let taken = submit(hub, entry, turn).await.map_err(refused)?;
        answer(hub, member, &request, &taken).map(Response::new)
    }
}

/// Whether entry and request belong together.
fn check(entry: &[u8], request: &[u8]) -> Result<(MemberCode, CertificateRequest), Status> {
    let Entry::Enrol { statement, .. } = Entry::decode(entry).map_err(|why| entry_refused(&why))? else {
        return Err(EnrolmentRefused::NotAnEnrolment.into());
    };
    let statement =
        MemberStatement::decode(&statement.bytes).map_err(|_| EnrolmentRefused::NotAnEnrolment)?;
    let request = CertificateRequest::from_der(request).map_err(|_| EnrolmentRefused::Request)?;
    if request.spki_sha256() == statement.tls_key {
        Ok((statement.code, request))
    } else {
        Err(EnrolmentRefused::OtherKey.into())
    }
}

/// The certificate and the proof that the entry is in the log.
fn answer(
    hub: &Hub,
    member: MemberCode,
    request: &CertificateRequest,
    taken: &Taken,
) -> Result<v1::EnrolMemberResponse, Status> {
    let present = taken.published.directory().member(member);
    if !present.is_some_and(|present| present.is_active() && present.tls_key == request.spki_sha256()) {
        return Err(EnrolmentRefused::AlreadyMember(member).into());
    }
    let validity = Validity::starting(hub.clock.now(), hub.limits.member_certificate);
    let issued = hub
        .authority
        .issue_client(&Principal::Member(member), request, validity, &*hub.random)
        .map_err(|error| {
            tracing::error!(%error, %member, "cannot issue a certificate");
            fault("issuing a certificate")
        })?;
    let stamp = hub.reader.record(taken.seq).map_err(|error| unreadable(&error))?.stamp();
    let size = taken.published.head.size;
    let inclusion_proof =
        inclusion(&taken.published.tree, taken.seq, size).map_err(|error| unreadable(&error))?;
    Ok(v1::EnrolMemberResponse {
        certificate_chain: issued.chain().into_iter().map(|der| Bytes::from(der.to_vec())).collect(),
        place: Some(place(taken.seq, stamp)),
        checkpoint: taken.published.checkpoint.clone(),
        inclusion_proof,
    })
}
