//! Members that misbehave, and others that must not notice.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_types::Seq;
use amana_wire::status::RemoteError;
use amana_wire::v1;
use amana_wire::v1::exchange_service_client::ExchangeServiceClient;
use amana_wire::v1::publish_envelopes_request::Request;
use common::{Exchange, PATIENCE, Party, hello, message, receipted};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

fn sent(request: Request) -> v1::PublishEnvelopesRequest {
    v1::PublishEnvelopesRequest { request: Some(request) }
}

/// Publishes so many, and receives them.
async fn serves(exchange: &Exchange, from: &Party, to: &Party, count: usize) {
    let directory = exchange.directory().await;
    let code = to.code.to_string();
    let mut last = Seq(0);
    for n in 0..count {
        let (id, envelope) = from.seal(&directory, &[&code], &n.to_string());
        last = receipted(from.publish(exchange, id, &envelope).await).index;
    }
    let mut receiver = to.receiver(exchange, Seq(0), 64).await;
    let got = Party::envelopes_below(&mut receiver, last.next()).await;
    assert!(got.len() >= count);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_bad_envelopes_stands_in_its_own_way() {
    let mut exchange = Exchange::start().await;
    let [xa, xe, xf] = exchange.enrol_all(["XA", "XE", "XF"]).await;
    let (_, envelope) = xe.seal(&exchange.directory().await, &["XF"], "bad");
    let mut bad = message(&envelope);
    bad.signature = bytes::Bytes::from_static(&[1; 64]);
    let mut floods = Vec::new();
    let mut refused = 0;
    let channels = [xe.channel(&exchange).await, xe.channel(&exchange).await];
    for n in 0..40 {
        let (requests, outgoing) = mpsc::channel(16);
        let mut client = ExchangeServiceClient::new(channels[n % 2].clone());
        match client.publish_envelopes(ReceiverStream::new(outgoing)).await {
            Ok(answers) => {
                let (mut answers, bad) = (answers.into_inner(), bad.clone());
                floods.push(tokio::spawn(async move {
                    requests.send(sent(Request::Hello(hello()))).await.unwrap();
                    while requests.send(sent(Request::Envelope(bad.clone()))).await.is_ok() {}
                }));
                floods.push(tokio::spawn(async move { while let Ok(Some(_)) = answers.message().await {} }));
            }
            Err(status) => {
                assert_eq!(RemoteError::from(&status).reason, "TOO_MANY_STREAMS");
                refused += 1;
            }
        }
    }
    assert_eq!(refused, 8, "32 streams a member");
    tokio::time::timeout(PATIENCE, serves(&exchange, &xa, &xf, 20)).await.unwrap();
    floods.iter().for_each(tokio::task::JoinHandle::abort);
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_never_read_stop_themselves() {
    let mut exchange = Exchange::start().await;
    let [xa, xe, xf] = exchange.enrol_all(["XA", "XE", "XF"]).await;
    let directory = exchange.directory().await;
    // Never reads its answers.
    let (requests, outgoing) = mpsc::channel(1);
    let mut client = ExchangeServiceClient::new(xe.channel(&exchange).await);
    let _unread = client.publish_envelopes(ReceiverStream::new(outgoing)).await.unwrap();
    let (_, envelope) = xe.seal(&directory, &["XF"], "the same again and again");
    let envelope = message(&envelope);
    let sender = tokio::spawn(async move {
        requests.send(sent(Request::Hello(hello()))).await.unwrap();
        while requests.send(sent(Request::Envelope(envelope.clone()))).await.is_ok() {}
    });
    // Never reads what it is sent.
    let _stuck = xf.receiver(&exchange, Seq(0), 1024).await;
    tokio::time::timeout(PATIENCE, serves(&exchange, &xf, &xa, 20)).await.unwrap();
    sender.abort();
    exchange.close().await;
}
