//! I5 with real processes: a hub whose log goes back, forks, or has one byte changed on its disk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;
#[allow(dead_code, reason = "the members of a measurement need a part of it")]
#[path = "../src/exit.rs"]
mod exit;
#[path = "../src/bench/party.rs"]
mod party;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use amana_client::exchange::{Answer, open_publish};
use amana_log::{Evidence, Finding};
use common::{Agency, Exchange, PATIENCE, Process, copy, eventually, notice, text};
use party::{Party, seal_many};

/// Waits until the node says that the hub contradicted itself, and reads the evidence that it kept.
async fn alarmed(exchange: &Exchange, code: &str) -> Evidence {
    let agency = exchange.agency(code).await;
    let alarm = eventually("the alarm is raised", async || {
        agency.status().await.alarms.into_iter().next().map(|alarm| alarm.message)
    })
    .await;
    let folder = exchange.node_dir(code).join("evidence");
    let files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [file] = files.as_slice() else { panic!("one piece of evidence, not {files:?}") };
    assert!(
        alarm.contains(file.file_name().unwrap().to_str().unwrap()),
        "the alarm names the evidence: {alarm}"
    );
    let evidence = Evidence::parse(&fs::read(file).unwrap()).unwrap();
    let key = exchange.operator().log_key().parse().unwrap();
    evidence.verify(&key).unwrap();
    evidence
}

/// Puts the hub's directory back to an earlier copy, while it is stopped.
fn restore(exchange: &Exchange, earlier: &Path) {
    fs::remove_dir_all(exchange.hub_dir()).unwrap();
    copy(earlier, &exchange.hub_dir());
}

async fn stop(processes: impl IntoIterator<Item = Process>) {
    for process in processes {
        process.stop().await;
    }
}

/// One history in which XF received two notices of XA, and a copy of the hub from between the two.
/// Nothing runs any more. Answers the copy, and what XF received.
async fn history(exchange: &Exchange, hub: Process) -> (PathBuf, Vec<String>) {
    let nodes = [exchange.run("XA").await, exchange.run("XF").await];
    let sender = exchange.agency("XA").await;
    sender.knows(&["XF"]).await;
    sender.publish("1", notice("XA-1"), &["XF"]).await;
    exchange.agency("XF").await.receives(1).await;
    stop(nodes).await;
    hub.stop().await;
    let earlier = exchange.root().join("earlier");
    copy(&exchange.hub_dir(), &earlier);

    let hub = exchange.run("hub").await;
    let nodes = [exchange.run("XA").await, exchange.run("XF").await];
    exchange.agency("XA").await.publish("2", notice("XA-2"), &["XF"]).await;
    let received = exchange.agency("XF").await.receives(2).await;
    stop(nodes).await;
    hub.stop().await;
    (earlier, received)
}

/// What XF shows is what it showed before, also after a restart, and the alarm stays.
async fn stands_by(exchange: &Exchange, node: Process, received: &[String]) {
    let shown = async |agency: Agency| {
        let shown = agency.received().await.into_iter().map(|notice| notice.notice_id);
        assert_eq!(shown.collect::<Vec<_>>(), received, "nothing new is shown");
        assert_ne!(agency.status().await.alarms, []);
    };
    shown(exchange.agency("XF").await).await;
    node.stop().await;
    let node = exchange.run("XF").await;
    shown(exchange.agency("XF").await).await;
    node.stop().await;
}

/// A member with its keys in memory.
async fn enrol(exchange: &Exchange, code: &str) -> (Arc<Party>, String) {
    let token = fs::read_to_string(exchange.invite(code, "COUNTRY").await).unwrap();
    (Arc::new(Party::enrol(&token).await.unwrap()), token)
}

/// Publishes notices for XF until the log has that size.
async fn publish_up_to(exchange: &Exchange, (party, token): &(Arc<Party>, String), size: u64) {
    let directory = Arc::new(party.directory(token).await.unwrap());
    let missing = usize::try_from(size - exchange.log_size().await).unwrap();
    let sealed = seal_many(party, &directory, &["XF".parse().unwrap()], missing).await.unwrap();
    let key = exchange.operator().log_key().parse().unwrap();
    let (sender, mut answers) = open_publish(party.connect().await.unwrap(), key, 1).await.unwrap();
    for (id, envelope) in sealed {
        sender.submit(id, envelope).await.unwrap();
        let answer = tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap();
        assert!(matches!(answer[0], Answer::Receipted(_)), "{answer:?}");
    }
    assert_eq!(exchange.log_size().await, size);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_went_back_is_refused_with_evidence() {
    let (exchange, hub) = Exchange::with_nodes(&["XA", "XF"]).await;
    let (earlier, received) = history(&exchange, hub).await;
    restore(&exchange, &earlier);
    let hub = exchange.run("hub").await;
    let node = exchange.run("XF").await;
    assert_eq!(alarmed(&exchange, "XF").await.finding, Finding::Rollback);
    stands_by(&exchange, node, &received).await;
    hub.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_log_of_the_same_size_is_refused_with_evidence() {
    let (exchange, hub) = Exchange::with_nodes(&["XA", "XF"]).await;
    // Whoever writes the other history is a member in both.
    let other = enrol(&exchange, "XS").await;
    let (earlier, received) = history(&exchange, hub).await;
    // The head that XF holds: asked while there is no hub to learn of another.
    let node = exchange.run("XF").await;
    let size = exchange.agency("XF").await.status().await.verified_log_size;
    node.stop().await;

    restore(&exchange, &earlier);
    let hub = exchange.run("hub").await;
    publish_up_to(&exchange, &other, size).await;
    exchange.verify_log().await; // by itself the other history is without fault
    let node = exchange.run("XF").await;
    let evidence = alarmed(&exchange, "XF").await;
    assert_eq!(evidence.finding, Finding::Fork);
    // The hub goes on writing; nobody who has seen the contradiction follows.
    publish_up_to(&exchange, &other, size + 3).await;
    stands_by(&exchange, node, &received).await;
    hub.stop().await;
}

/// The journal's segments that hold something.
fn segments(exchange: &Exchange) -> Vec<PathBuf> {
    let entries = fs::read_dir(exchange.hub_dir().join("ledger/journal")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "seg"));
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn one_flipped_byte_on_the_disk_is_noticed() {
    let (exchange, hub) = Exchange::with_nodes(&["XA", "XF"]).await;
    history(&exchange, hub).await;
    let operator = text(&exchange.hub_dir().join("operator"));
    let verify = ["log", "verify", "--deep", "--context", &operator];
    let mut flips = 0;
    for file in segments(&exchange) {
        let whole = fs::read(&file).unwrap();
        let written: Vec<usize> = (0..whole.len()).filter(|place| whole[*place] != 0).collect();
        let last = written.len() - 1;
        // All over what was written, first byte and last among it.
        for place in [0, last / 7, last / 3, last / 2, last / 5 * 4, last].map(|n| written[n]) {
            let mut flipped = whole.clone();
            flipped[place] ^= 1;
            fs::write(&file, &flipped).unwrap();
            let mut hub = exchange.spawn("hub");
            let noticed = match hub.is_ready().await {
                // It did not read that far: then the check of the whole log does.
                true => {
                    let (exit, _, stderr) = exchange.try_amana(&verify).await;
                    hub.kill().await;
                    exit == 7 && !stderr.is_empty()
                }
                false => !hub.ends().await.success(),
            };
            let unchanged = fs::read(&file).unwrap() == flipped;
            assert!(noticed, "byte {place} of {} of {}", whole.len(), file.display());
            assert!(unchanged, "what is damaged is left as it is");
            fs::write(&file, &whole).unwrap();
            flips += 1;
        }
    }
    assert!(flips >= 6);
    let hub = exchange.run("hub").await;
    let (exit, _, stderr) = exchange.try_amana(&verify).await;
    assert_eq!(exit, 0, "put back, all is well again: {stderr}");
    hub.stop().await;
}
