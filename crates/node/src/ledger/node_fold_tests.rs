//! Random lives of a node's journal, replayed from nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread::JoinHandle;

use amana_kit::clock::SystemClock;
use amana_kit::random::SystemRandom;
use amana_seal::rest::VaultKey;
use amana_store::ledger::{Ledger, LedgerConfig};
use amana_store::views::Prefix;
use amana_types::{Digest, Duration, Timestamp};

use super::*;
use crate::attachments::Files;
use crate::drafts::record::{Discarded, Drafted};
use crate::ending::record::{Expired, Held, Recalled, Withdrawn};
use crate::fold::parts::{PairPlace, Proven};
use crate::ledger::holdings::Holdings;
use crate::ledger::vault::{ContentAtRest, Slots};
use crate::ledger::writer::{Draft, Ended, LedgerWriter};
use crate::notice::record::{Outgoing, Received};
use crate::replies::record::{Effect, OutgoingReply, ReplyEnded, ReplyIn};
use crate::search::{Field, Scope, Term};
use crate::testing::{Town, code, content, now};

/// Records of a life before its node is stopped for the first time, and after it.
const HALF: u64 = 450;

/// A node's journal, its keys and its writer.
struct House {
    state: SharedState,
    vault: Arc<Vault>,
    holdings: Holdings,
    ledger_writer: LedgerWriter,
    writer: JoinHandle<Ended>,
}

impl House {
    /// Opens what lies in a directory; the exchange is that of an empty directory, the same for all.
    fn open(dir: &Path, town: &Town) -> Self {
        let config = LedgerConfig::new(dir.join("ledger"));
        let journal = config.open_journal().unwrap();
        let slots = Slots::open(&dir.join("keyslots"), &journal).unwrap();
        let vault =
            Arc::new(Vault::new(VaultKey::new(&[7; 32]).unwrap(), slots.clone(), Arc::new(SystemRandom)));
        let state = SharedState::new(State::new(town.empty()));
        let fold = || {
            state.reset(State::new(town.empty()));
            NodeFold::new(state.clone(), Arc::clone(&vault))
        };
        let ledger = Ledger::over(config, journal, fold).unwrap();
        let holdings = Holdings::new(state.clone(), ledger.reader());
        let files = Files::open(&dir.join("attachments")).unwrap();
        let (ledger_writer, writer) =
            LedgerWriter::start(ledger, slots, files, Arc::new(SystemClock)).unwrap();
        Self { state, vault, holdings, ledger_writer, writer }
    }

    fn write(&self, draft: impl Into<Draft>) -> Seq {
        self.ledger_writer.queue(vec![draft.into()]).unwrap().wait_blocking().unwrap()
    }

    /// Stops the writer; what is left can be read.
    fn stop(self) -> Kept {
        let Self { state, vault, holdings, ledger_writer, writer } = self;
        drop(ledger_writer);
        writer.join().unwrap().unwrap();
        Kept { state, vault, holdings }
    }
}

/// What a stopped node has.
struct Kept {
    state: SharedState,
    vault: Arc<Vault>,
    holdings: Holdings,
}

impl Kept {
    /// Every row of the views, and then every row that would follow.
    fn rows(&self) -> Vec<(u8, Vec<u8>, Vec<u8>)> {
        let mut all = Vec::new();
        for kind in 0x10..=u8::MAX {
            for row in self.holdings.views().rows(Prefix::new(kind).unwrap()) {
                let row = row.unwrap();
                all.push((kind, row.key, row.value));
            }
        }
        let mut state = self.state.write();
        all.extend(state.write_rows().into_iter().map(|row| (0, row.key, row.entries)));
        let [table, _] = state.base.tables();
        all.extend(table.rows().map(|(_, key, value)| (1, key.to_vec(), value.to_vec())));
        all
    }

    fn finds(&self, token: &str) -> Vec<Seq> {
        let term = self.vault.term(Scope::Case, Field::Word, token);
        self.holdings.search(&self.vault, &[vec![term]], None, 1000).unwrap()
    }
}

/// A small generator: the same life for the same seed, as far as keys allow.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

/// A notice or a reply that is held.
#[derive(Clone)]
struct Living {
    id: NoticeId,
    /// Its first record.
    at: Seq,
    /// A word that nothing else has.
    word: String,
    kind: Sort,
}

#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Sent,
    Received,
    ReplySent,
    ReplyIn,
}

/// What has happened so far.
struct Life {
    dice: Dice,
    next: u64,
    living: Vec<Living>,
    erased: Vec<Living>,
    drafts: Vec<(NoticeId, u64)>,
    again: usize,
}

fn proven(index: u64) -> Proven {
    Proven { index: Seq(index), accepted_at: now(), proof: Vec::new() }
}

fn expires() -> Timestamp {
    now().after(Duration::from_days(30))
}

fn places() -> Vec<PairPlace> {
    vec![PairPlace { member: code("XF"), number: 0, previous: Digest([0; 32]) }]
}

impl Life {
    const fn new(seed: u64) -> Self {
        Self {
            dice: Dice(seed),
            next: 0,
            living: Vec::new(),
            erased: Vec::new(),
            drafts: Vec::new(),
            again: 0,
        }
    }

    /// Goes on until so many records are written.
    fn go_on(&mut self, house: &House, until: u64) {
        while house.state.read().base.next < Seq(until) {
            match self.dice.roll(10) {
                0..=4 => self.begins(house),
                5 => self.sealed_anew(house),
                6 => self.drafted(house),
                _ => self.ends(house),
            }
        }
    }

    fn begins(&mut self, house: &House) {
        self.next += 1;
        let id = NoticeId::new(now(), &SystemRandom);
        let word = format!("only{}", self.next);
        // Some words are common, so that rows are shared; some notices have many, so that rows are split.
        let many = if self.next.is_multiple_of(50) { 3000 } else { 8 };
        let common = (0..many).map(|n| format!("often{n}")).chain([word.clone()]);
        let term = |token| Term { scope: Scope::Case, field: Field::Word, token };
        let content = crate::notice::content::Content { terms: common.map(term).collect(), ..content() };
        let ContentAtRest { vaulted, terms, slot } =
            house.vault.seal_content(id, &content.in_clear()).unwrap();
        let kind = [Sort::Sent, Sort::Received, Sort::ReplySent, Sort::ReplyIn][self.dice.roll(4)];
        let (request, header_hash) = (*id.as_bytes(), Digest([1; 32]));
        let notice = self.living.first().map_or(id, |living| living.id);
        let pair_previous = Digest([0; 32]);
        let record = match kind {
            Sort::Sent => Record::Outgoing(Outgoing {
                id,
                created: now(),
                expires: expires(),
                request,
                content: [0; 16],
                recipients: places(),
                held: false,
                attachments: Vec::new(),
                parked: false,
                header_hash,
                supersedes: None,
                envelope: vec![1; 100],
                vaulted,
            }),
            Sort::Received => Record::Received(Received {
                id,
                sender: code("XF"),
                created: now(),
                expires: expires(),
                received_at: now(),
                header_hash,
                supersedes: None,
                held: false,
                passed: None,
                proven: proven(self.next),
                pair_number: self.next,
                pair_previous,
                attachments: Vec::new(),
                vaulted,
            }),
            Sort::ReplySent => Record::OutgoingReply(Box::new(OutgoingReply {
                id,
                notice,
                created: now(),
                expires: expires(),
                request,
                content: [0; 16],
                recipients: places(),
                held: false,
                header_hash,
                effect: Effect::None,
                grant: None,
                envelope: vec![2; 100],
                vaulted,
            })),
            Sort::ReplyIn => Record::ReplyIn(Box::new(ReplyIn {
                id,
                notice,
                sender: code("XF"),
                created: now(),
                expires: expires(),
                received_at: now(),
                header_hash,
                held: false,
                passed: None,
                proven: proven(self.next),
                pair_number: self.next,
                pair_previous,
                effect: Effect::None,
                grant: None,
                vaulted,
            })),
        };
        let at = house.write(Draft { record, terms, key: Some(slot) });
        self.living.push(Living { id, at, word, kind });
    }

    /// A notice of ours is put again under its id: its terms stay at its first place.
    fn sealed_anew(&mut self, house: &House) {
        let sent: Vec<Seq> =
            self.living.iter().filter(|living| living.kind == Sort::Sent).map(|living| living.at).collect();
        if sent.is_empty() {
            return;
        }
        let Record::Outgoing(put) = house.holdings.record(sent[self.dice.roll(sent.len())]).unwrap() else {
            return;
        };
        house.write(Record::Outgoing(Outgoing { header_hash: Digest([2; 32]), ..put }));
        self.again += 1;
    }

    fn drafted(&mut self, house: &House) {
        if let Some((id, revision)) = self.drafts.pop()
            && self.dice.roll(2) == 0
        {
            house.write(Record::Discarded(Discarded { id, revision, at: now() }));
            return;
        }
        let id = NoticeId::new(now(), &SystemRandom);
        let sealed = house.vault.seal_draft(id, "a name", b"a document").unwrap();
        let record = Record::Drafted(Drafted {
            id,
            agency: [1; 16],
            revision: 1,
            content: [2; 16],
            saved: now(),
            expires: expires(),
            key_slot: 0,
            name: sealed.name,
            document: sealed.document,
        });
        house.write(Draft { record, terms: Vec::new(), key: Some(sealed.slot) });
        self.drafts.push((id, 1));
    }

    fn ends(&mut self, house: &House) {
        // Old ones too, so that blocks that are full lose records.
        if self.living.len() < 3 {
            return;
        }
        let living = self.living.swap_remove(self.dice.roll(self.living.len()));
        let vaulted = match house.holdings.record(living.at).unwrap() {
            Record::Outgoing(put) => put.vaulted,
            Record::Received(received) => received.vaulted,
            Record::OutgoingReply(put) => put.vaulted,
            Record::ReplyIn(reply) => reply.vaulted,
            _ => return,
        };
        let (key_slot, at) = (vaulted.key_slot, now());
        let received = Some((code("XF"), Digest([1; 32]), Seq(4)));
        let expired = |received| {
            Record::Expired(Expired {
                notice: living.id,
                at,
                due: (expires(), living.at),
                key_slot,
                received,
            })
        };
        let record = match (living.kind, self.dice.roll(2)) {
            (Sort::Sent, 0) => Record::Withdrawn(Withdrawn {
                notice: living.id,
                at,
                key_slot,
                request: [living.id.as_bytes()[15]; 16],
                content: [0; 16],
                recipients: vec![code("XF")],
                nonce: [0; 16],
                sealed: Vec::new(),
            }),
            (Sort::Sent, _) => expired(None),
            (Sort::Received, 0) => Record::Recalled(Recalled {
                id: NoticeId::new(now(), &SystemRandom),
                sender: code("XF"),
                notice: living.id,
                notice_hash: Digest([1; 32]),
                received_at: at,
                header_hash: Digest([3; 32]),
                proven: proven(9),
                pair_number: 0,
                pair_previous: Digest([0; 32]),
                held: Some(Held { key_slot, index: Seq(4) }),
                nonce: [0; 16],
                sealed: Vec::new(),
            }),
            (Sort::Received, _) => expired(received),
            (Sort::ReplySent | Sort::ReplyIn, kind) => Record::ReplyEnded(ReplyEnded {
                reply: living.id,
                of: living.at,
                withdrawn: kind == 0,
                at,
                key_slot,
                received: received.filter(|_| living.kind == Sort::ReplyIn),
            }),
        };
        house.write(record);
        self.erased.push(living);
    }

    /// Everything that is held is found, and nothing that was erased.
    fn check(&self, kept: &Kept) {
        for living in &self.living {
            assert_eq!(kept.finds(&living.word), [living.at]);
        }
        for erased in &self.erased {
            assert_eq!(kept.finds(&erased.word), [], "a word of an erased notice is still in the index");
        }
        let places: BTreeSet<Seq> = self.living.iter().map(|living| living.at).collect();
        assert_eq!(kept.finds("often1"), places.into_iter().rev().collect::<Vec<_>>(), "newest first");
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// The records and the keys of a node, without anything that is derived from them.
fn copy_truth(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to.join("ledger/journal"));
    copy(&from.join("ledger/journal"), &to.join("ledger/journal"));
    fs::copy(from.join("keyslots"), to.join("keyslots")).unwrap();
}

#[test]
fn a_replay_gives_the_rows_of_the_live_run_byte_for_byte_across_erasures() {
    for seed in [4711, 20_261_130] {
        let town = Town::new();
        let root = tempfile::tempdir().unwrap();
        let dir = |name: &str| root.path().join(name);
        fs::create_dir_all(dir("live")).unwrap();
        let mut life = Life::new(seed);
        let house = House::open(&dir("live"), &town);
        life.go_on(&house, HALF);
        drop(house.stop());
        // The views as they are here are what a crash may leave of later ones.
        copy(&dir("live"), &dir("behind"));
        let house = House::open(&dir("live"), &town);
        life.go_on(&house, 2 * HALF);
        let live = house.stop();
        let first_blocks = life.erased.iter().filter(|erased| erased.at < Seq(512)).count();
        let counts = (first_blocks, life.living.len(), life.again);
        assert!(counts.0 > 60 && counts.1 > 20 && counts.2 > 15, "the life was too quiet: {counts:?}");
        life.check(&live);
        let rows = live.rows();
        assert!(
            rows.iter().filter(|(kind, ..)| Prefix::new(*kind) == Some(RowKind::TERMS.prefix())).count() > 64
        );
        drop(live);

        fs::create_dir_all(dir("again")).unwrap();
        copy_truth(&dir("live"), &dir("again"));
        copy_truth(&dir("live"), &dir("behind"));
        for name in ["again", "behind", "live"] {
            let kept = House::open(&dir(name), &town).stop();
            life.check(&kept);
            assert!(kept.rows() == rows, "{name}: other rows, seed {seed}");
        }
    }
}
