//! D2: a hub or node whose disk fails ends at once with the reason, and the next one starts at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs;

use amana_wire::v1;
use common::{Exchange, Process, notice, to};
use rustix::process::{Pid, Resource, Rlimit, prlimit};

/// Less than any journal here has, more than what a process says on stderr.
const MOST_BYTES: u64 = 8 << 10;

/// From now on every write behind the first few kilobytes of a file fails.
fn break_disk(process: &Process) {
    let pid = Pid::from_raw(i32::try_from(process.pid()).unwrap());
    let limit = Rlimit { current: Some(MOST_BYTES), maximum: Some(MOST_BYTES) };
    prlimit(pid, Resource::Fsize, limit).unwrap();
}

/// It ends by itself, though requests and threads of it are waiting, and says why.
async fn ends_with_the_reason(exchange: &Exchange, process: Process) {
    let name = process.name.clone();
    let ended = process.ends().await;
    let said = fs::read_to_string(exchange.log_file(&name)).unwrap();
    assert_eq!(ended.code(), Some(1), "{said}");
    assert!(said.contains("amana: storage failed: cannot write"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_whose_disk_fails_ends_at_once_and_the_next_starts_at_once() {
    let (exchange, hub) = Exchange::with_nodes(&["XA", "XF"]).await;
    let (node, _receiving) = (exchange.run("XA").await, exchange.run("XF").await);
    let (sender, receiver) = (exchange.agency("XA").await, exchange.agency("XF").await);
    sender.knows(&["XF"]).await;
    let mut sent = Vec::new();
    for n in 0..4 {
        let reference = format!("XA-{n}");
        sent.push(sender.publish(&n.to_string(), notice(&reference), &["XF"]).await);
    }
    assert_eq!(receiver.receives(4).await, sent);

    break_disk(&hub);
    sent.push(sender.publish("while the hub's disk fails", notice("XA-4"), &["XF"]).await);
    ends_with_the_reason(&exchange, hub).await;
    let _hub = exchange.run("hub").await;
    assert_eq!(receiver.receives(5).await, sent, "nothing is lost");

    break_disk(&node);
    let request = v1::PublishNoticeRequest {
        access: None,
        request_id: "while the node's disk fails".into(),
        notice: Some(notice("XA-5")),
        addressing: Some(to(&["XF"])),
        draft: None,
    };
    assert!(sender.0.clone().publish_notice(request).await.is_err(), "nobody is told that it is durable");
    ends_with_the_reason(&exchange, node).await;
    let _node = exchange.run("XA").await;
    let sender = exchange.agency("XA").await;
    for id in &sent {
        assert_ne!(sender.receipts(id).await.state(), v1::DeliveryState::Unspecified, "nothing is lost");
    }
}
