//! I1 and I2 at the node: nothing that was answered is lost, nothing is shown twice, order stays, also
//! when hub and nodes come and go.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::collections::HashSet;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use amana_types::Role;
use amana_wire::v1;
use common::case::{case, to};
use common::{Exchange, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_without_a_hub_arrives_when_it_is_back() {
    let mut exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let first = sender.publish("0", &case("XA-0"), &to(&["XF"])).await;
    receiver.receives(1).await;

    exchange.close().await;
    let mut ids = vec![first.notice_id];
    for n in 1..=3 {
        let reference = format!("XA-{n}");
        ids.push(sender.publish(&n.to_string(), &case(&reference), &to(&["XF"])).await.notice_id);
    }
    eventually("the node sees that the hub is away", || async {
        let status = sender.status().await;
        (!status.hub_connected && status.outbox_waiting == 3).then_some(())
    })
    .await;
    assert_eq!(sender.receipts(&ids[1]).await.state(), v1::DeliveryState::Queued);

    // The node itself restarts while the hub is away: the outbox is still there.
    sender.close().await;
    sender.open().await;
    assert_eq!(sender.status().await.outbox_waiting, 3);
    exchange.open().await;

    let received: Vec<String> =
        receiver.receives(4).await.into_iter().rev().map(|notice| notice.notice_id).collect();
    assert_eq!(received, ids, "in the order of publication, each once");
    eventually("the outbox empties", || async { (sender.status().await.outbox_waiting == 0).then_some(()) })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn restarts_repeat_and_lose_nothing() {
    const NOTICES: usize = 40;
    let mut exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    let mut sent = Vec::new();
    for n in 0..NOTICES {
        let reference = format!("XA-{n}");
        sent.push(sender.publish(&n.to_string(), &case(&reference), &to(&["XF"])).await.notice_id);
        match n % 16 {
            5 => {
                receiver.close().await;
                receiver.open().await;
            }
            11 => {
                exchange.close().await;
                exchange.open().await;
            }
            _ => {}
        }
    }
    let received: Vec<String> =
        receiver.receives(NOTICES).await.into_iter().rev().map(|notice| notice.notice_id).collect();
    assert_eq!(received, sent);

    // Every receipt reaches the sender, also those that were under way when something stopped.
    for id in &sent {
        eventually("the delivery is receipted", || async {
            (sender.receipts(id).await.state() == v1::DeliveryState::Delivered).then_some(())
        })
        .await;
    }
    receiver.close().await;
    receiver.open().await;
    let again: Vec<String> =
        receiver.received().await.into_iter().rev().map(|notice| notice.notice_id).collect();
    assert_eq!(again, sent, "the same list after a restart");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_is_one_notice() {
    let exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let first = sender.publish("same", &case("XA-1"), &to(&["XF"])).await;
    let agency = sender.agency("unit").await;
    let request = v1::PublishNoticeRequest {
        access: None,
        request_id: "same".into(),
        notice: Some(case("XA-1")),
        addressing: Some(to(&["XF"])),
        draft: None,
    };
    // At once, many times, and after a restart: the same answer.
    let answers = futures_util::future::join_all((0..8).map(|_| {
        let (mut agency, request) = (agency.clone(), request.clone());
        async move { agency.publish_notice(request).await.unwrap().into_inner() }
    }));
    assert!(!first.repeated_request);
    let repeated = v1::PublishNoticeResponse { repeated_request: true, ..first };
    for answer in answers.await {
        assert_eq!(answer, repeated);
    }
    sender.close().await;
    sender.open().await;
    let mut agency = sender.agency("unit").await;
    assert_eq!(agency.publish_notice(request.clone()).await.unwrap().into_inner(), repeated);
    // Another notice under that request id is refused.
    let other = v1::PublishNoticeRequest { access: None, notice: Some(case("XA-2")), ..request };
    let refused = agency.publish_notice(other).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::AlreadyExists);
    assert_eq!(receiver.receives(1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_whose_sequence_breaks_is_named() {
    let exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    sender.publish("1", &case("XA-1"), &to(&["XF"])).await;
    receiver.receives(1).await;

    // The sender's disk is lost, and an older copy of it takes its place: it numbers its next notice anew.
    sender.close().await;
    let (root, copy) = (sender.layout.root().to_owned(), exchange.root.path().join("copy"));
    copy_dir(&root, &copy);
    sender.open().await;
    sender.publish("2", &case("XA-2"), &to(&["XF"])).await;
    receiver.receives(2).await;
    assert_eq!(receiver.status().await.sequence_breaks, []);
    sender.close().await;
    std::fs::remove_dir_all(&root).unwrap();
    std::fs::rename(&copy, &root).unwrap();
    sender.open().await;
    sender.publish("3", &case("XA-3"), &to(&["XF"])).await;
    receiver.receives(3).await;

    let breaks = [v1::SequenceBreaks { sender: "XA".into(), breaks: 1 }];
    assert_eq!(receiver.status().await.sequence_breaks, breaks);
    receiver.close().await;
    receiver.open().await;
    assert_eq!(receiver.status().await.sequence_breaks, breaks, "also after a restart");
}

fn copy_dir(from: &Path, to: &Path) {
    std::fs::DirBuilder::new().mode(0o700).create(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_search_survive_full_blocks_and_lost_views() {
    // More records than a block of 256 holds at the receiver, so that rows come from the views.
    const NOTICES: usize = 300;
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    sender.publish("first", &case("XA-first"), &to(&["XF"])).await;
    let agency = sender.agency("unit").await;
    for n in 1..NOTICES {
        let request = v1::PublishNoticeRequest {
            access: None,
            request_id: n.to_string(),
            notice: Some(case(&format!("XA-{n}"))),
            addressing: Some(to(&["XF"])),
            draft: None,
        };
        agency.clone().publish_notice(request).await.unwrap();
    }
    let received = receiver.receives(NOTICES).await;
    let ids: HashSet<&String> = received.iter().map(|notice| &notice.notice_id).collect();
    assert_eq!(ids.len(), NOTICES);

    let found = search_all(&receiver, "XA-17").await;
    assert_eq!(found.len(), 1);
    assert_eq!(search_all(&receiver, "العمل القسري").await.len(), NOTICES);

    receiver.close().await;
    std::fs::remove_dir_all(receiver.layout.root().join("views")).unwrap();
    receiver.open().await;
    assert_eq!(receiver.received().await, received, "rebuilt from the journal");
    assert_eq!(search_all(&receiver, "XA-17").await, found);
    assert_eq!(search_all(&receiver, "قسري").await.len(), NOTICES);
}

async fn search_all(unit: &common::Unit, words: &str) -> Vec<v1::NoticeSummary> {
    let agency = unit.agency("unit").await;
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::SearchCasesRequest { page_size: 64, page_token, ..common::search_words(words) };
        let page = agency.search_cases(request).await.unwrap().into_inner();
        all.extend(page.hits.into_iter().filter_map(|hit| hit.summary));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}
