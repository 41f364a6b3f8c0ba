//! Enrolment, directory, log and operator calls.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use amana_client::Operator;
use amana_kit::certs::{CertificateRequest, TlsKey};
use amana_seal::directory::{Entry, Invitation, KeyChange};
use amana_types::{Addressing, MemberStatus, Region, Seq};
use amana_wire::status::RemoteError;
use amana_wire::v1;
use amana_wire::v1::enrolment_service_client::EnrolmentServiceClient;
use amana_wire::v1::get_inclusion_proof_request::Leaf;
use amana_wire::v1::log_service_client::LogServiceClient;
use bytes::Bytes;
use common::{Choices, Exchange, Party, code, reason, receipted, remote};

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_lets_one_party_in_once() {
    let mut exchange = Exchange::start().await;
    let (invitation, _) = Invitation::parse(&exchange.invite("XA")).unwrap();
    let xa = Party::enrol(&exchange, code("XA"), &invitation).await.unwrap();
    let thief = Party::enrol(&exchange, code("XA"), &invitation).await;
    assert_eq!(remote(thief.err().unwrap()), "INVITATION_USED");
    let (other, _) = Invitation::parse(&exchange.invite("XF")).unwrap();
    let wrong_code = Party::enrol(&exchange, code("XS"), &other).await;
    assert_eq!(remote(wrong_code.err().unwrap()), "INVITATION_REFUSED");

    // The lost answer: the same entry again, with a request for the same key, would be answered; with
    // another key it is not.
    let request = CertificateRequest::create(&TlsKey::generate().unwrap()).unwrap();
    let mut enrolment = EnrolmentServiceClient::new(Party::stranger(&exchange, &invitation).await.unwrap());
    let request = v1::EnrolMemberRequest {
        entry: xa.entry.clone(),
        certificate_request: Bytes::copy_from_slice(request.der()),
    };
    let refused = RemoteError::from(&enrolment.enrol_member(request).await.unwrap_err());
    assert_eq!(refused.reason, "OTHER_KEY");
    assert_eq!(exchange.directory().await.members.len(), 1);
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_change_their_own_keys_and_nobody_elses() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let fresh = amana_seal::keys::draw_seed(&amana_kit::random::SystemRandom);
    let fresh = amana_seal::keys::SigningKeyPair::from_seed(fresh.as_slice()).unwrap();
    let directory = exchange.directory().await;
    let change = KeyChange {
        exchange: exchange.operator.exchange().clone(),
        code: xa.code,
        number: directory.member_entries[&xa.code],
        tls_key: None,
        identity_key: None,
        signing_key: Some(fresh.public()),
        hpke_key: None,
    };
    let entry = |by: &Party| Bytes::from(Entry::Keys(change.sign(&by.identity)).encode());
    let submit =
        async |who: &Party, entry| amana_client::directory::submit(who.channel(&exchange).await, entry).await;
    assert_eq!(remote(submit(&xf, entry(&xa)).await.unwrap_err()), "NOT_THE_AUTHOR");
    assert_eq!(remote(submit(&xa, entry(&xf)).await.unwrap_err()), "SIGNATURE_REFUSED");
    let first = submit(&xa, entry(&xa)).await.unwrap();
    assert_eq!(submit(&xa, entry(&xa)).await.unwrap(), first, "safe to repeat");

    // What was sealed with the old key no longer counts; with the new one it does.
    let now = exchange.directory().await;
    let (id, old) = xa.seal(&now, &["XF"], "old key");
    assert_eq!(reason(xa.publish(&exchange, id, &old).await), "ENVELOPE_REFUSED");
    let xa = Party { signing: fresh, ..xa };
    let (id, new) = xa.seal(&now, &["XF"], "new key");
    receipted(xa.publish(&exchange, id, &new).await);
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_caller_gets_what_is_for_it() {
    let mut exchange = Exchange::start().await;
    let [xa] = exchange.enrol_all(["XA"]).await;
    let refused = Operator::new(xa.channel(&exchange).await).status().await.unwrap_err();
    assert_eq!(remote(refused), "WRONG_KIND_OF_CALLER");
    let log_key = exchange.log_key();
    let refused = amana_client::exchange::open_publish(exchange.operator_channel().await, log_key, 1).await;
    assert_eq!(remote(refused.err().unwrap()), "WRONG_KIND_OF_CALLER");

    let operator = Operator::new(exchange.operator_channel().await);
    let status = operator.status().await.unwrap();
    assert_eq!((status.exchange.as_str(), status.log_size), ("exchange.example", 1));
    assert!(status.journal_bytes > 0 && status.resident_memory_bytes > 0 && status.connections > 0);
    let mut told = Vec::new();
    let ended = operator.verify(|shown| told.push(shown.clone())).await.unwrap();
    assert_eq!(ended.state(), v1::VerificationState::Holds, "{}", ended.finding);
    assert_eq!((ended.checked_records, ended.total_records), (1, 1));
    assert_eq!(told.last(), Some(&ended), "progress is told until the end");
    let members = operator.members().await.unwrap();
    assert_eq!((members[0].code.as_str(), members[0].status()), ("XA", v1::MemberStatus::Active));
    assert_eq!(operator.member("XA".into()).await.unwrap(), members[0]);
    assert_eq!(remote(operator.member("XF".into()).await.unwrap_err()), "MEMBER_NOT_FOUND");
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notices_proof_is_for_those_concerned() {
    let mut exchange = Exchange::start().await;
    let [xa, xe, xf] = exchange.enrol_all(["XA", "XE", "XF"]).await;
    let (id, envelope) = xa.seal(&exchange.directory().await, &["XF"], "text");
    let accepted = receipted(xa.publish(&exchange, id, &envelope).await);
    let ask = async |party: &Party, leaf| {
        let mut log = LogServiceClient::new(party.channel(&exchange).await);
        let request = v1::GetInclusionProofRequest { leaf: Some(leaf), tree_size: 0 };
        log.get_inclusion_proof(request).await.map(tonic::Response::into_inner)
    };
    let by_id = || Leaf::NoticeId(Bytes::copy_from_slice(id.as_bytes()));
    for party in [&xa, &xf] {
        assert_eq!(ask(party, by_id()).await.unwrap().index, accepted.index.0);
    }
    let forbidden = ask(&xe, by_id()).await.unwrap_err();
    let (unknown, _) = xa.seal(&exchange.directory().await, &["XF"], "never sent");
    let absent = ask(&xa, Leaf::NoticeId(Bytes::copy_from_slice(unknown.as_bytes()))).await.unwrap_err();
    assert_eq!(RemoteError::from(&forbidden), RemoteError::from(&absent), "they look the same");
    let beyond = ask(&xa, Leaf::Index(1_000_000)).await.unwrap_err();
    assert_eq!(RemoteError::from(&beyond).reason, "BEYOND_LOG");
    exchange.close().await;
}

/// Whoever was suspended when a notice was logged does not get it, and everyone else does, however
/// changes and notices race.
#[tokio::test(flavor = "multi_thread")]
async fn a_directory_change_that_races_with_publishing_is_a_clean_cut() {
    let mut exchange = Exchange::start().await;
    let [xa, xf, xs] = exchange.enrol_all(["XA", "XF", "XS"]).await;
    let europe = Addressing { regions: [Region::Europe].into(), ..Addressing::default() };
    let exchange_ref = Arc::new(exchange);
    let done = Arc::new(AtomicBool::new(false));
    let (changing, stop) = (Arc::clone(&exchange_ref), Arc::clone(&done));
    let changes = tokio::spawn(async move {
        for round in 0..6 {
            changing.set_suspended("XS", round % 2 == 0).await;
        }
        stop.store(true, Ordering::Release);
    });
    let mut accepted = Vec::new();
    while !done.load(Ordering::Acquire) {
        let directory = exchange_ref.directory().await;
        let active = directory.member(xs.code).unwrap().is_active();
        let slots: &[&str] = if active { &["XF", "XS"] } else { &["XF"] };
        let (id, envelope) = xa.seal_as(&directory, &europe, slots, "race", &Choices::default());
        match xa.publish(&exchange_ref, id, &envelope).await {
            amana_client::exchange::Answer::Receipted(receipted) => accepted.push(receipted.index),
            amana_client::exchange::Answer::Refused(refused) => assert_eq!(refused.reason, "DIRECTORY_MOVED"),
            amana_client::exchange::Answer::Unproven(_, error) => panic!("{error}"),
        }
    }
    changes.await.unwrap();
    exchange = Arc::into_inner(exchange_ref).unwrap();
    let last = *accepted.last().unwrap();
    let got = async |party: &Party| {
        let mut receiver = party.receiver(&exchange, Seq(0), 1024).await;
        let all = Party::envelopes_below(&mut receiver, last.next()).await;
        all.iter().map(|delivered| delivered.index).collect::<Vec<_>>()
    };
    assert_eq!(got(&xf).await, accepted);
    let entries = amana_client::directory::entries(exchange.operator_channel().await, 0).await.unwrap();
    let mut directory = amana_types::Directory::new(
        exchange.operator.exchange().clone(),
        exchange.operator.root_keys().to_vec(),
    );
    let mut spans = Vec::new();
    for entry in entries {
        amana_seal::directory::fold(&mut directory, &entry.entry, entry.index, entry.accepted_at).unwrap();
        let active = directory.member(xs.code).is_some_and(|xs| xs.status == MemberStatus::Active);
        spans.push((entry.index, active));
    }
    let active_at =
        |seq: Seq| spans.iter().rev().find(|(at, _)| *at < seq).is_some_and(|(_, active)| *active);
    let expected: Vec<_> = accepted.iter().copied().filter(|seq| active_at(*seq)).collect();
    assert_eq!(got(&xs).await, expected);
    exchange.close().await;
}
