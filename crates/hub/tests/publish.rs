//! Publishing, over real connections.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_types::{Addressing, Duration, NoticeId, Region, Seq, limits};
use common::{Choices, Exchange, PATIENCE, Party, code, message, now, reason, receipted, remote};

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_reaches_exactly_those_it_is_for() {
    let mut exchange = Exchange::start().await;
    let [xa, xe, xf, xs] = exchange.enrol_all(["XA", "XE", "XF", "XS"]).await;
    let directory = exchange.directory().await;
    let (id, envelope) = xa.seal(&directory, &["XF", "XS"], "three men, one van");
    let accepted = receipted(xa.publish(&exchange, id, &envelope).await);
    assert!(!accepted.repeated);

    for party in [&xf, &xs] {
        let mut receiver = party.receiver(&exchange, Seq(0), 16).await;
        let delivered = Party::next_envelope(&mut receiver).await;
        assert_eq!(delivered.index, accepted.index);
        assert_eq!(party.open(&directory, &delivered), "three men, one van");
        assert_eq!(delivered.envelope.slot.as_ref().unwrap().recipient, party.code.to_string());
    }
    for party in [&xa, &xe] {
        let mut receiver = party.receiver(&exchange, Seq(0), 16).await;
        let none = Party::envelopes_below(&mut receiver, accepted.index.next()).await;
        assert!(none.is_empty(), "{} was not addressed", party.code);
    }
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_have_the_same_place_also_after_a_restart() {
    let mut exchange = Exchange::start().await;
    let [xa, _xf] = exchange.enrol_all(["XA", "XF"]).await;
    let (id, envelope) = xa.seal(&exchange.directory().await, &["XF"], "once");
    let first = receipted(xa.publish(&exchange, id, &envelope).await);
    let second = receipted(xa.publish(&exchange, id, &envelope).await);
    exchange.close().await;
    exchange.open().await;
    let third = receipted(xa.publish(&exchange, id, &envelope).await);
    for again in [second, third] {
        assert!(again.repeated);
        assert_eq!((again.index, again.accepted_at), (first.index, first.accepted_at));
    }
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_bytes_under_an_id_are_a_conflict_that_the_log_keeps() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let directory = exchange.directory().await;
    let (id, envelope) = xa.seal(&directory, &["XF"], "the first");
    let first = receipted(xa.publish(&exchange, id, &envelope).await);
    let choices = Choices { id, ..Choices::default() };
    let to = Addressing { countries: [code("XF")].into(), ..Addressing::default() };
    let (_, other) = xa.seal_as(&directory, &to, &["XF"], "the second", &choices);
    assert_eq!(reason(xa.publish(&exchange, id, &other).await), "NOTICE_ID_TAKEN");

    let (next_id, next) = xa.seal(&directory, &["XF"], "the third");
    let third = receipted(xa.publish(&exchange, next_id, &next).await);
    assert_eq!(third.index.0, first.index.0 + 2, "the conflict has a leaf of its own");
    let mut receiver = xf.receiver(&exchange, Seq(0), 16).await;
    let all = Party::envelopes_below(&mut receiver, third.index.next()).await;
    let texts: Vec<_> = all.iter().map(|delivered| xf.open(&directory, delivered)).collect();
    assert_eq!(texts, ["the first", "the third"]);
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_hold_is_refused_and_the_stream_goes_on() {
    let mut exchange = Exchange::start().await;
    let [xa, xe, _xf, _xs] = exchange.enrol_all(["XA", "XE", "XF", "XS"]).await;
    let directory = exchange.directory().await;
    let (sender, mut answers) = xa.publisher(&exchange).await;

    let to = |codes: &[&str]| Addressing {
        countries: codes.iter().map(|c| code(c)).collect(),
        ..Addressing::default()
    };
    let nobody =
        Addressing { countries: [code("XF")].into(), except: [code("XF")].into(), ..Addressing::default() };
    let seal = |to: &Addressing, slots: &[&str], choices: Choices| {
        xa.seal_as(&directory, to, slots, "text", &choices)
    };
    let at = |created: amana_types::Timestamp| {
        let id = NoticeId::new(created, &amana_kit::random::SystemRandom);
        Choices { id, created, expires: created.after(Duration::from_days(40)), ..Choices::default() }
    };
    let usual = Choices::default;
    let soon = now().after(limits::CLOCK_SKEW).after(Duration::from_seconds(60));
    let long_ago = now().before(limits::SUBMISSION_WINDOW).before(Duration::from_seconds(60));
    let cases = [
        (seal(&to(&["XF"]), &["XF", "XS"], usual()), "RECIPIENTS_MISMATCH"),
        (seal(&to(&["XF", "XS"]), &["XF"], usual()), "RECIPIENTS_MISMATCH"),
        (seal(&nobody, &["XF"], usual()), "EMPTY_AUDIENCE"),
        (seal(&to(&["XZ"]), &["XF"], usual()), "UNKNOWN_MEMBER"),
        (xe.seal(&directory, &["XF"], "not XA's"), "ENVELOPE_REFUSED"),
        (seal(&to(&["XF"]), &["XF"], at(soon)), "CLOCK_OFF"),
        (seal(&to(&["XF"]), &["XF"], at(long_ago)), "ENVELOPE_EXPIRED"),
        (seal(&to(&["XF"]), &["XF"], Choices { created: long_ago, ..usual() }), "CLOCK_OFF"),
    ];
    for ((id, envelope), expected) in cases {
        sender.submit(id, message(&envelope)).await.unwrap();
        let answer = tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(reason(answer.into_iter().next().unwrap()), expected);
    }
    let (id, envelope) = xa.seal(&directory, &["XF"], "good");
    let flip = |bytes: &mut bytes::Bytes| {
        let mut changed = bytes.to_vec();
        *changed.last_mut().unwrap() ^= 1;
        *bytes = changed.into();
    };
    for part in 0..6 {
        let mut flipped = message(&envelope);
        match part {
            0 => flip(&mut flipped.signature),
            1 => flip(&mut flipped.sections[0]),
            2 => flip(&mut flipped.slots[0].sealed),
            3 => flip(&mut flipped.slots_root),
            4 => flip(&mut flipped.addressing_salt),
            _ => flipped.depth += 1,
        }
        sender.submit(id, flipped).await.unwrap();
        let answer = tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(reason(answer.into_iter().next().unwrap()), "ENVELOPE_REFUSED", "part {part}");
    }
    sender.submit(id, message(&envelope)).await.unwrap();
    let answer = tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap();
    receipted(answer.into_iter().next().unwrap());
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_envelope_ends_the_stream() {
    let mut exchange = Exchange::start().await;
    let [xa, _xf] = exchange.enrol_all(["XA", "XF"]).await;
    let (id, envelope) = xa.seal(&exchange.directory().await, &["XF"], "good");
    let (sender, mut answers) = xa.publisher(&exchange).await;
    sender.submit(id, message(&envelope)).await.unwrap();
    let mut none = message(&envelope);
    none.header = bytes::Bytes::from_static(b"not a header");
    sender.submit(NoticeId::new(now(), &amana_kit::random::SystemRandom), none).await.unwrap();
    let mut accepted = 0;
    let ended = loop {
        match tokio::time::timeout(PATIENCE, answers.next()).await.unwrap() {
            Ok(Some(answers)) => accepted += answers.into_iter().map(receipted).count(),
            Ok(None) => panic!("the stream ended in order"),
            Err(error) => break remote(error),
        }
    };
    assert_eq!(accepted, 1, "what came before is answered");
    assert_eq!(ended, "ENVELOPE_REFUSED");
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_directory_is_told_apart_from_a_wrong_audience() {
    let mut exchange = Exchange::start().await;
    let [xa, _xf, _xs] = exchange.enrol_all(["XA", "XF", "XS"]).await;
    let old = exchange.directory().await;
    let europe = Addressing { regions: [Region::Europe].into(), ..Addressing::default() };
    let (id, envelope) = xa.seal_as(&old, &europe, &["XF", "XS"], "to all", &Choices::default());
    exchange.set_suspended("XS", true).await;
    assert_eq!(reason(xa.publish(&exchange, id, &envelope).await), "DIRECTORY_MOVED");
    let new = exchange.directory().await;
    let (id, envelope) = xa.seal_as(&new, &europe, &["XF"], "to all", &Choices::default());
    receipted(xa.publish(&exchange, id, &envelope).await);
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_in_flight_keep_each_senders_order() {
    let mut exchange = Exchange::start().await;
    let [xa, xe, xf] = exchange.enrol_all(["XA", "XE", "XF"]).await;
    let directory = exchange.directory().await;
    let mut senders = Vec::new();
    for party in [&xa, &xe] {
        let envelopes: Vec<_> = (0..100).map(|n| party.seal(&directory, &["XF"], &format!("{n}"))).collect();
        let (sender, mut answers) = party.publisher(&exchange).await;
        senders.push(tokio::spawn(async move {
            let ids: Vec<_> = envelopes.iter().map(|(id, _)| *id).collect();
            let sending = async {
                for (id, envelope) in &envelopes {
                    sender.submit(*id, message(envelope)).await.unwrap();
                }
                drop(sender);
            };
            let receiving = async {
                let mut all = Vec::new();
                while let Some(group) = answers.next().await.unwrap() {
                    all.extend(group.into_iter().map(receipted).map(|r| (r.index, r.notice)));
                }
                all
            };
            let ((), answered) = tokio::join!(sending, receiving);
            assert!(answered.is_sorted(), "answers come in the log's order");
            assert_eq!(answered.iter().map(|(_, id)| *id).collect::<Vec<_>>(), ids);
            answered.last().unwrap().0
        }));
    }
    let mut last = Seq(0);
    for sender in senders {
        last = last.max(tokio::time::timeout(PATIENCE, sender).await.unwrap().unwrap());
    }
    let mut receiver = xf.receiver(&exchange, Seq(0), 1024).await;
    let all = Party::envelopes_below(&mut receiver, last.next()).await;
    let of = |party: &Party| -> Vec<String> {
        let own = all.iter().filter(|d| {
            amana_seal::envelope::Header::decode(&d.envelope.header).unwrap().sender == party.code
        });
        own.map(|delivered| xf.open(&directory, delivered)).collect()
    };
    let expected: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    assert_eq!((of(&xa), of(&xe)), (expected.clone(), expected));
    exchange.close().await;
}
