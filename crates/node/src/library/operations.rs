//! `OperationService` of the contract: figures of operations, and their closing reports.

use std::sync::Arc;

use amana_notice::Stated;
use amana_notice::TallyMeasure;
use amana_policy::Permit;
use amana_policy::operation::operation;
use amana_types::{Group, GroupName, NoticeId};
use amana_wire::convert::{group_message, number, stated};
use amana_wire::v1;
use amana_wire::v1::operation_service_server::OperationService;
use prost::Message as _;

use crate::api::agency::{AgencyApi, blocking, codes};
use crate::api::call::service;
use crate::api::error::CallError;
use crate::library::figures::Outcome;
use crate::library::operation::{closing_report, tally_report};
use crate::notice::showing::reading;

service! {
    OperationCalls: OperationService [] {
        report_tally(ReportTallyRequest) -> v1::ReportTallyResponse: Publish;
        get_operation(GetOperationRequest) -> v1::GetOperationResponse: List;
        get_closing_report(GetClosingReportRequest) -> v1::GetClosingReportResponse: List;
        publish_closing_report(PublishClosingReportRequest) -> v1::PublishClosingReportResponse: PublishReport;
    }
}

impl AgencyApi {
    async fn report_tally(
        &self,
        permit: Permit,
        message: v1::ReportTallyRequest,
    ) -> Result<v1::ReportTallyResponse, CallError> {
        if message.tally.is_empty() {
            return Err(CallError::NothingCounted);
        }
        let counted = |entry: &v1::TallyEntry| matches!(stated(entry.measure), Stated::Known::<TallyMeasure>(measure) if measure.is_counted_by_the_node());
        if message.tally.iter().any(counted) {
            return Err(CallError::CountedByNode);
        }
        let request = self.request_digest(&permit, &message.request_id)?;
        let said = v1::ReportTallyRequest { access: None, ..message.clone() };
        let content = self.message_digest(&said.encode_to_vec());
        let group = self.operation(&message.operation)?;
        let mut tally = message.tally;
        tally.extend(self.replies_given(&group.terms.name).await?);
        let (notice, addressing) = tally_report(&group, tally);
        self.gate.write_down(&permit, &[]).await?;
        let published = self.publish_own(request, content, notice, addressing).await?;
        Ok(v1::ReportTallyResponse {
            notice_id: published.id.to_string(),
            recipients: codes(&published.recipients),
            repeated_request: published.repeated,
        })
    }

    async fn get_operation(
        &self,
        permit: Permit,
        message: v1::GetOperationRequest,
    ) -> Result<v1::GetOperationResponse, CallError> {
        let group = self.operation(&message.operation)?;
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

    async fn get_closing_report(
        &self,
        permit: Permit,
        message: v1::GetClosingReportRequest,
    ) -> Result<v1::GetClosingReportResponse, CallError> {
        let (report, addressing) = self.closing_report(&permit, &message.operation).await?;
        Ok(v1::GetClosingReportResponse { report: Some(report), recipients: addressing.members })
    }

    async fn publish_closing_report(
        &self,
        permit: Permit,
        message: v1::PublishClosingReportRequest,
    ) -> Result<v1::PublishClosingReportResponse, CallError> {
        let (notice, addressing) = self.closing_report(&permit, &message.operation).await?;
        let request = self.request_digest(&permit, &message.request_id)?;
        let content = self.message_digest(message.operation.as_bytes());
        let published = self.publish_own(request, content, notice.clone(), addressing).await?;
        Ok(v1::PublishClosingReportResponse {
            report: Some(notice),
            notice_id: published.id.to_string(),
            recipients: codes(&published.recipients),
            repeated_request: published.repeated,
        })
    }

    /// The closing report as it would be published, and to whom. The reads that it is made from are written down.
    async fn closing_report(
        &self,
        permit: &Permit,
        operation: &str,
    ) -> Result<(v1::Notice, v1::Addressing), CallError> {
        let group = self.operation(operation)?;
        let outcome = self.outcome(permit, &group).await?;
        self.gate.write_down(permit, &outcome.shown).await?;
        Ok(closing_report(&group, self.own, &outcome.figures))
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

    async fn outcome(&self, permit: &Permit, group: &Arc<Group>) -> Result<Outcome, CallError> {
        let (reading, group) = (reading(permit)?, Arc::clone(group));
        blocking(&self.cases, move |cases| Ok(cases.outcome(&reading, &group)?)).await
    }
}
