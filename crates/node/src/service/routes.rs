//! Every service of the agency API, on one server.

use std::sync::Arc;

use amana_types::limits::MESSAGE_BYTES;
use amana_wire::v1::attachment_service_server::AttachmentServiceServer;
use amana_wire::v1::draft_service_server::DraftServiceServer;
use amana_wire::v1::group_service_server::GroupServiceServer;
use amana_wire::v1::handling_service_server::HandlingServiceServer;
use amana_wire::v1::library_service_server::LibraryServiceServer;
use amana_wire::v1::notice_service_server::NoticeServiceServer;
use amana_wire::v1::operation_service_server::OperationServiceServer;
use amana_wire::v1::reply_service_server::ReplyServiceServer;
use amana_wire::v1::review_service_server::ReviewServiceServer;
use amana_wire::v1::version_service_server::VersionServiceServer;
use tonic::transport::server::Router;

use super::api::AgencyApi;
use super::attachment::AttachmentCalls;
use super::draft::DraftCalls;
use super::groups::GroupCalls;
use super::handling::HandlingCalls;
use super::library::LibraryCalls;
use super::notice::NoticeCalls;
use super::operations::OperationCalls;
use super::reply::ReplyCalls;
use super::review::ReviewCalls;
use super::version::VersionCalls;

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
        NoticeServiceServer(NoticeCalls),
        DraftServiceServer(DraftCalls),
        VersionServiceServer(VersionCalls),
        ReplyServiceServer(ReplyCalls),
        HandlingServiceServer(HandlingCalls),
        AttachmentServiceServer(AttachmentCalls),
        GroupServiceServer(GroupCalls),
        OperationServiceServer(OperationCalls),
        LibraryServiceServer(LibraryCalls),
        ReviewServiceServer(ReviewCalls),
    )
}
