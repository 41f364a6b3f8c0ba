//! The agency API as an agency meets it: checks, refusals, pages, following, revocation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_node::agency_revoke;
use amana_store::journal::{Journal, JournalConfig};
use amana_types::{Role, Seq};
use amana_wire::status::RemoteError;
use amana_wire::v1;
use common::case::{case, to};
use common::{Exchange, Unit, eventually, notice_of, reason, search_words};
use tonic::Code;

fn refusal<T: std::fmt::Debug>(result: Result<T, tonic::Status>) -> (Code, String) {
    let status = result.unwrap_err();
    (status.code(), RemoteError::from(&status).reason)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_names_every_mistake_and_explains_the_audience() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    exchange.unit("XF", Role::Investigator).await;
    sender.publish("ready", &case("XA-1"), &to(&["XF"])).await;
    let mut agency = sender.agency("unit").await;

    let good =
        v1::CheckNoticeRequest { access: None, notice: Some(case("XA-1")), addressing: Some(to(&["XF"])) };
    let answer = agency.check_notice(good).await.unwrap().into_inner();
    assert_eq!(answer.problems, []);
    let decision = |member: &str| {
        let of = answer.audience.iter().find(|decision| decision.member == member).unwrap();
        (of.receives, of.reason.clone())
    };
    assert_eq!(decision("XF"), (true, "COUNTRY".to_owned()));
    assert_eq!(decision("XA"), (false, "SENDER".to_owned()));

    let mut bad = case("");
    bad.persons[0].phones = vec!["12".into()];
    bad.exploitation[0].form = 99;
    let request =
        v1::CheckNoticeRequest { access: None, notice: Some(bad.clone()), addressing: Some(to(&["XQ"])) };
    let problems = agency.check_notice(request).await.unwrap().into_inner().problems;
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    for field in ["case_reference", "persons[0].phones[0]", "exploitation[0].form", "addressing"] {
        assert!(fields.contains(&field), "{field} is not in {fields:?}");
    }
    let request = v1::PublishNoticeRequest {
        access: None,
        request_id: "bad".into(),
        notice: Some(bad),
        addressing: Some(v1::Addressing { regions: vec![99], ..v1::Addressing::default() }),
        draft: None,
    };
    let status = agency.publish_notice(request).await.unwrap_err();
    let error = RemoteError::from(&status);
    assert_eq!((status.code(), error.reason.as_str()), (Code::InvalidArgument, "NOTICE_INVALID"));
    assert_eq!(error.violations.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_is_refused_by_its_rule() {
    let exchange = Exchange::start().await;
    let unit = exchange.unit("XA", Role::Investigator).await;
    exchange.unit("XF", Role::Investigator).await;
    unit.publish("ready", &case("XA-1"), &to(&["XF"])).await;
    for (name, role) in [("border", Role::Border), ("audit", Role::Auditor), ("ngo", Role::Partner)] {
        unit.invite_agency(name, role);
    }
    let publish = |addressing| v1::PublishNoticeRequest {
        access: None,
        request_id: "x".into(),
        notice: Some(case("XA-2")),
        addressing: Some(addressing),
        draft: None,
    };
    let mut agency = unit.agency("unit").await;
    let everyone_but = |except: &[&str]| v1::Addressing {
        all_members: true,
        except_members: except.iter().map(|code| (*code).to_owned()).collect(),
        ..v1::Addressing::default()
    };
    for (addressing, reason) in [
        (v1::Addressing::default(), "EMPTY_AUDIENCE"),
        (everyone_but(&["XF"]), "EMPTY_AUDIENCE"),
        (to(&["XQ"]), "UNKNOWN_MEMBER"),
        (v1::Addressing { groups: vec!["NOBODY".into()], ..Default::default() }, "UNKNOWN_GROUP"),
    ] {
        let refused = refusal(agency.publish_notice(publish(addressing)).await);
        assert_eq!(refused, (Code::FailedPrecondition, reason.to_owned()));
    }
    let no_id = v1::PublishNoticeRequest { access: None, request_id: String::new(), ..publish(to(&["XF"])) };
    assert_eq!(refusal(agency.publish_notice(no_id).await).1, "REQUEST_ID_INVALID");

    let list = |access| v1::ListNoticesRequest {
        direction: v1::Direction::Sent.into(),
        access,
        ..v1::ListNoticesRequest::default()
    };
    assert_eq!(refusal(agency.list_notices(list(None)).await).1, "PURPOSE_NEEDED");
    let no_case = Some(v1::AccessContext { purpose: 1, ..Default::default() });
    assert_eq!(refusal(agency.list_notices(list(no_case)).await).1, "CASE_REFERENCE_NEEDED");
    let no_purpose =
        Some(v1::AccessContext { purpose: 99, case_reference: "X-1".into(), ..Default::default() });
    assert_eq!(refusal(agency.list_notices(list(no_purpose)).await).1, "PURPOSE_UNKNOWN");
    let large = v1::ListNoticesRequest { page_size: 201, ..list(reason()) };
    assert!(agency.list_notices(large).await.is_ok(), "a page that is too large is made smaller");
    let nothing = v1::SearchCasesRequest { access: reason(), ..v1::SearchCasesRequest::default() };
    assert_eq!(refusal(agency.search_cases(nothing).await).1, "QUESTION_EMPTY");

    let mut border = unit.agency("border").await;
    let refused = refusal(border.publish_notice(publish(to(&["XF"]))).await);
    assert_eq!(refused, (Code::PermissionDenied, "ROLE_MAY_NOT_PUBLISH".to_owned()));
    for name in ["audit", "ngo"] {
        let refused = refusal(unit.agency(name).await.list_notices(list(reason())).await);
        assert_eq!(refused, (Code::PermissionDenied, "ROLE_MAY_NOT_ACT".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_watch_show_each_notice_once() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let mut sent = Vec::new();
    for n in 0..5 {
        let reference = format!("XA-{n}");
        sent.push(sender.publish(&reference, &case(&reference), &to(&["XF"])).await.notice_id);
    }
    receiver.receives(5).await;
    let mut agency = receiver.agency("unit").await;

    let mut pages = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListNoticesRequest {
            direction: v1::Direction::Received.into(),
            page_size: 2,
            page_token,
            access: reason(),
            ..Default::default()
        };
        let page = agency.list_notices(request).await.unwrap().into_inner();
        pages.push(page.notices.into_iter().map(|notice| notice.notice_id).collect::<Vec<_>>());
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    let newest_first: Vec<String> = sent.iter().rev().cloned().collect();
    assert_eq!(pages.concat(), newest_first);

    // From the beginning, then from a place on, with one that comes in while following.
    let watch = |cursor: &str| v1::WatchEventsRequest { cursor: cursor.into(), access: reason() };
    let mut stream = agency.watch_events(watch("")).await.unwrap().into_inner();
    let mut seen = Vec::new();
    let mut positions = Vec::new();
    for _ in 0..5 {
        let response = stream.message().await.unwrap().unwrap();
        positions.push(response.cursor.clone());
        seen.push(notice_of(response).notice_id);
    }
    assert_eq!(seen, sent);
    sent.push(sender.publish("later", &case("XA-later"), &to(&["XF"])).await.notice_id);
    let response = stream.message().await.unwrap().unwrap();
    assert_eq!(notice_of(response).notice_id, sent[5]);
    let other = refusal(agency.watch_events(watch(&"0".repeat(32))).await);
    assert_eq!(other, (Code::InvalidArgument, "PAGE_TOKEN_INVALID".to_owned()), "a cursor that was made up");
    let mut resumed = agency.watch_events(watch(&positions[3])).await.unwrap().into_inner();
    for id in &sent[4..] {
        assert_eq!(&notice_of(resumed.message().await.unwrap().unwrap()).notice_id, id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_agency_is_out_at_once() {
    let exchange = Exchange::start().await;
    let unit = exchange.unit("XA", Role::Investigator).await;
    unit.invite_agency("second", Role::Supervisor);
    let agency = unit.agency("second").await;
    let mut stream = agency
        .watch_events(v1::WatchEventsRequest { cursor: String::new(), access: reason() })
        .await
        .unwrap()
        .into_inner();
    agency.get_node_status(v1::GetNodeStatusRequest { access: None }).await.unwrap();

    agency_revoke(&unit.layout, "second").unwrap();
    // On the open connection the next request is refused, or the connection is gone already.
    let refused = agency.get_node_status(v1::GetNodeStatusRequest { access: None }).await.unwrap_err();
    assert!(
        matches!(refused.code(), Code::Unauthenticated | Code::Unavailable | Code::Unknown),
        "{refused:?}"
    );
    let ended = tokio::time::timeout(std::time::Duration::from_secs(60), stream.message()).await.unwrap();
    assert!(!matches!(ended, Ok(Some(_))), "the open stream ends");
    // Who connects anew is told why, whenever connections are looked through.
    for _ in 0..200 {
        let again = refusal(
            unit.connect("second").await.get_node_status(v1::GetNodeStatusRequest { access: None }).await,
        );
        assert_eq!(again, (Code::Unauthenticated, "AGENCY_REVOKED".to_owned()));
    }
    // Others go on.
    unit.status().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_routed_anew_when_the_directory_moved() {
    let mut exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let kept = exchange.unit("XF", Role::Investigator).await;
    exchange.unit("XE", Role::Investigator).await;
    sender.publish("ready", &case("XA-0"), &to(&["XF", "XE"])).await;
    kept.receives(1).await;

    // Queued while the hub is away; then the directory moves before the node can know.
    exchange.close().await;
    let europe = v1::Addressing { regions: vec![v1::Region::Europe.into()], ..Default::default() };
    let wide = sender.publish("wide", &case("XA-wide"), &europe).await;
    assert_eq!(wide.recipients, ["XE", "XF"]);
    let named = sender.publish("named", &case("XA-named"), &to(&["XE"])).await;
    sender.close().await;
    exchange.open().await;
    exchange.set_suspended("XE", true).await;
    sender.open().await;

    kept.receives(2).await;
    let receipts = eventually("the notice is delivered to who is left", || async {
        let receipts = sender.receipts(&wide.notice_id).await;
        (receipts.state() == v1::DeliveryState::Delivered).then_some(receipts)
    });
    let members: Vec<String> = receipts.await.recipients.into_iter().map(|to| to.member).collect();
    assert_eq!(members, ["XF"], "sealed anew for exactly those who may receive it");
    // Named by code, the suspended member makes the notice undeliverable, and the sender is told why.
    let refused = eventually("the refusal is shown", || async {
        let receipts = sender.receipts(&named.notice_id).await;
        (receipts.state() == v1::DeliveryState::Refused).then_some(receipts)
    });
    assert!(refused.await.message.contains("XE"));
}

/// How many records of that kind a closed node's journal holds.
fn records_of_kind(unit: &Unit, kind: u8) -> usize {
    let config = JournalConfig::new(unit.layout.ledger().join("journal"));
    let journal = Journal::open(config).unwrap();
    let mut scan = journal.reader().scan(Seq(0));
    let mut found = 0;
    while let Some((_, bytes)) = scan.next_record().unwrap() {
        found += usize::from(bytes[1] == kind);
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answered_read_is_in_the_journal() {
    // The byte before it is the format of records.
    const ACCESS: u8 = 10;
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = Unit::make(&exchange, "XF").await;
    receiver.invite_agency("unit", Role::Investigator);
    let published = sender.publish("1", &case("XA-1"), &to(&["XF"])).await;
    receiver.open().await;
    let mut agency = receiver.agency("unit").await;

    // Following waits for the notice, so nothing else reads before it came.
    let watch = v1::WatchEventsRequest { cursor: String::new(), access: reason() };
    let mut stream = agency.watch_events(watch).await.unwrap().into_inner();
    let notice_id = notice_of(stream.message().await.unwrap().unwrap()).notice_id;
    assert_eq!(notice_id, published.notice_id);
    drop(stream);
    agency.get_notice(v1::GetNoticeRequest { notice_id: notice_id.clone(), access: reason() }).await.unwrap();
    let list = v1::ListNoticesRequest {
        direction: v1::Direction::Received.into(),
        access: reason(),
        ..Default::default()
    };
    agency.list_notices(list).await.unwrap();
    let search = search_words("XA-1");
    agency.search_cases(search).await.unwrap();
    let acknowledge = v1::AcknowledgeNoticeRequest { notice_id: notice_id.clone(), access: reason() };
    agency.acknowledge_notice(acknowledge).await.unwrap();
    // Refused, so nothing was shown and nothing is written.
    agency.get_notice(v1::GetNoticeRequest { notice_id, access: None }).await.unwrap_err();
    receiver.close().await;
    assert_eq!(records_of_kind(&receiver, ACCESS), 5);
}
