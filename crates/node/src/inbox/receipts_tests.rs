use amana_kit::random::SystemRandom;
use amana_types::{Digest, NoticeId};
use tokio::time::Instant;

use super::*;
use crate::testing::{Town, code, now};

/// A node to which so many notices came, at places 100 and on of the log.
fn state(town: &Town, notices: u64) -> State {
    let mut state = State::new(town.empty());
    for n in 0..notices {
        owe(&mut state, n, ReceiptState::Delivered);
    }
    state.base.next = Seq(notices);
    state
}

fn owe(state: &mut State, n: u64, receipt: ReceiptState) {
    let id = NoticeId::new(now(), &SystemRandom);
    let (sender, index) = (code(if n.is_multiple_of(2) { "XA" } else { "XE" }), Seq(100 + n));
    let owed = Owed { id, sender, header_hash: Digest([1; 32]), index, state: receipt, at: now() };
    state.base.owed.insert(Seq(n), owed);
    state.base.next = Seq(n + 1);
}

fn desk(town: &Town, opened_at: u64) -> ReceiptDesk {
    let seed = town.party("XF").signing.seed().as_slice();
    let keys = Arc::new(SigningKeyPair::from_seed(seed).unwrap());
    ReceiptDesk::new(code("XF"), keys, Seq(opened_at))
}

/// How many envelopes each receipt lists, with its sender.
fn listed(signed: &Signed) -> Vec<(MemberCode, usize)> {
    let decode = |receipt: &SignedReceipt| Receipt::decode(&receipt.body).unwrap();
    let receipts = signed.receipts.iter().map(decode);
    receipts.map(|receipt| (receipt.sender, receipt.envelopes.len())).collect()
}

#[test]
fn one_receipt_for_each_sender_and_state() {
    let town = Town::new();
    let mut state = state(&town, 5);
    owe(&mut state, 5, ReceiptState::Read);
    let mut desk = desk(&town, 100);
    desk.hub_holds(Seq(100));
    let signed = desk.sign(&state, now());
    assert_eq!(listed(&signed), [(code("XA"), 3), (code("XE"), 2), (code("XE"), 1)]);
    assert_eq!(desk.cursor(Seq(106), &signed), Seq(106));
    desk.sent(Seq(106), signed.until, Instant::now());
    assert!(desk.sign(&state, now()).receipts.is_empty(), "once on one stream");
}

#[test]
fn the_cursor_never_passes_a_notice_whose_receipt_waits() {
    let town = Town::new();
    let state = state(&town, 600);
    let mut desk = desk(&town, 0);
    desk.hub_holds(Seq(0));
    let mut cursors = Vec::new();
    loop {
        let signed = desk.sign(&state, now());
        if signed.receipts.is_empty() {
            break;
        }
        assert!(signed.receipts.len() <= 256);
        let cursor = desk.cursor(Seq(700), &signed);
        desk.sent(cursor, signed.until, Instant::now());
        cursors.push(cursor.0);
    }
    assert_eq!(cursors, [100 + 256, 100 + 512, 700]);
}

#[test]
fn the_cursor_never_goes_back_behind_the_opening() {
    let town = Town::new();
    let state = state(&town, 600);
    let mut desk = desk(&town, 650); // a stream opened past receipts that the hub lacks
    desk.hub_holds(Seq(100));
    let signed = desk.sign(&state, now());
    assert_eq!(desk.cursor(Seq(660), &signed), Seq(650));
}

#[test]
fn what_the_hub_holds_is_not_sent_again() {
    let town = Town::new();
    let state = state(&town, 10);
    let mut desk = desk(&town, 110);
    assert!(!desk.is_open(), "nothing is signed before the hub said what it holds");
    desk.hub_holds(Seq(108));
    assert_eq!(listed(&desk.sign(&state, now())), [(code("XA"), 1), (code("XE"), 1)]);
}

#[test]
fn any_number_that_the_hub_holds_keeps_nothing_back() {
    // Streams that never lived long enough to confirm anything: everything held is still kept.
    let town = Town::new();
    let state = state(&town, 600);
    let mut desk = desk(&town, 700);
    desk.hub_holds(Seq(100 + 590));
    let signed = desk.sign(&state, now());
    assert_eq!(listed(&signed), [(code("XA"), 5), (code("XE"), 5)]);
    assert_eq!((signed.until, desk.cursor(Seq(705), &signed)), (Seq(600), Seq(705)));
}

#[test]
fn receipts_have_arrived_when_the_hub_says_so_and_the_stream_lived_on() {
    let town = Town::new();
    let state = state(&town, 4);
    let mut desk = desk(&town, 100);
    desk.hub_holds(Seq(100));
    let (sent, later) = (Instant::now(), Instant::now() + SETTLED);
    let signed = desk.sign(&state, now());
    desk.sent(Seq(104), signed.until, sent);
    assert_eq!(desk.arrived(&state, sent), None, "too early");
    desk.hub_holds(Seq(102));
    assert_eq!(desk.arrived(&state, later), Some(Seq(2)), "as far as the hub says");
    desk.hub_holds(Seq(104));
    assert_eq!(desk.arrived(&state, later), Some(Seq(4)));
    assert_eq!(desk.arrived(&state, later), None, "nothing new");
}
