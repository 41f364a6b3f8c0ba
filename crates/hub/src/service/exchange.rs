//! `ExchangeService`: the two streams of a member's node, and the review desk's decisions.

use std::sync::Arc;

use amana_wire::v1;
use amana_wire::v1::exchange_service_server::ExchangeService;
use tonic::{Request, Response, Status, Streaming};

use super::{Hub, decision, deliver, publish};

/// The service for members.
pub(crate) struct ExchangeCalls(pub(crate) Arc<Hub>);

#[tonic::async_trait]
impl ExchangeService for ExchangeCalls {
    type PublishEnvelopesStream = publish::Answers;
    type DeliverRecordsStream = deliver::Deliveries;

    async fn publish_envelopes(
        &self,
        request: Request<Streaming<v1::PublishEnvelopesRequest>>,
    ) -> Result<Response<Self::PublishEnvelopesStream>, Status> {
        let member = self.0.member(&request)?;
        publish::serve(&self.0, member, request.into_inner()).map(Response::new)
    }

    async fn deliver_records(
        &self,
        request: Request<Streaming<v1::DeliverRecordsRequest>>,
    ) -> Result<Response<Self::DeliverRecordsStream>, Status> {
        let member = self.0.member(&request)?;
        Ok(Response::new(deliver::serve(Arc::clone(&self.0), member, request.into_inner())))
    }

    async fn submit_decision(
        &self,
        request: Request<v1::SubmitDecisionRequest>,
    ) -> Result<Response<v1::SubmitDecisionResponse>, Status> {
        let member = self.0.member(&request)?;
        decision::submit(&self.0, member, request.into_inner()).await.map(Response::new)
    }
}
