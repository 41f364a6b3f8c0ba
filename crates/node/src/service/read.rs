//! Reading: one notice, lists, search, and the acknowledgement of a read.

use amana_policy::{DeniedRule, Permit, Reading};
use amana_types::life::NoticeStatus;
use amana_types::{Action, NoticeId, Seq};
use amana_wire::v1;
use tonic::Request;

use super::api::{AgencyApi, blocking, notice_id};
use super::error::CallError;
use crate::access::gate::AccessError;
use crate::fold::rows::{Cause, Way};
use crate::fold::table::RowKind;
use crate::notice::reading::{CaseReader, Summaries};
use crate::notice::record::Acknowledged;
use crate::search::asked;
use crate::subjects::Record;

/// Notices of a page when nothing is said.
const USUAL_PAGE: u32 = 50;
/// Notices of a page at most.
const LARGEST_PAGE: u32 = 200;

/// The reading part of a permit, which every reading action has.
pub(super) fn reading(permit: &Permit) -> Result<Reading, CallError> {
    let reading = permit.reading().cloned();
    reading.ok_or_else(|| CallError::Access(AccessError::Denied(DeniedRule::RoleMayNotAct.into())))
}

impl AgencyApi {
    pub(super) async fn get(&self, request: Request<v1::GetRequest>) -> Result<v1::GetResponse, CallError> {
        let reason = request.get_ref().reason.clone();
        let permit = self.gate.permit(&request, Action::Read, reason.as_ref())?;
        let reading = reading(&permit)?;
        let id = notice_id(&request.get_ref().notice_id)?;
        let view = blocking(&self.cases, move |cases| {
            refuse_unreadable(cases, id)?;
            Ok(cases.view(&reading, id)?)
        })
        .await?;
        let view = view.ok_or(CallError::NotFound)?;
        self.gate.write_down(&permit, &[id]).await?;
        Ok(v1::GetResponse { notice: Some(view) })
    }

    pub(super) async fn list(
        &self,
        request: Request<v1::ListRequest>,
    ) -> Result<v1::ListResponse, CallError> {
        let reason = request.get_ref().reason.clone();
        let permit = self.gate.permit(&request, Action::List, reason.as_ref())?;
        let reading = reading(&permit)?;
        let way = match request.get_ref().direction() {
            v1::Direction::Received => Way::Received,
            v1::Direction::Sent => Way::Sent,
            v1::Direction::Unspecified => return Err(CallError::Direction),
        };
        let page = Page::read(request.get_ref().page_size, &request.get_ref().page_token)?;
        let operation = request.get_ref().operation.clone();
        let found = blocking(&self.cases, move |cases| {
            let (before, limit) = (page.before, page.with_one_more());
            Ok(match operation.as_str() {
                "" => cases.list(&reading, way, before, limit)?,
                name => cases.list_of_operation(&reading, way, name, before, limit)?,
            })
        });
        let (mut notices, next_page_token) = self.show(&permit, page, found.await?).await?;
        for notice in notices.iter_mut().filter(|_| way == Way::Sent) {
            let waits = notice_id(&notice.notice_id).ok().and_then(|id| self.waits.about(id));
            notice.waits_for = waits.map(|wait| wait.cause.reason).unwrap_or_default();
        }
        Ok(v1::ListResponse { notices, next_page_token })
    }

    pub(super) async fn search(
        &self,
        request: Request<v1::SearchRequest>,
    ) -> Result<v1::SearchResponse, CallError> {
        let reason = request.get_ref().reason.clone();
        let permit = self.gate.permit(&request, Action::Search, reason.as_ref())?;
        let reading = reading(&permit)?;
        let terms = asked(request.get_ref()).ok_or(CallError::Question)?;
        let page = Page::read(request.get_ref().page_size, &request.get_ref().page_token)?;
        let found = blocking(&self.cases, move |cases| {
            Ok(cases.search(&reading, &terms, page.before, page.with_one_more())?)
        });
        let (notices, next_page_token) = self.show(&permit, page, found.await?).await?;
        Ok(v1::SearchResponse { notices, next_page_token })
    }

    /// Cuts a page, writes down what is on it, and only then gives it out.
    async fn show(
        &self,
        permit: &Permit,
        page: Page,
        mut found: Summaries,
    ) -> Result<(Vec<v1::NoticeSummary>, String), CallError> {
        let more = found.len() > page.size;
        found.truncate(page.size);
        let token = match found.last() {
            Some((at, ..)) if more => page_token(*at),
            _ => String::new(),
        };
        let shown: Vec<NoticeId> = found.iter().map(|(_, id, _)| *id).collect();
        self.gate.write_down(permit, &shown).await?;
        Ok((found.into_iter().map(|(.., summary)| summary).collect(), token))
    }

    pub(super) async fn acknowledge(
        &self,
        request: Request<v1::AcknowledgeRequest>,
    ) -> Result<v1::AcknowledgeResponse, CallError> {
        let reason = request.get_ref().reason.clone();
        let permit = self.gate.permit(&request, Action::Acknowledge, reason.as_ref())?;
        let id = notice_id(&request.get_ref().notice_id)?;
        let received = blocking(&self.cases, move |cases| {
            refuse_unreadable(cases, id)?;
            let holdings = &cases.holdings;
            let located = holdings.locate(id)?.filter(|located| located.way == Way::Received);
            let Record::Received(received) = holdings.record(located.ok_or(CallError::NotFound)?.at)? else {
                return Err(CallError::NotFound);
            };
            let before = holdings.get::<amana_types::Timestamp>(RowKind::ACKNOWLEDGED, id.as_bytes())?;
            Ok(before.is_none().then_some(received))
        });
        // A second officer's acknowledgement is no news to the sender.
        if let Some(received) = received.await? {
            let record = |nonce, sealed| Acknowledged {
                id,
                sender: received.sender,
                header_hash: received.header_hash,
                index: received.proven.index,
                at: self.clock.now(),
                nonce,
                sealed,
            };
            self.gate.write_acknowledgement(&permit, record, id).await?;
        }
        Ok(v1::AcknowledgeResponse {})
    }
}

/// Says why a notice cannot be read, to those who could have read it: it ended, or is suspended.
pub(super) fn refuse_unreadable(cases: &CaseReader, id: NoticeId) -> Result<(), CallError> {
    let holdings = &cases.holdings;
    if let Some(ended) = holdings.ended(id)? {
        let status = match ended.cause {
            Cause::Withdrawn => NoticeStatus::Withdrawn,
            Cause::Expired => NoticeStatus::Expired,
        };
        return Err(CallError::Ended { status, at: ended.at, ground: cases.ground(ended)? });
    }
    let Some(located) = holdings.locate(id)?.filter(|located| located.way == Way::Received) else {
        return Ok(());
    };
    let beside = holdings.beside(&holdings.record(located.at)?, located.at)?;
    match beside.and_then(|beside| beside.suspended) {
        Some(since) => Err(CallError::Suspended(since)),
        None => Ok(()),
    }
}

/// Which part of a list is asked for.
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub(super) size: usize,
    pub(super) before: Option<Seq>,
}

impl Page {
    pub(super) fn read(size: u32, token: &str) -> Result<Self, CallError> {
        if size > LARGEST_PAGE {
            return Err(CallError::PageSize { most: LARGEST_PAGE, usual: USUAL_PAGE });
        }
        let size = if size == 0 { USUAL_PAGE } else { size };
        let before = match token {
            "" => None,
            token => Some(token.parse().map(Seq).map_err(|_| CallError::PageToken)?),
        };
        Ok(Self { size: usize::try_from(size).unwrap_or_default(), before })
    }

    /// One more than the page holds shows whether there is another page.
    pub(super) const fn with_one_more(self) -> usize {
        self.size + 1
    }
}

/// Where the next page begins: before this place.
pub(super) fn page_token(at: Seq) -> String {
    at.to_string()
}
