//! The life of an operation over a real hub and real nodes: who accepts takes part, a group is who accepted,
//! figures of two countries with what they said back, the end after which it is no address, its closing
//! report, and the library in which that stands.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_node::answer_invitation;
use amana_notice::reply::ReplyType;
use amana_types::group::{Answer, GroupKind, Membership};
use amana_types::{Duration, GroupTerms, Role, Timestamp};
use amana_types::{Language, Text};
use amana_wire::status::RemoteError;
use amana_wire::v1;
use common::case::{case, to};
use common::{Exchange, SECRET, Unit, eventually, now, reason};

const NAME: &str = "OP-DAWN";

fn terms(ends: Timestamp) -> GroupTerms {
    let code = |text: &str| text.parse().unwrap();
    GroupTerms {
        name: NAME.parse().unwrap(),
        kind: GroupKind::Operation,
        title: vec![Text { language: Language::EN, text: "Operation Dawn".into() }],
        description: Vec::new(),
        lead: Some(code("XA")),
        invited: ["XA", "XE", "XF"].map(code).into(),
        starts: Some(now().before(Duration::from_days(1))),
        ends: Some(ends),
    }
}

async fn answer(unit: &Unit, answer: Answer) -> Membership {
    let answered = answer_invitation(&unit.layout, &NAME.parse().unwrap(), answer, SECRET).await.unwrap();
    assert_eq!(answered.member.as_str(), unit.code);
    answered.membership
}

/// Waits until a node knows the operation in that phase, with so many who take part.
async fn knows(unit: &Unit, phase: v1::GroupPhase, taking_part: usize) {
    let mut groups = unit.groups("unit").await;
    eventually("the operation is known", || {
        let asked = groups.clone();
        async move {
            let request = v1::GetGroupRequest { access: None, name: NAME.into() };
            let group = { asked }.get_group(request).await.ok()?.into_inner().group?;
            let accepted = |one: &&v1::GroupMember| one.membership() == v1::Membership::Accepted;
            let count = group.members.iter().filter(accepted).count();
            (group.phase() == phase && count == taking_part).then_some(())
        }
    })
    .await;
    let list = groups
        .list_groups(v1::ListGroupsRequest { access: None, ..Default::default() })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(list.groups.len(), 1);
}

fn to_group() -> v1::Addressing {
    v1::Addressing { groups: vec![NAME.into()], ..v1::Addressing::default() }
}

fn of_operation() -> v1::Notice {
    v1::Notice {
        circulation: v1::Circulation::RequestForInformation.into(),
        question: vec![v1::Text { language: "en".into(), text: "is the van known?".into() }],
        operation: NAME.into(),
        ..case("XA-2026-77")
    }
}

async fn publish(unit: &Unit, id: &str, addressing: v1::Addressing) -> Result<Vec<String>, String> {
    let request = v1::PublishNoticeRequest {
        access: None,
        request_id: id.into(),
        notice: Some(of_operation()),
        addressing: Some(addressing),
        draft: None,
    };
    let answer = unit.agency("unit").await.publish_notice(request).await;
    answer.map(|answer| answer.into_inner().recipients).map_err(|status| RemoteError::from(&status).reason)
}

async fn tally(unit: &Unit, id: &str, figures: &[(v1::TallyMeasure, u64)]) -> Result<String, String> {
    let entry = |(measure, count): &(v1::TallyMeasure, u64)| v1::TallyEntry {
        measure: (*measure).into(),
        count: *count,
    };
    let request = v1::ReportTallyRequest {
        access: None,
        request_id: id.into(),
        operation: NAME.into(),
        tally: figures.iter().map(entry).collect(),
    };
    let answer = unit.operations("unit").await.report_tally(request).await;
    answer.map(|answer| answer.into_inner().notice_id).map_err(|status| RemoteError::from(&status).reason)
}

async fn outcome(unit: &Unit) -> v1::GetOperationResponse {
    let request = v1::GetOperationRequest { operation: NAME.into(), access: reason() };
    unit.operations("unit").await.get_operation(request).await.unwrap().into_inner()
}

type Counts = Vec<(v1::TallyMeasure, u64)>;

fn counts(tally: &[v1::TallyEntry]) -> Counts {
    tally.iter().map(|entry| (entry.measure(), entry.count)).collect()
}

fn by_country(figures: &v1::OperationFigures) -> Vec<(&str, Counts)> {
    figures.members.iter().map(|one| (one.member.as_str(), counts(&one.tally))).collect()
}

/// Waits until a node's figures of each country are these.
async fn shows(unit: &Unit, expected: &[(&str, Counts)]) -> v1::OperationFigures {
    eventually("the figures are as expected", || async {
        let figures = outcome(unit).await.figures.unwrap();
        (by_country(&figures) == expected).then_some(figures)
    })
    .await
}

/// The closing report as it would be published, and to whom.
async fn draft_report(unit: &Unit) -> v1::GetClosingReportResponse {
    let request = v1::GetClosingReportRequest { access: reason(), operation: NAME.into() };
    unit.operations("unit").await.get_closing_report(request).await.unwrap().into_inner()
}

async fn close(unit: &Unit) -> Result<v1::PublishClosingReportResponse, String> {
    let (request_id, operation) = ("close".into(), NAME.into());
    let request = v1::PublishClosingReportRequest { access: reason(), request_id, operation };
    let answer = unit.operations("unit").await.publish_closing_report(request).await;
    answer.map(tonic::Response::into_inner).map_err(|status| RemoteError::from(&status).reason)
}

/// What the library lists of closing reports.
async fn closing_reports(unit: &Unit) -> Vec<v1::LibraryItem> {
    let request = v1::ListItemsRequest {
        access: None,
        category: v1::BulletinCategory::ClosingReport.into(),
        ..v1::ListItemsRequest::default()
    };
    unit.library("unit").await.list_items(request).await.unwrap().into_inner().items
}

async fn reply(unit: &Unit, id: &str, notice: &str, reply_type: ReplyType) {
    let mut said = v1::Reply {
        text: vec![v1::Text { language: "fr".into(), text: "voici".into() }],
        ..v1::Reply::saying(reply_type)
    };
    if let Some(v1::reply::Body::Hit(hit)) = &mut said.body {
        hit.contact_point = "bureau 3".into();
    }
    let request = v1::SendReplyRequest {
        request_id: id.into(),
        notice_id: notice.into(),
        reply: Some(said),
        members: Vec::new(),
        access: reason(),
    };
    unit.replies("unit").await.send_reply(request).await.unwrap();
}

async fn replies(unit: &Unit, notice: &str) -> usize {
    let request = v1::ListRepliesRequest { notice_id: notice.into(), access: reason(), ..Default::default() };
    let listed = unit.replies("unit").await.list_replies(request).await.unwrap().into_inner();
    listed.replies.iter().filter(|reply| reply.log_place.is_some()).count()
}

use v1::TallyMeasure::{Arrests, HitsGiven, PersonsChecked, RepliesGiven, VictimsReferred};

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_from_its_invitation_to_its_closing_report() {
    let exchange = Exchange::start().await;
    let xa = exchange.unit("XA", Role::Investigator).await;
    let xf = exchange.unit("XF", Role::Investigator).await;
    let xe = exchange.unit("XE", Role::Investigator).await;
    exchange.set_group(terms(now().after(Duration::from_days(30)))).await;
    assert_eq!(answer(&xa, Answer::Accept).await, Membership::Accepted);
    assert_eq!(answer(&xf, Answer::Accept).await, Membership::Accepted);
    assert_eq!(answer(&xe, Answer::Decline).await, Membership::Declined);
    for unit in [&xa, &xf, &xe] {
        knows(unit, v1::GroupPhase::Running, 2).await;
    }

    // The group is who accepted; who declined neither receives nor sends in its name.
    assert_eq!(publish(&xa, "first", to_group()).await, Ok(vec!["XF".to_owned()]));
    let asked = xf.receives(1).await[0].notice_id.clone();
    assert_eq!(publish(&xe, "not a member", to_group()).await, Err("NOT_A_MEMBER".to_owned()));
    assert_eq!(publish(&xa, "outside", to(&["XE", "XF"])).await, Err("OUTSIDE_OPERATION".to_owned()));

    // What XF says back counts in its own figures once the hub has it: an answer to the case, no question.
    reply(&xf, "hit", &asked, ReplyType::Hit).await;
    reply(&xf, "no hit", &asked, ReplyType::NoHit).await;
    reply(&xf, "question", &asked, ReplyType::FurtherQuestion).await;
    eventually("the replies are in the log", || async { (replies(&xf, &asked).await == 3).then_some(()) })
        .await;
    figures(&xa, &xf).await;
    the_end(&exchange, (&xa, &xf, &xe)).await;
}

/// Each country's newest report counts, and the one before it when that is taken back.
async fn figures(xa: &Unit, xf: &Unit) {
    assert_eq!(tally(xa, "empty", &[]).await, Err("NOTHING_COUNTED".to_owned()));
    assert_eq!(tally(xa, "invented", &[(HitsGiven, 9)]).await, Err("COUNTED_BY_NODE".to_owned()));
    tally(xa, "one", &[(PersonsChecked, 400), (Arrests, 1)]).await.unwrap();
    let none = [(RepliesGiven, 0), (HitsGiven, 0)];
    let of_xa = |figures: &[(v1::TallyMeasure, u64)]| ("XA", [figures, none.as_slice()].concat());
    let figures = shows(xf, &[of_xa(&[(PersonsChecked, 400), (Arrests, 1)])]).await;
    assert_eq!(figures.not_reported, ["XF"]);
    let second = tally(xa, "two", &[(PersonsChecked, 900), (Arrests, 3)]).await.unwrap();
    tally(xf, "three", &[(Arrests, 4), (VictimsReferred, 12)]).await.unwrap();
    let of_xf = ("XF", vec![(Arrests, 4), (VictimsReferred, 12), (RepliesGiven, 2), (HitsGiven, 1)]);
    let both = [of_xa(&[(PersonsChecked, 900), (Arrests, 3)]), of_xf.clone()];
    for unit in [xa, xf] {
        let figures = shows(unit, &both).await;
        let sums =
            [(PersonsChecked, 900), (VictimsReferred, 12), (Arrests, 7), (RepliesGiven, 2), (HitsGiven, 1)];
        assert_eq!(counts(&figures.totals), sums);
        assert!(figures.not_reported.is_empty());
        let sent: Vec<(&str, u64)> =
            figures.notices.iter().map(|count| (count.sender.as_str(), count.notices)).collect();
        assert_eq!(sent, [("XA", 1)], "reports of figures are not counted among the notices");
    }
    xa.withdraw("taken back", &second, v1::WithdrawalGround::Error).await.unwrap();
    let before = [of_xa(&[(PersonsChecked, 400), (Arrests, 1)]), of_xf];
    for unit in [xa, xf] {
        shows(unit, &before).await;
    }
    assert_eq!(close(xa).await.unwrap_err(), "OPERATION_RUNS");
}

/// After the end it is no address; its lead, and nobody else, reports what it came to.
async fn the_end(exchange: &Exchange, (xa, xf, xe): (&Unit, &Unit, &Unit)) {
    exchange.set_group(terms(now())).await;
    for unit in [xa, xf] {
        knows(unit, v1::GroupPhase::Ended, 2).await;
    }
    assert_eq!(publish(xa, "late", to_group()).await, Err("OPERATION_ENDED".to_owned()));
    assert_eq!(publish(xa, "by code", to(&["XF"])).await, Err("OPERATION_ENDED".to_owned()));
    assert_eq!(tally(xf, "late", &[(Arrests, 5)]).await, Err("OPERATION_ENDED".to_owned()));
    assert_eq!(close(xf).await.unwrap_err(), "NOT_THE_LEAD");
    assert_eq!(draft_report(xa).await.recipients, ["XF"]);
    assert!(closing_reports(xa).await.is_empty(), "a preview is sent to nobody");

    let closed = close(xa).await.unwrap();
    assert_eq!(closed.recipients, ["XF"]);
    let again = close(xa).await.unwrap();
    assert_eq!((again.notice_id == closed.notice_id, again.repeated_request), (true, true));
    let item =
        eventually("the report is in the library", || async { closing_reports(xf).await.into_iter().next() })
            .await;
    assert_eq!((item.notice_id.as_str(), item.sender.as_str()), (closed.notice_id.as_str(), "XA"));
    let request = v1::GetItemRequest { access: None, notice_id: item.notice_id };
    let whole = xf.library("unit").await.get_item(request).await.unwrap().into_inner();
    let report = *whole.notice.unwrap().closing_report.unwrap();
    let sums =
        [(PersonsChecked, 400), (VictimsReferred, 12), (Arrests, 5), (RepliesGiven, 2), (HitsGiven, 1)];
    assert_eq!(counts(&report.totals), sums);
    let of_xf = report.members.iter().find(|country| country.member == "XF").unwrap();
    assert_eq!(counts(&of_xf.tally)[2..], [(RepliesGiven, 2), (HitsGiven, 1)]);
    assert!(outcome(xf).await.closing_report.is_some());
    // What XE gets later came after all of this, so that nothing of it is on the way.
    publish_plain(xa).await;
    let received = xe.receives(1).await;
    assert_eq!(received[0].case_reference, "XA-2026-78");
    assert!(closing_reports(xe).await.is_empty(), "XE declined");
}

async fn publish_plain(xa: &Unit) {
    xa.publish("plain", &case("XA-2026-78"), &to(&["XE"])).await;
}
