//! Deliveries: one member drains its mailbox.

use std::time::Instant;

use amana_types::limits::MESSAGE_BYTES;
use amana_wire::session;
use amana_wire::v1;
use amana_wire::v1::deliver_records_request::Request;
use amana_wire::v1::deliver_records_response::Response;
use amana_wire::v1::exchange_service_client::ExchangeServiceClient;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;

use crate::exit::{Exit, Failure};

/// Records under way, and how many are acknowledged at once.
const WINDOW: u32 = 1024;
const STEP: u64 = 256;

/// Receives from the beginning until `wanted` envelopes have come; answers how many came a second.
pub(super) async fn drain(channel: Channel, wanted: u64) -> Result<f64, Failure> {
    let failed = |why: String| Failure::new(Exit::Failed, format_args!("bench: deliveries: {why}"));
    let (requests, outgoing) = mpsc::channel(16);
    let mut hub = ExchangeServiceClient::new(channel).max_decoding_message_size(MESSAGE_BYTES);
    let open = v1::DeliveryOpening { cursor: 0, window: WINDOW, verified_size: 0 };
    let ask = |request| v1::DeliverRecordsRequest { request: Some(request) };
    let hello = session::hello(v1::Limits::default(), Vec::new());
    for first in [Request::Hello(hello), Request::Opening(open)] {
        requests.send(ask(first)).await.map_err(|e| failed(e.to_string()))?;
    }
    let start = Instant::now();
    let stream = hub.deliver_records(ReceiverStream::new(outgoing)).await;
    let mut stream = stream.map_err(|e| failed(e.to_string()))?.into_inner();
    let (mut envelopes, mut records) = (0_u64, 0_u64);
    while envelopes < wanted {
        let message = stream.message().await.map_err(|e| failed(e.to_string()))?;
        let response = message.ok_or_else(|| failed("the hub closed the stream".to_owned()))?.response;
        let Some(Response::Delivery(delivery)) = response else { continue };
        records += 1;
        envelopes += u64::from(matches!(delivery.record, Some(v1::delivery::Record::Envelope(_))));
        if records.is_multiple_of(STEP) {
            let index = delivery.place.unwrap_or_default().index;
            let acknowledgement = v1::Acknowledgement { cursor: index + 1, receipts: Vec::new() };
            requests
                .send(ask(Request::Acknowledgement(acknowledgement)))
                .await
                .map_err(|e| failed(e.to_string()))?;
        }
    }
    Ok(envelopes as f64 / start.elapsed().as_secs_f64().max(f64::EPSILON))
}
