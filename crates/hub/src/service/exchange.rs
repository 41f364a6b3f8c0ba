//! `ExchangeService`: the two streams of a member's node, and the review desk's decisions.

use std::sync::Arc;

use amana_wire::status::Refusal;
use amana_wire::v1;
use amana_wire::v1::exchange_service_server::ExchangeService;
use tonic::{Request, Response, Status, Streaming};

use super::{Caller, Hub, publish, receive, review};

/// The service for members.
pub(crate) struct ExchangeCalls(pub(crate) Arc<Hub>);

impl ExchangeCalls {
    fn member<T>(&self, request: &Request<T>) -> Result<amana_types::MemberCode, Status> {
        let caller = Caller::of(request, self.0.published().directory());
        caller.and_then(Caller::member).map_err(|refused| Refusal::from(refused).into())
    }
}

#[tonic::async_trait]
impl ExchangeService for ExchangeCalls {
    type PublishStream = publish::Answers;
    type ReceiveStream = receive::Deliveries;

    async fn publish(
        &self,
        request: Request<Streaming<v1::PublishRequest>>,
    ) -> Result<Response<Self::PublishStream>, Status> {
        let member = self.member(&request)?;
        publish::serve(&self.0, member, request.into_inner()).map(Response::new)
    }

    async fn receive(
        &self,
        request: Request<Streaming<v1::ReceiveRequest>>,
    ) -> Result<Response<Self::ReceiveStream>, Status> {
        let member = self.member(&request)?;
        Ok(Response::new(receive::serve(Arc::clone(&self.0), member, request.into_inner())))
    }

    async fn decide(
        &self,
        request: Request<v1::DecideRequest>,
    ) -> Result<Response<v1::DecideResponse>, Status> {
        let member = self.member(&request)?;
        review::decide(&self.0, member, request.into_inner()).await.map(Response::new)
    }
}
