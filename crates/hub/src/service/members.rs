//! `MemberService`: who takes part, and how far each member is.

use std::sync::Arc;

use amana_types::{Member, MemberCode, MemberStatus, Reason};
use amana_wire::convert::number;
use amana_wire::status::Refusal;
use amana_wire::v1;
use amana_wire::v1::member_service_server::MemberService;
use tonic::{Request, Response, Status};

use super::{Hub, OperatorCalls, fault, unreadable};
use crate::ledger::LedgerError;
use crate::published::Published;

/// Members on one page, and what is given when none is asked for.
const MOST_PAGE: u32 = 256;
const PAGE: u32 = 64;

#[tonic::async_trait]
impl MemberService for OperatorCalls {
    async fn list_members(
        &self,
        request: Request<v1::ListMembersRequest>,
    ) -> Result<Response<v1::ListMembersResponse>, Status> {
        self.0.operator(&request)?;
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

    async fn get_member(
        &self,
        request: Request<v1::GetMemberRequest>,
    ) -> Result<Response<v1::GetMemberResponse>, Status> {
        self.0.operator(&request)?;
        let code = request.into_inner().code.parse::<MemberCode>().map_err(|error| {
            Status::from(Refusal::new(Reason::MemberCodeInvalid, format!("code: {error}")))
        })?;
        let hub = Arc::clone(&self.0);
        let finding = tokio::task::spawn_blocking(move || {
            let published = hub.published();
            published.directory().member(code).map(|member| state(&hub, &published, member)).transpose()
        });
        let found =
            finding.await.map_err(|_| fault("reading a member"))?.map_err(|error| unreadable(&error))?;
        let member = found.ok_or_else(|| unknown(code))?;
        Ok(Response::new(v1::GetMemberResponse { member: Some(member) }))
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

fn state(hub: &Hub, published: &Published, member: &Member) -> Result<v1::Member, LedgerError> {
    let cursor = published.state.cursor(member.code);
    let status = match member.status {
        MemberStatus::Active if member.is_active() => v1::MemberStatus::Active,
        MemberStatus::Active => v1::MemberStatus::ParentSuspended,
        MemberStatus::Suspended(_) => v1::MemberStatus::Suspended,
    };
    let in_groups = published.directory().groups.values().filter(|group| group.has_member(member.code));
    Ok(v1::Member {
        code: member.code.to_string(),
        name: member.name.clone(),
        kind: number(member.kind),
        status: status.into(),
        cursor: cursor.0,
        backlog: hub.reader.backlog(member.code, cursor, published)?,
        connected: hub.sessions.is_open(member.code),
        regions: member.regions.iter().map(|region| number(*region)).collect(),
        groups: in_groups.map(|group| group.terms.name.to_string()).collect(),
        child_protection: member.child_protection,
        under_review: member.is_under_review(),
        parent: member.parent_code().map_or_else(String::new, |code| code.to_string()),
    })
}

fn unknown(code: MemberCode) -> Status {
    Refusal::new(Reason::MemberNotFound, format!("{code} is in no entry of the directory")).into()
}

fn bad_token() -> Status {
    let message = "the page token is not one of ours; use the one that the last page gave";
    Refusal::new(Reason::PageTokenInvalid, message).into()
}
