use crate::fold::table::Table;
use crate::index::BlockTerms;
use crate::versions::state::{Word, word_of, words_key};
use amana_kit::random::SystemRandom;
use amana_seal::envelope::Supersedes;
use amana_seal::receipt::ReceiptState;
use amana_seal::receipt::{Receipt, Receipted};
use amana_store::views::{Rows, SchemaVersion, Views, ViewsConfig};
use amana_types::{Digest, NoticeId};

use amana_types::Duration;

#[path = "../replies/state_tests.rs"]
mod replies;

use super::*;
use crate::drafts::record::{Discarded, Drafted};
use crate::ending::record::{Expired, Held, Recall, Recalled, Withdrawn};
use crate::fold::parts::{Inclusion, PairPlace, Proven, Vaulted};
use crate::fold::record::{Alarm, Confirmed, DirectoryIn, Erased, Followed, Outcome, ReceiptIn, Verdict};
use crate::fold::rows::{Answered, Located, Way};
use crate::fold::rows::{Encoded as _, expiry_of, list_key, listed_at, recalled_key, step_key, step_of};
use crate::index::{bucket_of, bucket_prefix, matches_in};
use crate::notice::record::{Acknowledged, Outgoing, Received};
use crate::subjects::Record;
use crate::testing::{Town, code, now};
use crate::versions::record::{Restricted, Suspended, Suspension};

fn vaulted() -> Vaulted {
    Vaulted { key_slot: 0, summary: vec![], case: vec![], protected: None, terms: vec![] }
}

fn id() -> NoticeId {
    NoticeId::new(now(), &SystemRandom)
}

fn proven(index: u64) -> Proven {
    Proven { index: Seq(index), accepted_at: now(), proof: Vec::new() }
}

fn put(id: NoticeId, to: &[(&str, u64)], header: u8) -> Outgoing {
    let place = |(member, number): &(&str, u64)| PairPlace {
        member: code(member),
        number: *number,
        previous: Digest([0; 32]),
    };
    Outgoing {
        held: false,
        id,
        created: now(),
        expires: now().after(Duration::from_days(1)),
        request: id.as_bytes().to_owned(),
        content: [0; 16],
        recipients: to.iter().map(place).collect(),
        header_hash: Digest([header; 32]),
        supersedes: None,
        envelope: Vec::new(),
        attachments: vec![],
        parked: false,
        vaulted: vaulted(),
    }
}

fn received(id: NoticeId, sender: &str, number: u64, previous: u8, header: u8) -> Received {
    Received {
        held: false,
        passed: None,
        id,
        sender: code(sender),
        created: now(),
        expires: now(),
        received_at: now(),
        header_hash: Digest([header; 32]),
        supersedes: None,
        proven: proven(100 + number),
        pair_number: number,
        pair_previous: Digest([previous; 32]),
        attachments: vec![],
        vaulted: vaulted(),
    }
}

fn receipt(town: &Town, id: NoticeId, from: &str, state: ReceiptState) -> ReceiptIn {
    let keys = &town.party(from).signing;
    let about = Receipted { seq: Seq(7), id, header_hash: Digest([1; 32]) };
    let receipt = Receipt {
        recipient: code(from),
        key: keys.id(),
        sender: code("XA"),
        state,
        at: now(),
        envelopes: [about].into(),
    };
    let signed = receipt.sign(keys);
    ReceiptIn {
        index: Seq(8),
        accepted_at: now(),
        body: signed.bytes,
        signature: signed.signature.to_vec(),
        inclusion: Inclusion::default(),
    }
}

fn accepted(id: NoticeId, index: u64) -> Outcome {
    Outcome { id, at: now(), verdict: Verdict::Accepted(proven(index)) }
}

/// A life of a node: every kind of record that the fold listens to, `rounds` times.
fn life(town: &Town, rounds: u64) -> Vec<(Record, Vec<BlindTerm>)> {
    let mut records: Vec<(Record, Vec<BlindTerm>)> =
        town.entries.iter().cloned().map(|entry| (Record::Directory(entry), vec![])).collect();
    for n in 0..rounds {
        if n == 10 {
            endings(&mut records);
            replies::said(&mut records);
            versions(&mut records);
            drafts(&mut records);
        }
        let (settled, waiting, came) = (id(), id(), id());
        let header = u8::try_from(n % 200).unwrap();
        records.push((put(settled, &[("XF", n)], header).into(), vec![[1; 8], n.to_be_bytes()]));
        records.push((Record::Outcome(accepted(settled, 10 + n)), vec![]));
        records.push((Record::Receipt(receipt(town, settled, "XF", ReceiptState::Delivered)), vec![]));
        records.push((put(waiting, &[("XE", n), ("XS", n)], header).into(), vec![[2; 8]]));
        let arrival = received(came, "XF", n, header.wrapping_sub(1), header);
        records.push((Record::Received(arrival), vec![[3; 8]]));
        let read = Acknowledged {
            id: came,
            sender: code("XF"),
            header_hash: Digest([header; 32]),
            index: Seq(100 + n),
            at: now(),
            nonce: [0; 16],
            sealed: vec![],
        };
        records.push((Record::Acknowledged(read), vec![]));
        records.push((Record::Followed(Followed { cursor: Seq(100 + n), checkpoint: vec![header] }), vec![]));
        records.push((Record::Confirmed(Confirmed { below: Seq(n * 4) }), vec![]));
    }
    endings(&mut records);
    replies::said(&mut records);
    versions(&mut records);
    drafts(&mut records);
    let alarm = Alarm { at: now(), reason: "X".into(), message: "look".into() };
    records.push((Record::Alarm(alarm), vec![]));
    records
}

/// A withdrawal of ours on its way, one that some member is still to be sent, one that came, and an
/// expiry: some of it done, some not.
fn endings(records: &mut Vec<(Record, Vec<BlindTerm>)>) {
    for reached in [true, false] {
        let notice = id();
        let withdrawn = Seq(records.len() as u64);
        records.push((Record::Withdrawn(withdrawn_of(notice, &["XE", "XF"])), vec![]));
        if reached {
            records.push((Record::Recall(recall(withdrawn, notice, id(), &["XE", "XF"])), vec![]));
            records.push((Record::Erased(Erased { of: withdrawn, at: now() }), vec![]));
        }
    }
    records.push((Record::Recalled(recalled(id(), Some(Held { key_slot: 4, index: Seq(4) }))), vec![]));
    let of = Seq(records.len() as u64);
    records.push((Record::Recalled(recalled(id(), None)), vec![]));
    records.push((Record::Erased(Erased { of, at: now() }), vec![]));
    let received = Some((code("XF"), Digest([3; 32]), Seq(9)));
    let due = (now(), Seq(7));
    records.push((Record::Expired(Expired { notice: id(), at: now(), due, key_slot: 3, received }), vec![]));
}

/// Two amendments of ours, of one of which it is settled whom it leaves out, words about the suspension of
/// one, one of which is on its way, and the same from another.
fn versions(records: &mut Vec<(Record, Vec<BlindTerm>)>) {
    let (first, second, third) = (id(), id(), id());
    let before = |id| Some(Supersedes { id, header_hash: Digest([1; 32]) });
    let put = |id, before| Outgoing { supersedes: before, ..put(id, &[], 7) };
    records.push((put(first, None).into(), vec![]));
    records.push((put(second, before(first)).into(), vec![]));
    let members = vec![code("XS")];
    records.push((Record::Restricted(Restricted { by: second, version: first, at: now(), members }), vec![]));
    records.push((put(third, before(second)).into(), vec![]));
    for number in 1..=2 {
        let of = Seq(records.len() as u64);
        records.push((Record::Suspended(suspended_of(second, number, &["XE"])), vec![]));
        if number == 1 {
            records.push((Record::Recall(recall(of, second, id(), &["XE"])), vec![]));
        }
    }
    let word = suspension(first, 1, true);
    records.push((Record::Suspension(word), vec![]));
}

/// A draft that was saved again, and one that is discarded.
fn drafts(records: &mut Vec<(Record, Vec<BlindTerm>)>) {
    let (stays, goes) = (id(), id());
    for (id, revision) in [(stays, 1), (goes, 1), (stays, 2)] {
        records.push((Record::Drafted(drafted(id, revision, 7)), vec![]));
    }
    records.push((Record::Discarded(Discarded { id: goes, revision: 1, at: now() }), vec![]));
}

fn drafted(id: NoticeId, revision: u64, key_slot: u64) -> Drafted {
    Drafted {
        id,
        agency: [1; 16],
        revision,
        content: [2; 16],
        saved: now(),
        expires: now().after(Duration::from_days(90)),
        key_slot,
        name: vec![3],
        document: vec![4],
    }
}

#[test]
fn the_key_of_what_a_draft_was_goes_with_each_step() {
    let mut state = State::new(Town::new().empty());
    let draft = id();
    let slots =
        |state: &State| state.base.erasures.values().filter_map(|erasure| erasure.slot).collect::<Vec<u64>>();
    let discard = |revision| Record::Discarded(Discarded { id: draft, revision, at: now() });
    state.apply(Seq(1), &Record::Drafted(drafted(draft, 1, 10)), &[]);
    assert!(slots(&state).is_empty());
    state.apply(Seq(2), &Record::Drafted(drafted(draft, 2, 11)), &[]);
    assert_eq!(slots(&state), [10]);
    state.apply(Seq(3), &Record::Erased(Erased { of: Seq(2), at: now() }), &[]);
    state.apply(Seq(4), &discard(1), &[]);
    assert_eq!((slots(&state).len(), state.drafts.kept.len()), (0, 1), "saved since: it stays");
    state.apply(Seq(5), &discard(2), &[]);
    assert_eq!((slots(&state), state.drafts.kept.len()), (vec![11], 0));
    state.apply(Seq(6), &discard(2), &[]);
    assert_eq!(slots(&state), [11]);
}

fn suspended_of(notice: NoticeId, number: u64, to: &[&str]) -> Suspended {
    Suspended {
        notice,
        at: now(),
        suspended: number % 2 == 1,
        number,
        request: Some(([u8::try_from(number).unwrap(); 16], [0; 16])),
        by_origin: false,
        recipients: to.iter().map(|member| code(member)).collect(),
    }
}

fn suspension(notice: NoticeId, number: u64, suspended: bool) -> Suspension {
    Suspension {
        id: id(),
        sender: code("XF"),
        notice,
        notice_hash: Digest([1; 32]),
        suspended,
        number,
        received_at: now(),
        header_hash: Digest([2; 32]),
        proven: proven(600),
        pair_number: 91,
        pair_previous: Digest([0; 32]),
    }
}

fn withdrawn_of(notice: NoticeId, recipients: &[&str]) -> Withdrawn {
    Withdrawn {
        notice,
        at: now(),
        key_slot: 9,
        request: notice.as_bytes().to_owned(),
        content: [0; 16],
        recipients: recipients.iter().map(|member| code(member)).collect(),
        nonce: [0; 16],
        sealed: vec![],
    }
}

fn recall(of: Seq, notice: NoticeId, id: NoticeId, to: &[&str]) -> Recall {
    let place = |member: &&str| PairPlace { member: code(member), number: 90, previous: Digest([0; 32]) };
    Recall {
        of,
        notice,
        id,
        created: now(),
        expires: now(),
        recipients: to.iter().map(place).collect(),
        header_hash: Digest([6; 32]),
        envelope: vec![],
    }
}

fn recalled(notice: NoticeId, held: Option<Held>) -> Recalled {
    Recalled {
        id: id(),
        sender: code("XF"),
        notice,
        notice_hash: Digest([1; 32]),
        received_at: now(),
        header_hash: Digest([2; 32]),
        proven: proven(500),
        pair_number: 90,
        pair_previous: Digest([0; 32]),
        held,
        nonce: [0; 16],
        sealed: vec![],
    }
}

impl From<Outgoing> for Record {
    fn from(put: Outgoing) -> Self {
        Self::Outgoing(put)
    }
}

fn views(dir: &std::path::Path) -> Views {
    let config = ViewsConfig {
        dir: dir.join("views"),
        schema: SchemaVersion(1),
        cache_bytes: 1 << 20,
        reopen_after_bytes: 1 << 30,
    };
    Views::open(config).unwrap().0
}

/// Writes the rows of a full block, as the ledger would.
fn drain(state: &mut State, views: &Views) {
    let mut rows = Rows::default();
    for row in state.write_rows() {
        rows.put(RowKind::TERMS.prefix(), &row.key, &row.entries);
    }
    for (kind, key, value) in state.base.tables()[0].rows() {
        rows.put(kind.prefix(), key, value);
    }
    views.apply(rows).unwrap();
    state.base.next_block();
}

fn assert_same(live: &State, again: &State) {
    assert_eq!(live.base.directory, again.base.directory);
    assert_eq!(
        (live.base.cursor, &live.base.checkpoint, live.base.confirmed, live.base.received, &live.base.alarm),
        (
            again.base.cursor,
            &again.base.checkpoint,
            again.base.confirmed,
            again.base.received,
            &again.base.alarm
        )
    );
    assert_eq!(live.base.links, again.base.links);
    assert_eq!(live.base.heard, again.base.heard);
    assert_eq!(live.base.outbox, again.base.outbox);
    assert_eq!(live.base.outbox_ids, again.base.outbox_ids);
    assert_eq!(live.base.owed, again.base.owed);
    assert_eq!(live.base.erasures, again.base.erasures);
    assert_eq!(live.base.unreached, again.base.unreached);
    assert_eq!(
        live.replies.clocks.iter().collect::<Vec<_>>(),
        again.replies.clocks.iter().collect::<Vec<_>>()
    );
    assert_eq!(
        (&live.base.looks, &live.base.debts, &live.base.debt_ids),
        (&again.base.looks, &again.base.debts, &again.base.debt_ids)
    );
    assert_eq!(live.reviews.waiting, again.reviews.waiting);
    assert_eq!(live.versions.amending, again.versions.amending);
    assert_eq!(live.drafts.kept, again.drafts.kept);
    assert_eq!(live.attachments.fetches, again.attachments.fetches);
    assert_eq!(live.base.swept, again.base.swept);
    assert_eq!(live.base.next, again.base.next);
}

#[test]
fn a_restart_gives_the_state_that_was_live() {
    let town = Town::new();
    let dir = tempfile::tempdir().unwrap();
    let views = views(dir.path());
    let records = life(&town, 80); // two blocks and a tail
    let mut live = State::new(town.empty());
    let mut blocks = 0;
    for (place, (record, terms)) in records.iter().enumerate() {
        live.apply(Seq(place as u64), record, terms);
        if (place + 1) % 256 == 0 {
            drain(&mut live, &views);
            blocks += 1;
        }
    }
    assert!(blocks >= 2);
    let mut again = State::new(town.empty());
    again.load(&views).unwrap();
    for (place, (record, terms)) in records.iter().enumerate().skip(blocks * 256) {
        again.apply(Seq(place as u64), record, terms);
    }
    assert_same(&live, &again);
    assert_eq!(live.base.outbox.len(), 82 + 10 + 12, "those that wait are there, those that settled are not");
    assert_eq!(
        (live.base.erasures.len(), live.base.unreached.len(), live.versions.amending.len()),
        (8 + 4, 6, 2)
    );
}

#[test]
fn a_notice_waits_until_every_recipient_holds_it() {
    let town = Town::new();
    let mut state = State::new(town.empty());
    let notice = id();
    state.apply(Seq(0), &put(notice, &[("XE", 0), ("XF", 0)], 1).into(), &[]);
    state.apply(Seq(1), &Record::Receipt(receipt(&town, notice, "XE", ReceiptState::Delivered)), &[]);
    state.apply(Seq(2), &Record::Outcome(accepted(notice, 7)), &[]);
    assert_eq!(state.base.outbox[&Seq(0)].remaining, [code("XF")]);
    assert_eq!(state.base.outbox[&Seq(0)].accepted, Some(Seq(7)));
    state.apply(Seq(3), &Record::Receipt(receipt(&town, notice, "XF", ReceiptState::Read)), &[]);
    assert!(state.base.outbox.is_empty() && state.base.outbox_ids.is_empty());
    let answered = state.base.tables()[0].get(RowKind::OUTCOME, notice.as_bytes()).unwrap();
    assert_eq!(Answered::decode(answered).unwrap(), Answered { at: Seq(2), index: Some(Seq(7)) });
}

#[test]
fn an_expired_notice_waits_for_no_receipt() {
    let town = Town::new();
    let mut state = State::new(town.empty());
    let (first, second, third) = (id(), id(), id());
    state.apply(Seq(0), &put(first, &[("XF", 0)], 1).into(), &[]);
    state.apply(Seq(1), &put(second, &[("XF", 1)], 2).into(), &[]);
    state.apply(Seq(2), &Record::Outcome(accepted(first, 7)), &[]);
    let later = Outgoing { created: now().after(Duration::from_days(2)), ..put(third, &[("XF", 2)], 3) };
    state.apply(Seq(3), &later.into(), &[]);
    let waiting: Vec<Seq> = state.base.outbox.keys().copied().collect();
    assert_eq!(waiting, [Seq(1), Seq(3)], "what the hub has not answered to stays");
}

#[test]
fn a_refused_notice_waits_no_more() {
    let town = Town::new();
    let mut state = State::new(town.empty());
    let notice = id();
    state.apply(Seq(0), &put(notice, &[("XF", 0)], 1).into(), &[]);
    let verdict = Verdict::Refused { reason: "EXPIRED".into(), message: "too late".into() };
    state.apply(Seq(1), &Record::Outcome(Outcome { id: notice, at: now(), verdict }), &[]);
    assert!(state.base.outbox.is_empty());
}

#[test]
fn sealed_anew_a_notice_keeps_its_number_and_its_place_in_lists() {
    let town = Town::new();
    let mut state = State::new(town.empty());
    let (first, second) = (id(), id());
    state.apply(Seq(0), &put(first, &[("XF", 0)], 1).into(), &[]);
    state.apply(Seq(1), &put(second, &[("XF", 1)], 2).into(), &[]);
    state.apply(Seq(2), &put(first, &[("XE", 0), ("XF", 0)], 3).into(), &[]);
    assert_eq!(state.base.link_to(code("XF")).seq.0, 2);
    assert_eq!(state.base.link_to(code("XF")).previous, Digest([2; 32]), "the newest stays the predecessor");
    assert_eq!(state.base.link_to(code("XE")).seq.0, 1);
    assert_eq!(state.base.outbox.keys().copied().collect::<Vec<_>>(), [Seq(1), Seq(2)]);
    let table = state.base.tables()[0];
    let listed: Vec<Option<Seq>> = table.range(RowKind::LIST, &[]).map(|(key, _)| listed_at(key)).collect();
    assert_eq!(listed, [Some(Seq(1)), Some(Seq(0))]);
    let located = Located::decode(table.get(RowKind::NOTICE, first.as_bytes()).unwrap()).unwrap();
    assert_eq!(located, Located { way: Way::Sent, at: Seq(2), header_hash: Digest([3; 32]) });
}

#[test]
fn a_gap_in_a_senders_sequence_is_counted() {
    let town = Town::new();
    let mut state = State::new(town.empty());
    let mut at = Seq(0);
    let mut take = |number, previous, header| {
        state.apply(at, &Record::Received(received(id(), "XF", number, previous, header)), &[]);
        at = at.next();
        state.base.heard[&code("XF")].breaks()
    };
    assert_eq!(take(0, 0, 1), 0);
    assert_eq!(take(1, 1, 2), 0);
    assert_eq!(take(3, 9, 4), 1, "number 2 is missing");
    assert_eq!(take(4, 7, 5), 2, "the predecessor is another one");
}

#[test]
fn receipts_owed_end_when_they_are_confirmed() {
    let town = Town::new();
    let mut state = State::new(town.empty());
    for n in 0..4_u64 {
        let arrival = received(id(), "XF", n, 0, 1);
        state.apply(Seq(n), &Record::Received(arrival), &[]);
    }
    state.apply(Seq(4), &Record::Confirmed(Confirmed { below: Seq(3) }), &[]);
    assert_eq!(state.base.owed.keys().copied().collect::<Vec<_>>(), [Seq(3)]);
}

#[test]
fn a_long_directory_entry_takes_several_rows() {
    let town = Town::new();
    let entry = DirectoryIn {
        index: Seq(0),
        accepted_at: now(),
        entry: vec![7; 16_000],
        inclusion: Inclusion::default(),
    };
    let mut table = Table::default();
    crate::fold::load::put_directory_entry(&mut table, 0, &entry);
    let rows: Vec<usize> = table.range(RowKind::DIRECTORY, &[]).map(|(_, value)| value.len()).collect();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|bytes| *bytes < 8 << 10));
    drop(town);
}

/// Eight bytes that look drawn.
fn spread(number: u64) -> BlindTerm {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()
}

#[test]
fn terms_are_found_in_the_rows_of_their_block() {
    let mut terms = BlockTerms::default();
    let often: BlindTerm = [9; 8];
    for place in 0..256_u64 {
        let own = spread(place);
        terms.add(Seq(512 + place), &[often, own]);
    }
    let rows = terms.rows();
    let found: Vec<Seq> =
        rows.iter().flat_map(|row| matches_in(&row.key, &row.entries, &often).collect::<Vec<_>>()).collect();
    assert_eq!(found, (512..768).map(Seq).collect::<Vec<_>>());
    let one = spread(17);
    let prefix = bucket_prefix(bucket_of(&one), None);
    let bucket: Vec<&TermRow> = rows.iter().filter(|row| row.key.starts_with(&prefix)).collect();
    let found: Vec<Seq> =
        bucket.iter().flat_map(|row| matches_in(&row.key, &row.entries, &one).collect::<Vec<_>>()).collect();
    assert_eq!(found, [Seq(529)]);
    assert!(rows.iter().all(|row| row.entries.len() < 7_500));
}

#[test]
fn keys_say_what_they_were_made_of() {
    for at in [Seq(0), Seq(255), Seq(u64::MAX)] {
        assert_eq!(listed_at(&list_key(Way::Sent, at)), Some(at));
    }
    assert!(list_key(Way::Sent, Seq(2)) < list_key(Way::Sent, Seq(1)), "newest first");
    let key = step_key(id(), code("XF"), ReceiptState::Read);
    assert_eq!(step_of(&key), Some((code("XF"), ReceiptState::Read)));
}

#[test]
fn an_erasure_receipt_is_owed_when_the_key_is_gone_and_not_before() {
    let town = Town::new();
    let notice = id();
    for held in [Some(Held { key_slot: 4, index: Seq(3) }), None] {
        let mut state = State::new(town.empty());
        let record = recalled(notice, held);
        state.apply(Seq(0), &Record::Recalled(record.clone()), &[]);
        let states =
            |state: &State| state.base.owed.values().map(|owed| (owed.id, owed.state)).collect::<Vec<_>>();
        assert_eq!(states(&state), [(record.id, ReceiptState::Delivered)]);
        assert_eq!(state.base.erasures[&Seq(0)].slot, held.map(|held| held.key_slot));
        state.apply(Seq(1), &Record::Erased(Erased { of: Seq(0), at: now() }), &[]);
        assert_eq!(states(&state)[1], (notice, ReceiptState::Erased));
        let index = held.map_or(record.proven.index, |held| held.index);
        assert_eq!(
            (state.base.owed[&Seq(1)].index, state.base.owed[&Seq(1)].header_hash),
            (index, Digest([1; 32]))
        );
        assert!(state.base.erasures.is_empty());
        // What never came is not ended, but remembered by its sender, its id and its hash.
        let table = state.base.tables()[0];
        assert_eq!(table.get(RowKind::ENDED, notice.as_bytes()).is_some(), held.is_some());
        let key = |sender| recalled_key(code(sender), notice, &Digest([1; 32]));
        assert!(table.get(RowKind::RECALLED, &key("XF")).is_some());
        assert!(table.get(RowKind::RECALLED, &key("XE")).is_none(), "nobody takes back what another sent");
    }
}

#[test]
fn a_withdrawal_waits_for_whom_it_could_not_reach() {
    let town = Town::new();
    let mut state = State::new(town.empty());
    let (notice, withdrawal) = (id(), id());
    state.apply(Seq(0), &Record::Withdrawn(withdrawn_of(notice, &["XE", "XF", "XS"])), &[]);
    state.apply(Seq(1), &Record::Recall(recall(Seq(0), notice, withdrawal, &["XE", "XF"])), &[]);
    let left =
        |state: &State| state.base.unreached.get(&Seq(0)).map(|of| of.members.clone()).unwrap_or_default();
    assert_eq!(left(&state), [code("XS")].into());
    // Sealed anew without one of them, it is still to reach that one.
    state.apply(Seq(2), &Record::Recall(recall(Seq(0), notice, withdrawal, &["XE"])), &[]);
    assert_eq!(left(&state), [code("XF"), code("XS")].into());
    assert_eq!(state.base.outbox.keys().copied().collect::<Vec<_>>(), [Seq(2)]);
    state.apply(Seq(3), &Record::Recall(recall(Seq(0), notice, id(), &["XF", "XS"])), &[]);
    assert!(state.base.unreached.is_empty());
}

#[test]
fn nobody_is_told_about_a_notice_that_nobody_has() {
    let town = Town::new();
    let mut state = State::new(town.empty());
    let notice = id();
    state.apply(Seq(0), &put(notice, &[("XF", 0)], 1).into(), &[]);
    state.apply(Seq(1), &Record::Withdrawn(withdrawn_of(notice, &["XF"])), &[]);
    let verdict = Verdict::Refused { reason: "UNKNOWN_MEMBER".into(), message: "gone".into() };
    state.apply(Seq(2), &Record::Outcome(Outcome { id: notice, at: now(), verdict }), &[]);
    assert!(state.base.unreached.is_empty());
}

#[test]
fn what_comes_after_its_expiry_is_looked_at_next() {
    let town = Town::new();
    let mut state = State::new(town.empty());
    let day = |days| now().after(Duration::from_days(days));
    let first = Received { expires: day(5), ..received(id(), "XF", 0, 0, 1) };
    state.apply(Seq(0), &Record::Received(first), &[]);
    let due = (day(5), Seq(0));
    let expired = Expired { notice: id(), at: day(6), due, key_slot: 0, received: None };
    state.apply(Seq(1), &Record::Expired(expired), &[]);
    let late = Received { expires: day(2), ..received(id(), "XF", 1, 1, 2) };
    state.apply(Seq(2), &Record::Received(late), &[]);
    let rows: Vec<_> =
        state.base.tables()[0].range(RowKind::EXPIRY, &[]).map(|(key, _)| expiry_of(key)).collect();
    assert_eq!(rows, [Some(due), Some((day(5), Seq(2)))]);
    assert!((day(5), Seq(2)) > state.base.swept);
}

#[test]
fn an_amendment_waits_until_it_is_settled_whom_it_leaves_out() {
    let town = Town::new();
    let (first, second) = (id(), id());
    let before = Supersedes { id: first, header_hash: Digest([1; 32]) };
    let amended = || Outgoing { supersedes: Some(before), ..put(second, &[("XF", 1)], 2) };
    let refused = Verdict::Refused { reason: "EXPIRED".into(), message: "too late".into() };
    let restricted = Restricted { by: second, version: first, at: now(), members: vec![code("XE")] };
    let ends: [Record; 3] = [
        Record::Restricted(restricted),
        Record::Outcome(Outcome { id: second, at: now(), verdict: refused }),
        Record::Withdrawn(withdrawn_of(second, &[])),
    ];
    for end in ends {
        let mut state = State::new(town.empty());
        state.apply(Seq(0), &put(first, &[("XE", 0), ("XF", 0)], 1).into(), &[]);
        assert!(state.versions.amending.is_empty());
        state.apply(Seq(1), &amended().into(), &[]);
        assert_eq!(state.versions.amending, [second].into());
        let table = state.base.tables()[0];
        let key = crate::versions::state::successor_key(first, second);
        let located = Located::decode(table.get(RowKind::SUCCESSOR, &key).unwrap()).unwrap();
        assert_eq!(located, Located { way: Way::Sent, at: Seq(1), header_hash: before.header_hash });
        state.apply(Seq(2), &end, &[]);
        assert!(state.versions.amending.is_empty(), "{end:?}");
        let told = state.base.unreached.get(&Seq(2)).map(|of| (of.notice, of.members.clone()));
        let expected = matches!(end, Record::Restricted(_)).then(|| (first, [code("XE")].into()));
        assert_eq!(told, expected, "nobody is told where there is nobody to tell");
    }
}

#[test]
fn the_greatest_number_is_the_last_word_whatever_came_last() {
    let town = Town::new();
    let mut state = State::new(town.empty());
    let notice = id();
    for (place, (number, suspended)) in
        [(2, false), (1, true), (10, true), (9, false)].into_iter().enumerate()
    {
        state.apply(Seq(place as u64), &Record::Suspension(suspension(notice, number, suspended)), &[]);
    }
    let hash = Digest([1; 32]);
    let prefix = words_key(notice, Some(&hash));
    let rows = state.base.tables()[0].range(RowKind::SUSPENSION, &prefix).collect::<Vec<_>>();
    assert!(rows.iter().all(|(key, _)| key.starts_with(&prefix)));
    let numbers: Vec<u64> = rows.iter().map(|(key, _)| word_of(key).unwrap().0).collect();
    assert_eq!(numbers, [1, 2, 9, 10]);
    let last = Word::decode(rows.last().unwrap().1).unwrap();
    assert_eq!((last.sender, last.suspended), (Some(code("XF")), true));
    assert!(state.base.owed.values().all(|owed| owed.state == ReceiptState::Delivered));
    assert_eq!(state.base.owed.len(), 4);
}
