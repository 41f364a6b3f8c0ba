//! Every service of the agency API, on one server.

use std::sync::Arc;

use amana_types::limits::MESSAGE_BYTES;
use amana_wire::v1::attachment_service_server::AttachmentServiceServer;
use amana_wire::v1::deadline_service_server::DeadlineServiceServer;
use amana_wire::v1::delivery_service_server::DeliveryServiceServer;
use amana_wire::v1::draft_service_server::DraftServiceServer;
use amana_wire::v1::event_service_server::EventServiceServer;
use amana_wire::v1::group_service_server::GroupServiceServer;
use amana_wire::v1::library_service_server::LibraryServiceServer;
use amana_wire::v1::node_service_server::NodeServiceServer;
use amana_wire::v1::notice_service_server::NoticeServiceServer;
use amana_wire::v1::operation_service_server::OperationServiceServer;
use amana_wire::v1::permission_service_server::PermissionServiceServer;
use amana_wire::v1::proof_service_server::ProofServiceServer;
use amana_wire::v1::reply_service_server::ReplyServiceServer;
use amana_wire::v1::review_service_server::ReviewServiceServer;
use amana_wire::v1::search_service_server::SearchServiceServer;
use tonic::transport::server::Router;

use crate::api::agency::AgencyApi;
use crate::api::status::NodeCalls;
use crate::attachments::api::AttachmentCalls;
use crate::drafts::api::DraftCalls;
use crate::groups::api::GroupCalls;
use crate::handling::permissions::PermissionCalls;
use crate::library::api::LibraryCalls;
use crate::library::operations::OperationCalls;
use crate::notice::api::NoticeCalls;
use crate::notice::events::EventCalls;
use crate::notice::searching::SearchCalls;
use crate::replies::api::ReplyCalls;
use crate::replies::deadlines::DeadlineCalls;
use crate::review::api::ReviewCalls;
use crate::trail::api::ProofCalls;
use crate::trail::delivery::DeliveryCalls;

/// Adds services whose messages are no larger than the contract allows.
macro_rules! add {
    ($router:ident, $api:ident, $($server:ident($calls:ident)),+ $(,)?) => {
        $router$(.add_service(
            $server::new($calls(Arc::clone($api)))
                .max_decoding_message_size(MESSAGE_BYTES)
                .max_encoding_message_size(MESSAGE_BYTES),
        ))+
    };
}

/// Adds the agency API.
pub(crate) fn agency_api(router: Router, api: &Arc<AgencyApi>) -> Router {
    add!(
        router,
        api,
        AttachmentServiceServer(AttachmentCalls),
        DeadlineServiceServer(DeadlineCalls),
        DeliveryServiceServer(DeliveryCalls),
        DraftServiceServer(DraftCalls),
        EventServiceServer(EventCalls),
        GroupServiceServer(GroupCalls),
        LibraryServiceServer(LibraryCalls),
        NodeServiceServer(NodeCalls),
        NoticeServiceServer(NoticeCalls),
        OperationServiceServer(OperationCalls),
        PermissionServiceServer(PermissionCalls),
        ProofServiceServer(ProofCalls),
        ReplyServiceServer(ReplyCalls),
        ReviewServiceServer(ReviewCalls),
        SearchServiceServer(SearchCalls),
    )
}
