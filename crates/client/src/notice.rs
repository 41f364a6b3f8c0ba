//! An agency's door to its node.

use amana_types::limits::MESSAGE_BYTES;
use amana_wire::v1::notice_service_client::NoticeServiceClient;
use tonic::transport::Channel;

/// The agency API over a channel whose certificate is an agency's, with the exchange's message limits.
#[must_use]
pub fn notice_service(channel: Channel) -> NoticeServiceClient<Channel> {
    NoticeServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES)
}
