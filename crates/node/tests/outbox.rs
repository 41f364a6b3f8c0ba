//! One thing that cannot go on holds up nothing else: it waits alone, says why, and goes when it can.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_types::{Duration, Role};
use amana_wire::convert::cause_code;
use amana_wire::v1;
use common::case::{case, to};
use common::files::{attachment, content, upload};
use common::{Exchange, Unit, eventually};

const OTHERS: usize = 12;

async fn publish(sender: &Unit, request: &str) -> String {
    sender.publish(request, &case(&format!("XA-{request}")), &to(&["XF"])).await.notice_id
}

async fn delivered(sender: &Unit, id: &str) {
    eventually("the delivery is receipted", || async {
        (sender.receipts(id).await.state() == v1::DeliveryState::Delivered).then_some(())
    })
    .await;
}

/// Waits until the notice says that it waits for that reason.
async fn waits_for(unit: &Unit, id: &str, reason: &str) -> v1::Cause {
    eventually("it says why it waits", || async {
        let receipts = unit.receipts(id).await;
        assert_eq!(receipts.state(), v1::DeliveryState::Queued);
        receipts.waits_for.filter(|cause| cause_code(cause) == reason)
    })
    .await
}

async fn due_kinds(unit: &Unit) -> Vec<i32> {
    let request = v1::ListDeadlinesRequest { access: None, within_days: 0, ..Default::default() };
    let due = unit.agency("unit").await.list_deadlines(request).await.unwrap().into_inner().deadlines;
    due.into_iter().map(|due| due.kind).collect()
}

/// A sender that made one notice while its clock was ahead, and knows it.
async fn one_from_the_future(span: Duration) -> (Exchange, Unit, Unit, String, String) {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let first = publish(&sender, "first").await;
    delivered(&sender, &first).await;
    sender.set_ahead(span);
    let odd = publish(&sender, "odd").await;
    let cause = waits_for(&sender, &odd, "CLOCK_OFF").await;
    assert!(cause.needs_somebody && cause.since.is_some() && cause.attempts > 0, "{cause:?}");
    let status = sender.status().await;
    assert!(status.clock_ahead_ms.unwrap() > 5 * 60 * 1000, "{status:?}");
    assert_eq!((status.waiting_total, status.waiting_needs_somebody), (1, 1));
    let list = v1::ListWaitingRequest::default();
    let waits = sender.agency("unit").await.list_waiting(list).await.unwrap().into_inner();
    assert_eq!((waits.waiting[0].notice_id.as_str(), waits.total), (odd.as_str(), 1));
    assert!(due_kinds(&sender).await.contains(&v1::DueKind::NotSent.into()));
    (exchange, sender, receiver, first, odd)
}

/// All others are proven, and a withdrawal reaches whoever reads, while the odd one waits.
async fn others_go_on(sender: &Unit, receiver: &Unit, first: &str) -> Vec<String> {
    let mut others = Vec::new();
    for n in 0..OTHERS {
        others.push(publish(sender, &n.to_string()).await);
    }
    sender.withdraw("back", first, v1::WithdrawalGround::PersonFound).await.unwrap();
    for id in &others {
        delivered(sender, id).await;
    }
    eventually("the withdrawal arrives", || async { (!receiver.get_if_there(first).await).then_some(()) })
        .await;
    others
}

async fn a_far_one_is_made_anew(span: Duration, restart: bool) {
    let (_exchange, mut sender, receiver, first, odd) = one_from_the_future(span).await;
    if restart {
        sender.close().await;
        sender.open().await;
        // The reason is learnt again.
        waits_for(&sender, &odd, "CLOCK_OFF").await;
    }
    sender.set_right();
    others_go_on(&sender, &receiver, &first).await;
    let anew = eventually("it is made anew", || async {
        let receipts = sender.receipts(&odd).await;
        assert!(receipts.message.is_empty() || receipts.message.contains("MADE_ANEW"), "{receipts:?}");
        (!receipts.made_anew_as.is_empty()).then_some(receipts.made_anew_as)
    })
    .await;
    delivered(&sender, &anew).await;
    assert_eq!(receiver.get(&anew).await.notice.unwrap().case_reference, "XA-odd");
    // The request is bound to the new one, and nothing can be done to the old one but by name of the new.
    let again = publish(&sender, "odd").await;
    assert_eq!(again, anew);
    let refused = sender.withdraw("old", &odd, v1::WithdrawalGround::PersonFound).await.unwrap_err();
    assert!(refused.message().contains(&anew), "{refused:?}");
    let status = sender.status().await;
    assert_eq!((status.waiting_total, status.outbox_waiting), (0, 0), "{status:?}");
    assert!(!due_kinds(&sender).await.contains(&v1::DueKind::NotSent.into()));
    sender.withdraw("new", &anew, v1::WithdrawalGround::PersonFound).await.unwrap();
    eventually("the withdrawal arrives", || async { (!receiver.get_if_there(&anew).await).then_some(()) })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_made_a_day_ahead_holds_up_no_other_and_is_made_anew() {
    a_far_one_is_made_anew(Duration::from_days(1), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_made_three_hundred_days_ahead_survives_a_restart_and_is_made_anew() {
    a_far_one_is_made_anew(Duration::from_days(300), true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_made_six_minutes_ahead_goes_when_its_moment_has_come() {
    let (exchange, sender, receiver, first, odd) = one_from_the_future(Duration::from_seconds(370)).await;
    sender.set_right();
    others_go_on(&sender, &receiver, &first).await;
    // A minute and a half later by the hub's clock.
    exchange.wait_for(Duration::from_seconds(90));
    // No real clock jumps: the node hears of it with the hub's next answer.
    publish(&sender, "later").await;
    delivered(&sender, &odd).await;
    assert!(receiver.get_if_there(&odd).await);
    assert_eq!(receiver.status().await.sequence_breaks, [], "it came late, and closed its gap");
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_made_ahead_give_their_places_back() {
    let (_exchange, sender, receiver, _, odd) = one_from_the_future(Duration::from_days(1)).await;
    let mut olds = vec![odd];
    for n in 0..4 {
        olds.push(publish(&sender, &format!("ahead {n}").replace(' ', "-")).await);
    }
    for old in &olds {
        waits_for(&sender, old, "CLOCK_OFF").await;
    }
    sender.set_right();
    let received = receiver.receives(6).await;
    assert_eq!(received[0].case_reference, "XA-ahead-3", "in the order of publication");
    publish(&sender, "after").await;
    receiver.receives(7).await;
    assert_eq!(receiver.status().await.sequence_breaks, [], "nobody misses what nobody was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_made_ahead_reaches_the_recipients_when_the_clock_is_right() {
    let (_exchange, sender, receiver, first, _) = one_from_the_future(Duration::from_days(1)).await;
    sender.withdraw("back", &first, v1::WithdrawalGround::PersonFound).await.unwrap();
    eventually("it says why the withdrawal waits", || async {
        let cause = sender.receipts(&first).await.waits_for;
        cause.filter(|cause| cause_code(cause) == "CLOCK_OFF")
    })
    .await;
    assert!(receiver.get_if_there(&first).await);
    sender.set_right();
    eventually("the withdrawal arrives", || async { (!receiver.get_if_there(&first).await).then_some(()) })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_whose_attachment_is_lost_holds_up_no_other_and_says_so() {
    let mut exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let first = publish(&sender, "first").await;
    delivered(&sender, &first).await;
    exchange.close().await;
    upload(&sender, &content(1)).await.unwrap();
    let attachments = vec![attachment("1", &content(1), "")];
    let lost = v1::Notice { attachments, ..case("XA-lost") };
    let lost = sender.publish("lost", &lost, &to(&["XF"])).await.notice_id;
    for file in std::fs::read_dir(sender.layout.attachments()).unwrap() {
        let file = file.unwrap().path();
        if file.is_file() {
            std::fs::remove_file(file).unwrap();
        }
    }
    exchange.open().await;
    let cause = waits_for(&sender, &lost, "ATTACHMENT_FAILED").await;
    assert!(cause.needs_somebody);
    for n in 0..100 {
        publish(&sender, &n.to_string()).await;
    }
    receiver.receives(101).await;
    sender.close().await;
    sender.open().await;
    waits_for(&sender, &lost, "ATTACHMENT_FAILED").await;
    assert_eq!(receiver.status().await.sequence_breaks, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_member_is_told_at_once() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let _receiver = exchange.unit("XF", Role::Investigator).await;
    let first = publish(&sender, "first").await;
    delivered(&sender, &first).await;
    exchange.set_suspended("XA", true).await;
    eventually("the node knows", || async {
        sender.status().await.hub.filter(|cause| cause_code(cause) == "CALLER_SUSPENDED")
    })
    .await;
    let request = v1::PublishNoticeRequest {
        access: None,
        request_id: "refused".into(),
        notice: Some(case("XA-2")),
        addressing: Some(to(&["XF"])),
        draft: None,
    };
    let refused = sender.agency("unit").await.publish_notice(request).await.unwrap_err();
    assert_eq!(amana_wire::status::RemoteError::from(&refused).reason, "SENDER_SUSPENDED");
}
