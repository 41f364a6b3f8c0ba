//! Handling: what the owner's code forbids is done with its signed grant or not at all, what is passed on
//! names where it comes from, and is withdrawn with it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_seal::use_grant::{Permitted, UseGrant};
use amana_types::{Duration, Role};
use amana_wire::convert::timestamp_message;
use amana_wire::v1;
use common::case::{case, child_case, to};
use common::{Exchange, Unit, eventually, reason};

type Refused = (tonic::Code, String);

fn refused(status: &tonic::Status) -> Refused {
    (status.code(), amana_wire::status::RemoteError::from(status).reason)
}

fn precondition(reason: &str) -> Refused {
    (tonic::Code::FailedPrecondition, reason.to_owned())
}

fn handled(reference: &str, handling: v1::Handling) -> v1::Notice {
    let conditions = if handling == v1::Handling::H3 {
        vec![v1::Text { language: "en".into(), text: "ask before each use".into() }]
    } else {
        Vec::new()
    };
    let marking = Some(v1::Marking { handling: handling.into(), tlp: 0, conditions });
    v1::Notice { marking, ..case(reference) }
}

async fn forward(
    unit: &Unit,
    request: &str,
    id: &str,
    to: &[&str],
) -> Result<v1::ForwardNoticeResponse, Refused> {
    let request = v1::ForwardNoticeRequest {
        request_id: request.into(),
        notice_id: id.into(),
        members: to.iter().map(|code| (*code).to_owned()).collect(),
        access: reason(),
        ..Default::default()
    };
    let answer = unit.agency("unit").await.forward_notice(request).await;
    answer.map(tonic::Response::into_inner).map_err(|status| refused(&status))
}

async fn export(unit: &Unit, id: &str, intended_use: v1::Use) -> Result<v1::ExportedNotice, Refused> {
    let text = vec![v1::Text { language: "fr".into(), text: "tribunal de Lyon".into() }];
    let request = v1::ExportNoticeRequest {
        access: reason(),
        request_id: format!("export {id} {intended_use:?}"),
        notice_id: id.into(),
        intended_use: intended_use.into(),
        text,
    };
    let answer = unit.agency("unit").await.export_notice(request).await;
    answer.map(|answer| answer.into_inner().document.unwrap()).map_err(|status| refused(&status))
}

fn granting(id: &str, to: &str, permitted_use: v1::Use, members: &[&str]) -> v1::GrantPermissionRequest {
    v1::GrantPermissionRequest {
        request_id: format!("{id} {to} {permitted_use:?} {members:?}"),
        notice_id: id.into(),
        grantee: to.into(),
        permitted_use: permitted_use.into(),
        members: members.iter().map(|code| (*code).to_owned()).collect(),
        access: reason(),
        ..Default::default()
    }
}

async fn grant(
    unit: &Unit,
    request: v1::GrantPermissionRequest,
) -> Result<v1::GrantPermissionResponse, Refused> {
    let answer = unit.agency("unit").await.grant_permission(request).await;
    answer.map(tonic::Response::into_inner).map_err(|status| refused(&status))
}

/// What was said back to a notice, of that type.
async fn said(unit: &Unit, id: &str, reply_type: v1::ReplyType) -> Vec<v1::ReplyView> {
    let request = v1::ListRepliesRequest { notice_id: id.into(), access: reason(), ..Default::default() };
    let replies = unit.replies("unit").await.list_replies(request).await.unwrap().into_inner().replies;
    replies.into_iter().filter(|reply| reply.r#type() == reply_type).collect()
}

async fn grants_arrive(unit: &Unit, id: &str, count: usize) {
    eventually("the grants arrive", || async {
        (said(unit, id, v1::ReplyType::PermissionGranted).await.len() == count).then_some(())
    })
    .await;
}

async fn revoke(unit: &Unit, request: &str, grant: &str) -> Result<v1::RevokePermissionResponse, Refused> {
    let request = v1::RevokePermissionRequest {
        request_id: request.into(),
        grant_id: grant.into(),
        access: reason(),
        ..Default::default()
    };
    let answer = unit.agency("unit").await.revoke_permission(request).await;
    answer.map(tonic::Response::into_inner).map_err(|status| refused(&status))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_passed_on_needs_the_owners_grant_for_those_members_and_ends_with_its_origin() {
    let exchange = Exchange::start().await;
    let owner = exchange.unit("XA", Role::Supervisor).await;
    let mut between = exchange.unit("XF", Role::Investigator).await;
    let mut third = exchange.unit("XE", Role::Investigator).await;
    let fourth = exchange.unit("XS", Role::Investigator).await;
    let id = owner.publish("one", &handled("XA-1", v1::Handling::H3), &to(&["XF"])).await.notice_id;
    between.receives(1).await;
    assert_eq!(forward(&between, "a", &id, &["XE"]).await, Err(precondition("HANDLING_FORBIDS")));
    assert_eq!(forward(&owner, "a", &id, &["XE"]).await, Err(precondition("OWN_NOTICE")));

    // A grant for one member is none for another, and none but the owner gives it.
    let permits = granting(&id, "XF", v1::Use::Onward, &["XE"]);
    assert!(!grant(&owner, permits.clone()).await.unwrap().repeated_request);
    assert!(grant(&owner, permits).await.unwrap().repeated_request);
    grants_arrive(&between, &id, 1).await;
    assert_eq!(forward(&between, "b", &id, &["XE", "XS"]).await, Err(precondition("HANDLING_FORBIDS")));
    let passed_on = forward(&between, "c", &id, &["XE"]).await.unwrap();
    assert!(passed_on.granted);
    let again = forward(&between, "c", &id, &["XE"]).await.unwrap();
    assert_eq!((again.notice_id.as_str(), again.repeated_request), (passed_on.notice_id.as_str(), true));
    assert_eq!(third.receives(1).await[0].sender, "XF");
    for unit in [&mut between, &mut third] {
        unit.close().await;
        std::fs::remove_dir_all(unit.layout.root().join("views")).unwrap();
        unit.open().await;
    }
    let view = third.get(&passed_on.notice_id).await;
    let origin = view.origin.unwrap();
    assert_eq!((origin.owner.as_str(), origin.notice_id.as_str()), ("XA", id.as_str()));
    assert!(origin.granted_until.is_some());
    let first = view.marking.unwrap();
    assert_eq!(
        (first.handling(), first.conditions[0].text.as_str()),
        (v1::Handling::H3, "ask before each use")
    );
    assert_eq!(view.notice.unwrap().case_reference, "XF-2026-000009", "under its forwarder's own reference");
    // Who was passed it has no grant to pass it on further.
    let further = forward(&third, "d", &passed_on.notice_id, &["XS"]).await;
    assert_eq!(further, Err(precondition("HANDLING_FORBIDS")));
    assert!(fourth.received().await.is_empty());

    owner.withdraw("w", &id, v1::WithdrawalGround::CourtOrder).await.unwrap();
    eventually("it is gone at the third country", || async {
        third.received().await.is_empty().then_some(())
    })
    .await;
    assert_eq!(third.get_refused(&passed_on.notice_id).await, "NOTICE_WITHDRAWN");
    eventually("whose node signed for it to the one between", || async {
        let receipts = between.receipts(&passed_on.notice_id).await;
        (receipts.state() == v1::DeliveryState::Erased).then_some(())
    })
    .await;
    let late = forward(&between, "e", &id, &["XE"]).await;
    assert_eq!(late, Err((tonic::Code::NotFound, "NOTICE_WITHDRAWN".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_passed_on_freely_says_where_it_comes_from_and_keeps_children_back() {
    let exchange = Exchange::start().await;
    let owner = exchange.unit("XA", Role::Investigator).await;
    let between = exchange.unit("XF", Role::Investigator).await;
    let third = exchange.unit("XS", Role::ChildProtection).await;
    let id = owner.publish("one", &child_case("XA-1"), &to(&["XF"])).await.notice_id;
    between.receives(1).await;
    let passed_on = forward(&between, "a", &id, &["XS"]).await.unwrap();
    assert!(!passed_on.granted);
    third.receives(1).await;
    let view = third.get(&passed_on.notice_id).await;
    assert_eq!(view.withheld_persons, [1], "XF never had the child's identity");
    let origin = view.origin.unwrap();
    assert_eq!((origin.owner.as_str(), origin.granted_until), ("XA", None));
    assert_eq!(view.marking.unwrap().handling(), v1::Handling::H1);
}

#[tokio::test(flavor = "multi_thread")]
async fn for_a_court_it_takes_the_owners_grant_which_goes_along() {
    let exchange = Exchange::start().await;
    let owner = exchange.unit("XA", Role::Supervisor).await;
    let reader = exchange.unit("XF", Role::Investigator).await;
    let id = owner.publish("one", &handled("XA-1", v1::Handling::H1), &to(&["XF"])).await.notice_id;
    let free = owner.publish("two", &handled("XA-2", v1::Handling::H0), &to(&["XF"])).await.notice_id;
    reader.receives(2).await;
    use v1::Use::{Court, Investigation, Unspecified};
    assert_eq!(export(&reader, &id, Court).await, Err(precondition("HANDLING_FORBIDS")));
    let nothing = (tonic::Code::InvalidArgument, "EXPORT_PURPOSE_NEEDED".to_owned());
    assert_eq!(export(&reader, &id, Unspecified).await, Err(nothing));
    let document = export(&reader, &id, Investigation).await.unwrap();
    assert_eq!((document.owner.as_str(), document.exported_by.as_str()), ("XA", "XF"));
    assert!(document.proof.starts_with("c2sp.org/tlog-proof") && document.grant.is_none());
    assert!(export(&reader, &free, Court).await.unwrap().grant.is_none());
    eventually("its owner may always", || async { export(&owner, &id, Court).await.ok() }).await;

    let soon = common::now().after(Duration::from_days(10));
    let mut permits = granting(&id, "XF", v1::Use::Court, &[]);
    permits.ends_at = Some(timestamp_message(soon));
    grant(&owner, permits).await.unwrap();
    grants_arrive(&reader, &id, 1).await;
    let document = export(&reader, &id, Court).await.unwrap();
    let carried = document.grant.unwrap();
    let read = UseGrant::decode(&carried.grant).unwrap();
    assert_eq!((read.permitted, read.until), (Permitted::CourtUse, soon));
    assert_eq!(read.header_hash.as_bytes().as_slice(), document.header_hash.as_ref());
    // The owner hears of both exports for a court, of the one with the grant that it gave for it.
    let told = eventually("the owner is told", || async {
        let told = said(&owner, &id, v1::ReplyType::Exported).await;
        (told.len() == 1).then_some(told)
    })
    .await;
    let (told, grant) = (told[0].reply.clone().unwrap(), told[0].grant.clone().unwrap());
    assert_eq!(told.text[0].text, "tribunal de Lyon");
    let report = v1::ExportReport { intended_use: Court.into() };
    assert!(told.body == Some(v1::reply::Body::Export(report)));
    assert_eq!(told.case_reference, "XF-2026-000009");
    assert_eq!(grant, carried);
    eventually("of the free one too", || async {
        let told = said(&owner, &free, v1::ReplyType::Exported).await;
        (told.len() == 1 && told[0].grant.is_none()).then_some(())
    })
    .await;
    // Afterwards it permits nothing any more.
    reader.wait_for(Duration::from_days(11));
    assert_eq!(export(&reader, &id, Court).await, Err(precondition("HANDLING_FORBIDS")));
}

async fn due(unit: &Unit) -> Vec<v1::DueKind> {
    let request = v1::ListDeadlinesRequest { access: None, within_days: 0, ..Default::default() };
    let answer = unit.agency("unit").await.list_deadlines(request).await.unwrap().into_inner();
    answer.deadlines.iter().map(v1::Deadline::kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_grant_what_to_whom() {
    let exchange = Exchange::start().await;
    let owner = exchange.unit("XA", Role::Supervisor).await;
    owner.invite_agency("clerk", Role::Investigator);
    let mut reader = exchange.unit("XF", Role::Supervisor).await;
    let _other = exchange.unit("XS", Role::Investigator).await;
    let id = owner.publish("one", &handled("XA-1", v1::Handling::H2), &to(&["XF"])).await.notice_id;
    reader.receives(1).await;
    let (court, passing_on) = (v1::Use::Court, v1::Use::Onward);
    let invalid = |reason: &str| Err((tonic::Code::InvalidArgument, reason.to_owned()));
    let asked = granting(&id, "XF", court, &[]);
    let denied = owner.agency("clerk").await.grant_permission(asked.clone()).await.unwrap_err();
    assert_eq!(refused(&denied), (tonic::Code::PermissionDenied, "ROLE_MAY_NOT_ACT".to_owned()));
    assert_eq!(grant(&reader, asked.clone()).await, Err(precondition("NOT_THE_OWNER")));
    assert_eq!(grant(&owner, granting(&id, "XS", court, &[])).await, Err(precondition("NOT_A_RECIPIENT")));
    assert_eq!(grant(&owner, granting(&id, "XF", court, &["XS"])).await, invalid("PERMITTED_USE_NEEDED"));
    assert_eq!(grant(&owner, granting(&id, "XF", passing_on, &[])).await, invalid("PERMITTED_USE_NEEDED"));
    assert_eq!(grant(&owner, granting(&id, "XF", passing_on, &["ZZ"])).await, invalid("MEMBER_CODE_INVALID"));
    let past = v1::GrantPermissionRequest { ends_at: Some(timestamp_message(common::now())), ..asked };
    assert_eq!(grant(&owner, past).await, invalid("UNTIL_INVALID"));

    // What is asked is awaited by the one and owed by the other, until it is decided.
    let asks = v1::Reply {
        text: vec![v1::Text { language: "fr".into(), text: "le réseau passe par XS".into() }],
        body: Some(v1::reply::Body::Permission(v1::Permission {
            step: Some(v1::permission::Step::Request(v1::PermissionRequest {
                intended_use: passing_on.into(),
                members: vec!["XS".into()],
            })),
        })),
        ..Default::default()
    };
    let request = v1::SendReplyRequest {
        request_id: "ask".into(),
        notice_id: id.clone(),
        reply: Some(asks),
        access: reason(),
        ..Default::default()
    };
    reader.replies("unit").await.send_reply(request).await.unwrap();
    use v1::DueKind::{PermissionAwaited, PermissionOwed};
    eventually("it is owed", || async { (due(&owner).await == [PermissionOwed]).then_some(()) }).await;
    eventually("it is awaited", || async { (due(&reader).await == [PermissionAwaited]).then_some(()) }).await;
    grant(&owner, granting(&id, "XF", passing_on, &["XS"])).await.unwrap();
    for unit in [&owner, &reader] {
        eventually("it is decided", || async { due(unit).await.is_empty().then_some(()) }).await;
    }
    reader.close().await;
}

async fn suspends(unit: &Unit, request: &str, id: &str) -> Result<(), Refused> {
    let asked = v1::SuspendNoticeRequest { access: None, request_id: request.into(), notice_id: id.into() };
    unit.agency("unit").await.suspend_notice(asked).await.map(drop).map_err(|status| refused(&status))
}

async fn resumes(unit: &Unit, request: &str, id: &str) -> Result<(), Refused> {
    let asked = v1::ResumeNoticeRequest { access: None, request_id: request.into(), notice_id: id.into() };
    unit.agency("unit").await.resume_notice(asked).await.map(drop).map_err(|status| refused(&status))
}

async fn amends(unit: &Unit, of: &str, notice: &v1::Notice) -> String {
    eventually("it is amended", || async {
        let asked = v1::AmendNoticeRequest {
            access: None,
            request_id: format!("amend {of}"),
            notice_id: of.into(),
            notice: Some(notice.clone()),
            addressing: None,
        };
        unit.agency("unit").await.amend_notice(asked).await.ok().map(|answer| answer.into_inner().notice_id)
    })
    .await
}

/// Waits until a notice is refused to its readers for that reason.
async fn hidden(unit: &Unit, id: &str, why: &str) {
    eventually(&format!("{id} is {why} at {}", unit.code), || async {
        // One look: between two of them it may arrive.
        let request = v1::GetNoticeRequest { notice_id: id.to_owned(), access: reason() };
        let refused = unit.agency("unit").await.get_notice(request).await.err()?;
        (amana_wire::status::RemoteError::from(&refused).reason == why).then_some(())
    })
    .await;
}

async fn shown(unit: &Unit, id: &str) {
    eventually(&format!("{id} is shown at {}", unit.code), || async {
        unit.get_if_there(id).await.then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_passed_on_is_hidden_while_its_origin_is_and_when_that_is_amended() {
    let exchange = Exchange::start().await;
    let owner = exchange.unit("XA", Role::Investigator).await;
    let mut between = exchange.unit("XF", Role::Investigator).await;
    let third = exchange.unit("XE", Role::Investigator).await;
    let fourth = exchange.unit("XS", Role::Investigator).await;
    let first = owner.publish("one", &handled("XA-1", v1::Handling::H1), &to(&["XF"])).await.notice_id;
    between.receives(1).await;
    let passed_on = forward(&between, "a", &first, &["XE"]).await.unwrap().notice_id;
    shown(&third, &passed_on).await;
    let further = forward(&third, "a", &passed_on, &["XS"]).await.unwrap().notice_id;
    shown(&fourth, &further).await;

    // Suspended with its origin, however often it was passed on, and back with it.
    suspends(&owner, "s", &first).await.unwrap();
    hidden(&third, &passed_on, "NOTICE_SUSPENDED").await;
    hidden(&fourth, &further, "NOTICE_SUSPENDED").await;
    assert_eq!(resumes(&between, "no", &passed_on).await, Err(precondition("ORIGIN_HOLDS")));
    assert!(due(&between).await.is_empty());
    between.close().await;
    std::fs::remove_dir_all(between.layout.root().join("views")).unwrap();
    resumes(&owner, "r", &first).await.unwrap();
    between.open().await;
    shown(&third, &passed_on).await;
    shown(&fourth, &further).await;

    // What its own sender hid stays hidden when the origin comes back.
    suspends(&between, "own", &passed_on).await.unwrap();
    hidden(&third, &passed_on, "NOTICE_SUSPENDED").await;
    suspends(&owner, "s2", &first).await.unwrap();
    hidden(&between, &first, "NOTICE_SUSPENDED").await;
    resumes(&owner, "r2", &first).await.unwrap();
    shown(&between, &first).await;
    assert_eq!(third.get_refused(&passed_on).await, "NOTICE_SUSPENDED");
    resumes(&between, "own back", &passed_on).await.unwrap();
    shown(&third, &passed_on).await;

    // Amended, it is hidden for good, and its sender is told.
    let second = amends(&owner, &first, &handled("XA-1", v1::Handling::H1)).await;
    hidden(&third, &passed_on, "NOTICE_SUSPENDED").await;
    hidden(&fourth, &further, "NOTICE_SUSPENDED").await;
    assert_eq!(due(&between).await, [v1::DueKind::ForwardOutdated]);
    assert_eq!(resumes(&between, "no2", &passed_on).await, Err(precondition("ORIGIN_HOLDS")));
    assert_eq!(forward(&between, "b", &first, &["XE"]).await, Err(precondition("NOTICE_SUPERSEDED")));
    // The newer version takes its place with those that it was for, and with nobody else.
    let newer = forward(&between, "c", &second, &["XS"]).await.unwrap().notice_id;
    shown(&fourth, &newer).await;
    assert_eq!(third.get_refused(&passed_on).await, "NOTICE_SUSPENDED");
    let newer = forward(&between, "d", &second, &["XE", "XS"]).await.unwrap().notice_id;
    shown(&third, &newer).await;
    hidden(&third, &passed_on, "NOTICE_WITHDRAWN").await;
    hidden(&fourth, &further, "NOTICE_WITHDRAWN").await;
    eventually("nothing is due any more", || async { due(&between).await.is_empty().then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_taken_back_with_all_that_was_passed_on_under_it() {
    let exchange = Exchange::start().await;
    let owner = exchange.unit("XA", Role::Supervisor).await;
    let mut between = exchange.unit("XF", Role::Supervisor).await;
    let third = exchange.unit("XE", Role::Investigator).await;
    let id = owner.publish("one", &handled("XA-1", v1::Handling::H2), &to(&["XF"])).await.notice_id;
    between.receives(1).await;
    let court = grant(&owner, granting(&id, "XF", v1::Use::Court, &[])).await.unwrap().grant_id;
    let passing = granting(&id, "XF", v1::Use::Onward, &["XE"]);
    let passing = grant(&owner, passing).await.unwrap().grant_id;
    grants_arrive(&between, &id, 2).await;
    let passed_on = forward(&between, "a", &id, &["XE"]).await.unwrap().notice_id;
    shown(&third, &passed_on).await;

    // Only its owner revokes a grant, once, and nothing else.
    let unknown = (tonic::Code::NotFound, "GRANT_NOT_FOUND".to_owned());
    assert_eq!(revoke(&between, "theirs", &passing).await, Err(unknown.clone()));
    assert_eq!(revoke(&owner, "notice", &id).await, Err(unknown));
    let revoked = revoke(&owner, "r", &passing).await.unwrap();
    assert_eq!((revoked.grantee.as_str(), revoked.notice_id.as_str()), ("XF", id.as_str()));
    assert!(revoke(&owner, "r", &passing).await.unwrap().repeated_request);
    assert_eq!(revoke(&owner, "r2", &passing).await, Err(precondition("GRANT_REVOKED")));
    hidden(&third, &passed_on, "NOTICE_WITHDRAWN").await;
    assert_eq!(forward(&between, "b", &id, &["XE"]).await, Err(precondition("HANDLING_FORBIDS")));
    shown(&between, &id).await;
    let told = said(&between, &id, v1::ReplyType::PermissionRevoked).await;
    assert_eq!(told[0].grant.as_ref().unwrap().members, ["XE"], "it says which");

    // The other one holds until it is taken back as well, also after a restart.
    export(&between, &id, v1::Use::Court).await.unwrap();
    revoke(&owner, "c", &court).await.unwrap();
    eventually("it comes", || async {
        (said(&between, &id, v1::ReplyType::PermissionRevoked).await.len() == 2).then_some(())
    })
    .await;
    for _ in 0..2 {
        let refused = export(&between, &id, v1::Use::Court).await;
        assert_eq!(refused, Err(precondition("HANDLING_FORBIDS")));
        between.close().await;
        std::fs::remove_dir_all(between.layout.root().join("views")).unwrap();
        between.open().await;
    }
    // A new one is another.
    let again = v1::GrantPermissionRequest {
        request_id: "again".into(),
        ..granting(&id, "XF", v1::Use::Onward, &["XE"])
    };
    grant(&owner, again).await.unwrap();
    grants_arrive(&between, &id, 3).await;
    let passed_on = forward(&between, "c", &id, &["XE"]).await.unwrap().notice_id;
    shown(&third, &passed_on).await;
}

/// Passing on makes nobody the owner.
#[tokio::test(flavor = "multi_thread")]
async fn who_passes_a_notice_on_cannot_permit_what_its_owner_forbids() {
    let exchange = Exchange::start().await;
    let owner = exchange.unit("XA", Role::Investigator).await;
    let between = exchange.unit("XF", Role::Supervisor).await;
    let third = exchange.unit("XE", Role::Investigator).await;
    let id = owner.publish("one", &handled("XA-1", v1::Handling::H1), &to(&["XF"])).await.notice_id;
    let free = owner.publish("two", &handled("XA-2", v1::Handling::H0), &to(&["XF"])).await.notice_id;
    between.receives(2).await;
    let passed_on = forward(&between, "a", &id, &["XE"]).await.unwrap().notice_id;
    let strict = v1::ForwardNoticeRequest {
        request_id: "b".into(),
        notice_id: free,
        members: vec!["XE".into()],
        marking: Some(v1::Marking { handling: v1::Handling::H1.into(), ..Default::default() }),
        access: reason(),
    };
    let stricter = between.agency("unit").await.forward_notice(strict).await.unwrap().into_inner().notice_id;
    third.receives(2).await;
    let court = v1::Use::Court;
    let refused = grant(&between, granting(&passed_on, "XE", court, &[])).await;
    assert_eq!(refused, Err(precondition("NOT_THE_OWNER")));
    let refused = export(&between, &passed_on, v1::Use::Court).await;
    assert_eq!(refused, Err(precondition("HANDLING_FORBIDS")));
    // What it forbids itself, it may permit.
    grant(&between, granting(&stricter, "XE", court, &[])).await.unwrap();
    grants_arrive(&third, &stricter, 1).await;
    export(&third, &stricter, v1::Use::Court).await.unwrap();
    export(&between, &stricter, v1::Use::Court).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_review_desk_passes_late_follows_what_became_of_its_origin_meanwhile() {
    let exchange = Exchange::start().await;
    let desk = exchange.desk().await;
    let owner = exchange.unit("XA", Role::Investigator).await;
    let between = exchange.unit("XF", Role::Investigator).await;
    let third = exchange.unit("XE", Role::Investigator).await;
    let id = owner.publish("one", &handled("XA-1", v1::Handling::H1), &to(&["XF"])).await.notice_id;
    between.receives(1).await;
    exchange.set_under_review("XF", true).await;
    let passed_on = forward(&between, "a", &id, &["XE"]).await.unwrap().notice_id;
    eventually("it waits at the desk", || async {
        let request = v1::ListReviewsRequest { access: reason(), ..Default::default() };
        let reviews = desk.officer("unit").await.list_reviews(request).await.unwrap().into_inner().reviews;
        (reviews.len() == 1).then_some(())
    })
    .await;
    suspends(&owner, "s", &id).await.unwrap();
    hidden(&between, &id, "NOTICE_SUSPENDED").await;
    let decision = v1::DecideReviewRequest {
        notice_id: passed_on.clone(),
        verdict: v1::ReviewVerdict::Pass.into(),
        access: reason(),
        ..Default::default()
    };
    desk.officer("unit").await.decide_review(decision).await.unwrap();
    hidden(&third, &passed_on, "NOTICE_SUSPENDED").await;
    resumes(&owner, "r", &id).await.unwrap();
    shown(&third, &passed_on).await;
}
