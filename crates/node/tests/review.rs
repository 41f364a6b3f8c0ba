//! Review: what needs it reaches nobody before the desk has passed it, nobody after it was refused, and
//! nobody at all by a way around the desk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_types::Role;
use amana_wire::v1;
use common::case::{case, child_case, to};
use common::{Exchange, Unit, eventually, reason};

/// A RED notice: it asks for an arrest.
fn red(reference: &str) -> v1::Notice {
    let mut notice = case(reference);
    notice.r#type = v1::NoticeType::Red.into();
    notice.arrest_warrant_reference = "W-2026-1".into();
    notice.persons[0].roles = vec![v1::PersonRole::Wanted.into()];
    notice.persons[0].measures = vec![v1::RequestedMeasure::Arrest.into()];
    notice
}

/// A child's case to all members: circulation NOTICE.
fn to_all(reference: &str) -> v1::Notice {
    v1::Notice { circulation: v1::Circulation::Notice.into(), ..child_case(reference) }
}

async fn reviews(desk: &Unit) -> Vec<v1::Review> {
    let request = v1::ListReviewsRequest { access: reason(), ..Default::default() };
    desk.officer("unit").await.list_reviews(request).await.unwrap().into_inner().reviews
}

/// Waits until that notice waits at the desk.
async fn waits(desk: &Unit, id: &str) {
    eventually("it waits at the desk", || async {
        let waiting = reviews(desk).await;
        waiting.iter().any(|review| review.notice.as_ref().unwrap().notice_id == id).then_some(())
    })
    .await;
}

async fn decide(
    at: &Unit,
    officer: &str,
    id: &str,
    verdict: v1::ReviewVerdict,
    ground: v1::ReviewGround,
    text: &str,
) -> Result<bool, (tonic::Code, String)> {
    let request = v1::DecideReviewRequest {
        notice_id: id.to_owned(),
        verdict: verdict.into(),
        ground: ground.into(),
        text: text.to_owned(),
        access: reason(),
    };
    let answer = at.officer(officer).await.decide_review(request).await;
    answer
        .map(|answer| answer.into_inner().second_officer_needed)
        .map_err(|status| (status.code(), amana_wire::status::RemoteError::from(&status).reason))
}

async fn pass(at: &Unit, officer: &str, id: &str) -> Result<bool, (tonic::Code, String)> {
    decide(at, officer, id, v1::ReviewVerdict::Pass, v1::ReviewGround::Unspecified, "").await
}

async fn refuse(
    at: &Unit,
    id: &str,
    ground: v1::ReviewGround,
    text: &str,
) -> Result<bool, (tonic::Code, String)> {
    decide(at, "unit", id, v1::ReviewVerdict::Refuse, ground, text).await
}

/// Waits until the sender knows that it stands so.
async fn stands(sender: &Unit, id: &str, status: v1::NoticeStatus) -> v1::GetDeliveryResponse {
    eventually("the sender hears of it", || async {
        let receipts = sender.receipts(id).await;
        (receipts.status() == status).then_some(receipts)
    })
    .await
}

async fn delivered(sender: &Unit, id: &str) {
    eventually("everybody signed that they hold it", || async {
        (sender.receipts(id).await.state() == v1::DeliveryState::Delivered).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_review_arrives_on_the_desks_pass_and_never_without() {
    let exchange = Exchange::start().await;
    let mut desk = exchange.desk().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let mut first = exchange.unit("XF", Role::Investigator).await;
    let second = exchange.unit("XS", Role::ChildProtection).await;
    let published = sender.publish("one", &to_all("XA-1"), &to(&["XF", "XS"])).await;
    assert_eq!(published.recipients, ["XD", "XF", "XS"]);
    let id = published.notice_id;
    waits(&desk, &id).await;
    // What is sent after it is there before it, and shows no break.
    let later = sender.publish("two", &case("XA-2"), &to(&["XF", "XS"])).await.notice_id;
    assert_eq!(first.receives(1).await[0].notice_id, later);
    second.receives(1).await;
    let receipts = sender.receipts(&id).await;
    assert_eq!((receipts.status(), receipts.review.is_none()), (v1::NoticeStatus::UnderReview, true));

    // The desk reads the case as every recipient does: it is not registered for child protection.
    let view = desk.get(&id).await;
    assert_eq!(view.withheld_persons, [1]);
    // Restarted in between, from the journal alone, everybody knows what they knew.
    for unit in [&mut desk, &mut sender, &mut first] {
        unit.close().await;
        std::fs::remove_dir_all(unit.layout.root().join("views")).unwrap();
        unit.open().await;
    }
    waits(&desk, &id).await;
    assert_eq!(sender.receipts(&id).await.status(), v1::NoticeStatus::UnderReview);
    assert_eq!(first.received().await.len(), 1);

    assert_eq!(pass(&desk, "unit", &id).await, Ok(false));
    let received = first.receives(2).await;
    assert_eq!(received[0].notice_id, id);
    second.receives(2).await;
    assert_eq!(second.get(&id).await.withheld_persons, [0; 0], "XS is registered, its officer may");
    let receipts = stands(&sender, &id, v1::NoticeStatus::Published).await;
    let review = receipts.review.unwrap();
    assert_eq!((review.verdict(), review.desk.as_str()), (v1::ReviewVerdict::Pass, "XD"));
    delivered(&sender, &id).await;
    eventually("nothing waits", || async { reviews(&desk).await.is_empty().then_some(()) }).await;
    let again = pass(&desk, "unit", &id).await.unwrap_err();
    assert_eq!(again, (tonic::Code::NotFound, "NOT_FOR_REVIEW".to_owned()));
    // And the sequence goes on unbroken.
    let last = sender.publish("three", &case("XA-3"), &to(&["XF"])).await.notice_id;
    assert_eq!(first.receives(3).await[0].notice_id, last);
    for unit in [&desk, &first, &second] {
        assert!(unit.status().await.sequence_breaks.is_empty(), "{}", unit.code);
    }
    // Withdrawn, it goes from the desk as well.
    sender.withdraw("w", &id, v1::WithdrawalGround::Error).await.unwrap();
    eventually("all have erased it", || async {
        (sender.receipts(&id).await.state() == v1::DeliveryState::Erased).then_some(())
    })
    .await;
    assert_eq!(desk.get_refused(&id).await, "NOTICE_WITHDRAWN");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_reaches_nobody_and_its_sender_alone_hears_why() {
    let exchange = Exchange::start().await;
    let desk = exchange.desk().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let id = sender.publish("one", &red("XA-1"), &to(&["XF"])).await.notice_id;
    waits(&desk, &id).await;
    let (bad, other) = (tonic::Code::InvalidArgument, v1::ReviewGround::Other);
    let refused = refuse(&desk, &id, v1::ReviewGround::Unspecified, "").await.unwrap_err();
    assert_eq!(refused, (bad, "GROUND_NEEDED".to_owned()));
    assert_eq!(refuse(&desk, &id, other, "").await.unwrap_err(), (bad, "GROUND_TEXT_NEEDED".to_owned()));
    assert_eq!(refuse(&desk, &id, other, "the act is not named").await, Ok(false));
    let receipts = stands(&sender, &id, v1::NoticeStatus::Refused).await;
    let review = receipts.review.as_ref().unwrap();
    assert_eq!((review.ground(), review.text.as_str()), (other, "the act is not named"));
    assert_eq!(receipts.state(), v1::DeliveryState::Refused);
    let late = sender.withdraw("w", &id, v1::WithdrawalGround::Error).await.unwrap_err();
    assert_eq!(late.code(), tonic::Code::FailedPrecondition);
    let next = sender.publish("two", &case("XA-2"), &to(&["XF"])).await.notice_id;
    assert_eq!(receiver.receives(1).await[0].notice_id, next);
    assert!(receiver.status().await.sequence_breaks.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_decide_where_and_how_often() {
    let exchange = Exchange::start().await;
    let desk = exchange.desk().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    sender.invite_agency("boss", Role::Supervisor);
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let id = sender.publish("one", &red("XA-1"), &to(&["XF"])).await.notice_id;
    waits(&desk, &id).await;
    let denied = pass(&desk, "clerk", &id).await.unwrap_err();
    assert_eq!(denied, (tonic::Code::PermissionDenied, "ROLE_MAY_NOT_ACT".to_owned()));
    let elsewhere = pass(&sender, "boss", &id).await.unwrap_err();
    assert_eq!(elsewhere, (tonic::Code::PermissionDenied, "NOT_THE_REVIEW_DESK".to_owned()));
    // An arrest needs two officers: the same one twice does not do.
    assert_eq!(pass(&desk, "unit", &id).await, Ok(true));
    let twice = pass(&desk, "unit", &id).await.unwrap_err();
    assert_eq!(twice, (tonic::Code::FailedPrecondition, "SECOND_OFFICER_NEEDED".to_owned()));
    assert!(reviews(&desk).await[0].proposed && receiver.received().await.is_empty());
    assert_eq!(pass(&desk, "second", &id).await, Ok(false));
    assert_eq!(receiver.receives(1).await[0].notice_id, id);
    stands(&sender, &id, v1::NoticeStatus::Published).await;
    sender.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_comes_before_the_decision_and_a_decision_outlives_the_hub() {
    let mut exchange = Exchange::start().await;
    let desk = exchange.desk().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let withdrawn = sender.publish("one", &to_all("XA-1"), &to(&["XF"])).await.notice_id;
    let passed = sender.publish("two", &to_all("XA-2"), &to(&["XF"])).await.notice_id;
    waits(&desk, &withdrawn).await;
    waits(&desk, &passed).await;
    sender.withdraw("w", &withdrawn, v1::WithdrawalGround::Error).await.unwrap();
    eventually("it waits no more", || async { (reviews(&desk).await.len() == 1).then_some(()) }).await;
    let late = pass(&desk, "unit", &withdrawn).await.unwrap_err();
    assert_eq!(late, (tonic::Code::NotFound, "NOT_FOR_REVIEW".to_owned()));
    // Decided while the hub is away, it is brought as soon as that is back.
    exchange.close().await;
    assert_eq!(pass(&desk, "unit", &passed).await, Ok(false));
    let again = pass(&desk, "unit", &passed).await.unwrap_err();
    assert_eq!(again, (tonic::Code::FailedPrecondition, "REVIEW_OVER".to_owned()));
    assert!(reviews(&desk).await[0].decided);
    exchange.open().await;
    assert_eq!(receiver.receives(1).await[0].notice_id, passed);
    eventually("all have signed that nothing of it is there", || async {
        (sender.receipts(&withdrawn).await.state() == v1::DeliveryState::Erased).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_under_review_needs_a_pass_for_everything() {
    let exchange = Exchange::start().await;
    let desk = exchange.desk().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let free = sender.publish("one", &case("XA-1"), &to(&["XF"])).await;
    assert_eq!(free.recipients, ["XF"]);
    receiver.receives(1).await;
    exchange.set_under_review("XA", true).await;
    // Sealed before the node knew, or after: held either way.
    let id = sender.publish("two", &case("XA-2"), &to(&["XF"])).await.notice_id;
    waits(&desk, &id).await;
    assert_eq!(stands(&sender, &id, v1::NoticeStatus::UnderReview).await.recipients.len(), 2);
    assert_eq!(pass(&desk, "unit", &id).await, Ok(false));
    assert_eq!(receiver.receives(2).await[0].notice_id, id);
    // Others are not concerned.
    receiver.publish("three", &case("XF-1"), &to(&["XA"])).await;
    sender.receives(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_desk_what_needs_review_is_refused_and_explained() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let _receiver = exchange.unit("XF", Role::Investigator).await;
    sender.publish("one", &case("XA-1"), &to(&["XF"])).await;
    let check = |notice: v1::Notice| {
        let request =
            v1::CheckNoticeRequest { access: None, notice: Some(notice), addressing: Some(to(&["XF"])) };
        async { sender.agency("unit").await.check_notice(request).await.unwrap().into_inner() }
    };
    let rules: Vec<String> = check(red("XA-2")).await.problems.into_iter().map(|p| p.rule).collect();
    assert_eq!(rules, ["NO_REVIEW_DESK"]);
    let request = v1::PublishNoticeRequest {
        access: None,
        request_id: "two".into(),
        notice: Some(red("XA-2")),
        addressing: Some(to(&["XF"])),
        draft: None,
    };
    let refused = sender.agency("unit").await.publish_notice(request).await.unwrap_err();
    assert_eq!(amana_wire::status::RemoteError::from(&refused).reason, "NO_REVIEW_DESK");

    let _desk = exchange.desk().await;
    let told = eventually("the node knows the desk", || async {
        let answer = check(red("XA-2")).await;
        answer.problems.is_empty().then_some(answer.audience)
    })
    .await;
    let desk = told.iter().find(|decision| decision.member == "XD").unwrap();
    assert_eq!((desk.receives, desk.reason.as_str()), (true, "REVIEW_DESK"));
    let free = check(case("XA-3")).await.audience;
    assert!(!free.iter().find(|decision| decision.member == "XD").unwrap().receives);
}
