//! One agency of a node, with all the services that it calls.

use amana_client::notice_service;
use amana_wire::v1;
use amana_wire::v1::notice_service_client::NoticeServiceClient;
use tonic::transport::Channel;

/// The agency API: notices, and by their methods the other services of it.
#[derive(Clone)]
pub(crate) struct Agency {
    notices: NoticeServiceClient<Channel>,
    channel: Channel,
}

impl Agency {
    pub(crate) fn over(channel: Channel) -> Self {
        Self { notices: notice_service(channel.clone()), channel }
    }
}

impl std::ops::Deref for Agency {
    type Target = NoticeServiceClient<Channel>;

    fn deref(&self) -> &Self::Target {
        &self.notices
    }
}

impl std::ops::DerefMut for Agency {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.notices
    }
}

macro_rules! beside_notices {
    ($($service:ident: $method:ident($request:ident) -> $answer:ty;)+) => {
        impl Agency {
            $(pub(crate) async fn $method(
                &self,
                request: v1::$request,
            ) -> Result<tonic::Response<$answer>, tonic::Status> {
                amana_client::$service(self.channel.clone()).$method(request).await
            })+
        }
    };
}

beside_notices! {
    search_service: search_cases(SearchCasesRequest) -> v1::SearchCasesResponse;
    event_service: watch_events(WatchEventsRequest) -> tonic::Streaming<v1::WatchEventsResponse>;
    delivery_service: get_delivery(GetDeliveryRequest) -> v1::GetDeliveryResponse;
    delivery_service: list_waiting(ListWaitingRequest) -> v1::ListWaitingResponse;
    proof_service: get_proof(GetProofRequest) -> v1::GetProofResponse;
    proof_service: get_trail(GetTrailRequest) -> tonic::Streaming<v1::GetTrailResponse>;
    node_service: get_node_status(GetNodeStatusRequest) -> v1::GetNodeStatusResponse;
    permission_service: grant_permission(GrantPermissionRequest) -> v1::GrantPermissionResponse;
    permission_service: revoke_permission(RevokePermissionRequest) -> v1::RevokePermissionResponse;
    deadline_service: list_deadlines(ListDeadlinesRequest) -> v1::ListDeadlinesResponse;
}
