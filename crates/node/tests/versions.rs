//! Versions of a notice across nodes: only the newest is shown, the older ones can be read, members that are
//! left out erase, a withdrawal takes all versions back, and a suspended notice is out of sight until it is
//! resumed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_types::{Duration, Role};
use amana_wire::status::RemoteError;
use amana_wire::v1;
use common::case::{case, child_case, to};
use common::{Exchange, Unit, eventually, notice_of, reason};

async fn amend_as(
    unit: &Unit,
    request_id: &str,
    of: &str,
    notice: &v1::Notice,
    addressing: Option<v1::Addressing>,
) -> Result<v1::AmendNoticeResponse, tonic::Status> {
    let request = v1::AmendNoticeRequest {
        access: None,
        request_id: request_id.to_owned(),
        notice_id: of.to_owned(),
        notice: Some(notice.clone()),
        addressing,
    };
    unit.agency("unit").await.amend_notice(request).await.map(tonic::Response::into_inner)
}

/// Amends once the hub has the version before.
async fn amend(
    unit: &Unit,
    request_id: &str,
    of: &str,
    notice: &v1::Notice,
    addressing: Option<v1::Addressing>,
) -> v1::AmendNoticeResponse {
    eventually("the notice is amended", || async {
        match amend_as(unit, request_id, of, notice, addressing.clone()).await {
            Ok(answer) => Some(answer),
            Err(status) if RemoteError::from(&status).reason == "NOT_IN_LOG_YET" => None,
            Err(status) => panic!("{status:?}"),
        }
    })
    .await
}

fn why(refused: Result<impl std::fmt::Debug, tonic::Status>) -> String {
    RemoteError::from(&refused.unwrap_err()).reason
}

async fn versions(unit: &Unit, id: &str) -> Vec<v1::Version> {
    let request = v1::ListVersionsRequest { access: None, notice_id: id.to_owned(), ..Default::default() };
    unit.agency("unit").await.list_versions(request).await.unwrap().into_inner().versions
}

async fn diff(unit: &Unit, id: &str, other: &str) -> Result<v1::DiffVersionsResponse, tonic::Status> {
    let request =
        v1::DiffVersionsRequest { notice_id: id.to_owned(), other_id: other.to_owned(), access: reason() };
    unit.agency("unit").await.diff_versions(request).await.map(tonic::Response::into_inner)
}

async fn suspend(
    unit: &Unit,
    request_id: &str,
    id: &str,
) -> Result<v1::SuspendNoticeResponse, tonic::Status> {
    let request = v1::SuspendNoticeRequest {
        access: None,
        request_id: request_id.to_owned(),
        notice_id: id.to_owned(),
    };
    unit.agency("unit").await.suspend_notice(request).await.map(tonic::Response::into_inner)
}

async fn resume(unit: &Unit, request_id: &str, id: &str) -> Result<v1::ResumeNoticeResponse, tonic::Status> {
    let request =
        v1::ResumeNoticeRequest { access: None, request_id: request_id.to_owned(), notice_id: id.to_owned() };
    unit.agency("unit").await.resume_notice(request).await.map(tonic::Response::into_inner)
}

/// Waits until this is all that a node lists of what it received.
async fn lists(unit: &Unit, ids: &[&str]) {
    eventually("the list is as expected", || async {
        let received = unit.received().await;
        let listed: Vec<&str> = received.iter().map(|notice| notice.notice_id.as_str()).collect();
        (listed == ids).then_some(())
    })
    .await;
}

async fn sent(unit: &Unit) -> Vec<v1::NoticeSummary> {
    let request = v1::ListNoticesRequest {
        direction: v1::Direction::Sent.into(),
        access: reason(),
        ..Default::default()
    };
    unit.agency("unit").await.list_notices(request).await.unwrap().into_inner().notices
}

/// Waits until everyone that ever had a version has signed that it is erased.
async fn all_erased(sender: &Unit, ids: &[&str]) {
    for id in ids {
        eventually("everyone has erased it", || async {
            let receipts = sender.receipts(id).await;
            let all = receipts.recipients.iter().all(|recipient| recipient.erased_at.is_some());
            (all && receipts.version_debts.is_empty()).then_some(())
        })
        .await;
    }
}

/// The views of a node are thrown away: what it shows must come from its journal alone.
async fn rebuilt(unit: &mut Unit) {
    unit.close().await;
    std::fs::remove_dir_all(unit.layout.root().join("views")).unwrap();
    unit.open().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_newest_version_is_shown_and_the_older_ones_can_be_read() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    let first = sender.publish("one", &case("XA-1"), &to(&["XF"])).await.notice_id;
    lists(&receiver, &[&first]).await;
    let newer = v1::Notice { urgency: v1::Urgency::Urgent.into(), ..case("XA-1") };
    let answer = amend(&sender, "two", &first, &newer, None).await;
    assert_eq!((answer.recipients.as_slice(), answer.to_erase.len()), (["XF".to_owned()].as_slice(), 0));
    let second = answer.notice_id.clone();
    lists(&receiver, &[&second]).await;
    // The same request is the same version; another one about the older version comes too late.
    let again = amend(&sender, "two", &first, &newer, None).await;
    assert_eq!(again, v1::AmendNoticeResponse { repeated_request: true, ..answer });
    assert_eq!(why(amend_as(&sender, "two", &first, &case("XA-9"), None).await), "REQUEST_ID_REUSED");
    assert_eq!(why(amend_as(&sender, "three", &first, &case("XA-9"), None).await), "NOTICE_SUPERSEDED");
    // Only the owner amends, suspends and resumes.
    for refused in [
        why(amend_as(&receiver, "theirs", &second, &newer, None).await),
        why(suspend(&receiver, "theirs", &second).await),
        why(resume(&receiver, "theirs", &second).await),
    ] {
        assert_eq!(refused, "NOT_THE_OWNER");
    }
    let mistaken = v1::Notice { purpose: 0, ..case("XA-1") };
    assert_eq!(why(amend_as(&sender, "wrong", &second, &mistaken, None).await), "NOTICE_INVALID");

    for restarted in [false, true] {
        for unit in [&sender, &receiver] {
            let old = unit.get(&first).await.summary.unwrap();
            assert_eq!(old.superseded_by, std::slice::from_ref(&second), "{}", unit.code);
            let new = unit.get(&second).await.summary.unwrap();
            assert_eq!((new.supersedes.as_str(), new.superseded_by.len()), (first.as_str(), 0));
            assert_eq!((new.status(), new.urgency()), (v1::NoticeStatus::Amended, v1::Urgency::Urgent));
            let listed = versions(unit, &first).await;
            assert_eq!(listed, versions(unit, &second).await, "any version names the notice");
            let ids: Vec<&str> = listed.iter().map(|version| version.notice_id.as_str()).collect();
            assert_eq!(ids, [first.as_str(), second.as_str()], "oldest first");
            assert_eq!(listed.iter().map(|v| v.newest).collect::<Vec<_>>(), [false, true]);
            assert!(listed.iter().all(|v| !v.forked && v.sender == "XA" && v.log_place.is_some()));
            let changed = diff(unit, &second, "").await.unwrap();
            assert_eq!((changed.before_id.as_str(), changed.changes.len()), (first.as_str(), 1));
            let change = &changed.changes[0];
            assert_eq!(
                (change.path.as_str(), change.before(), change.after()),
                ("urgency", "PRIORITY", "URGENT")
            );
            assert_eq!(diff(unit, &first, &second).await.unwrap(), changed, "the older one first");
            assert_eq!(why(diff(unit, &first, "").await), "NO_VERSION_BEFORE");
        }
        assert_eq!(sent(&sender).await.len(), 1);
        assert_eq!(receiver.finds("سالم التجريبي").await, 1);
        lists(&receiver, &[&second]).await;
        if !restarted {
            rebuilt(&mut receiver).await;
        }
    }
    let alone = sender.publish("alone", &case("XA-2"), &to(&["XF"])).await.notice_id;
    assert_eq!(why(diff(&sender, &second, &alone).await), "OTHER_NOTICE");
    assert_eq!(receiver.status().await.alarms, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_left_out_erases_and_a_withdrawal_takes_every_version_back() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let kept = exchange.unit("XF", Role::Investigator).await;
    let mut dropped = exchange.unit("XE", Role::Investigator).await;
    let added = exchange.unit("XS", Role::Investigator).await;
    let first = sender.publish("one", &case("XA-1"), &to(&["XF", "XE"])).await.notice_id;
    lists(&kept, &[&first]).await;
    lists(&dropped, &[&first]).await;
    dropped.close().await;

    let newer = v1::Notice { urgency: v1::Urgency::Urgent.into(), ..case("XA-1") };
    let answer = amend(&sender, "two", &first, &newer, Some(to(&["XF", "XS"]))).await;
    let second = answer.notice_id;
    assert_eq!((answer.recipients, answer.to_erase), (vec!["XF".into(), "XS".into()], vec!["XE".to_owned()]));
    lists(&kept, &[&second]).await;
    lists(&added, &[&second]).await;
    // Who never had the version before sees what it has, and that there was one.
    let listed = versions(&added, &second).await;
    assert_eq!((listed.len(), listed[0].supersedes.as_str()), (1, first.as_str()));
    assert_eq!(why(diff(&added, &second, "").await), "NO_VERSION_BEFORE");
    let debt = eventually("the debtor is named", || async {
        let receipts = sender.receipts(&second).await;
        receipts.version_debts.first().cloned()
    })
    .await;
    assert_eq!((debt.notice_id.as_str(), debt.member.as_str()), (first.as_str(), "XE"));
    let receipts = sender.receipts(&first).await;
    assert_eq!(receipts.status(), v1::NoticeStatus::Amended);
    assert_eq!(receipts.recipients[0].owes_erasure_since, debt.owes_erasure_since);
    assert_eq!(receipts.recipients[1].owes_erasure_since, None, "XF has the newer one and owes nothing");

    dropped.open().await;
    lists(&dropped, &[]).await;
    assert_eq!(dropped.get_refused(&first).await, "NOTICE_WITHDRAWN");
    eventually("the debt is paid", || async {
        sender.receipts(&second).await.version_debts.is_empty().then_some(())
    })
    .await;
    assert_eq!(kept.get(&first).await.summary.unwrap().superseded_by, std::slice::from_ref(&second));

    // A third version reaches who was left out again; the withdrawal by any version takes all of them.
    let third = amend(&sender, "three", &second, &case("XA-1"), Some(to(&["XE", "XF"]))).await;
    assert_eq!(third.to_erase, ["XS"]);
    let third = third.notice_id;
    lists(&dropped, &[&third]).await;
    lists(&kept, &[&third]).await;
    lists(&added, &[]).await;
    all_still_shown(&kept, &[&first, &second, &third]).await;
    let answer = sender.withdraw("w", &second, v1::WithdrawalGround::Error).await.unwrap();
    assert_eq!(answer.recipients, ["XE", "XF"]);
    let again = v1::WithdrawNoticeResponse { repeated_request: true, ..answer };
    assert_eq!(sender.withdraw("w", &second, v1::WithdrawalGround::Error).await.unwrap(), again);
    assert!(sent(&sender).await.is_empty());
    for unit in [&kept, &dropped] {
        lists(unit, &[]).await;
    }
    all_erased(&sender, &[&first, &second, &third]).await;
    for id in [&first, &second, &third] {
        assert_eq!(sender.get_refused(id).await, "NOTICE_WITHDRAWN");
        assert_eq!(kept.get_refused(id).await, "NOTICE_WITHDRAWN");
        assert_eq!(why(amend_as(&sender, "late", id, &newer, None).await), "STATUS_FORBIDS");
        assert_eq!(why(suspend(&sender, "late", id).await), "STATUS_FORBIDS");
    }
    let listed = versions(&kept, &first).await;
    assert!(listed.iter().all(|version| version.status() == v1::NoticeStatus::Withdrawn));
    assert_eq!(listed.len(), 3);
}

async fn all_still_shown(unit: &Unit, ids: &[&str]) {
    for id in ids {
        unit.get(id).await;
    }
}

/// Who was away for everything gets heads alone, joins no version that it never had to another, and owes
/// nothing in the end.
#[tokio::test(flavor = "multi_thread")]
async fn a_country_that_was_away_for_all_versions_holds_none_and_owes_none() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let mut away = exchange.unit("XF", Role::Investigator).await;
    let other = sender.publish("other", &case("XA-0"), &to(&["XF"])).await.notice_id;
    let first = sender.publish("one", &case("XA-1"), &to(&["XF"])).await.notice_id;
    lists(&away, &[&first, &other]).await;
    away.close().await;
    let second = amend(&sender, "two", &first, &case("XA-1"), None).await.notice_id;
    let third = amend(&sender, "three", &second, &case("XA-1"), None).await.notice_id;
    suspend(&sender, "s", &first).await.unwrap();
    sender.withdraw("w", &third, v1::WithdrawalGround::CourtOrder).await.unwrap();
    away.open().await;
    lists(&away, &[&other]).await;
    all_erased(&sender, &[&first, &second, &third]).await;
    assert_eq!(away.finds("سالم التجريبي").await, 1);
    assert_eq!(away.status().await.alarms, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_notice_is_out_of_sight_until_it_is_resumed() {
    let mut exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    let added = exchange.unit("XE", Role::Investigator).await;
    let first = sender.publish("one", &case("XA-1"), &to(&["XF"])).await.notice_id;
    lists(&receiver, &[&first]).await;
    assert_eq!(why(resume(&sender, "r", &first).await), "STATUS_FORBIDS");

    // While the hub is down it is decided all the same, and survives a restart.
    exchange.close().await;
    let answer = suspend(&sender, "s", &first).await.unwrap();
    assert_eq!(answer.recipients, ["XF"]);
    let again = v1::SuspendNoticeResponse { repeated_request: true, ..answer };
    assert_eq!(suspend(&sender, "s", &first).await.unwrap(), again);
    assert_eq!(why(suspend(&sender, "again", &first).await), "STATUS_FORBIDS");
    sender.close().await;
    sender.open().await;
    exchange.open().await;
    lists(&receiver, &[]).await;
    for restarted in [false, true] {
        assert_eq!(receiver.finds("سالم التجريبي").await, 0);
        assert_eq!(receiver.get_refused(&first).await, "NOTICE_SUSPENDED");
        let request = v1::AcknowledgeNoticeRequest { notice_id: first.clone(), access: reason() };
        assert_eq!(why(receiver.agency("unit").await.acknowledge_notice(request).await), "NOTICE_SUSPENDED");
        assert_eq!(versions(&receiver, &first).await[0].status(), v1::NoticeStatus::Suspended);
        if !restarted {
            rebuilt(&mut receiver).await;
        }
    }
    // Its owner sees it, and that it is suspended.
    assert_eq!(sent(&sender).await[0].status(), v1::NoticeStatus::Suspended);
    assert_eq!(sender.receipts(&first).await.status(), v1::NoticeStatus::Suspended);

    // A newer version stays suspended, also for whom it is the first.
    let second = amend(&sender, "two", &first, &case("XA-1"), Some(to(&["XE", "XF"]))).await.notice_id;
    for unit in [&receiver, &added] {
        eventually("the newer version is here, and suspended", || async {
            let request =
                v1::ListVersionsRequest { access: None, notice_id: second.clone(), ..Default::default() };
            let answer = unit.agency("unit").await.list_versions(request).await.ok()?.into_inner();
            let newest = answer.versions.into_iter().find(|version| version.newest)?;
            (newest.status() == v1::NoticeStatus::Suspended).then_some(())
        })
        .await;
        lists(unit, &[]).await;
        assert_eq!(unit.get_refused(&second).await, "NOTICE_SUSPENDED");
    }
    // Resumed by the older version, the newest one is shown again, also to whoever watches.
    resume(&sender, "r", &first).await.unwrap();
    lists(&receiver, &[&second]).await;
    lists(&added, &[&second]).await;
    let request = v1::WatchEventsRequest { cursor: String::new(), access: reason() };
    let mut watch = receiver.agency("unit").await.watch_events(request).await.unwrap().into_inner();
    let seen = notice_of(watch.message().await.unwrap().unwrap());
    assert_eq!(seen.notice_id, second);
    assert_eq!(sent(&sender).await[0].status(), v1::NoticeStatus::Amended);
    // And suspended once more it can be withdrawn.
    suspend(&sender, "s2", &second).await.unwrap();
    lists(&receiver, &[]).await;
    sender.withdraw("w", &first, v1::WithdrawalGround::Error).await.unwrap();
    all_erased(&sender, &[&first, &second]).await;
    assert_eq!(receiver.get_refused(&second).await, "NOTICE_WITHDRAWN");
}

/// An older version does not come back into sight when the newer one is over.
#[tokio::test(flavor = "multi_thread")]
async fn versions_before_one_that_expires_expire_with_it() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let first = sender.publish("one", &case("XA-1"), &to(&["XF"])).await.notice_id;
    lists(&receiver, &[&first]).await;
    let soon = common::now().after(Duration::from_days(10));
    let sooner = v1::Notice { expires: Some(amana_wire::convert::timestamp_message(soon)), ..case("XA-1") };
    let second = amend(&sender, "two", &first, &sooner, None).await.notice_id;
    lists(&receiver, &[&second]).await;
    suspend(&sender, "s", &second).await.unwrap();
    lists(&receiver, &[]).await;
    receiver.wait_for(Duration::from_days(11));
    sender.wait_for(Duration::from_days(11));
    for unit in [&receiver, &sender] {
        for id in [&first, &second] {
            eventually("both have expired", || async {
                let request = v1::GetNoticeRequest { notice_id: id.clone(), access: reason() };
                let refused = unit.agency("unit").await.get_notice(request).await.err()?;
                (RemoteError::from(&refused).reason == "NOTICE_EXPIRED").then_some(())
            })
            .await;
        }
    }
    assert!(receiver.received().await.is_empty());
    all_erased(&sender, &[&first, &second]).await;
}

/// Until the review desk has passed an amendment the version before stands, and so it does for good when the
/// desk refuses it.
#[tokio::test(flavor = "multi_thread")]
async fn an_amendment_under_review_leaves_the_version_before_in_place() {
    let exchange = Exchange::start().await;
    let desk = exchange.desk().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let left_out = exchange.unit("XE", Role::Investigator).await;
    let first = sender.publish("one", &case("XA-1"), &to(&["XE", "XF"])).await.notice_id;
    lists(&receiver, &[&first]).await;
    exchange.set_under_review("XA", true).await;
    eventually("the node knows that it is under review", || async {
        let check = v1::CheckNoticeRequest {
            access: None,
            notice: Some(case("XA-1")),
            addressing: Some(to(&["XF"])),
        };
        let answer = sender.agency("unit").await.check_notice(check).await.unwrap().into_inner();
        answer.audience.iter().any(|d| d.member == "XD" && d.receives).then_some(())
    })
    .await;

    let refused = amend(&sender, "two", &first, &case("XA-1"), Some(to(&["XF"]))).await.notice_id;
    assert_eq!(sender.receipts(&refused).await.status(), v1::NoticeStatus::UnderReview);
    assert_eq!(why(amend_as(&sender, "x", &refused, &case("XA-1"), None).await), "STATUS_FORBIDS");
    assert_eq!(why(amend_as(&sender, "x", &first, &case("XA-1"), None).await), "STATUS_FORBIDS");
    decide(&desk, &refused, false).await;
    eventually("it is refused", || async {
        (sender.receipts(&refused).await.status() == v1::NoticeStatus::Refused).then_some(())
    })
    .await;
    assert_eq!(sender.get(&first).await.summary.unwrap().status(), v1::NoticeStatus::Published);
    assert!(sender.get(&first).await.summary.unwrap().superseded_by.is_empty());

    let passed = amend(&sender, "three", &first, &case("XA-1"), Some(to(&["XF"]))).await;
    assert_eq!(passed.to_erase, ["XE"]);
    let passed = passed.notice_id;
    eventually("it waits for the desk", || async { desk.get_if_there(&passed).await.then_some(()) }).await;
    lists(&receiver, &[&first]).await;
    lists(&left_out, &[&first]).await;
    decide(&desk, &passed, true).await;
    lists(&receiver, &[&passed]).await;
    lists(&left_out, &[]).await;
    let all = versions(&sender, &first).await;
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|version| !version.forked), "what was refused is no fork");
    assert_eq!(versions(&receiver, &first).await.len(), 2);
}

async fn decide(desk: &Unit, id: &str, passes: bool) {
    eventually("the desk decides", || async {
        let verdict = if passes { v1::ReviewVerdict::Pass } else { v1::ReviewVerdict::Refuse };
        let ground = if passes { 0 } else { v1::ReviewGround::InsufficientData.into() };
        let request = v1::DecideReviewRequest {
            notice_id: id.to_owned(),
            verdict: verdict.into(),
            ground,
            text: String::new(),
            access: reason(),
        };
        desk.officer("unit").await.decide_review(request).await.ok()
    })
    .await;
}

/// What changed in an identity is told to those only who may open it.
#[tokio::test(flavor = "multi_thread")]
async fn a_diff_opens_identities_only_for_child_protection() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::ChildProtection).await;
    let receiver = exchange.unit("XS", Role::ChildProtection).await;
    receiver.invite_agency("other", Role::Investigator);
    let first = sender.publish("one", &child_case("XA-1"), &to(&["XS"])).await.notice_id;
    lists(&receiver, &[&first]).await;
    let mut newer = child_case("XA-1");
    newer.persons[1].names[0].latin = "Yassin Mithal".into();
    let second = amend(&sender, "two", &first, &newer, None).await.notice_id;
    lists(&receiver, &[&second]).await;
    let open = diff(&receiver, &second, "").await.unwrap();
    assert_eq!(open.changes[0].path, "persons[1].names[0].latin");
    assert!(!open.identities_withheld);
    let request = v1::DiffVersionsRequest { notice_id: second, other_id: String::new(), access: reason() };
    let closed = receiver.agency("other").await.diff_versions(request).await.unwrap().into_inner();
    assert!(closed.changes.is_empty() && closed.identities_withheld);
}
