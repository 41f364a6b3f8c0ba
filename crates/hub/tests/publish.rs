//! From publish to delivery, over real connections.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_client::exchange::Answer;
use amana_types::Seq;
use common::{Exchange, Party, code};

fn receipted(answer: Answer) -> amana_client::exchange::Receipted {
    match answer {
        Answer::Receipted(receipted) => receipted,
        Answer::Refused(refused) => panic!("refused: {} {}", refused.reason, refused.message),
    }
}

#[allow(dead_code)]
fn reason(answer: Answer) -> String {
    match answer {
        Answer::Refused(refused) => refused.reason,
        Answer::Receipted(receipted) => panic!("accepted at {}", receipted.index),
    }
}

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
    let state = exchange.directory().await;
    assert_eq!(state.members.len(), 4);
    assert!(state.member(code("XE")).is_some() && xe.code == code("XE"));
    exchange.close().await;
}
