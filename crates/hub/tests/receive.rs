//! Receiving, over real connections.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_client::exchange::Event;
use amana_client::{Auditor, ClientError};
use amana_seal::receipt::verify_receipt;
use amana_types::Seq;
use common::{Exchange, PATIENCE, Party, code, receipted, remote};

async fn publish_many(exchange: &Exchange, from: &Party, to: &[&str], count: usize) -> Seq {
    let directory = exchange.directory().await;
    let mut last = Seq(0);
    for n in 0..count {
        let (id, envelope) = from.seal(&directory, to, &n.to_string());
        last = receipted(from.publish(exchange, id, &envelope).await).index;
    }
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_never_acknowledges_gets_its_window_and_no_more() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let last = publish_many(&exchange, &xa, &["XF"], 9).await;
    let mut receiver = xf.receiver(&exchange, Seq(0), 4).await;
    let (mut deliveries, mut newest, mut heads) = (0, Seq(0), 0);
    // A hub that sent more would do so before it tells another head, which it does when idle.
    let telling = async {
        exchange.set_suspended("XA", true).await;
        exchange.set_suspended("XA", false).await;
    };
    telling.await;
    while heads < 2 {
        match tokio::time::timeout(PATIENCE, receiver.next()).await.unwrap().unwrap().unwrap() {
            Event::Head { .. } => heads += 1,
            Event::Envelope(proven) => (deliveries, newest) = (deliveries + 1, proven.index),
            Event::Erased(proven) => (deliveries, newest) = (deliveries + 1, proven.index),
            Event::Receipt(proven) => (deliveries, newest) = (deliveries + 1, proven.index),
            Event::Directory(proven) => (deliveries, newest) = (deliveries + 1, proven.index),
            Event::Review(proven) => (deliveries, newest) = (deliveries + 1, proven.index),
            Event::Unknown(proven) => (deliveries, newest) = (deliveries + 1, proven.index),
        }
        assert!(deliveries <= 4);
    }
    assert_eq!(deliveries, 4);
    receiver.acknowledge(newest.next(), Vec::new()).await.unwrap();
    let more = Party::next_envelope(&mut receiver).await;
    assert!(more.index > newest && more.index <= last);
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_go_to_the_sender_and_the_cursor_is_kept() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let last = publish_many(&exchange, &xa, &["XF"], 3).await;
    let mut receiver = xf.receiver(&exchange, Seq(0), 64).await;
    let got = Party::envelopes_below(&mut receiver, last.next()).await;
    assert_eq!(got.len(), 3);
    let receipt = xf.receipt(xa.code, &got.iter().collect::<Vec<_>>());
    receiver.acknowledge(last.next(), vec![receipt]).await.unwrap();

    let mut sender = xa.receiver(&exchange, Seq(0), 64).await;
    let signed = loop {
        let event = tokio::time::timeout(PATIENCE, sender.next()).await.unwrap().unwrap().unwrap();
        if let Event::Receipt(proven) = event {
            break proven;
        }
    };
    let directory = exchange.directory().await;
    let signer = |receipt: &amana_seal::receipt::Receipt| {
        amana_seal::SignerKey::find(&directory, receipt.recipient, receipt.key, signed.index)
    };
    let receipt = verify_receipt(&signed.record.body, &signed.record.signature, signer).unwrap();
    assert_eq!(receipt.envelopes.len(), 3);

    // The hub remembers how far XF is, also when it starts again.
    for _ in 0..2 {
        let members = amana_client::Operator::new(exchange.operator_channel().await).members().await.unwrap();
        let state = members.iter().find(|member| member.code == "XF").unwrap();
        assert_eq!((state.cursor, state.backlog), (last.next().0, 0));
        exchange.close().await;
        exchange.open().await;
    }
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_told_once_it_is_durable() {
    use amana_wire::v1;
    use amana_wire::v1::deliver_records_request::Request;
    use amana_wire::v1::deliver_records_response::Response;
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let last = publish_many(&exchange, &xa, &["XF"], 1).await;
    let (requests, outgoing) = tokio::sync::mpsc::channel(4);
    let opening = v1::DeliveryOpening { cursor: 0, window: 16, verified_size: 0 };
    for first in [Request::Hello(common::hello()), Request::Opening(opening)] {
        requests.send(v1::DeliverRecordsRequest { request: Some(first) }).await.unwrap();
    }
    let mut client = v1::exchange_service_client::ExchangeServiceClient::new(xf.channel(&exchange).await);
    let outgoing = tokio_stream::wrappers::ReceiverStream::new(outgoing);
    let mut stream = client.deliver_records(outgoing).await.unwrap().into_inner();
    let (mut told, mut acknowledged) = (Vec::new(), false);
    while told.last() != Some(&last.next().0) {
        let response = tokio::time::timeout(PATIENCE, stream.message()).await.unwrap().unwrap().unwrap();
        match response.response.unwrap() {
            Response::Head(head) => told.push(head.acknowledged_below),
            Response::Delivery(delivery) if delivery.place.clone().unwrap().index == last.0 => {
                assert!(told.iter().all(|below| *below == 0));
                let acknowledgement = v1::Acknowledgement { cursor: last.next().0, receipts: Vec::new() };
                let request = Request::Acknowledgement(acknowledgement);
                requests.send(v1::DeliverRecordsRequest { request: Some(request) }).await.unwrap();
                acknowledged = true;
            }
            Response::Delivery(_) | Response::Hello(_) => {}
        }
    }
    assert!(acknowledged);
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_stream_takes_over() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let mut first = xf.receiver(&exchange, Seq(0), 16).await;
    tokio::time::timeout(PATIENCE, first.next()).await.unwrap().unwrap();
    let mut second = xf.receiver(&exchange, Seq(0), 16).await;
    tokio::time::timeout(PATIENCE, second.next()).await.unwrap().unwrap();
    assert_eq!(ended(&mut first).await, "STREAM_REPLACED");
    let last = publish_many(&exchange, &xa, &["XF"], 1).await;
    assert_eq!(Party::next_envelope(&mut second).await.index, last);
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_member_is_cut_off_and_comes_back_when_reinstated() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let (sender, mut answers) = xf.publisher(&exchange).await;
    let mut receiver = xf.receiver(&exchange, Seq(0), 16).await;
    tokio::time::timeout(PATIENCE, receiver.next()).await.unwrap().unwrap();
    exchange.set_suspended("XF", true).await;
    assert!(matches!(first_error(&mut receiver).await, ClientError::Remote(_)), "the open stream is cut");
    assert!(tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().is_err(), "and the other one");
    drop(sender);
    let auditor = Auditor::new(xf.log_key.clone());
    let channel = xf.channel(&exchange).await;
    let again = amana_client::exchange::Receiver::open(channel, auditor, Seq(0), 16).await;
    assert_eq!(remote(again.err().unwrap()), "CALLER_SUSPENDED");

    exchange.set_suspended("XF", false).await;
    let mut receiver = xf.receiver(&exchange, Seq(0), 16).await;
    let last = publish_many(&exchange, &xa, &["XF"], 1).await;
    assert_eq!(Party::next_envelope(&mut receiver).await.index, last);
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledgements_that_make_no_sense_end_the_stream() {
    let mut exchange = Exchange::start().await;
    let [xa, xe, xf] = exchange.enrol_all(["XA", "XE", "XF"]).await;
    let last = publish_many(&exchange, &xa, &["XF"], 1).await;
    let got = Party::next_envelope(&mut xf.receiver(&exchange, Seq(0), 16).await).await;
    let of_another = xe.receipt(xa.code, &[&got]);
    let to_nobody = xf.receipt(code("XZ"), &[&got]);
    for (cursor, receipts) in
        [(Seq(last.0 + 1000), vec![]), (last.next(), vec![of_another]), (last.next(), vec![to_nobody])]
    {
        let mut receiver = xf.receiver(&exchange, Seq(0), 16).await;
        Party::next_envelope(&mut receiver).await;
        receiver.acknowledge(cursor, receipts).await.unwrap();
        assert_eq!(ended(&mut receiver).await, "BAD_REQUEST");
    }
    exchange.close().await;
}

async fn first_error(receiver: &mut amana_client::exchange::Receiver) -> ClientError {
    loop {
        match tokio::time::timeout(PATIENCE, receiver.next()).await.unwrap() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the stream ended in order"),
            Err(error) => return error,
        }
    }
}

async fn ended(receiver: &mut amana_client::exchange::Receiver) -> String {
    remote(first_error(receiver).await)
}
