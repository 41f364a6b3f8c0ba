//! The versions of notices, and their suspension.

use amana_notice::check;
use amana_policy::{Permit, Reading};
use amana_types::{NoticeId, Timestamp};
use amana_wire::convert::{number, timestamp_message};
use amana_wire::v1;

use crate::api::agency::{AgencyApi, blocking, codes, notice_id};
use crate::api::error::CallError;
use crate::ledger::holdings::HoldingsError;
use crate::notice::publishing::read_addressing;
use crate::notice::reading::CaseReader;
use crate::notice::showing::{reading, refuse_unreadable};
use crate::versions::amend::Amendment;
use crate::versions::list::Versions;
use crate::versions::standing::Ordered;
use crate::versions::suspend::{Suspending, Why};

impl AgencyApi {
    pub(crate) async fn amend_notice(
        &self,
        permit: Permit,
        message: v1::AmendNoticeRequest,
    ) -> Result<v1::AmendNoticeResponse, CallError> {
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
        self.gate.write_down(&permit, &[of]).await?;
        let amended = self.commands.run(asked).await?;
        Ok(v1::AmendNoticeResponse {
            notice_id: amended.version.id.to_string(),
            recipients: codes(&amended.version.recipients),
            to_erase: codes(&amended.left_out),
            repeated_request: amended.version.repeated,
        })
    }

    /// When a notice of ours expires: an amendment that does not say prolongs nothing.
    async fn expiry_of(&self, id: NoticeId) -> Result<Option<Timestamp>, CallError> {
        let put = blocking(&self.cases, move |cases| Ok(cases.sent(id)?)).await?;
        Ok(put.map(|put| put.expires).filter(|expires| *expires > self.clock.now()))
    }

    pub(crate) async fn suspend_notice(
        &self,
        permit: Permit,
        message: v1::SuspendNoticeRequest,
    ) -> Result<v1::SuspendNoticeResponse, CallError> {
        let told = self.suspend(&permit, &message.request_id, &message.notice_id, true).await?;
        Ok(v1::SuspendNoticeResponse {
            recipients: codes(&told.recipients),
            suspended_at: Some(timestamp_message(told.at)),
            repeated_request: told.repeated,
        })
    }

    pub(crate) async fn resume_notice(
        &self,
        permit: Permit,
        message: v1::ResumeNoticeRequest,
    ) -> Result<v1::ResumeNoticeResponse, CallError> {
        let told = self.suspend(&permit, &message.request_id, &message.notice_id, false).await?;
        Ok(v1::ResumeNoticeResponse {
            recipients: codes(&told.recipients),
            resumed_at: Some(timestamp_message(told.at)),
            repeated_request: told.repeated,
        })
    }

    async fn suspend(
        &self,
        permit: &Permit,
        request_id: &str,
        id: &str,
        suspended: bool,
    ) -> Result<Ordered, CallError> {
        let request = self.request_digest(permit, request_id)?;
        let notice = notice_id(id)?;
        let content = self.cases.vault.digest("suspension", &format!("{notice}\n{suspended}"));
        let why = Why::Asked(request, content);
        self.gate.write_down(permit, &[notice]).await?;
        Ok(self.commands.run(Suspending { notice, suspended, why }).await?)
    }

    pub(crate) async fn list_versions(
        &self,
        permit: Permit,
        message: v1::ListVersionsRequest,
    ) -> Result<v1::ListVersionsResponse, CallError> {
        let page = self.page(&permit, &message)?;
        let (id, own) = (notice_id(&message.notice_id)?, self.own.to_string());
        let versions = blocking(&self.cases, move |cases| {
            let versions = cases.holdings.versions(id)?.ok_or(CallError::NotFound)?;
            Ok(listed(cases, &versions, &own)?)
        });
        let (versions, next_page_token, total) = self.cut(&page, versions.await?);
        self.gate.write_down(&permit, &[id]).await?;
        Ok(v1::ListVersionsResponse { versions, next_page_token, total })
    }

    pub(crate) async fn diff_versions(
        &self,
        permit: Permit,
        message: v1::DiffVersionsRequest,
    ) -> Result<v1::DiffVersionsResponse, CallError> {
        let reading = reading(&permit)?;
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
            created_at: version.created.map(timestamp_message),
            log_place: version.index.map(|index| cases.log_place(index, None)),
            header_hash: version.header_hash.as_bytes().to_vec().into(),
            supersedes: beside.before.map(|before| before.to_string()).unwrap_or_default(),
            newest: newest.contains(&version.id),
            forked: beside.fork,
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
) -> Result<((NoticeId, NoticeId), v1::DiffVersionsResponse), CallError> {
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
    Ok(((before, after), v1::DiffVersionsResponse { before_id, after_id, changes, identities_withheld }))
}
