//! `VersionService` of the contract: the versions of notices, and their suspension.

use std::sync::Arc;

use amana_notice::check;
use amana_policy::Reading;
use amana_types::{Action, NoticeId, Timestamp};
use amana_wire::convert::{number, timestamp_message};
use amana_wire::v1;
use amana_wire::v1::version_service_server::VersionService;
use tonic::{Request, Response, Status};

use super::api::{AgencyApi, blocking, notice_id};
use super::error::{CallError, status};
use super::publish::read_addressing;
use super::read::{reading, refuse_unreadable};
use crate::ledger::holdings::HoldingsError;
use crate::notice::reading::CaseReader;
use crate::versions::amend::Amendment;
use crate::versions::list::Versions;
use crate::versions::standing::Ordered;
use crate::versions::suspend::{Suspending, Why};

/// The service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct VersionCalls(pub(crate) Arc<AgencyApi>);

#[tonic::async_trait]
impl VersionService for VersionCalls {
    async fn amend(&self, request: Request<v1::AmendRequest>) -> Result<Response<v1::AmendResponse>, Status> {
        self.0.amend(request).await.map(Response::new).map_err(status)
    }

    async fn suspend(
        &self,
        request: Request<v1::SuspendRequest>,
    ) -> Result<Response<v1::SuspendResponse>, Status> {
        let asked = (request.get_ref().request_id.clone(), request.get_ref().notice_id.clone());
        let Ordered { at, recipients } = self.0.suspend(&request, asked, true).await.map_err(status)?;
        let recipients = recipients.iter().map(ToString::to_string).collect();
        Ok(Response::new(v1::SuspendResponse { recipients, decided: Some(timestamp_message(at)) }))
    }

    async fn resume(
        &self,
        request: Request<v1::ResumeRequest>,
    ) -> Result<Response<v1::ResumeResponse>, Status> {
        let asked = (request.get_ref().request_id.clone(), request.get_ref().notice_id.clone());
        let Ordered { at, recipients } = self.0.suspend(&request, asked, false).await.map_err(status)?;
        let recipients = recipients.iter().map(ToString::to_string).collect();
        Ok(Response::new(v1::ResumeResponse { recipients, decided: Some(timestamp_message(at)) }))
    }

    async fn list_versions(
        &self,
        request: Request<v1::ListVersionsRequest>,
    ) -> Result<Response<v1::ListVersionsResponse>, Status> {
        self.0.list_versions(request).await.map(Response::new).map_err(status)
    }

    async fn diff(&self, request: Request<v1::DiffRequest>) -> Result<Response<v1::DiffResponse>, Status> {
        self.0.diff(request).await.map(Response::new).map_err(status)
    }
}

impl AgencyApi {
    async fn amend(&self, request: Request<v1::AmendRequest>) -> Result<v1::AmendResponse, CallError> {
        let permit = self.gate.permit(&request, Action::Amend, None)?;
        let message = request.into_inner();
        let request = self.request_digest(&permit, &message.request_id)?;
        let of = notice_id(&message.notice_id)?;
        let (notice, addressing) = (message.notice.as_ref(), message.addressing.as_ref());
        let content = self.content_digest(&of.to_string(), notice, addressing);
        let mut notice = message.notice.unwrap_or_default();
        if notice.expires.is_none() {
            notice.expires = self.expiry_of(of).await?.map(timestamp_message);
        }
        let checked = check(&notice, self.clock.now());
        let addressed = message.addressing.map(|addressing| read_addressing(Some(addressing))).transpose();
        let (notice, addressing) = match (checked, addressed) {
            (Ok(notice), Ok(addressing)) => (notice, addressing),
            (notice, addressing) => {
                let mut problems = notice.err().unwrap_or_default();
                problems.extend(addressing.err().unwrap_or_default());
                return Err(CallError::Notice(problems));
            }
        };
        let agency = permit.caller().name.clone();
        let asked = Amendment { of, request, content, notice, agency, addressing };
        let amended = self.commands.run(asked).await?;
        Ok(v1::AmendResponse {
            notice_id: amended.version.id.to_string(),
            recipients: amended.version.recipients.iter().map(ToString::to_string).collect(),
            to_erase: amended.left_out.iter().map(ToString::to_string).collect(),
            repeated_request: amended.version.repeated,
        })
    }

    /// When a notice of ours expires: an amendment that does not say prolongs nothing.
    async fn expiry_of(&self, id: NoticeId) -> Result<Option<Timestamp>, CallError> {
        let put = blocking(&self.cases, move |cases| Ok(cases.sent(id)?)).await?;
        Ok(put.map(|put| put.expires).filter(|expires| *expires > self.clock.now()))
    }

    async fn suspend<T: Sync>(
        &self,
        request: &Request<T>,
        (request_id, id): (String, String),
        suspended: bool,
    ) -> Result<Ordered, CallError> {
        let permit = self.gate.permit(request, Action::Suspend, None)?;
        let request = self.request_digest(&permit, &request_id)?;
        let notice = notice_id(&id)?;
        let content = self.cases.vault.digest("suspension", &format!("{notice}\n{suspended}"));
        let why = Why::Asked(request, content);
        Ok(self.commands.run(Suspending { notice, suspended, why }).await?)
    }

    async fn list_versions(
        &self,
        request: Request<v1::ListVersionsRequest>,
    ) -> Result<v1::ListVersionsResponse, CallError> {
        self.gate.permit(&request, Action::ListVersions, None)?;
        let id = notice_id(&request.get_ref().notice_id)?;
        let own = self.own.to_string();
        let versions = blocking(&self.cases, move |cases| {
            let versions = cases.holdings.versions(id)?.ok_or(CallError::NotFound)?;
            Ok(listed(cases, &versions, &own)?)
        });
        Ok(v1::ListVersionsResponse { versions: versions.await? })
    }

    async fn diff(&self, request: Request<v1::DiffRequest>) -> Result<v1::DiffResponse, CallError> {
        let permit = self.gate.permit(&request, Action::Read, request.get_ref().reason.as_ref())?;
        let reading = reading(&permit)?;
        let message = request.into_inner();
        let id = notice_id(&message.notice_id)?;
        let other = match message.other_id.as_str() {
            "" => None,
            other => Some(notice_id(other)?),
        };
        let ((before, after), response) =
            blocking(&self.cases, move |cases| compare(cases, &reading, id, other)).await?;
        self.gate.write_down(&permit, &[before, after]).await?;
        Ok(response)
    }
}

/// The versions as a caller hears of them.
fn listed(cases: &CaseReader, versions: &Versions, own: &str) -> Result<Vec<v1::Version>, HoldingsError> {
    let newest: Vec<NoticeId> = versions.newest().map(|version| version.id).collect();
    let mut listed = Vec::with_capacity(versions.all.len());
    for version in &versions.all {
        let beside = versions.beside(version);
        listed.push(v1::Version {
            notice_id: version.id.to_string(),
            sender: version.sender.map_or_else(|| own.to_owned(), |sender| sender.to_string()),
            status: number(cases.holdings.version_status(version, &beside)?),
            created: version.created.map(timestamp_message),
            log_index: version.index.map(|index| index.0),
            header_hash: version.header_hash.to_string(),
            supersedes: beside.before.map(|before| before.to_string()).unwrap_or_default(),
            newest: newest.contains(&version.id),
            fork: beside.fork,
        });
    }
    Ok(listed)
}

/// What changed between two versions, the older one first.
fn compare(
    cases: &CaseReader,
    reading: &Reading,
    id: NoticeId,
    other: Option<NoticeId>,
) -> Result<((NoticeId, NoticeId), v1::DiffResponse), CallError> {
    refuse_unreadable(cases, id)?;
    let versions = cases.holdings.versions(id)?.ok_or(CallError::NotFound)?;
    let place = |id| versions.all.iter().position(|version| version.id == id);
    let (before, after) = match other {
        Some(other) => {
            let (one, two) = (place(id), place(other).ok_or(CallError::OtherNotice)?);
            if one < Some(two) { (id, other) } else { (other, id) }
        }
        None => {
            let named = versions.get(id).and_then(|version| version.before);
            (named.and_then(|named| versions.get(named.id)).ok_or(CallError::NoVersionBefore)?.id, id)
        }
    };
    let read = |id| {
        refuse_unreadable(cases, id)?;
        cases.view(reading, id)?.ok_or(CallError::NotFound)
    };
    let (one, two) = (read(before)?, read(after)?);
    let identities_withheld = !one.withheld_persons.is_empty() || !two.withheld_persons.is_empty();
    let notice = |view: v1::NoticeView| view.notice.unwrap_or_default();
    let changes = amana_wire::diff::changes(&notice(one), &notice(two)).into_iter().map(Into::into).collect();
    let (before_id, after_id) = (before.to_string(), after.to_string());
    Ok(((before, after), v1::DiffResponse { before_id, after_id, changes, identities_withheld }))
}
