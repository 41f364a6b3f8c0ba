//! I5 at the node: a log that shrank or forked is refused, the evidence is kept, and the alarm is shown.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::path::Path;

use amana_client::proof;
use amana_log::{Evidence, Finding, LogKey};
use amana_types::Role;
use amana_wire::v1;
use common::case::{case, to};
use common::{Exchange, Unit, eventually};

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Puts the hub's directory back to an earlier copy, while it is closed.
fn restore(exchange: &Exchange, copied: &Path) {
    std::fs::remove_dir_all(exchange.hub_dir()).unwrap();
    copy(copied, &exchange.hub_dir());
}

fn evidence(unit: &Unit) -> Option<Evidence> {
    let file = std::fs::read_dir(unit.layout.evidence()).unwrap().next()?.unwrap();
    Some(Evidence::parse(&std::fs::read(file.path()).unwrap()).unwrap())
}

async fn alarmed(unit: &Unit) -> Evidence {
    eventually("the alarm is raised", || async { (!unit.status().await.alarms.is_empty()).then_some(()) })
        .await;
    evidence(unit).expect("evidence on disk")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_went_back_is_refused_with_evidence() {
    let mut exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    sender.publish("1", &case("XA-1"), &to(&["XF"])).await;
    receiver.receives(1).await;
    sender.close().await;
    receiver.close().await;
    exchange.close().await;
    let earlier = exchange.root.path().join("earlier");
    copy(&exchange.hub_dir(), &earlier);

    exchange.open().await;
    sender.open().await;
    receiver.open().await;
    sender.publish("2", &case("XA-2"), &to(&["XF"])).await;
    receiver.receives(2).await;
    receiver.close().await;
    sender.close().await;
    exchange.close().await;

    restore(&exchange, &earlier);
    exchange.open().await;
    receiver.open().await;
    assert_eq!(alarmed(&receiver).await.finding, Finding::Rollback);
    // What was verified before is still there, and the alarm survives a restart.
    assert_eq!(receiver.received().await.len(), 2);
    receiver.close().await;
    receiver.open().await;
    assert!(!receiver.status().await.alarms.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forked_log_is_refused_with_evidence() {
    let mut exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    sender.publish("1", &case("XA-1"), &to(&["XF"])).await;
    receiver.receives(1).await;
    sender.close().await;
    receiver.close().await;
    exchange.close().await;
    let earlier = exchange.root.path().join("earlier");
    copy(&exchange.hub_dir(), &earlier);

    // One history for the receiver ...
    exchange.open().await;
    sender.open().await;
    receiver.open().await;
    sender.publish("2", &case("XA-2"), &to(&["XF"])).await;
    receiver.receives(2).await;
    receiver.close().await;
    sender.close().await;
    exchange.close().await;

    // ... and another one, longer, in which other things happened.
    restore(&exchange, &earlier);
    exchange.open().await;
    for code in ["XB", "XC", "XD", "XG", "XH", "XI"] {
        Unit::make(&exchange, code).await;
    }
    receiver.open().await;
    let evidence = alarmed(&receiver).await;
    assert!(matches!(evidence.finding, Finding::Fork | Finding::BadProof), "{:?}", evidence.finding);
    assert_eq!(receiver.received().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_a_notice_verifies_offline_and_names_it() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let published = sender.publish("1", &case("XA-1"), &to(&["XF"])).await;
    receiver.receives(1).await;
    let key: LogKey = exchange.operator.log_key().parse().unwrap();
    let request = v1::GetProofRequest { access: None, notice_id: published.notice_id.clone() };
    let mut indexes = Vec::new();
    for unit in [&sender, &receiver] {
        let agency = unit.agency("unit").await;
        let proof = eventually("the proof is there", || {
            let (agency, request) = (agency.clone(), request.clone());
            async move { agency.get_proof(request).await.ok() }
        });
        let text = proof.await.into_inner().proof;
        let (leaf, included) = proof::verify(text.as_bytes(), &key).unwrap();
        let id = published.notice_id.parse::<amana_types::NoticeId>().unwrap();
        let names = leaf.header.windows(16).any(|bytes| bytes == id.as_bytes());
        assert!(names, "the header in the proof names the notice");
        indexes.push(included.index());
        // Any other header gives another leaf.
        let unknown =
            v1::GetProofRequest { access: None, notice_id: "01890a5d-ac96-774b-bcce-b302099a8057".into() };
        let refused = agency.get_proof(unknown).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::NotFound);
    }
    assert_eq!(indexes[0], indexes[1]);
}
