//! A member that signs nonsense: valid cryptography around a body that is no notice. It is set aside
//! alone, and the stream goes on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_client::exchange::{Answer, open_publish};
use amana_kit::certs::{TlsKey, certificate_from_pem, certificates_from_pem};
use amana_kit::connect::connect;
use amana_kit::identity::ServerIdentity;
use amana_kit::random::SystemRandom;
use amana_kit::tls::{ClientTls, Credentials, KeyExchange, ServerTrust};
use amana_node::{CertificateName, KeyName};
use amana_seal::envelope::{
    ClearSection, Envelope, EnvelopeDraft, Granted, Kind, PairLink, Recipient, SectionKind, Supersedes,
    header_hash, seal,
};
use amana_seal::keyfile::{KeyKind, open_pem};
use amana_seal::keys::SigningKeyPair;
use amana_types::{Addressing, Directory, Duration, MemberCode, NoticeId, Role};
use amana_wire::v1;
use bytes::Bytes;
use common::case::{case, to};
use common::{EXCHANGE, Exchange, Unit, now, passphrase};
use tonic::transport::Channel;
use zeroize::Zeroizing;

fn key(unit: &Unit, which: KeyName, kind: KeyKind) -> Zeroizing<Vec<u8>> {
    open_pem(&std::fs::read_to_string(unit.layout.key(which)).unwrap(), kind, &passphrase()).unwrap()
}

/// The hub, as the member itself reaches it.
async fn as_member(exchange: &Exchange, unit: &Unit) -> Channel {
    let read = |which| std::fs::read_to_string(unit.layout.certificate(which)).unwrap();
    let tls_key = TlsKey::from_pkcs8(key(unit, KeyName::Tls, KeyKind::P256)).unwrap();
    let chain = certificates_from_pem(&read(CertificateName::Tls)).unwrap();
    let credentials = Credentials::new(chain, &tls_key).unwrap();
    let authority = certificate_from_pem(&read(CertificateName::ExchangeAuthority)).unwrap();
    let hub = ServerIdentity::Hub(EXCHANGE.parse().unwrap());
    let trust = ServerTrust::Authority(authority);
    let tls = ClientTls::new(hub, trust, Some(&credentials), KeyExchange::HybridOnly).unwrap();
    connect(&exchange.operator.hub_url().parse().unwrap(), &tls).await.unwrap()
}

async fn directory(exchange: &Exchange, channel: Channel) -> Directory {
    let root_keys = exchange.operator.root_keys().to_vec();
    let mut directory = Directory::new(EXCHANGE.parse().unwrap(), root_keys);
    for listed in amana_client::directory::entries(channel, 0).await.unwrap() {
        amana_seal::directory::fold(&mut directory, &listed.entry, listed.index, listed.accepted_at).unwrap();
    }
    directory
}

/// An envelope of XA to XF with this for its only section.
fn poison(directory: &Directory, keys: &SigningKeyPair, content: &[u8]) -> (NoticeId, v1::Envelope) {
    after(directory, keys, content, None)
}

/// The same in the place of another.
fn after(
    directory: &Directory,
    keys: &SigningKeyPair,
    content: &[u8],
    supersedes: Option<Supersedes>,
) -> (NoticeId, v1::Envelope) {
    let code = |text: &str| text.parse::<MemberCode>().unwrap();
    let recipient = Recipient::of(directory.member(code("XF")).unwrap(), PairLink::FIRST).unwrap();
    let addressing = Addressing { countries: [code("XF")].into(), ..Addressing::default() };
    let id = NoticeId::new(now(), &SystemRandom);
    let draft = EnvelopeDraft {
        kind: Kind::Notice,
        id,
        created: now(),
        expires: now().after(Duration::from_days(1)),
        addressing: &addressing,
        directory: directory.head,
        audit: None,
        in_reply_to: None,
        supersedes,
        held: false,
        attachments: &[],
        sections: &[ClearSection { kind: SectionKind(1), content, granted: Granted::Everyone }],
        recipients: &[recipient],
    };
    (id, message(seal(&draft, code("XA"), keys, &SystemRandom).unwrap()))
}

fn message(envelope: Envelope) -> v1::Envelope {
    let slot = |slot: amana_seal::envelope::Slot| v1::Slot {
        recipient: slot.recipient.to_string(),
        key_epoch: slot.epoch.0,
        granted_sections: slot.granted.bits().into(),
        sealed: slot.bytes.into(),
    };
    v1::Envelope {
        header: envelope.header.into(),
        slots_root: Bytes::copy_from_slice(&envelope.slots_root.0),
        depth: envelope.depth.get().into(),
        signature: Bytes::copy_from_slice(&envelope.signature),
        addressing: envelope.addressing.into(),
        addressing_salt: Bytes::copy_from_slice(&envelope.addressing_salt),
        slots: envelope.slots.into_iter().map(slot).collect(),
        padding_leaves: envelope.padding.iter().map(|leaf| Bytes::copy_from_slice(leaf)).collect(),
        sections: envelope.sections.into_iter().map(Into::into).collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_notice_is_set_aside_alone() {
    let exchange = Exchange::start().await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    let mut sender = Unit::make(&exchange, "XA").await;
    sender.invite_agency("unit", Role::Investigator);

    let channel = as_member(&exchange, &sender).await;
    let directory = directory(&exchange, channel.clone()).await;
    let keys = SigningKeyPair::from_seed(&key(&sender, KeyName::Signing, KeyKind::Ed25519)).unwrap();
    let log_key = exchange.operator.log_key().parse().unwrap();
    let (publisher, mut answers) = open_publish(channel, log_key, 8).await.unwrap();
    for content in [b"not a notice".as_slice(), b"", &[0xff; 1000]] {
        let (id, envelope) = poison(&directory, &keys, content);
        publisher.submit(id, envelope).await.unwrap();
    }
    let mut accepted = 0;
    while accepted < 3 {
        let group = answers.next().await.unwrap().unwrap();
        accepted += group.iter().filter(|answer| matches!(answer, Answer::Receipted(_))).count();
    }
    drop((publisher, answers));

    // The next good notice of the same sender arrives, and the bad ones are not shown, now or later.
    sender.open().await;
    let good = sender.publish("good", &case("XA-1"), &to(&["XF"])).await;
    assert_eq!(receiver.receives(1).await[0].notice_id, good.notice_id);
    receiver.close().await;
    receiver.open().await;
    assert_eq!(receiver.received().await[0].notice_id, good.notice_id);
    assert_eq!(receiver.status().await.inbox_total, 1);
}

/// A member that puts two versions in the place of one: both are shown, as a fork, and whoever runs the node
/// hears of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_fork_is_shown_as_a_fork_and_raises_an_alarm() {
    let exchange = Exchange::start().await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    let sender = Unit::make(&exchange, "XA").await;
    let channel = as_member(&exchange, &sender).await;
    let directory = directory(&exchange, channel.clone()).await;
    let keys = SigningKeyPair::from_seed(&key(&sender, KeyName::Signing, KeyKind::Ed25519)).unwrap();
    let log_key = exchange.operator.log_key().parse().unwrap();
    let (publisher, mut answers) = open_publish(channel, log_key, 8).await.unwrap();
    let checked = amana_notice::check(&case("XA-1"), now()).unwrap();
    let (section, _) = amana_notice::split(&checked, "XA".parse().unwrap());
    let content = prost::Message::encode_to_vec(&section);
    let first = poison(&directory, &keys, &content);
    let named = Supersedes { id: first.0, header_hash: header_hash(&first.1.header) };
    let forks = [(); 2].map(|()| after(&directory, &keys, &content, Some(named)));
    let mut ids: Vec<String> = forks.iter().map(|(id, _)| id.to_string()).collect();
    for (id, envelope) in std::iter::once(first).chain(forks) {
        publisher.submit(id, envelope).await.unwrap();
        let group = answers.next().await.unwrap().unwrap();
        assert!(group.iter().all(|answer| matches!(answer, Answer::Receipted(_))));
    }
    ids.reverse();
    for restarted in [false, true] {
        let shown = receiver.receives(2).await;
        assert_eq!(shown.iter().map(|notice| notice.notice_id.clone()).collect::<Vec<_>>(), ids);
        assert!(shown.iter().all(|notice| notice.forked), "both say that there is another");
        let request =
            v1::ListVersionsRequest { access: None, notice_id: ids[0].clone(), ..Default::default() };
        let versions = receiver.agency("unit").await.list_versions(request).await.unwrap().into_inner();
        let forked: Vec<bool> = versions.versions.iter().map(|version| version.forked).collect();
        assert_eq!(forked, [false, true, true]);
        let alarm = receiver.status().await.alarms.remove(0).message;
        assert!(ids.iter().all(|id| alarm.contains(id)), "{alarm}");
        if !restarted {
            receiver.close().await;
            receiver.open().await;
        }
    }
}
