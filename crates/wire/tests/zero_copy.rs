//! The hot path copies no body: what was received and what is sent share one buffer.

#![allow(clippy::unwrap_used, reason = "test code: a panic is a failed test")]

use amana_wire::v1;
use amana_wire::v1::publish_envelopes_request::Request;
use bytes::Bytes;
use prost::Message;

fn envelope() -> v1::Envelope {
    v1::Envelope {
        header: vec![7; 300].into(),
        signature: vec![2; 64].into(),
        slots: vec![
            v1::Slot {
                recipient: "XF".into(),
                key_epoch: 3,
                granted_sections: 1,
                sealed: vec![1; 1200].into()
            };
            3
        ],
        sections: vec![vec![6; 4112].into(), vec![7; 4112].into()],
        ..Default::default()
    }
}

#[track_caller]
fn share(received: &Bytes, parts: &[&Bytes]) {
    let buffer = received.as_ptr_range();
    for part in parts {
        assert!(!part.is_empty() && buffer.contains(&part.as_ptr()), "a part was copied");
    }
}

#[test]
fn a_published_envelope_borrows_from_what_was_received() {
    let received = Bytes::from(
        v1::PublishEnvelopesRequest { request: Some(Request::Envelope(envelope())) }.encode_to_vec(),
    );
    let decoded = v1::PublishEnvelopesRequest::decode(received.clone()).unwrap().request;
    let Some(Request::Envelope(envelope)) = decoded else { unreachable!() };
    let mut parts = vec![&envelope.header, &envelope.signature];
    parts.extend(envelope.slots.iter().map(|slot| &slot.sealed));
    parts.extend(&envelope.sections);
    share(&received, &parts);
}

#[test]
fn a_delivered_envelope_borrows_from_what_was_received() {
    let v1::Envelope { header, signature, sections, mut slots, .. } = envelope();
    let delivery =
        v1::EnvelopeDelivery { header, signature, sections, slot: slots.pop(), ..Default::default() };
    let record = v1::delivery::Record::Envelope(delivery);
    let delivery = v1::Delivery { record: Some(record), ..Default::default() };
    let response = v1::deliver_records_response::Response::Delivery(delivery);
    let received = Bytes::from(v1::DeliverRecordsResponse { response: Some(response) }.encode_to_vec());

    let decoded = v1::DeliverRecordsResponse::decode(received.clone()).unwrap().response;
    let Some(v1::deliver_records_response::Response::Delivery(delivery)) = decoded else { unreachable!() };
    let Some(v1::delivery::Record::Envelope(envelope)) = delivery.record else { unreachable!() };
    let mut parts = vec![&envelope.header, &envelope.signature];
    parts.extend(&envelope.sections);
    let slot = envelope.slot.unwrap();
    parts.push(&slot.sealed);
    share(&received, &parts);
}
