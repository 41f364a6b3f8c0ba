//! An agency's door to its node.

use amana_types::limits::MESSAGE_BYTES;
use amana_wire::v1::attachment_service_client::AttachmentServiceClient;
use amana_wire::v1::draft_service_client::DraftServiceClient;
use amana_wire::v1::group_service_client::GroupServiceClient;
use amana_wire::v1::handling_service_client::HandlingServiceClient;
use amana_wire::v1::library_service_client::LibraryServiceClient;
use amana_wire::v1::notice_service_client::NoticeServiceClient;
use amana_wire::v1::operation_service_client::OperationServiceClient;
use amana_wire::v1::reply_service_client::ReplyServiceClient;
use amana_wire::v1::review_service_client::ReviewServiceClient;
use amana_wire::v1::version_service_client::VersionServiceClient;
use tonic::transport::Channel;

/// The attachments' API over a channel whose certificate is an agency's.
#[must_use]
pub fn attachment_service(channel: Channel) -> AttachmentServiceClient<Channel> {
    AttachmentServiceClient::new(channel)
}

/// The review desk's API over a channel whose certificate is that of an agency of the desk.
#[must_use]
pub fn review_service(channel: Channel) -> ReviewServiceClient<Channel> {
    ReviewServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES)
}

/// The agency API over a channel whose certificate is an agency's, with the exchange's message limits.
#[must_use]
pub fn notice_service(channel: Channel) -> NoticeServiceClient<Channel> {
    NoticeServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES)
}

/// Groups and operations, over a channel whose certificate is an agency's.
#[must_use]
pub fn group_service(channel: Channel) -> GroupServiceClient<Channel> {
    GroupServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES)
}

/// What is said back to notices and what is due, over a channel whose certificate is an agency's.
#[must_use]
pub fn reply_service(channel: Channel) -> ReplyServiceClient<Channel> {
    ReplyServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES)
}

/// The API of versions and suspension over a channel whose certificate is an agency's.
#[must_use]
pub fn version_service(channel: Channel) -> VersionServiceClient<Channel> {
    VersionServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES)
}

/// Figures of operations, over a channel whose certificate is an agency's.
#[must_use]
pub fn operation_service(channel: Channel) -> OperationServiceClient<Channel> {
    OperationServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES)
}

/// The library of bulletins, over a channel whose certificate is an agency's.
#[must_use]
pub fn library_service(channel: Channel) -> LibraryServiceClient<Channel> {
    LibraryServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES)
}

/// What may be done with notices beyond reading them, over a channel whose certificate is an agency's.
#[must_use]
pub fn handling_service(channel: Channel) -> HandlingServiceClient<Channel> {
    HandlingServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES)
}

/// Notices that are still being written, over a channel whose certificate is an agency's.
#[must_use]
pub fn draft_service(channel: Channel) -> DraftServiceClient<Channel> {
    DraftServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES)
}
