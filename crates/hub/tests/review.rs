//! What is held for the review desk: nobody else gets it before the desk's pass, and nobody after its refusal.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs;

use amana_client::exchange::{Event, Proven, Reviewed, decide};
use amana_client::{ClientError, RemoteLog};
use amana_seal::envelope::{Envelope, Kind, Supersedes, header_hash};
use amana_seal::receipt::Receipted;
use amana_seal::review::{ReviewDecision, Ruling, SignedDecision, verify_decision};
use amana_types::review::ReviewGround;
use amana_types::{Addressing, Directory, NoticeId, Seq};
use common::{Choices, Delivered, Exchange, PATIENCE, Party, code, now, reason, receipted, remote};

const SECRET: &str = "a case that waits for review";

/// Seals to XF, XS and the desk XD, held.
fn held(party: &Party, directory: &Directory) -> (NoticeId, Envelope) {
    to_all(party, directory, &Choices { held: true, ..Choices::default() })
}

fn to_all(party: &Party, directory: &Directory, choices: &Choices) -> (NoticeId, Envelope) {
    let mut addressing = Addressing::default();
    addressing.countries.extend([code("XF"), code("XS")]);
    party.seal_as(directory, &addressing, &["XD", "XF", "XS"], SECRET, choices)
}

fn decision(desk: &Party, about: &(NoticeId, Envelope), seq: Seq, ruling: Ruling) -> ReviewDecision {
    let (id, header_hash) = (about.0, header_hash(&about.1.header));
    let envelope = Receipted { seq, id, header_hash };
    ReviewDecision {
        desk: desk.code,
        key: desk.signing.id(),
        sender: code("XA"),
        envelope,
        ruling,
        at: now(),
    }
}

fn refusal() -> Ruling {
    Ruling::Refuse { ground: ReviewGround::InsufficientData, words: None }
}

async fn submit(exchange: &Exchange, as_party: &Party, signed: SignedDecision) -> Result<Seq, ClientError> {
    let (body, signature) = (signed.bytes.into(), signed.signature.to_vec().into());
    decide(as_party.channel(exchange).await, body, signature).await
}

/// Everything that a member is delivered below a place.
async fn all_below(exchange: &Exchange, party: &Party, until: Seq) -> Vec<Event> {
    let mut receiver = party.receiver(exchange, Seq(0), 64).await;
    let mut all = Vec::new();
    loop {
        match tokio::time::timeout(PATIENCE, receiver.next()).await.unwrap().unwrap().unwrap() {
            Event::Head { complete_below, .. } if complete_below >= until => return all,
            Event::Head { .. } | Event::Directory(_) => {}
            event => all.push(event),
        }
    }
}

/// The one decision among what a member was delivered; nothing else came but what is said.
fn only_review(mut events: Vec<Event>, before: usize) -> Proven<Reviewed> {
    assert_eq!(events.len(), before + 1, "{events:?}");
    match events.pop() {
        Some(Event::Review(review)) => *review,
        other => panic!("{other:?}"),
    }
}

async fn exchange() -> (Exchange, [Party; 4]) {
    let exchange = Exchange::start().await;
    let desk = exchange.enrol_desk("XD").await;
    let [xa, xf, xs] = exchange.enrol_all(["XA", "XF", "XS"]).await;
    (exchange, [xa, xf, xs, desk])
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_goes_to_the_desk_alone_and_on_its_pass_to_all() {
    let (mut exchange, [xa, xf, xs, desk]) = exchange().await;
    let directory = exchange.directory().await;
    let notice = held(&xa, &directory);
    let place = receipted(xa.publish(&exchange, notice.0, &notice.1).await).index;
    // What is sent after it is delivered before it.
    let (id, later) = xa.seal(&directory, &["XF"], "sent later");
    let later = receipted(xa.publish(&exchange, id, &later).await).index;
    for restarted in [false, true] {
        let [Event::Envelope(proven)] = &all_below(&exchange, &desk, later.next()).await[..] else {
            panic!()
        };
        let at_the_desk = Delivered { index: proven.index, envelope: proven.record.clone() };
        assert_eq!((proven.index, desk.open(&directory, &at_the_desk)), (place, SECRET.to_owned()));
        assert_eq!(all_below(&exchange, &xf, later.next()).await.len(), 1, "after a restart: {restarted}");
        assert!(all_below(&exchange, &xs, later.next()).await.is_empty());
        if !restarted {
            exchange.close().await;
            fs::remove_dir_all(exchange.dir().join("ledger/views")).unwrap();
            exchange.open().await;
        }
    }

    let pass = decision(&desk, &notice, place, Ruling::Pass);
    let signed = pass.sign(&desk.signing);
    let decided = submit(&exchange, &desk, signed.clone()).await.unwrap();
    for (party, others) in [(&xf, 1), (&xs, 0)] {
        let review = only_review(all_below(&exchange, party, decided.next()).await, others);
        let told = verify_decision(&review.record.body, &review.record.signature, &directory, review.index);
        assert_eq!((review.index, told), (decided, Ok(pass.clone())));
        let passed = review.record.envelope.unwrap();
        let delivered = Delivered { index: passed.index, envelope: passed.record };
        assert_eq!((delivered.index, party.open(&directory, &delivered)), (place, SECRET.to_owned()));
    }
    for (party, others) in [(&xa, 0), (&desk, 1)] {
        let review = only_review(all_below(&exchange, party, decided.next()).await, others);
        assert!(review.record.envelope.is_none() && review.record.body == signed.bytes);
    }
    assert_eq!(remote(submit(&exchange, &desk, signed).await.unwrap_err()), "REVIEW_OVER");
    let log = RemoteLog::new(exchange.operator_channel().await, exchange.log_key());
    assert!({ log }.recompute(|_, _| ()).await.unwrap().holds());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_reaches_nobody_and_is_gone_from_the_hub() {
    let (mut exchange, [xa, xf, xs, desk]) = exchange().await;
    let directory = exchange.directory().await;
    let notice = held(&xa, &directory);
    let place = receipted(xa.publish(&exchange, notice.0, &notice.1).await).index;
    assert!(on_disk(&exchange, &notice.1), "the control");
    let signed = decision(&desk, &notice, place, refusal()).sign(&desk.signing);
    let decided = submit(&exchange, &desk, signed).await.unwrap();
    let pass = decision(&desk, &notice, place, Ruling::Pass).sign(&desk.signing);
    for restarted in [false, true] {
        assert!(!on_disk(&exchange, &notice.1), "after a restart: {restarted}");
        for party in [&xf, &xs] {
            assert!(all_below(&exchange, party, decided.next()).await.is_empty());
        }
        let review = only_review(all_below(&exchange, &xa, decided.next()).await, 0);
        let told = verify_decision(&review.record.body, &review.record.signature, &directory, review.index);
        assert_eq!(told.unwrap().ruling, refusal());
        assert_eq!(remote(submit(&exchange, &desk, pass.clone()).await.unwrap_err()), "REVIEW_OVER");
        exchange.close().await;
        assert!(amana_hub::fsck(&exchange.dir()).unwrap().is_ok());
        exchange.open().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_desk_decides_and_only_about_what_is_held() {
    let (exchange, [xa, xf, _, desk]) = exchange().await;
    let directory = exchange.directory().await;
    let notice = held(&xa, &directory);
    let place = receipted(xa.publish(&exchange, notice.0, &notice.1).await).index;
    let pass = decision(&desk, &notice, place, Ruling::Pass);
    // An ordinary member cannot even submit the desk's own word, and the desk not another's.
    let refused = submit(&exchange, &xf, pass.sign(&desk.signing)).await.unwrap_err();
    assert_eq!(remote(refused), "NOT_THE_REVIEW_DESK");
    let forged = decision(&xf, &notice, place, Ruling::Pass).sign(&xf.signing);
    assert_eq!(remote(submit(&exchange, &desk, forged).await.unwrap_err()), "DECISION_REFUSED");
    let forged = pass.sign(&xf.signing);
    assert_eq!(remote(submit(&exchange, &desk, forged).await.unwrap_err()), "DECISION_REFUSED");
    let not_bytes = SignedDecision { bytes: b"none".to_vec(), signature: [0; 64] };
    assert_eq!(remote(submit(&exchange, &desk, not_bytes).await.unwrap_err()), "DECISION_REFUSED");

    let (id, open) = xa.seal(&directory, &["XF"], "not held");
    let open_place = receipted(xa.publish(&exchange, id, &open).await).index;
    let mut wrong = Vec::new();
    wrong.push(decision(&desk, &(id, open), open_place, Ruling::Pass));
    wrong.push(decision(&desk, &notice, open_place, Ruling::Pass));
    wrong.push(ReviewDecision { sender: code("XF"), ..pass.clone() });
    let mut other_hash = pass.clone();
    other_hash.envelope.header_hash = amana_types::Digest([1; 32]);
    wrong.push(other_hash);
    for wrong in wrong {
        let refused = submit(&exchange, &desk, wrong.sign(&desk.signing)).await.unwrap_err();
        assert_eq!(remote(refused), "NOT_HELD");
    }
    let found = all_below(&exchange, &xf, open_place.next()).await;
    assert_eq!(found.len(), 1, "nothing of all that let it through");
    submit(&exchange, &desk, pass.sign(&desk.signing)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_ends_the_review_also_before_the_decision() {
    let (exchange, [xa, xf, _, desk]) = exchange().await;
    let directory = exchange.directory().await;
    let notice = held(&xa, &directory);
    let place = receipted(xa.publish(&exchange, notice.0, &notice.1).await).index;
    let supersedes = Some(Supersedes { id: notice.0, header_hash: header_hash(&notice.1.header) });
    let choices = Choices { kind: Kind::Withdrawal, supersedes, ..Choices::default() };
    let mut addressing = Addressing::default();
    let to = ["XD", "XF", "XS"];
    addressing.countries.extend(to.map(code));
    let (id, withdrawal) = xa.seal_as(&directory, &addressing, &to, "taken back", &choices);
    let last = receipted(xa.publish(&exchange, id, &withdrawal).await).index;
    assert!(!on_disk(&exchange, &notice.1));
    let pass = decision(&desk, &notice, place, Ruling::Pass).sign(&desk.signing);
    assert_eq!(remote(submit(&exchange, &desk, pass).await.unwrap_err()), "REVIEW_OVER");
    for (party, erased) in [(&xf, 0), (&desk, 1)] {
        let events = all_below(&exchange, party, last.next()).await;
        let heads = events.iter().filter(|event| matches!(event, Event::Erased(_))).count();
        let whole = events.iter().filter(|event| matches!(event, Event::Envelope(_))).count();
        assert_eq!((heads, whole, events.len()), (erased, 1, erased + 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passed_notice_that_is_withdrawn_is_not_delivered_to_who_was_away() {
    let (exchange, [xa, xf, _, desk]) = exchange().await;
    let directory = exchange.directory().await;
    let notice = held(&xa, &directory);
    let place = receipted(xa.publish(&exchange, notice.0, &notice.1).await).index;
    submit(&exchange, &desk, decision(&desk, &notice, place, Ruling::Pass).sign(&desk.signing))
        .await
        .unwrap();
    let supersedes = Some(Supersedes { id: notice.0, header_hash: header_hash(&notice.1.header) });
    let choices = Choices { kind: Kind::Withdrawal, supersedes, ..Choices::default() };
    let mut addressing = Addressing::default();
    let to = ["XD", "XF", "XS"];
    addressing.countries.extend(to.map(code));
    let (id, withdrawal) = xa.seal_as(&directory, &addressing, &to, "taken back", &choices);
    let last = receipted(xa.publish(&exchange, id, &withdrawal).await).index;
    let events = all_below(&exchange, &xf, last.next()).await;
    assert!(matches!(&events[..], [Event::Envelope(proven)] if proven.index == last), "{events:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_under_review_has_everything_held_and_takes_back_at_once() {
    let (exchange, [xa, xf, ..]) = exchange().await;
    let (id, before) = xa.seal(&exchange.directory().await, &["XF"], "before");
    receipted(xa.publish(&exchange, id, &before).await);
    exchange.set_under_review("XA", true).await;
    let directory = exchange.directory().await;
    let (plain_id, plain) = xa.seal(&directory, &["XF"], "not held");
    assert_eq!(reason(xa.publish(&exchange, plain_id, &plain).await), "REVIEW_NEEDED");
    let notice = held(&xa, &directory);
    receipted(xa.publish(&exchange, notice.0, &notice.1).await);
    let supersedes = Some(Supersedes { id, header_hash: header_hash(&before.header) });
    let choices = Choices { kind: Kind::Withdrawal, supersedes, ..Choices::default() };
    let mut addressing = Addressing::default();
    addressing.countries.insert(code("XF"));
    let (id, withdrawal) = xa.seal_as(&directory, &addressing, &["XF"], "taken back", &choices);
    receipted(xa.publish(&exchange, id, &withdrawal).await);
    // Nobody else is concerned, and off review it is as before.
    let (id, other) = xf.seal(&directory, &["XA"], "of another");
    receipted(xf.publish(&exchange, id, &other).await);
    exchange.set_under_review("XA", false).await;
    let (id, plain) = xa.seal(&exchange.directory().await, &["XF"], "not held");
    receipted(xa.publish(&exchange, id, &plain).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn held_slots_are_for_the_audience_and_the_desk_and_nobody_else() {
    let (exchange, [xa, ..]) = exchange().await;
    let directory = exchange.directory().await;
    let mut addressing = Addressing::default();
    addressing.countries.extend([code("XF"), code("XS")]);
    for slots in [&["XF", "XS"][..], &["XD", "XF"], &["XD"]] {
        let choices = Choices { held: true, ..Choices::default() };
        let (id, envelope) = xa.seal_as(&directory, &addressing, slots, SECRET, &choices);
        assert_eq!(reason(xa.publish(&exchange, id, &envelope).await), "RECIPIENTS_MISMATCH");
    }
    let open = Choices::default();
    let (id, envelope) = to_all(&xa, &directory, &open);
    assert_eq!(reason(xa.publish(&exchange, id, &envelope).await), "RECIPIENTS_MISMATCH");
    exchange.set_suspended("XD", true).await;
    let (id, envelope) = held(&xa, &exchange.directory().await);
    assert_eq!(reason(xa.publish(&exchange, id, &envelope).await), "NO_REVIEW_DESK");
}

/// Whether sealed bytes of that envelope are in a file of the hub.
fn on_disk(exchange: &Exchange, envelope: &Envelope) -> bool {
    let sealed = &envelope.sections[0][..64];
    let mut dirs = vec![exchange.dir()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else if let Ok(bytes) = fs::read(&path)
                && bytes.windows(sealed.len()).any(|window| window == sealed)
            {
                return true;
            }
        }
    }
    false
}
