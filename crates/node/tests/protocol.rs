//! A node whose hub is of another version than its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;
#[allow(dead_code, reason = "the hub's tests use the rest of it")]
#[path = "../../hub/tests/common/relay.rs"]
mod relay;

use std::fs::read_to_string;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use amana_kit::certs::{TlsKey, certificate_from_pem, certificates_from_pem};
use amana_kit::connect::connect;
use amana_kit::identity::{Realm, ServerIdentity};
use amana_kit::serve::{ListenLimits, Listener, serve, server_limits};
use amana_kit::shutdown::Shutdown;
use amana_kit::tls::{ClientTls, Clients, Credentials, KeyExchange, ServerTls, ServerTrust};
use amana_node::{CertificateName, KeyName};
use amana_seal::keyfile::{KeyKind, open_pem};
use amana_types::Role;
use amana_wire::v1;
use bytes::Bytes;
use common::case::{case, to};
use common::{EXCHANGE, Exchange, Unit, eventually, passphrase};
use relay::Relay;
use tonic::transport::Server;

fn key(pem: &str) -> TlsKey {
    TlsKey::from_pkcs8(open_pem(pem, KeyKind::P256, &passphrase()).unwrap()).unwrap()
}

/// Stands where the hub stood, with the hub's certificate, and passes on what one member's node says. The
/// hub itself moves elsewhere.
async fn stand_between(
    exchange: &mut Exchange,
    unit: &Unit,
    change: impl Fn(Bytes) -> Bytes + Send + Sync + 'static,
) -> Shutdown {
    let (before, now) = exchange.move_hub().await;
    let read = |which| read_to_string(unit.layout.certificate(which)).unwrap();
    let chain = certificates_from_pem(&read(CertificateName::Tls)).unwrap();
    let own = key(&read_to_string(unit.layout.key(KeyName::Tls)).unwrap());
    let authority = certificate_from_pem(&read(CertificateName::ExchangeAuthority)).unwrap();
    let hub = ServerIdentity::Hub(EXCHANGE.parse().unwrap());
    let (trust, own) = (ServerTrust::Authority(authority.clone()), Credentials::new(chain, &own).unwrap());
    let tls = ClientTls::new(hub, trust, Some(&own), KeyExchange::HybridOnly).unwrap();
    let relay = Relay::new(connect(&now.into(), &tls).await.unwrap(), change);

    let hubs = amana_hub::Layout::new(exchange.hub_dir());
    let read = |name| read_to_string(hubs.key(name)).unwrap();
    let chain = certificates_from_pem(&read("tls.pem")).unwrap();
    let credentials = Credentials::new(chain, &key(&read("tls.key"))).unwrap();
    let clients = Clients::Required { authority, realm: Realm::Exchange(EXCHANGE.parse().unwrap()) };
    let tls = ServerTls::new(&credentials, clients, KeyExchange::HybridOnly).unwrap();
    let listener = Listener::bind(before, tls, ListenLimits::default()).await.unwrap();
    let shutdown = Shutdown::new();
    let until = shutdown.clone();
    let router = server_limits(Server::builder()).add_service(relay);
    tokio::spawn(async move { serve(router, listener, &until, Duration::ZERO).await });
    shutdown
}

/// A newer hub delivers a record that this version does not know: it is skipped, once and loudly, and what
/// follows arrives.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_an_unknown_kind_raises_an_alarm_and_holds_nothing_up() {
    let mut exchange = Exchange::start().await;
    let mut receiver = Unit::make(&exchange, "XF").await;
    receiver.invite_agency("unit", Role::Investigator);
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    sender.publish("1", &case("XA-1"), &to(&["XF"])).await;
    let next = sender.publish("2", &case("XA-2"), &to(&["XF"])).await;
    eventually("the hub has both", async || (sender.status().await.outbox_waiting == 0).then_some(())).await;
    sender.close().await;

    // The first envelope that comes is of a kind of tomorrow, however often it comes.
    let (place, times) = (Arc::new(AtomicU64::new(u64::MAX)), Arc::new(AtomicUsize::new(0)));
    let (first, seen) = (Arc::clone(&place), Arc::clone(&times));
    let stop = stand_between(&mut exchange, &receiver, move |answer| match relay::envelope(&answer) {
        Some(delivery) => {
            let index = delivery.place.as_ref().unwrap().index;
            let first = first.fetch_min(index, Ordering::Relaxed).min(index);
            if index != first {
                return answer;
            }
            seen.fetch_add(1, Ordering::Relaxed);
            relay::of_unknown_kind(delivery)
        }
        None => answer,
    })
    .await;
    receiver.open().await;
    let alarm =
        eventually("the alarm is raised", async || receiver.status().await.alarms.into_iter().next()).await;
    let place = place.load(Ordering::Relaxed);
    let said = format!("record {place} of a kind that this version does not know");
    assert!(alarm.message.contains(&said), "{alarm:?}");
    assert_eq!(receiver.receives(1).await[0].notice_id, next.notice_id, "what follows arrives");
    for _ in 0..2 {
        receiver.close().await;
        receiver.open().await;
        assert_eq!(receiver.receives(1).await[0].notice_id, next.notice_id);
        assert_eq!(receiver.status().await.alarms.first(), Some(&alarm), "the alarm stays");
    }
    stop.trigger();
    assert_eq!(times.load(Ordering::Relaxed), 1, "and it came once");
}

/// A hub that speaks another protocol is told so by name, and the node waits for whoever updates one of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_hub_of_another_protocol_is_refused_and_the_administrator_told() {
    let mut exchange = Exchange::start().await;
    let mut unit = exchange.unit("XF", Role::Supervisor).await;
    unit.close().await;
    let _stop = stand_between(&mut exchange, &unit, relay::of_tomorrow).await;
    unit.open().await;
    let cause = eventually("the node says why", async || unit.status().await.hub).await;
    assert_eq!(cause.reason(), v1::ErrorReason::ProtocolUnsupported, "{cause:?}");
    assert!(cause.message.contains("version 2"), "{cause:?}");
}
