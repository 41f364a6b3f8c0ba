//! Replies and clocks: what is asked is owed on one side and awaited on the other until it is answered, a
//! reply inherits the stricter handling, goes to whom it may and to nobody else, and ends with its notice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_notice::reply::ReplyType;
use amana_types::{Duration, Role};
use amana_wire::v1;
use amana_wire::v1::watch_events_response::Event;
use common::case::{case, child_case, to};
use common::{Exchange, Unit, eventually, reason, search, search_words};

fn text(language: &str, text: &str) -> Vec<v1::Text> {
    vec![v1::Text { language: language.into(), text: text.into() }]
}

/// A request for information.
fn request(reference: &str, urgency: v1::Urgency) -> v1::Notice {
    v1::Notice {
        circulation: v1::Circulation::RequestForInformation.into(),
        urgency: urgency.into(),
        question: text("ar", "هل هذا الشخص معروف لديكم؟"),
        ..case(reference)
    }
}

fn said(reply_type: ReplyType) -> v1::Reply {
    v1::Reply { text: text("fr", "voici"), ..v1::Reply::saying(reply_type) }
}

/// The same, for a ground.
fn no(reply_type: ReplyType, ground: v1::ReplyGround) -> v1::Reply {
    let mut reply = said(reply_type);
    reply.as_no_mut().unwrap().ground = ground.into();
    reply
}

fn hit() -> v1::Reply {
    knowing(Vec::new())
}

fn knowing(matches: Vec<v1::HitMatch>) -> v1::Reply {
    let hit = v1::Hit { matches, contact_point: "bureau 3, +33100000003".into() };
    v1::Reply {
        case_reference: "XF-2026-77".into(),
        body: Some(v1::reply::Body::Hit(hit)),
        ..said(ReplyType::Hit)
    }
}

async fn reply(
    unit: &Unit,
    request_id: &str,
    notice_id: &str,
    reply: v1::Reply,
    to: &[&str],
) -> Result<v1::SendReplyResponse, (tonic::Code, String)> {
    let request = v1::SendReplyRequest {
        request_id: request_id.into(),
        notice_id: notice_id.into(),
        reply: Some(reply),
        members: to.iter().map(|code| (*code).to_owned()).collect(),
        access: reason(),
    };
    let answer = unit.replies("unit").await.send_reply(request).await;
    answer
        .map(tonic::Response::into_inner)
        .map_err(|status| (status.code(), amana_wire::status::RemoteError::from(&status).reason))
}

async fn listed(unit: &Unit, notice_id: &str) -> Vec<v1::ReplyView> {
    let request =
        v1::ListRepliesRequest { notice_id: notice_id.into(), access: reason(), ..Default::default() };
    unit.replies("unit").await.list_replies(request).await.unwrap().into_inner().replies
}

/// Kind, who owes, to whom, and whether it is overdue.
async fn due(unit: &Unit) -> Vec<(v1::DueKind, String, String, bool)> {
    let request = v1::ListDeadlinesRequest { access: None, within_days: 0, ..Default::default() };
    let due = unit.agency("unit").await.list_deadlines(request).await.unwrap().into_inner().deadlines;
    due.into_iter().map(|due| (due.kind(), due.owed_by, due.owed_to, due.overdue)).collect()
}

async fn due_is(unit: &Unit, expected: &[(v1::DueKind, &str, &str, bool)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(kind, by, to, late)| (*kind, (*by).to_owned(), (*to).to_owned(), *late))
        .collect();
    let last = std::sync::Mutex::default();
    let waiting = eventually("what is due is as expected", || async {
        let now = due(unit).await;
        let same = now == expected;
        *last.lock().unwrap() = now;
        same.then_some(())
    });
    tokio::time::timeout(std::time::Duration::from_secs(50), waiting)
        .await
        .unwrap_or_else(|_| panic!("{}: {:?}", unit.code, last.lock().unwrap()));
}

async fn from_the_journal_alone(unit: &mut Unit) {
    unit.close().await;
    std::fs::remove_dir_all(unit.layout.root().join("views")).unwrap();
    unit.open().await;
}

use v1::DueKind::{ErasureOwed, Reexamine, ReplyAwaited, ReplyOwed};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_is_owed_and_awaited_until_it_is_answered() {
    let exchange = Exchange::start().await;
    let mut owner = exchange.unit("XA", Role::Investigator).await;
    let mut answers = exchange.unit("XF", Role::Investigator).await;
    let silent = exchange.unit("XS", Role::Investigator).await;
    let id = owner.publish("one", &request("XA-1", v1::Urgency::Urgent), &to(&["XF", "XS"])).await.notice_id;
    answers.receives(1).await;
    silent.receives(1).await;
    due_is(&owner, &[(ReplyAwaited, "XF", "XA", false), (ReplyAwaited, "XS", "XA", false)]).await;
    due_is(&answers, &[(ReplyOwed, "XF", "XA", false)]).await;

    let answer = reply(&answers, "r1", &id, hit(), &[]).await.unwrap();
    assert_eq!(
        (answer.recipients, answer.marking.unwrap().handling()),
        (vec!["XA".to_owned()], v1::Handling::H1)
    );
    let again = reply(&answers, "r1", &id, hit(), &[]).await.unwrap();
    assert_eq!((again.reply_id, again.repeated_request), (answer.reply_id.clone(), true));
    due_is(&owner, &[(ReplyAwaited, "XS", "XA", false)]).await;
    due_is(&answers, &[]).await;
    let read = listed(&owner, &id).await;
    assert_eq!((read[0].reply_id.as_str(), read[0].sender.as_str()), (answer.reply_id.as_str(), "XF"));
    let told = read[0].reply.as_ref().unwrap();
    assert_eq!(
        (told.as_hit().unwrap().contact_point.as_str(), told.text[0].text.as_str()),
        ("bureau 3, +33100000003", "voici")
    );
    assert_eq!(listed(&answers, &id).await[0].direction(), v1::Direction::Sent);
    assert!(listed(&silent, &id).await.is_empty(), "it is for the owner alone");

    // Nine hours later one is overdue on both sides, also from the journal alone.
    for unit in [&owner, &answers, &silent] {
        unit.wait_for(Duration::from_seconds(9 * 60 * 60));
    }
    exchange.wait_for(Duration::from_seconds(9 * 60 * 60));
    from_the_journal_alone(&mut owner).await;
    from_the_journal_alone(&mut answers).await;
    due_is(&owner, &[(ReplyAwaited, "XS", "XA", true)]).await;
    due_is(&silent, &[(ReplyOwed, "XS", "XA", true)]).await;
    due_is(&answers, &[]).await;

    // Late, it is taken all the same, and says so. A no needs its ground.
    let invalid = (tonic::Code::InvalidArgument, "REPLY_INVALID".to_owned());
    assert_eq!(reply(&silent, "r", &id, said(ReplyType::Refusal), &[]).await, Err(invalid));
    let ground = v1::ReplyGround::OngoingInvestigation;
    reply(&silent, "r", &id, no(ReplyType::Refusal, ground), &[]).await.unwrap();
    due_is(&owner, &[]).await;
    due_is(&silent, &[]).await;
    let late: Vec<bool> = listed(&owner, &id).await.iter().map(|reply| reply.late).collect();
    assert_eq!(late, [false, true]);
    assert!(owner.status().await.sequence_breaks.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_goes_to_whom_it_may_and_inherits_the_stricter_handling() {
    let exchange = Exchange::start().await;
    let owner = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let _other = exchange.unit("XS", Role::Investigator).await;
    let mut notice = child_case("XA-1");
    notice.persons[1].label = "p2".into();
    let conditions = text("en", "ask before each use");
    notice.marking = Some(v1::Marking { handling: v1::Handling::H3.into(), tlp: 0, conditions });
    let id = owner.publish("one", &notice, &to(&["XF"])).await.notice_id;
    receiver.receives(1).await;

    let precondition = |reason: &str| Err((tonic::Code::FailedPrecondition, reason.to_owned()));
    let answer = said(ReplyType::Answer);
    assert_eq!(reply(&receiver, "a", &id, answer.clone(), &["XS"]).await, precondition("NOT_THE_OWNER"));
    let refuse = no(ReplyType::PermissionRefused, v1::ReplyGround::LegalBar);
    assert_eq!(reply(&receiver, "b", &id, refuse, &[]).await, precondition("NOT_THE_OWNER"));
    assert_eq!(reply(&owner, "c", &id, hit(), &["XF"]).await, precondition("NOT_THE_OWNERS"));
    assert_eq!(reply(&owner, "d", &id, answer.clone(), &["XS"]).await, precondition("NOT_A_RECIPIENT"));
    let nobody = Err((tonic::Code::InvalidArgument, "RECIPIENT_NEEDED".to_owned()));
    assert_eq!(reply(&owner, "e", &id, answer.clone(), &[]).await, nobody);
    let granted = said(ReplyType::PermissionGranted);
    assert_eq!(reply(&owner, "f", &id, granted, &["XF"]).await, precondition("SAID_BY_DOING"));
    let known =
        |identifier: &str| knowing(vec![v1::HitMatch { label: "p2".into(), identifier: identifier.into() }]);
    assert_eq!(reply(&receiver, "g", &id, known("P-1"), &[]).await, precondition("PROTECTED_IDENTITY"));

    let loose = v1::Reply {
        marking: Some(v1::Marking { handling: v1::Handling::H0.into(), ..Default::default() }),
        ..known("")
    };
    let sent = reply(&receiver, "h", &id, loose, &[]).await.unwrap();
    assert_eq!((sent.marking.as_ref().unwrap().handling(), sent.handling_raised), (v1::Handling::H3, true));
    let views = eventually("the reply arrives", || async {
        let views = listed(&owner, &id).await;
        (!views.is_empty()).then_some(views)
    })
    .await;
    let shown = views[0].marking.as_ref().unwrap();
    assert_eq!((shown.handling(), shown.tlp()), (v1::Handling::H3, v1::Tlp::Red));
    assert_eq!(shown.conditions[0].text, "ask before each use");

    // And the owner says something to that one alone.
    reply(&owner, "i", &id, answer, &["XF"]).await.unwrap();
    eventually("both have both", || async {
        (listed(&receiver, &id).await.len() == 2 && listed(&owner, &id).await.len() == 2).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_end_with_their_notice_on_both_sides() {
    let exchange = Exchange::start().await;
    let owner = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    let id = owner.publish("one", &request("XA-1", v1::Urgency::Routine), &to(&["XF"])).await.notice_id;
    receiver.receives(1).await;
    let one = reply(&receiver, "a", &id, said(ReplyType::FurtherQuestion), &[]).await.unwrap().reply_id;
    // A question is no answer: the clock goes on.
    due_is(&receiver, &[(ReplyOwed, "XF", "XA", false)]).await;
    eventually("it arrives", || async { (listed(&owner, &id).await.len() == 1).then_some(()) }).await;
    eventually("it is receipted", || async {
        (receiver.receipts(&one).await.state() == v1::DeliveryState::Delivered).then_some(())
    })
    .await;
    owner.withdraw("w", &id, v1::WithdrawalGround::Error).await.unwrap();
    eventually("the reply's own receipt says that it is erased", || async {
        (receiver.receipts(&one).await.state() == v1::DeliveryState::Erased).then_some(())
    })
    .await;
    from_the_journal_alone(&mut receiver).await;
    for unit in [&owner, &receiver] {
        assert_eq!(unit.get_refused(&id).await, "NOTICE_WITHDRAWN");
        let request =
            v1::ListRepliesRequest { notice_id: id.clone(), access: reason(), ..Default::default() };
        let refused = unit.replies("unit").await.list_replies(request).await.unwrap_err();
        assert_eq!(amana_wire::status::RemoteError::from(&refused).reason, "NOTICE_WITHDRAWN");
        due_is(unit, &[]).await;
    }
    let over = reply(&receiver, "b", &id, said(ReplyType::Answer), &[]).await.unwrap_err();
    assert_eq!(over, (tonic::Code::NotFound, "NOTICE_WITHDRAWN".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_of_a_member_under_review_waits_for_the_desk() {
    let exchange = Exchange::start().await;
    let desk = exchange.desk().await;
    let owner = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let id = owner.publish("one", &request("XA-1", v1::Urgency::Routine), &to(&["XF"])).await.notice_id;
    receiver.receives(1).await;
    exchange.set_under_review("XF", true).await;
    let sent = reply(&receiver, "a", &id, said(ReplyType::Answer), &[]).await.unwrap().reply_id;
    let waiting = eventually("it waits at the desk", || async {
        let request = v1::ListReviewsRequest { access: reason(), ..Default::default() };
        let reviews = desk.officer("unit").await.list_reviews(request).await.unwrap().into_inner().reviews;
        reviews.into_iter().next()
    })
    .await;
    assert_eq!(waiting.reply.unwrap().reply_id, sent);
    assert!(listed(&owner, &id).await.is_empty());
    assert_eq!(due(&owner).await, [(ReplyAwaited, "XF".into(), "XA".into(), false)]);
    let decision = v1::DecideReviewRequest {
        notice_id: sent.clone(),
        verdict: v1::ReviewVerdict::Pass.into(),
        access: reason(),
        ..Default::default()
    };
    desk.officer("unit").await.decide_review(decision).await.unwrap();
    due_is(&owner, &[]).await;
    due_is(&receiver, &[]).await;
    assert_eq!(listed(&owner, &id).await[0].reply_id, sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_looked_at_again_and_who_owes_an_erasure_is_listed() {
    let exchange = Exchange::start().await;
    let mut owner = exchange.unit("XA", Role::Investigator).await;
    let mut away = exchange.unit("XF", Role::Investigator).await;
    let soon = common::now().after(Duration::from_days(20));
    let notice = v1::Notice { reexamine: Some(amana_wire::convert::timestamp_message(soon)), ..case("XA-1") };
    let id = owner.publish("one", &notice, &to(&["XF"])).await.notice_id;
    away.receives(1).await;
    due_is(&owner, &[(Reexamine, "XA", "XA", false)]).await;
    // The hub's clock goes with the members': it takes nothing from the future.
    let days = |days| {
        exchange.wait_for(Duration::from_days(days));
        Duration::from_days(days)
    };
    owner.wait_for(days(21));
    due_is(&owner, &[(Reexamine, "XA", "XA", true)]).await;
    from_the_journal_alone(&mut owner).await;
    due_is(&owner, &[(Reexamine, "XA", "XA", true)]).await;
    away.close().await;
    owner.withdraw("w", &id, v1::WithdrawalGround::Error).await.unwrap();
    due_is(&owner, &[(ErasureOwed, "XF", "XA", false)]).await;
    owner.wait_for(days(2));
    from_the_journal_alone(&mut owner).await;
    due_is(&owner, &[(ErasureOwed, "XF", "XA", true)]).await;
    away.open().await;
    due_is(&owner, &[]).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn of_several_versions_the_newest_asks_and_of_what_is_hidden_or_over_nothing_is_asked() {
    let exchange = Exchange::start().await;
    let mut owner = exchange.unit("XA", Role::Investigator).await;
    let mut answers = exchange.unit("XF", Role::Investigator).await;
    let silent = exchange.unit("XS", Role::Investigator).await;
    let first =
        owner.publish("one", &request("XA-1", v1::Urgency::Urgent), &to(&["XF", "XS"])).await.notice_id;
    answers.receives(1).await;
    reply(&answers, "r1", &first, hit(), &[]).await.unwrap();
    due_is(&owner, &[(ReplyAwaited, "XS", "XA", false)]).await;

    // The newer version is a question of its own, to everybody; what was answered stays answered.
    let second = amends(&owner, &first, &request("XA-1", v1::Urgency::Priority)).await;
    let asked = [(ReplyAwaited, "XF", "XA", false), (ReplyAwaited, "XS", "XA", false)];
    due_is(&owner, &asked).await;
    due_is(&answers, &[(ReplyOwed, "XF", "XA", false)]).await;
    due_is(&silent, &[(ReplyOwed, "XS", "XA", false)]).await;
    assert_eq!(listed(&owner, &first).await.len(), 1);
    let precondition = |reason: &str| Err((tonic::Code::FailedPrecondition, reason.to_owned()));
    assert_eq!(reply(&silent, "r", &first, hit(), &[]).await, precondition("NOTICE_SUPERSEDED"));
    for unit in [&mut owner, &mut answers] {
        from_the_journal_alone(unit).await;
    }
    // By the clock of the newer version: what was urgent would be overdue by now.
    for unit in [&owner, &answers, &silent] {
        unit.wait_for(Duration::from_seconds(9 * 60 * 60));
    }
    exchange.wait_for(Duration::from_seconds(9 * 60 * 60));
    due_is(&owner, &asked).await;
    reply(&answers, "r2", &second, hit(), &[]).await.unwrap();
    due_is(&owner, &asked[1..]).await;
    due_is(&answers, &[]).await;

    let suspend =
        v1::SuspendNoticeRequest { access: None, request_id: "s".into(), notice_id: second.clone() };
    owner.agency("unit").await.suspend_notice(suspend).await.unwrap();
    due_is(&owner, &[]).await;
    due_is(&silent, &[]).await;
    let resume = v1::ResumeNoticeRequest { access: None, request_id: "r".into(), notice_id: second.clone() };
    owner.agency("unit").await.resume_notice(resume).await.unwrap();
    due_is(&owner, &asked[1..]).await;
    due_is(&silent, &[(ReplyOwed, "XS", "XA", false)]).await;
    owner.withdraw("w", &first, v1::WithdrawalGround::PersonFound).await.unwrap();
    due_is(&silent, &[]).await;
    due_is(&owner, &[]).await;

    // What runs out asks nothing any more.
    let soon = common::now().after(Duration::from_seconds(12 * 60 * 60));
    let short = v1::Notice {
        expires: Some(amana_wire::convert::timestamp_message(soon)),
        ..request("XA-2", v1::Urgency::Routine)
    };
    owner.publish("two", &short, &to(&["XS"])).await;
    due_is(&silent, &[(ReplyOwed, "XS", "XA", false)]).await;
    for unit in [&owner, &silent] {
        unit.wait_for(Duration::from_seconds(13 * 60 * 60));
    }
    due_is(&silent, &[]).await;
    due_is(&owner, &[]).await;
}

async fn found(unit: &Unit, question: v1::SearchCasesRequest) -> Vec<String> {
    let question = v1::SearchCasesRequest { access: reason(), ..question };
    let hits = unit.agency("unit").await.search_cases(question).await.unwrap().into_inner().hits;
    hits.into_iter().map(|hit| hit.summary.unwrap().notice_id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_hears_of_replies_and_who_searches_finds_the_notice_by_them() {
    let exchange = Exchange::start().await;
    let mut owner = exchange.unit("XA", Role::Investigator).await;
    let answers = exchange.unit("XF", Role::Investigator).await;
    let other = exchange.unit("XS", Role::Investigator).await;
    let id = owner.publish("one", &request("XA-1", v1::Urgency::Urgent), &to(&["XF", "XS"])).await.notice_id;
    answers.receives(1).await;
    other.receives(1).await;
    let known = v1::HitMatch { label: "p1".into(), identifier: "ZZ 909-8".into() };
    let said = v1::Reply { text: text("fr", "Elle voyage sous un faux nom."), ..knowing(vec![known]) };
    let sent = reply(&answers, "r", &id, said, &[]).await.unwrap().reply_id;

    let watch = v1::WatchEventsRequest { cursor: String::new(), access: reason() };
    let mut stream = owner.agency("unit").await.watch_events(watch).await.unwrap().into_inner();
    let heard = stream.message().await.unwrap().unwrap();
    let Some(Event::Reply(heard)) = heard.event else { panic!("what came in is a reply: {heard:?}") };
    assert_eq!((heard.reply_id, heard.notice_id, heard.sender.as_str()), (sent, id.clone(), "XF"));
    assert_eq!((v1::ReplyType::try_from(heard.r#type), heard.late), (Ok(v1::ReplyType::Hit), false));

    let words = |words: &str| search_words(words);
    let document = search(v1::PersonQuestion { document_number: "zz9098".into(), ..Default::default() });
    for _ in 0..2 {
        for unit in [&owner, &answers] {
            assert_eq!(found(unit, words("faux nom")).await, [id.as_str()], "{}", unit.code);
            assert_eq!(found(unit, document.clone()).await, [id.as_str()], "{}", unit.code);
            assert_eq!(found(unit, words("XF-2026-77")).await, [id.as_str()], "{}", unit.code);
        }
        assert!(found(&other, words("faux nom")).await.is_empty(), "it was said to the owner alone");
        from_the_journal_alone(&mut owner).await;
    }
    owner.withdraw("w", &id, v1::WithdrawalGround::PersonFound).await.unwrap();
    for unit in [&owner, &answers] {
        eventually("it is found no more", || async {
            found(unit, words("faux nom")).await.is_empty().then_some(())
        })
        .await;
    }
}
