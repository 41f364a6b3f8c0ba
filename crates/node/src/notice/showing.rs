//! Reading: one notice, lists, and the acknowledgement of a read.

use amana_policy::{DeniedRule, Permit, Reading};
use amana_types::life::NoticeStatus;
use amana_types::{NoticeId, Seq};
use amana_wire::convert::error_reason;
use amana_wire::v1;

use crate::access::gate::AccessError;
use crate::api::agency::{AgencyApi, blocking, notice_id};
use crate::api::error::CallError;
use crate::api::page::Page;
use crate::fold::rows::{Cause, Way};
use crate::fold::table::RowKind;
use crate::notice::reading::CaseReader;
use crate::notice::record::Acknowledged;
use crate::subjects::Record;

/// The reading part of a permit, which every reading action has.
pub(crate) fn reading(permit: &Permit) -> Result<Reading, CallError> {
    let reading = permit.reading().cloned();
    reading.ok_or_else(|| CallError::Access(AccessError::Denied(DeniedRule::RoleMayNotAct.into())))
}

impl AgencyApi {
    pub(crate) async fn get_notice(
        &self,
        permit: Permit,
        message: v1::GetNoticeRequest,
    ) -> Result<v1::GetNoticeResponse, CallError> {
        let reading = reading(&permit)?;
        let id = notice_id(&message.notice_id)?;
        let view = blocking(&self.cases, move |cases| {
            refuse_unreadable(cases, id)?;
            Ok(cases.view(&reading, id)?)
        })
        .await?;
        let view = view.ok_or(CallError::NotFound)?;
        self.gate.write_down(&permit, &[id]).await?;
        Ok(v1::GetNoticeResponse { notice: Some(view) })
    }

    pub(crate) async fn list_notices(
        &self,
        permit: Permit,
        message: v1::ListNoticesRequest,
    ) -> Result<v1::ListNoticesResponse, CallError> {
        let reading = reading(&permit)?;
        let way = match message.direction() {
            v1::Direction::Received => Way::Received,
            v1::Direction::Sent => Way::Sent,
            v1::Direction::Unspecified => return Err(CallError::Direction),
        };
        let page = self.page(&permit, &message)?;
        let (before, limit) = (page.from.map(Seq), page.with_one_more());
        let found = blocking(&self.cases, move |cases| {
            Ok(match message.operation.as_str() {
                "" => cases.list(&reading, way, before, limit)?,
                name => cases.list_of_operation(&reading, way, name, before, limit)?,
            })
        });
        let (found, next_page_token) = self.cut_found(&page, found.await?, |(at, ..)| *at);
        let shown: Vec<NoticeId> = found.iter().map(|(_, id, _)| *id).collect();
        self.gate.write_down(&permit, &shown).await?;
        let notices = found.into_iter().map(|(_, id, mut notice)| {
            let waits = self.waits.about(id).filter(|_| way == Way::Sent);
            notice.waits_for = waits.map(|wait| error_reason(&wait.cause.reason)).unwrap_or_default();
            notice
        });
        Ok(v1::ListNoticesResponse { notices: notices.collect(), next_page_token })
    }

    /// Cuts a page off what was found, and says where the next one begins.
    pub(crate) fn cut_found<T>(
        &self,
        page: &Page,
        mut found: Vec<T>,
        place: impl Fn(&T) -> Seq,
    ) -> (Vec<T>, String) {
        let more = found.len() > page.size;
        found.truncate(page.size);
        let last = found.last().filter(|_| more);
        let token = last.map_or_else(String::new, |last| self.next_page(page, place(last).0));
        (found, token)
    }

    pub(crate) async fn acknowledge_notice(
        &self,
        permit: Permit,
        message: v1::AcknowledgeNoticeRequest,
    ) -> Result<v1::AcknowledgeNoticeResponse, CallError> {
        let id = notice_id(&message.notice_id)?;
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
        let Some(received) = received.await? else {
            self.gate.write_down(&permit, &[id]).await?;
            return Ok(v1::AcknowledgeNoticeResponse { repeated_request: true });
        };
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
        Ok(v1::AcknowledgeNoticeResponse { repeated_request: false })
    }
}

/// Says why a notice cannot be read, to those who could have read it: it ended, or is suspended.
pub(crate) fn refuse_unreadable(cases: &CaseReader, id: NoticeId) -> Result<(), CallError> {
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
