//! An agency's door to its node.

use amana_types::limits::MESSAGE_BYTES;
use amana_wire::v1::attachment_service_client::AttachmentServiceClient;
use amana_wire::v1::deadline_service_client::DeadlineServiceClient;
use amana_wire::v1::delivery_service_client::DeliveryServiceClient;
use amana_wire::v1::draft_service_client::DraftServiceClient;
use amana_wire::v1::event_service_client::EventServiceClient;
use amana_wire::v1::group_service_client::GroupServiceClient;
use amana_wire::v1::library_service_client::LibraryServiceClient;
use amana_wire::v1::node_service_client::NodeServiceClient;
use amana_wire::v1::notice_service_client::NoticeServiceClient;
use amana_wire::v1::operation_service_client::OperationServiceClient;
use amana_wire::v1::permission_service_client::PermissionServiceClient;
use amana_wire::v1::proof_service_client::ProofServiceClient;
use amana_wire::v1::reply_service_client::ReplyServiceClient;
use amana_wire::v1::review_service_client::ReviewServiceClient;
use amana_wire::v1::search_service_client::SearchServiceClient;
use tonic::transport::Channel;

/// Each service of the agency API over a channel whose certificate is an agency's, with the exchange's message
/// limits.
macro_rules! services {
    ($($function:ident: $client:ident, $what:literal;)+) => {$(
        #[doc = concat!($what, ", over a channel whose certificate is an agency's.")]
        #[must_use]
        pub fn $function(channel: Channel) -> $client<Channel> {
            $client::new(channel)
                .max_decoding_message_size(MESSAGE_BYTES)
                .max_encoding_message_size(MESSAGE_BYTES)
        }
    )+};
}

services! {
    attachment_service: AttachmentServiceClient, "Files that belong to notices";
    deadline_service: DeadlineServiceClient, "What is due";
    delivery_service: DeliveryServiceClient, "How far what was sent has come, and what waits";
    draft_service: DraftServiceClient, "Notices that are still being written";
    event_service: EventServiceClient, "What happens, as it happens";
    group_service: GroupServiceClient, "Groups and operations";
    library_service: LibraryServiceClient, "The library of bulletins";
    node_service: NodeServiceClient, "How the node is";
    notice_service: NoticeServiceClient, "Notices, their versions and what is done with them";
    operation_service: OperationServiceClient, "Figures of operations";
    permission_service: PermissionServiceClient, "What an owner permits";
    proof_service: ProofServiceClient, "Proofs and trails";
    reply_service: ReplyServiceClient, "What is said back to notices";
    review_service: ReviewServiceClient, "The review desk's decisions";
    search_service: SearchServiceClient, "Search over what the node holds";
}
