//! `DeadlineService` of the contract: what is due. The fold says when, the node's clock says whether.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use amana_notice::reply::{Awaited, DueKind, ERASE_WITHIN};
use amana_policy::Permit;
use amana_seal::receipt::ReceiptState;
use amana_types::life::NoticeStatus;
use amana_types::{Duration, MemberCode, NoticeId, Role, Timestamp};
use amana_wire::convert::{number, timestamp_message};
use amana_wire::v1;
use amana_wire::v1::deadline_service_server::DeadlineService;

use crate::api::agency::{AgencyApi, blocking};
use crate::api::call::service;
use crate::api::error::CallError;
use crate::fold::rows::{Encoded as _, expiry_of};
use crate::fold::table::RowKind;
use crate::ledger::holdings::HoldingsError;
use crate::notice::reading::CaseReader;
use crate::replies::clocks::Clock;
use crate::replies::record::Side;

/// Days that are looked ahead when nothing is said.
const USUAL_DAYS: u32 = 30;
/// Rows of re-examinations that are read at once.
const PAGE: usize = 256;

/// One thing that is due.
struct Item {
    kind: DueKind,
    notice: NoticeId,
    owed_by: MemberCode,
    owed_to: MemberCode,
    since: Option<Timestamp>,
    due: Timestamp,
    under_way: bool,
}

service! {
    DeadlineCalls: DeadlineService [] {
        list_deadlines(ListDeadlinesRequest) -> v1::ListDeadlinesResponse: ListDue;
    }
}

impl AgencyApi {
    async fn list_deadlines(
        &self,
        permit: Permit,
        message: v1::ListDeadlinesRequest,
    ) -> Result<v1::ListDeadlinesResponse, CallError> {
        let page = self.page(&permit, &message)?;
        let days = match message.within_days {
            0 => USUAL_DAYS,
            days => days,
        };
        let (own, now) = (self.own, self.clock.now());
        let until = now.after(Duration::from_days(days.into()));
        let not_sent = self.not_sent().into_iter().map(|(kind, notice, since)| Item {
            kind,
            notice,
            owed_by: own,
            owed_to: own,
            since: Some(since),
            due: since,
            under_way: false,
        });
        let not_sent: Vec<Item> = not_sent.collect();
        let items = blocking(&self.cases, move |cases| {
            let mut items = clocks(cases, own)?;
            items.extend(not_sent);
            items.extend(debts(cases, own)?);
            items.extend(re_examinations(cases, own, until)?);
            items.retain(|item| item.due <= until);
            items.sort_by_key(|item| (item.due, item.notice, item.owed_by, item.kind));
            Ok(items)
        });
        let (items, next_page_token, total) = self.cut(&page, items.await?);
        let notices: BTreeSet<NoticeId> = items.iter().map(|item| item.notice).collect();
        let shows_case = shows_case(&permit);
        let deadlines =
            blocking(&self.cases, move |cases| Ok(shown(cases, &items, now, shows_case)?)).await?;
        self.gate.write_down(&permit, &notices.into_iter().collect::<Vec<_>>()).await?;
        Ok(v1::ListDeadlinesResponse { deadlines, next_page_token, total })
    }
}

/// An auditor sees what is due, and nothing of a case.
fn shows_case(permit: &Permit) -> bool {
    permit.caller().role != Role::Auditor
}

/// What the fold waits for. What has not begun, because the hub does not have it, is not due.
fn clocks(cases: &CaseReader, own: MemberCode) -> Result<Vec<Item>, HoldingsError> {
    let open: Vec<Clock> =
        cases.holdings.state().read().replies.clocks.iter().map(|(_, clock)| clock.clone()).collect();
    let mut items = Vec::new();
    for clock in open {
        let Some(due) = clock.due() else { continue };
        if !still_asked(cases, &clock)? {
            continue;
        }
        for member in &clock.members {
            let (kind, owed_by, owed_to) = match clock.side {
                Side::Owed => (clock.what.owed(), own, *member),
                Side::Awaited => (clock.what.awaited(), *member, own),
            };
            let (notice, since, under_way) = (clock.notice, clock.since, clock.answered.is_some());
            items.push(Item { kind, notice, owed_by, owed_to, since, due, under_way });
        }
    }
    Ok(items)
}

/// Whether a notice still asks for that: of several versions the newest does, and one that is suspended asks
/// for nothing. In which order versions came cannot matter, so this is looked at here and not in the fold.
fn still_asked(cases: &CaseReader, clock: &Clock) -> Result<bool, HoldingsError> {
    match clock.what {
        // It is about the very version that it names.
        Awaited::Permission => Ok(true),
        Awaited::Forward => Ok(!cases.holdings.is_superseded(clock.notice)?),
        Awaited::Reply | Awaited::Referral | Awaited::ReferralDone => {
            let suspended = cases.holdings.status(clock.notice)? == NoticeStatus::Suspended;
            Ok(!suspended && !cases.holdings.is_superseded(clock.notice)?)
        }
    }
}

/// Who has not signed that it erased a notice of ours that ended.
fn debts(cases: &CaseReader, own: MemberCode) -> Result<Vec<Item>, HoldingsError> {
    let debts: Vec<_> = cases.holdings.state().read().base.debts.values().cloned().collect();
    let mut items = Vec::new();
    for debt in debts {
        // One that signed before the debt was written down owes nothing.
        let steps = cases.steps(debt.notice)?;
        let erased = |member: &MemberCode| {
            steps.iter().any(|(of, state, _)| of == member && *state == ReceiptState::Erased)
        };
        items.extend(debt.members.iter().filter(|member| !erased(member)).map(|member| Item {
            kind: DueKind::ErasureOwed,
            notice: debt.notice,
            owed_by: *member,
            owed_to: own,
            since: Some(debt.since),
            due: debt.since.after(ERASE_WITHIN),
            under_way: false,
        }));
    }
    Ok(items)
}

/// Notices of ours to look at again, until a moment.
fn re_examinations(
    cases: &CaseReader,
    own: MemberCode,
    until: Timestamp,
) -> Result<Vec<Item>, HoldingsError> {
    let damaged = || HoldingsError::Row(RowKind::REEXAMINE.name());
    let mut items = BTreeMap::new();
    let mut from: Option<Vec<u8>> = None;
    loop {
        let bound = from.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let rows = cases.holdings.rows(RowKind::REEXAMINE, &[], bound, PAGE)?;
        for (key, value) in &rows {
            let (due, _) = expiry_of(key).ok_or_else(damaged)?;
            if due > until {
                return Ok(items.into_values().collect());
            }
            let notice = NoticeId::decode(value).map_err(|_| damaged())?;
            // Of several versions the newest is looked at.
            if cases.holdings.status(notice)?.is_readable() && !cases.holdings.is_superseded(notice)? {
                let (kind, since) = (DueKind::Reexamine, None);
                let item = Item { kind, notice, owed_by: own, owed_to: own, since, due, under_way: false };
                items.insert(notice, item);
            }
        }
        if rows.len() < PAGE {
            return Ok(items.into_values().collect());
        }
        from = rows.into_iter().next_back().map(|(key, _)| key);
    }
}

fn shown(
    cases: &CaseReader,
    items: &[Item],
    now: Timestamp,
    shows_case: bool,
) -> Result<Vec<v1::Deadline>, HoldingsError> {
    let mut shown = Vec::with_capacity(items.len());
    for item in items {
        let reference = if shows_case { cases.reference(item.notice)? } else { None };
        let (case_reference, urgency) = reference.unwrap_or_default();
        shown.push(v1::Deadline {
            kind: number(item.kind),
            notice_id: item.notice.to_string(),
            owed_by: item.owed_by.to_string(),
            owed_to: item.owed_to.to_string(),
            case_reference,
            urgency,
            since: item.since.map(timestamp_message),
            due_at: Some(timestamp_message(item.due)),
            overdue: item.due < now,
            under_way: item.under_way,
        });
    }
    Ok(shown)
}
