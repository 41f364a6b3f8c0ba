//! `NoticeService`: each call goes to the file that answers it.

use std::sync::Arc;

use amana_wire::v1;
use amana_wire::v1::notice_service_server::NoticeService;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::api::AgencyApi;
use super::error::status;
use super::{told, watch};

/// The service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct NoticeCalls(pub(crate) Arc<AgencyApi>);

#[tonic::async_trait]
impl NoticeService for NoticeCalls {
    type WatchStream = ReceiverStream<Result<v1::WatchResponse, Status>>;
    type TrailStream = ReceiverStream<Result<v1::TrailResponse, Status>>;

    async fn check(&self, request: Request<v1::CheckRequest>) -> Result<Response<v1::CheckResponse>, Status> {
        self.0.check(request).map(Response::new).map_err(status)
    }

    async fn publish(
        &self,
        request: Request<v1::PublishNoticeRequest>,
    ) -> Result<Response<v1::PublishNoticeResponse>, Status> {
        self.0.publish(request).await.map(Response::new).map_err(status)
    }

    async fn withdraw(
        &self,
        request: Request<v1::WithdrawRequest>,
    ) -> Result<Response<v1::WithdrawResponse>, Status> {
        self.0.withdraw(request).await.map(Response::new).map_err(status)
    }

    async fn get(&self, request: Request<v1::GetRequest>) -> Result<Response<v1::GetResponse>, Status> {
        self.0.get(request).await.map(Response::new).map_err(status)
    }

    async fn list(&self, request: Request<v1::ListRequest>) -> Result<Response<v1::ListResponse>, Status> {
        self.0.list(request).await.map(Response::new).map_err(status)
    }

    async fn search(
        &self,
        request: Request<v1::SearchRequest>,
    ) -> Result<Response<v1::SearchResponse>, Status> {
        self.0.search(request).await.map(Response::new).map_err(status)
    }

    async fn watch(&self, request: Request<v1::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        watch::start(&self.0, &request).map(Response::new).map_err(status)
    }

    async fn acknowledge(
        &self,
        request: Request<v1::AcknowledgeRequest>,
    ) -> Result<Response<v1::AcknowledgeResponse>, Status> {
        self.0.acknowledge(request).await.map(Response::new).map_err(status)
    }

    async fn list_receipts(
        &self,
        request: Request<v1::ListReceiptsRequest>,
    ) -> Result<Response<v1::ListReceiptsResponse>, Status> {
        self.0.list_receipts(request).await.map(Response::new).map_err(status)
    }

    async fn prove(&self, request: Request<v1::ProveRequest>) -> Result<Response<v1::ProveResponse>, Status> {
        self.0.prove(request).await.map(Response::new).map_err(status)
    }

    async fn trail(&self, request: Request<v1::TrailRequest>) -> Result<Response<Self::TrailStream>, Status> {
        told::start(&self.0, request).await.map(Response::new).map_err(status)
    }

    async fn get_node_status(
        &self,
        request: Request<v1::GetNodeStatusRequest>,
    ) -> Result<Response<v1::GetNodeStatusResponse>, Status> {
        self.0.node_status(&request).map(Response::new).map_err(status)
    }
}
