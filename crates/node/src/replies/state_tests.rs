use crate::fold::rows::Encoded as _;
use amana_notice::reply::Awaited;
use amana_seal::receipt::Receipted;
use amana_seal::review::{ReviewDecision, Ruling};
use amana_types::{Digest, NoticeId, Timestamp};

use super::*;
use crate::fold::parts::Inclusion;
use crate::fold::record::{Debtors, Looked};
use crate::replies::record::{ClockSet, Effect, OutgoingReply, Reexamine, ReplyEnded, ReplyIn, Side};
use crate::review::record::Reviewed;

fn hours(hours: u64) -> Duration {
    Duration::from_seconds(hours * 60 * 60)
}

fn asked(notice: NoticeId, side: Side, members: &[&str], held: bool) -> ClockSet {
    ClockSet {
        notice,
        what: Awaited::Reply,
        side,
        members: members.iter().map(|member| code(member)).collect(),
        since: (side == Side::Owed).then(now),
        within: hours(8),
        by: None,
        held,
    }
}

fn reply_put(id: NoticeId, notice: NoticeId, effect: Effect, to: &str) -> OutgoingReply {
    let before = put(id, &[(to, 900)], 8);
    OutgoingReply {
        id,
        notice,
        created: now(),
        expires: now().after(Duration::from_days(1)),
        request: before.request,
        content: [0; 16],
        recipients: before.recipients,
        held: false,
        header_hash: Digest([8; 32]),
        effect,
        grant: None,
        envelope: Vec::new(),
        vaulted: vaulted(),
    }
}

fn reply_in(notice: NoticeId, effect: Effect, sender: &str) -> ReplyIn {
    let before = received(id(), sender, 900, 0, 8);
    ReplyIn {
        id: before.id,
        notice,
        sender: before.sender,
        created: now(),
        expires: now(),
        received_at: now(),
        header_hash: before.header_hash,
        held: false,
        passed: None,
        proven: before.proven,
        pair_number: 900,
        pair_previous: Digest([0; 32]),
        effect,
        grant: None,
        vaulted: vaulted(),
    }
}

const ANSWERS: Effect = Effect::Settles(Awaited::Reply);

/// Questions on both sides, some answered, one answer on its way, permissions asked, and notices to look
/// at again.
pub(crate) fn said(records: &mut Vec<(Record, Vec<BlindTerm>)>) {
    let mut add = |record: Record| records.push((record, vec![]));
    let (asks, open, owed, answered) = (id(), id(), id(), id());
    add(put(asks, &[("XF", 800), ("XS", 800)], 5).into());
    add(Record::ClockSet(asked(asks, Side::Awaited, &["XF", "XS"], false)));
    add(Record::Outcome(accepted(asks, 800)));
    add(Record::ReplyIn(Box::new(reply_in(asks, ANSWERS, "XF"))));
    add(put(open, &[("XF", 801)], 5).into());
    add(Record::ClockSet(asked(open, Side::Awaited, &["XF"], false)));
    for notice in [owed, answered] {
        add(Record::ClockSet(asked(notice, Side::Owed, &["XF"], false)));
    }
    add(Record::OutgoingReply(Box::new(reply_put(id(), owed, ANSWERS, "XF"))));
    let gone = id();
    add(Record::OutgoingReply(Box::new(reply_put(gone, answered, ANSWERS, "XF"))));
    add(Record::Outcome(accepted(gone, 801)));
    add(Record::OutgoingReply(Box::new(reply_put(id(), owed, Effect::Asks, "XF"))));
    let (referral, taken_on) = (id(), id());
    add(Record::ClockSet(referred(referral, Side::Owed, &["XF"], now())));
    add(Record::OutgoingReply(Box::new(reply_put(taken_on, referral, Effect::Accepts, "XF"))));
    add(Record::Outcome(accepted(taken_on, 802)));
    add(Record::OutgoingReply(Box::new(reply_put(id(), referral, Effect::Accepts, "XF"))));
    add(Record::ReplyIn(Box::new(reply_in(open, Effect::Asks, "XF"))));
    add(Record::Reexamine(Reexamine { notice: open, due: now() }));
    add(Record::Debtors(Debtors { notice: id(), since: now(), members: vec![code("XF"), code("XS")] }));
    let ended =
        ReplyEnded { reply: gone, of: Seq(3), withdrawn: true, at: now(), key_slot: 9, received: None };
    add(Record::ReplyEnded(ended));
    add(Record::Looked(Looked { places: vec![Seq(0), Seq(1)] }));
}

/// What is due now: on which side, by or to whom, whether it has begun and whether an answer is on its way.
fn due(state: &State) -> Vec<(Side, Vec<String>, bool, bool)> {
    let clocks = state.replies.clocks.iter().map(|(_, clock)| {
        let members = clock.members.iter().map(ToString::to_string).collect();
        (clock.side, members, clock.due().is_some(), clock.answered.is_some())
    });
    clocks.collect()
}

fn fold(records: &[Record]) -> State {
    let mut state = State::new(Town::new().empty());
    for (place, record) in records.iter().enumerate() {
        state.apply(Seq(place as u64), record, &[]);
    }
    state
}

fn names(members: &[&str]) -> Vec<String> {
    members.iter().map(ToString::to_string).collect()
}

#[test]
fn an_answer_is_awaited_from_each_from_publication_on() {
    let notice = id();
    let mut records = vec![
        put(notice, &[("XF", 0), ("XS", 0)], 1).into(),
        Record::ClockSet(asked(notice, Side::Awaited, &["XF", "XS"], false)),
    ];
    assert_eq!(due(&fold(&records)), [(Side::Awaited, names(&["XF", "XS"]), false, false)]);
    records.push(Record::Outcome(accepted(notice, 9)));
    let state = fold(&records);
    assert_eq!(due(&state), [(Side::Awaited, names(&["XF", "XS"]), true, false)]);
    let (_, clock) = state.replies.clocks.iter().next().unwrap();
    assert_eq!(clock.due(), Some(now().after(hours(8))), "from the moment in the log");
    let row = state.base.tables()[0].get(RowKind::DUE, notice.as_bytes()).unwrap();
    assert_eq!(Timestamp::decode(row), Ok(now().after(hours(8))));

    let question = reply_in(notice, Effect::None, "XF");
    records.push(Record::ReplyIn(Box::new(question)));
    records.push(Record::ReplyIn(Box::new(reply_in(notice, ANSWERS, "XF"))));
    records.push(Record::ReplyIn(Box::new(reply_in(notice, ANSWERS, "XE"))));
    assert_eq!(due(&fold(&records)), [(Side::Awaited, names(&["XS"]), true, false)]);
    records.push(Record::Withdrawn(withdrawn_of(notice, &["XF", "XS"])));
    let state = fold(&records);
    assert_eq!(due(&state), [], "of what was taken back nothing is asked");
    assert_eq!(state.base.debts.len(), 1, "but to erase it");
    assert_eq!(state.base.looks.values().filter(|look| **look == notice).count(), 4);
}

#[test]
fn what_is_owed_is_settled_when_the_hub_has_the_answer_and_not_before() {
    let (notice, reply) = (id(), id());
    let mut records = vec![
        Record::ClockSet(asked(notice, Side::Owed, &["XF"], false)),
        Record::OutgoingReply(Box::new(reply_put(reply, notice, ANSWERS, "XF"))),
    ];
    assert_eq!(due(&fold(&records)), [(Side::Owed, names(&["XF"]), true, true)]);
    let refused = Verdict::Refused { reason: "EXPIRED".into(), message: "too late".into() };
    let answer = Record::Outcome(Outcome { id: reply, at: now(), verdict: refused });
    let undone = fold(&[records.clone(), vec![answer]].concat());
    assert_eq!(due(&undone), [(Side::Owed, names(&["XF"]), true, false)], "refused, it is owed again");
    records.push(Record::Outcome(accepted(reply, 9)));
    assert_eq!(due(&fold(&records)), []);
}

#[test]
fn a_clock_of_what_is_held_begins_with_the_desks_pass() {
    let notice = id();
    let at = now().after(hours(1));
    let decision = ReviewDecision {
        desk: code("XD"),
        key: Town::new().party("XA").signing.id(),
        sender: code("XA"),
        envelope: Receipted { seq: Seq(9), id: notice, header_hash: Digest([1; 32]) },
        ruling: Ruling::Pass,
        at,
    };
    let pass = |refused| {
        let (body, signature) = (decision.encode(), Vec::new());
        let (accepted_at, inclusion) = (now(), Inclusion::default());
        Record::Reviewed(Reviewed {
            index: Seq(10),
            notice,
            refused,
            body,
            signature,
            accepted_at,
            inclusion,
        })
    };
    let records = vec![
        Outgoing { held: true, ..put(notice, &[("XF", 0)], 1) }.into(),
        Record::ClockSet(asked(notice, Side::Awaited, &["XF"], true)),
        Record::Outcome(accepted(notice, 9)),
    ];
    assert_eq!(due(&fold(&records)), [(Side::Awaited, names(&["XF"]), false, false)]);
    let passed = fold(&[records.clone(), vec![pass(false)]].concat());
    assert_eq!(passed.replies.clocks.iter().next().unwrap().1.since, Some(at));
    assert_eq!(due(&fold(&[records, vec![pass(true)]].concat())), [], "what nobody gets nobody owes");
}

#[test]
fn a_permission_is_awaited_until_the_owner_decides() {
    let (notice, asks) = (id(), id());
    let mut records = vec![
        Record::OutgoingReply(Box::new(reply_put(asks, notice, Effect::Asks, "XF"))),
        Record::Outcome(accepted(asks, 9)),
    ];
    assert_eq!(due(&fold(&records)), [(Side::Awaited, names(&["XF"]), true, false)]);
    records.push(Record::ReplyIn(Box::new(reply_in(notice, ANSWERS, "XF"))));
    assert_eq!(due(&fold(&records)).len(), 1, "an answer is no permission");
    let decides = Effect::Settles(Awaited::Permission);
    records.push(Record::ReplyIn(Box::new(reply_in(notice, decides, "XF"))));
    assert_eq!(due(&fold(&records)), []);
}

/// A referral: three days to take it on, and until the partner's part ends to do it.
fn referred(notice: NoticeId, side: Side, members: &[&str], until: Timestamp) -> ClockSet {
    let within = amana_notice::reply::DECIDE_WITHIN;
    ClockSet { what: Awaited::Referral, within, by: Some(until), ..asked(notice, side, members, false) }
}

fn dues(state: &State) -> Vec<(Awaited, Side, Timestamp)> {
    state.replies.clocks.iter().map(|(_, clock)| (clock.what, clock.side, clock.due().unwrap())).collect()
}

#[test]
fn a_referral_is_due_no_later_than_it_ends_and_one_that_was_taken_on_when_it_ends() {
    use Awaited::{Referral, ReferralDone};
    let (notice, reply) = (id(), id());
    for hours_left in [8, 24 * 30] {
        let until = now().after(hours(hours_left));
        let first = until.min(now().after(Duration::from_days(3)));
        // The partner.
        let mut records = vec![Record::ClockSet(referred(notice, Side::Owed, &["XF"], until))];
        assert_eq!(dues(&fold(&records)), [(Referral, Side::Owed, first)]);
        records.push(Record::OutgoingReply(Box::new(reply_put(reply, notice, Effect::Accepts, "XF"))));
        assert_eq!(dues(&fold(&records)), [(Referral, Side::Owed, first)], "not before the hub has it");
        records.push(Record::Outcome(accepted(reply, 9)));
        assert_eq!(dues(&fold(&records)), [(ReferralDone, Side::Owed, until)]);
        let done = id();
        let settles = Effect::Settles(Referral);
        records.push(Record::OutgoingReply(Box::new(reply_put(done, notice, settles, "XF"))));
        records.push(Record::Outcome(accepted(done, 10)));
        assert_eq!(dues(&fold(&records)), []);
        // The owner, with two partners.
        let mut records = vec![
            put(notice, &[("XF", 0), ("XS", 0)], 1).into(),
            Record::ClockSet(referred(notice, Side::Awaited, &["XF", "XS"], until)),
            Record::Outcome(accepted(notice, 9)),
            Record::ReplyIn(Box::new(reply_in(notice, Effect::Accepts, "XF"))),
        ];
        let state = fold(&records);
        assert_eq!(dues(&state), [(Referral, Side::Awaited, first), (ReferralDone, Side::Awaited, until)]);
        assert_eq!(due(&state)[1].1, names(&["XF"]));
        // Said twice, it is the same; done, it is over.
        records.push(Record::ReplyIn(Box::new(reply_in(notice, Effect::Accepts, "XF"))));
        assert_eq!(dues(&fold(&records)).len(), 2);
        records.push(Record::ReplyIn(Box::new(reply_in(notice, settles, "XF"))));
        assert_eq!(dues(&fold(&records)), [(Referral, Side::Awaited, first)]);
        records.push(Record::ReplyIn(Box::new(reply_in(notice, settles, "XS"))));
        assert_eq!(dues(&fold(&records)), []);
    }
}
