use std::path::Path;
use std::sync::Arc;

use amana_kit::random::SystemRandom;
use amana_seal::rest::VaultKey;
use amana_store::keyslots::KeySlot;
use amana_store::ledger::{Entry, Ledger, LedgerConfig};

use super::*;
use crate::ending::record::{Held, Recalled};
use crate::fold::parts::{Inclusion, Proven, Vaulted};
use crate::fold::record::Gone;
use crate::ledger::node_fold::{Journaled, NodeFold, SharedState};
use crate::ledger::vault::{Slots, Vault};
use crate::notice::record::{Outgoing, Received};
use crate::subjects::State;
use crate::testing::{Town, code, now};
use crate::versions::record::{Suspended, Suspension};

/// A journal with what is read from it.
struct Place {
    ledger: Ledger<NodeFold>,
    holdings: Holdings,
}

impl Place {
    fn open(dir: &Path) -> Self {
        let config = LedgerConfig::new(dir.join("ledger"));
        let journal = config.open_journal().unwrap();
        let slots = Slots::open(&dir.join("keyslots"), &journal).unwrap();
        if journal.next() == Seq(0) {
            // The one that all records here name.
            let id = NoticeId::new(now(), &SystemRandom);
            slots.append(&[KeySlot { id, wrapped: vec![1; 60] }]).unwrap();
        }
        let key = VaultKey::new(&[7; 32]).unwrap();
        let vault = Arc::new(Vault::new(key, slots, Arc::new(SystemRandom)));
        let town = Town::new();
        let state = SharedState::new(State::new(town.empty()));
        let fold = || {
            state.reset(State::new(town.empty()));
            NodeFold::new(state.clone(), Arc::clone(&vault))
        };
        let ledger = Ledger::over(config, journal, fold).unwrap();
        let holdings = Holdings::new(state.clone(), ledger.reader());
        Self { ledger, holdings }
    }

    fn write(&mut self, records: impl IntoIterator<Item = Record>) {
        let entry = |record| {
            let (record, bytes) = Journaled::live(record, Vec::new()).unwrap();
            Entry { record, parts: vec![bytes] }
        };
        let entries: Vec<_> = records.into_iter().map(entry).collect();
        self.ledger.append(&entries).unwrap();
    }

    /// What is said of a notice in lists, as the record says it.
    fn beside(&self, id: NoticeId) -> Option<Beside> {
        let at = self.holdings.locate(id).unwrap().unwrap().at;
        self.holdings.beside(&self.holdings.record(at).unwrap(), at).unwrap()
    }
}

fn id() -> NoticeId {
    NoticeId::new(now(), &SystemRandom)
}

fn proven(index: u64) -> Proven {
    Proven { index: Seq(index), accepted_at: now(), proof: Vec::new() }
}

fn vaulted() -> Vaulted {
    Vaulted { key_slot: 0, summary: vec![], case: vec![], protected: None, terms: vec![] }
}

/// The header hash of the version at that place of the log.
const fn hash(index: u8) -> Digest {
    Digest([index; 32])
}

fn names(id: NoticeId, index: u8) -> Option<Supersedes> {
    Some(Supersedes { id, header_hash: hash(index) })
}

fn received(sender: &str, id: NoticeId, index: u8, supersedes: Option<Supersedes>) -> Record {
    Record::Received(Received {
        attachments: vec![],
        held: false,
        passed: None,
        id,
        sender: code(sender),
        created: now(),
        expires: now(),
        received_at: now(),
        header_hash: hash(index),
        supersedes,
        proven: proven(index.into()),
        pair_number: 0,
        pair_previous: Digest([0; 32]),
        vaulted: vaulted(),
    })
}

fn put(id: NoticeId, index: u8, supersedes: Option<Supersedes>) -> Record {
    Record::Outgoing(Outgoing {
        attachments: vec![],
        parked: false,
        held: false,
        id,
        created: now(),
        expires: now(),
        request: id.as_bytes().to_owned(),
        content: [0; 16],
        recipients: vec![],
        header_hash: hash(index),
        supersedes,
        envelope: vec![],
        vaulted: vaulted(),
    })
}

fn word(sender: &str, (notice, index): (NoticeId, u8), number: u64, suspended: bool) -> Record {
    Record::Suspension(Suspension {
        id: id(),
        sender: code(sender),
        notice,
        notice_hash: hash(index),
        suspended,
        number,
        received_at: now(),
        header_hash: Digest([99; 32]),
        proven: proven(50 + number),
        pair_number: 0,
        pair_previous: Digest([0; 32]),
    })
}

fn ids(versions: &Versions) -> Vec<NoticeId> {
    versions.all.iter().map(|version| version.id).collect()
}

#[test]
fn it_does_not_matter_which_version_came_first() {
    let [first, second, third, fork, foreign] = [(); 5].map(|()| id());
    let records = [
        received("XA", first, 1, None),
        received("XA", second, 2, names(first, 1)),
        received("XA", third, 3, names(second, 2)),
        received("XA", fork, 4, names(second, 2)),
        // Another member names what XA sent, and speaks about it.
        received("XE", foreign, 5, names(second, 2)),
        word("XA", (second, 2), 1, true),
        word("XE", (second, 2), 9, false),
    ];
    for turn in 0..records.len() {
        let dir = tempfile::tempdir().unwrap();
        let mut order = records.to_vec();
        order.rotate_left(turn);
        if turn % 2 == 1 {
            order.reverse();
        }
        let mut place = Place::open(dir.path());
        place.write(order);
        for _ in 0..2 {
            for of in [first, second, third, fork] {
                let versions = place.holdings.versions(of).unwrap().unwrap();
                assert_eq!(ids(&versions), [first, second, third, fork], "turn {turn}");
                assert_eq!(versions.newest().map(|v| v.id).collect::<Vec<_>>(), [third, fork]);
                assert!(versions.suspended().is_some(), "only its sender resumes it");
                assert_eq!(versions.last_word(), 1);
                assert_eq!(place.holdings.status(of).unwrap(), NoticeStatus::Suspended);
                let forked: Vec<bool> = versions.all.iter().map(|v| versions.beside(v).fork).collect();
                assert_eq!(forked, [false, false, true, true]);
                let third = versions.get(third).unwrap();
                assert_eq!(versions.before(third).map(|v| v.id).collect::<Vec<_>>(), [second, first]);
            }
            assert_eq!(place.beside(second).unwrap().superseded_by.len(), 2);
            assert!(!place.beside(fork).unwrap().is_superseded());
            assert_eq!(place.holdings.versions(foreign).unwrap(), None, "it is shown to nobody");
            assert_eq!(place.beside(foreign), None);
            drop(place);
            place = Place::open(dir.path());
        }
    }
}

#[test]
fn a_version_that_names_another_hash_is_in_no_place() {
    let [first, second, alone] = [(); 3].map(|()| id());
    for turned in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let mut place = Place::open(dir.path());
        let mut records = vec![received("XA", first, 1, None), received("XA", second, 2, names(first, 9))];
        if turned {
            records.reverse();
        }
        records.push(received("XA", alone, 3, None));
        place.write(records);
        assert_eq!(place.beside(second), None);
        assert_eq!(ids(&place.holdings.versions(first).unwrap().unwrap()), [first]);
        assert_eq!(place.beside(alone), Some(Beside::default()));
        assert_eq!(place.holdings.status(alone).unwrap(), NoticeStatus::Published);
    }
}

/// Two versions in the place of one that never came are a fork all the same; and a version of which nothing
/// but the head came still ties those before it to those after it.
#[test]
fn versions_belong_together_though_one_between_them_is_missing() {
    let [never, one, other] = [(); 3].map(|()| id());
    let dir = tempfile::tempdir().unwrap();
    let mut place = Place::open(dir.path());
    place.write([received("XA", one, 2, names(never, 1)), received("XA", other, 3, names(never, 1))]);
    let versions = place.holdings.versions(other).unwrap().unwrap();
    assert_eq!(ids(&versions), [one, other]);
    assert!(versions.all.iter().all(|version| versions.beside(version).fork));

    let [first, gone, third] = [(); 3].map(|()| id());
    let head = Gone {
        index: Seq(5),
        id: gone,
        sender: code("XA"),
        header_hash: hash(5),
        supersedes: names(first, 4),
        at: now(),
    };
    place.write([
        received("XA", first, 4, None),
        Record::Gone(head),
        received("XA", third, 6, names(gone, 5)),
    ]);
    let versions = place.holdings.versions(first).unwrap().unwrap();
    assert_eq!(ids(&versions), [first, gone, third]);
    assert!(place.beside(first).unwrap().is_superseded());
    assert_eq!(versions.newest().map(|version| version.id).collect::<Vec<_>>(), [third]);
}

#[test]
fn an_amendment_of_ours_takes_the_place_when_it_is_let_through_and_suspension_follows_it() {
    let [first, second] = [(); 2].map(|()| id());
    let dir = tempfile::tempdir().unwrap();
    let mut place = Place::open(dir.path());
    let Record::Outgoing(held) = put(second, 2, names(first, 1)) else { unreachable!() };
    place.write([put(first, 1, None), Record::Outgoing(Outgoing { held: true, ..held.clone() })]);
    assert!(!place.beside(first).unwrap().is_superseded());
    assert_eq!(place.holdings.status(first).unwrap(), NoticeStatus::Published);
    assert_eq!(place.holdings.status(second).unwrap(), NoticeStatus::UnderReview);
    place.write([Record::Reviewed(crate::review::record::Reviewed {
        index: Seq(7),
        accepted_at: now(),
        inclusion: Inclusion { leaf_salt: [0; 32], path: vec![], checkpoint: vec![] },
        notice: second,
        refused: false,
        body: vec![],
        signature: vec![],
    })]);
    assert!(place.beside(first).unwrap().is_superseded());
    for of in [first, second] {
        assert_eq!(place.holdings.status(of).unwrap(), NoticeStatus::Amended);
    }
    let suspended = |number, suspended| {
        Record::Suspended(Suspended {
            notice: first,
            at: now(),
            suspended,
            number,
            request: None,
            by_origin: false,
            recipients: vec![],
        })
    };
    place.write([suspended(1, true)]);
    assert_eq!(place.holdings.status(second).unwrap(), NoticeStatus::Suspended);
    place.write([suspended(2, false)]);
    assert_eq!(place.holdings.status(second).unwrap(), NoticeStatus::Amended);
}

#[test]
fn a_version_that_ended_does_not_bring_the_one_before_it_back() {
    let [first, second] = [(); 2].map(|()| id());
    let dir = tempfile::tempdir().unwrap();
    let mut place = Place::open(dir.path());
    place.write([received("XA", first, 1, None), received("XA", second, 2, names(first, 1))]);
    place.write([Record::Recalled(Recalled {
        id: id(),
        sender: code("XA"),
        notice: second,
        notice_hash: hash(2),
        received_at: now(),
        header_hash: hash(8),
        proven: proven(8),
        pair_number: 0,
        pair_previous: Digest([0; 32]),
        held: Some(Held { key_slot: 0, index: Seq(2) }),
        nonce: [0; 16],
        sealed: vec![],
    })]);
    assert!(place.beside(first).unwrap().is_superseded());
    assert_eq!(place.holdings.status(second).unwrap(), NoticeStatus::Withdrawn);
}
