//! `OperationService` of the contract: figures of operations, and their closing reports.

use std::sync::Arc;

use amana_notice::Stated;
use amana_notice::TallyMeasure;
use amana_policy::operation::operation;
use amana_types::{Action, Group, GroupName, NoticeId};
use amana_wire::convert::{group_message, number, stated};
use amana_wire::v1;
use amana_wire::v1::operation_service_server::OperationService;
use prost::Message as _;
use tonic::{Request, Response, Status};

use super::api::{AgencyApi, blocking};
use super::error::{CallError, status};
use super::read::reading;
use crate::library::figures::Outcome;
use crate::library::operation::{closing_report, tally_report};

/// The service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct OperationCalls(pub(crate) Arc<AgencyApi>);

#[tonic::async_trait]
impl OperationService for OperationCalls {
    async fn report_tally(
        &self,
        request: Request<v1::ReportTallyRequest>,
    ) -> Result<Response<v1::ReportTallyResponse>, Status> {
        self.0.report_tally(request).await.map(Response::new).map_err(status)
    }

    async fn get_operation(
        &self,
        request: Request<v1::GetOperationRequest>,
    ) -> Result<Response<v1::GetOperationResponse>, Status> {
        self.0.get_operation(request).await.map(Response::new).map_err(status)
    }

    async fn close_operation(
        &self,
        request: Request<v1::CloseOperationRequest>,
    ) -> Result<Response<v1::CloseOperationResponse>, Status> {
        self.0.close_operation(request).await.map(Response::new).map_err(status)
    }
}

impl AgencyApi {
    async fn report_tally(
        &self,
        request: Request<v1::ReportTallyRequest>,
    ) -> Result<v1::ReportTallyResponse, CallError> {
        let permit = self.gate.permit(&request, Action::Publish, None)?;
        let message = request.into_inner();
        if message.tally.is_empty() {
            return Err(CallError::NothingCounted);
        }
        let counted = |entry: &v1::TallyEntry| matches!(stated(entry.measure), Stated::Known::<TallyMeasure>(measure) if measure.is_counted_by_the_node());
        if message.tally.iter().any(counted) {
            return Err(CallError::CountedByNode);
        }
        let request = self.request_digest(&permit, &message.request_id)?;
        let content = self.message_digest(&message.encode_to_vec());
        let group = self.operation(&message.operation)?;
        let mut tally = message.tally;
        tally.extend(self.replies_given(&group.terms.name).await?);
        let (notice, addressing) = tally_report(&group, tally);
        let published = self.publish_own(request, content, notice, addressing).await?;
        Ok(v1::ReportTallyResponse {
            notice_id: published.id.to_string(),
            recipients: published.recipients.iter().map(ToString::to_string).collect(),
            repeated_request: published.repeated,
        })
    }

    async fn get_operation(
        &self,
        request: Request<v1::GetOperationRequest>,
    ) -> Result<v1::GetOperationResponse, CallError> {
        let permit = self.gate.permit(&request, Action::List, request.get_ref().reason.as_ref())?;
        let group = self.operation(&request.get_ref().operation)?;
        let outcome = self.outcome(&permit, &group).await?;
        let mut shown = outcome.shown;
        let closing = outcome.closing_report;
        let summary = closing.as_ref().and_then(|view| view.summary.as_ref());
        shown.extend(summary.and_then(|summary| summary.notice_id.parse::<NoticeId>().ok()));
        self.gate.write_down(&permit, &shown).await?;
        Ok(v1::GetOperationResponse {
            group: Some(group_message(&group, self.clock.now())),
            figures: Some(outcome.figures.clone()),
            closing_report: closing,
        })
    }

    async fn close_operation(
        &self,
        request: Request<v1::CloseOperationRequest>,
    ) -> Result<v1::CloseOperationResponse, CallError> {
        let permit = self.gate.permit(&request, Action::List, request.get_ref().reason.as_ref())?;
        let publish = match request.get_ref().publish {
            true => Some(self.gate.permit(&request, Action::Publish, None)?),
            false => None,
        };
        let message = request.into_inner();
        let group = self.operation(&message.operation)?;
        let outcome = self.outcome(&permit, &group).await?;
        self.gate.write_down(&permit, &outcome.shown).await?;
        let (notice, addressing) = closing_report(&group, self.own, &outcome.figures);
        let mut answer = v1::CloseOperationResponse {
            report: Some(notice.clone()),
            recipients: addressing.members.clone(),
            notice_id: String::new(),
        };
        if let Some(permit) = publish {
            let request = self.request_digest(&permit, &message.request_id)?;
            let content = self.message_digest(message.operation.as_bytes());
            let published = self.publish_own(request, content, notice, addressing).await?;
            answer.notice_id = published.id.to_string();
            answer.recipients = published.recipients.iter().map(ToString::to_string).collect();
        }
        Ok(answer)
    }

    /// What this country said back to the operation's notices: numbers alone, so no purpose is asked.
    async fn replies_given(&self, operation: &GroupName) -> Result<[v1::TallyEntry; 2], CallError> {
        let (own, operation) = (self.own, operation.clone());
        let given = blocking(&self.cases, move |cases| Ok(cases.replies_given(own, &operation)?)).await?;
        let entry = |measure, count| v1::TallyEntry { measure: number(measure), count };
        Ok([entry(TallyMeasure::RepliesGiven, given.replies), entry(TallyMeasure::HitsGiven, given.hits)])
    }

    fn operation(&self, name: &str) -> Result<Arc<Group>, CallError> {
        let name: GroupName = name.parse().map_err(|_| CallError::NoSuchGroup)?;
        let state = self.cases.holdings.state().read();
        operation(&name, &state.base.directory)?;
        state.base.directory.groups.get(&name).cloned().ok_or(CallError::NoSuchGroup)
    }

    async fn outcome(&self, permit: &amana_policy::Permit, group: &Arc<Group>) -> Result<Outcome, CallError> {
        let (reading, group) = (reading(permit)?, Arc::clone(group));
        blocking(&self.cases, move |cases| Ok(cases.outcome(&reading, &group)?)).await
    }
}
