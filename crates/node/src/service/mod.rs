//! The agency API: `NoticeService`, `VersionService` and `ReplyService` of the contract, and `ReviewService`
//! for the review desk.
//!
//! Each call is: a permit; the work, with the permit in hand; the read written down; the answer.

mod attachment;
mod draft;
mod due;
mod error;
mod grant;
mod groups;
mod handling;
mod library;
mod operations;
mod publish;
mod read;
mod reply;
mod review;
mod routes;
mod told;
mod trail;
mod version;
mod waiting;
mod watch;
mod withdraw;

use std::sync::Arc;

use amana_kit::shutdown::Shutdown;
use amana_seal::keys::SigningKeyPair;
use amana_types::{Clock, ExchangeName, MemberCode, NoticeId};
use amana_wire::v1;
use amana_wire::v1::notice_service_server::NoticeService;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use crate::access::AccessGate;
use crate::attachments::Uploads;
use crate::commands::CommandQueue;
use crate::hub::HubLink;
use crate::ledger_writer::LedgerWriter;
use crate::reading::CaseReader;
use crate::rounds::Health;
use crate::waits::Waits;
use error::{CallError, status};

use attachment::AttachmentCalls;
use draft::DraftCalls;
use groups::GroupCalls;
use handling::HandlingCalls;
use library::LibraryCalls;
use operations::OperationCalls;
use reply::ReplyCalls;
use review::ReviewCalls;
use version::VersionCalls;

pub(crate) use routes::agency_api;

/// What the services work with.
pub(crate) struct AgencyApi {
    pub(crate) own: MemberCode,
    pub(crate) exchange: ExchangeName,
    pub(crate) gate: AccessGate,
    pub(crate) cases: CaseReader,
    pub(crate) commands: CommandQueue,
    pub(crate) uploads: Uploads,
    pub(crate) ledger_writer: LedgerWriter,
    pub(crate) hub: Arc<HubLink>,
    pub(crate) waits: Waits,
    /// What signs the trails that we tell.
    pub(crate) keys: Arc<SigningKeyPair>,
    pub(crate) clock: Arc<dyn Clock>,
    /// What fails at present.
    pub(crate) troubles: Health,
    /// Ends streams that would otherwise go on.
    pub(crate) shutdown: Shutdown,
}

/// The service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct NoticeCalls(pub(crate) Arc<AgencyApi>);

/// Reads and opens on a thread that may block.
async fn blocking<T: Send + 'static>(
    cases: &CaseReader,
    work: impl FnOnce(&CaseReader) -> Result<T, CallError> + Send + 'static,
) -> Result<T, CallError> {
    let cases = cases.clone();
    tokio::task::spawn_blocking(move || work(&cases)).await.map_err(|_| CallError::Worker)?
}

fn notice_id(text: &str) -> Result<NoticeId, CallError> {
    text.parse().map_err(CallError::Id)
}

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
