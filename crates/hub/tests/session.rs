//! What is said first on every stream: who speaks another protocol is refused by name, on both sides, and
//! heads that do not fit are looked at.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_client::exchange::{Event, Receiver, limits, open_publish};
use amana_client::{Auditor, ClientError, Operator};
use amana_types::Seq;
use amana_wire::session::{PROTOCOL, ProtocolUnsupported};
use amana_wire::status::RemoteError;
use amana_wire::v1;
use amana_wire::v1::blob_service_client::BlobServiceClient;
use amana_wire::v1::deliver_records_request::Request as Deliver;
use amana_wire::v1::exchange_service_client::ExchangeServiceClient;
use amana_wire::v1::membership_service_client::MembershipServiceClient;
use amana_wire::v1::publish_envelopes_request::Request as Publish;
use amana_wire::v1::put_blob_request::Request as Put;
use bytes::Bytes;
use common::relay::{self, Relay};
use common::{Exchange, PATIENCE, Party, hello, receipted};
use tokio_stream::iter;
use tonic::transport::{Channel, Server};
use tonic::{Code, Status, Streaming};

/// A member of tomorrow.
fn of_tomorrow() -> v1::Hello {
    v1::Hello { protocol: PROTOCOL + 1, ..hello() }
}

/// How a stream that was opened with these words ended.
async fn ended<T>(answers: Result<tonic::Response<Streaming<T>>, Status>) -> Status {
    let reading = async {
        let mut answers = match answers {
            Ok(answers) => answers.into_inner(),
            Err(status) => return status,
        };
        loop {
            match answers.message().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("the stream ended in order"),
                Err(status) => return status,
            }
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.unwrap()
}

/// Opens every kind of stream with these words, and tells how each ended.
async fn every_stream(exchange: &Exchange, party: &Party, first: Option<v1::Hello>) -> Vec<Status> {
    let channel = party.channel(exchange).await;
    let mut hub = ExchangeServiceClient::new(channel.clone());
    let mut blobs = BlobServiceClient::new(channel.clone());
    let mut membership = MembershipServiceClient::new(channel);
    let publish = v1::PublishEnvelopesRequest { request: first.clone().map(Publish::Hello) };
    let deliver = v1::DeliverRecordsRequest { request: first.clone().map(Deliver::Hello) };
    let put = v1::PutBlobRequest { request: first.clone().map(Put::Hello) };
    let get = v1::GetBlobRequest { hello: first.clone(), ..v1::GetBlobRequest::default() };
    vec![
        ended(hub.publish_envelopes(iter([publish])).await).await,
        ended(hub.deliver_records(iter([deliver])).await).await,
        ended(blobs.put_blob(iter([put])).await).await,
        ended(blobs.get_blob(get).await).await,
        membership.get_limits(v1::GetLimitsRequest { hello: first }).await.unwrap_err(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_speaks_another_protocol_is_refused_by_name() {
    let mut exchange = Exchange::start().await;
    let [xa] = exchange.enrol_all(["XA"]).await;
    for status in every_stream(&exchange, &xa, Some(of_tomorrow())).await {
        let refused = RemoteError::from(&status);
        assert_eq!(
            (status.code(), refused.reason.as_str()),
            (Code::FailedPrecondition, "PROTOCOL_UNSUPPORTED")
        );
        assert_eq!(refused.metadata["protocol"], PROTOCOL.to_string());
    }
    for status in every_stream(&exchange, &xa, None).await {
        assert_eq!(RemoteError::from(&status).reason, "BAD_REQUEST", "a stream begins with Hello");
    }
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn features_that_are_not_known_mean_nothing_and_limits_are_told() {
    let mut exchange = Exchange::start().await;
    let [xa] = exchange.enrol_all(["XA"]).await;
    let channel = xa.channel(&exchange).await;
    let hello = v1::Hello { features: vec![7, 4711], ..hello() };
    let mut membership = MembershipServiceClient::new(channel.clone());
    let answer = membership.get_limits(v1::GetLimitsRequest { hello: Some(hello.clone()) }).await.unwrap();
    let told = answer.into_inner().hello.unwrap();
    assert_eq!((told.protocol, told.limits.unwrap()), (PROTOCOL, limits(channel.clone()).await.unwrap()));
    assert_eq!(told.limits.unwrap().delivery_window, 1024);

    let opening = v1::DeliveryOpening { cursor: 0, window: 16, verified_size: 0 };
    let requests = [Deliver::Hello(hello), Deliver::Opening(opening)];
    let requests = requests.map(|request| v1::DeliverRecordsRequest { request: Some(request) });
    let mut hub = ExchangeServiceClient::new(channel);
    let open = tokio_stream::StreamExt::chain(iter(requests), tokio_stream::pending());
    let mut answers = hub.deliver_records(open).await.unwrap().into_inner();
    for expected in ["Hello", "Head", "Delivery"] {
        let answer = tokio::time::timeout(PATIENCE, answers.message()).await.unwrap().unwrap().unwrap();
        assert!(format!("{:?}", answer.response.unwrap()).starts_with(expected), "{expected}");
    }
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_does_not_fit_the_log_raises_one_alarm() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let (id, envelope) = xa.seal(&exchange.directory().await, &["XF"], "text");
    receipted(xa.publish(&exchange, id, &envelope).await);
    let operator = Operator::new(exchange.operator_channel().await);
    let mut membership = MembershipServiceClient::new(xf.channel(&exchange).await);
    let mut show = async |seen_heads: Vec<Bytes>| {
        let hello = Some(v1::Hello { seen_heads, ..hello() });
        membership.get_limits(v1::GetLimitsRequest { hello }).await.map(drop)
    };
    let true_head = operator.status().await.unwrap().checkpoint;
    let text = String::from_utf8(true_head.to_vec()).unwrap();
    // Signed by others: nothing is said of this log.
    let mut others = text.clone();
    others.replace_range(0..0, "other/");
    show(vec![true_head.clone(), others.into()]).await.unwrap();
    assert_eq!(operator.alarms().await.unwrap(), []);

    // The log's own key signs a head of the same size and another root, and one of a larger log.
    let size: u64 = text.lines().nth(1).unwrap().parse().unwrap();
    let forked = exchange.sign_head(size, [7; 32]);
    let ahead = exchange.sign_head(size + 1, [8; 32]);
    show(vec![forked.clone(), true_head.clone()]).await.unwrap();
    show(vec![forked.clone(), ahead.clone()]).await.unwrap();
    let alarms = operator.alarms().await.unwrap();
    assert_eq!(alarms.len(), 2, "one for each head: {alarms:?}");
    assert!(alarms.iter().all(|alarm| alarm.kind() == v1::HubAlarmKind::LogContradictsItself));
    assert!(alarms.iter().all(|alarm| alarm.member == "XF" && alarm.since.is_some()));
    assert_eq!([&alarms[0].evidence, &alarms[1].evidence], [&forked, &ahead]);

    for (heads, why) in [(vec![true_head; 9], "too many"), (vec![Bytes::from_static(b"none")], "no note")] {
        let refused = RemoteError::from(&show(heads).await.unwrap_err());
        assert_eq!(refused.reason, "BAD_REQUEST", "{why}");
    }
    // A node shows its newest head by itself.
    let mut auditor = Auditor::new(exchange.log_key());
    auditor.advance(&forked, &[]).unwrap();
    exchange.close().await;
    exchange.open().await;
    drop(Receiver::open(xf.channel(&exchange).await, auditor, Seq(0), 16).await.unwrap());
    let alarms = Operator::new(exchange.operator_channel().await).alarms().await.unwrap();
    assert_eq!(alarms.len(), 1);
    exchange.close().await;
}

/// The relay, where a client finds it without more ado.
async fn listening(relay: Relay) -> Channel {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    tokio::spawn(Server::builder().add_service(relay).serve_with_incoming(incoming));
    Channel::from_shared(address).unwrap().connect().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_speaks_another_protocol_is_refused_by_name() {
    let mut exchange = Exchange::start().await;
    let [xa] = exchange.enrol_all(["XA"]).await;
    let channel = listening(Relay::new(xa.channel(&exchange).await, relay::of_tomorrow)).await;
    let auditor = Auditor::new(exchange.log_key());
    let refused = [
        open_publish(channel.clone(), exchange.log_key(), 1).await.err(),
        Receiver::open(channel, auditor, Seq(0), 16).await.err(),
    ];
    for refused in refused {
        let Some(ClientError::Protocol(why)) = refused else { panic!("{refused:?}") };
        assert_eq!(why, ProtocolUnsupported(PROTOCOL + 1));
    }
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_an_unknown_kind_is_proven_and_skipped() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let directory = exchange.directory().await;
    let mut places = Vec::new();
    for text in ["of tomorrow", "of today"] {
        let (id, envelope) = xa.seal(&directory, &["XF"], text);
        places.push(receipted(xa.publish(&exchange, id, &envelope).await).index);
    }
    let [of_tomorrow, of_today] = places[..] else { panic!("two places") };
    let first = of_tomorrow.0;
    let receive = async |change: fn(v1::Delivery) -> Bytes| {
        let change = move |answer: Bytes| match relay::envelope(&answer) {
            Some(delivery) if delivery.place.as_ref().unwrap().index == first => change(delivery),
            _ => answer,
        };
        let channel = listening(Relay::new(xf.channel(&exchange).await, change)).await;
        let mut receiver =
            Receiver::open(channel, Auditor::new(exchange.log_key()), Seq(0), 16).await.unwrap();
        loop {
            match tokio::time::timeout(PATIENCE, receiver.next()).await.unwrap() {
                Ok(Some(Event::Head { .. } | Event::Directory(_))) => {}
                Ok(Some(event)) => return Ok((event, receiver)),
                Ok(None) => panic!("the stream ended in order"),
                Err(error) => return Err(error),
            }
        }
    };

    let (event, mut receiver) = receive(relay::of_unknown_kind).await.unwrap();
    let Event::Unknown(unknown) = event else { panic!("{event:?}") };
    assert_eq!(unknown.index, of_tomorrow);
    let receipt = unknown.receipt;
    assert_eq!(receipt.index.get(), first, "its proof is kept");
    assert_eq!(Party::next_envelope(&mut receiver).await.index, of_today, "what follows is not held up");

    // A leaf hash that is in no log proves nothing, and one of something else is no leaf of a known record.
    let forged = receive(|delivery| {
        relay::of_unknown_kind(v1::Delivery { leaf_hash: Bytes::from_static(&[7; 32]), ..delivery })
    });
    assert!(matches!(forged.await, Err(ClientError::Audit(_))));
    let other = receive(|delivery| {
        relay::answer(v1::Delivery { leaf_hash: Bytes::from_static(&[7; 32]), ..delivery })
    });
    assert!(matches!(other.await, Err(ClientError::Malformed { .. })));
    exchange.close().await;
}
