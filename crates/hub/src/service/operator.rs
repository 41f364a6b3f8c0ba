//! `OperatorService`: traffic, never content.

use std::sync::Arc;

use amana_types::{Member, MemberCode, MemberStatus, Reason};
use amana_wire::status::Refusal;
use amana_wire::v1;
use amana_wire::v1::operator_service_server::OperatorService;
use tonic::{Request, Response, Status};

use super::{Caller, Hub, fault, unreadable};
use crate::ledger::LedgerError;
use crate::published::Published;
use crate::stats;

/// Members on one page, and what is given when none is asked for.
const MOST_PAGE: u32 = 256;
const PAGE: u32 = 64;

/// The service for operators.
pub(crate) struct OperatorCalls(pub(crate) Arc<Hub>);

impl OperatorCalls {
    fn check<T>(&self, request: &Request<T>) -> Result<(), Status> {
        let caller = Caller::of(request, self.0.published().directory()).and_then(Caller::operator);
        caller.map(drop).map_err(|refused| Refusal::from(refused).into())
    }
}

#[tonic::async_trait]
impl OperatorService for OperatorCalls {
    async fn get_status(
        &self,
        request: Request<v1::GetStatusRequest>,
    ) -> Result<Response<v1::GetStatusResponse>, Status> {
        self.check(&request)?;
        let hub = &self.0;
        let published = hub.published();
        Ok(Response::new(v1::GetStatusResponse {
            exchange: hub.exchange.to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            log_size: published.head.size.get(),
            journal_bytes: stats::directory_bytes(&hub.ledger_dir.join("journal")),
            free_disk_bytes: stats::free_disk_bytes(&hub.ledger_dir),
            accepted_total: hub.stats.accepted_total(),
            refused_total: hub.stats.refused_total(),
            resident_memory_bytes: stats::resident_bytes(),
            started_at: hub.started_at.unix_millis(),
            connections: u32::try_from(hub.connections.count()).unwrap_or(u32::MAX),
            checkpoint: published.checkpoint.clone(),
        }))
    }

    async fn list_members(
        &self,
        request: Request<v1::ListMembersRequest>,
    ) -> Result<Response<v1::ListMembersResponse>, Status> {
        self.check(&request)?;
        let v1::ListMembersRequest { page_size, page_token } = request.into_inner();
        let after = match page_token.as_str() {
            "" => None,
            token => Some(token.parse::<MemberCode>().map_err(|_| bad_token())?),
        };
        let size = usize::try_from(if page_size == 0 { PAGE } else { page_size.min(MOST_PAGE) }).unwrap_or(1);
        let hub = Arc::clone(&self.0);
        let listing = tokio::task::spawn_blocking(move || page(&hub, after, size)).await;
        let page = listing.map_err(|_| fault("listing members"))?.map_err(|error| unreadable(&error))?;
        Ok(Response::new(page))
    }

    async fn list_groups(
        &self,
        request: Request<v1::ListGroupTrafficRequest>,
    ) -> Result<Response<v1::ListGroupTrafficResponse>, Status> {
        self.check(&request)?;
        Ok(Response::new(super::groups::traffic(&self.0.published().state, self.0.clock.now())))
    }

    async fn check_log(
        &self,
        request: Request<v1::CheckLogRequest>,
    ) -> Result<Response<v1::CheckLogResponse>, Status> {
        self.check(&request)?;
        let hub = Arc::clone(&self.0);
        let _turn = Arc::clone(&hub.checks).try_acquire_owned().map_err(|_| check_runs())?;
        let checking = tokio::task::spawn_blocking(move || hub.reader.check(hub.published().head)).await;
        let checked = checking.map_err(|_| fault("checking the log"))?;
        Ok(Response::new(match checked {
            Ok(checked) => {
                v1::CheckLogResponse { ok: true, records_checked: checked.records, finding: String::new() }
            }
            Err(mismatch) => {
                v1::CheckLogResponse { ok: false, records_checked: 0, finding: mismatch.to_string() }
            }
        }))
    }
}

fn page(hub: &Hub, after: Option<MemberCode>, size: usize) -> Result<v1::ListMembersResponse, LedgerError> {
    let published = hub.published();
    let mut rest =
        published.directory().members.values().filter(|member| after.is_none_or(|a| member.code > a));
    let mut members = Vec::with_capacity(size);
    let mut last = None;
    for member in rest.by_ref().take(size) {
        members.push(state(hub, &published, member)?);
        last = Some(member.code);
    }
    let more = rest.next().is_some();
    let next_page_token = last.filter(|_| more).map_or_else(String::new, |code| code.to_string());
    Ok(v1::ListMembersResponse { members, next_page_token })
}

fn state(hub: &Hub, published: &Published, member: &Member) -> Result<v1::MemberState, LedgerError> {
    let cursor = published.state.cursor(member.code);
    let status = match member.status {
        MemberStatus::Active if member.is_active() => "ACTIVE",
        MemberStatus::Active => "PARENT_SUSPENDED",
        MemberStatus::Suspended(_) => "SUSPENDED",
    };
    let in_groups = published.directory().groups.values().filter(|group| group.has_member(member.code));
    Ok(v1::MemberState {
        code: member.code.to_string(),
        name: member.name.clone(),
        kind: member.kind.code().to_owned(),
        status: status.to_owned(),
        cursor: cursor.0,
        backlog: hub.reader.backlog(member.code, cursor, published)?,
        connected: hub.sessions.is_open(member.code),
        regions: member.regions.iter().map(ToString::to_string).collect(),
        groups: in_groups.map(|group| group.terms.name.to_string()).collect(),
        child_protection: member.child_protection,
        under_review: member.is_under_review(),
        parent: member.parent_code().map_or_else(String::new, |code| code.to_string()),
    })
}

fn check_runs() -> Status {
    let message = "a check of the log is under way; ask again when it is done";
    Refusal::new(Reason::CheckRunning, message).into()
}

fn bad_token() -> Status {
    let message = "the page token is not one of ours; use the one that the last page gave";
    Refusal::new(Reason::PageTokenInvalid, message).into()
}
