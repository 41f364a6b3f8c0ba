//! D7: the key slots are those of the journal, or the node does not start; and a slot that is damaged is one
//! notice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::sync::Arc;

use amana_kit::clock::SystemClock;
use amana_kit::random::SystemRandom;
use amana_kit::shutdown::Shutdown;
use amana_node::{NodeConfig, RunOptions, run};
use amana_types::Role;
use amana_wire::v1;
use common::case::{case, to};
use common::{Exchange, SECRET, Unit};

/// Why the node does not start.
async fn refused(unit: &Unit) -> String {
    let options = RunOptions {
        layout: unit.layout.clone(),
        config: NodeConfig::load(&unit.layout, |layers| layers).unwrap(),
        passphrase: SECRET.to_vec().into(),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    };
    match run(options, Shutdown::new()).await {
        Ok(_) => panic!("the node runs"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_does_not_start_with_other_key_slots_than_its_journals() {
    let exchange = Exchange::start().await;
    let mut unit = exchange.unit("XA", Role::Investigator).await;
    let mut other = exchange.unit("XF", Role::Investigator).await;
    let file = unit.layout.root().join("keyslots");
    let first = unit.publish("1", &case("XA-1"), &to(&["XF"])).await.notice_id;
    unit.close().await;
    let fewer = std::fs::read(&file).unwrap();
    unit.open().await;
    let second = unit.publish("2", &case("XA-2"), &to(&["XF"])).await.notice_id;
    unit.close().await;
    let unerased = std::fs::read(&file).unwrap();
    unit.open().await;
    unit.withdraw("3", &first, v1::WithdrawalGround::PersonFound).await.unwrap();
    unit.close().await;
    let newest = std::fs::read(&file).unwrap();
    assert_ne!(unerased, newest, "a key was erased");
    other.close().await;
    let foreign = std::fs::read(other.layout.root().join("keyslots")).unwrap();

    std::fs::remove_file(&file).unwrap();
    let said = refused(&unit).await;
    assert!(said.contains("missing or empty") && said.contains("restore"), "{said}");
    assert!(!file.exists(), "nothing was made");
    for (copy, expected) in
        [(&fewer, "an older copy"), (&unerased, "an older copy"), (&foreign, "belongs to another journal")]
    {
        // Also when the views have to be built from the journal.
        for rebuilt in [false, true] {
            if rebuilt {
                let _ = std::fs::remove_dir_all(unit.layout.ledger().join("views"));
            }
            std::fs::write(&file, copy).unwrap();
            let said = refused(&unit).await;
            assert!(said.contains(expected) && said.contains("restore"), "{rebuilt}: {said}");
            assert_eq!(std::fs::read(&file).unwrap(), *copy, "nothing was changed");
        }
    }
    std::fs::write(&file, &newest).unwrap();
    unit.open().await;
    assert!(unit.get_if_there(&second).await && !unit.get_if_there(&first).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_slot_hides_its_notice_and_not_the_list() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    let mut sent = Vec::new();
    for n in 0..3 {
        let reference = format!("XA-{n}");
        sent.push(sender.publish(&n.to_string(), &case(&reference), &to(&["XF"])).await.notice_id);
    }
    receiver.receives(3).await;
    receiver.close().await;
    let file = receiver.layout.root().join("keyslots");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[512 + 128 + 40] ^= 1; // the second notice's key
    std::fs::write(&file, bytes).unwrap();
    receiver.open().await;
    let shown: Vec<String> = receiver.received().await.into_iter().map(|one| one.notice_id).collect();
    assert_eq!(shown, [sent[2].clone(), sent[0].clone()]);
    assert!(receiver.get_if_there(&sent[0]).await && !receiver.get_if_there(&sent[1]).await);
}
