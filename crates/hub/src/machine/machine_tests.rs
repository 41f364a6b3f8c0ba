use std::path::Path;

use amana_log::LeafSalt;
use amana_seal::directory::{Entry as Signed, Grant, MemberStatement, OneTimeSecret, StatusChange};
use amana_seal::keys::{HpkeKeyPair, SigningKeyPair};
use amana_types::{Duration, HpkeEpoch, MemberKind, Random};

use super::*;
use crate::ledger::{HubLedger, LedgerOptions};
use crate::record::{Accept, Deliver, Entry, Receipt, Slot, Stamp, Swept};

fn options() -> LedgerOptions {
    let disk = Arc::new(amana_store::RealDisk);
    LedgerOptions {
        cache_bytes: 1 << 20,
        segment_bytes: 1 << 20,
        disk,
        failure: amana_store::Failure::logged(),
    }
}

/// Different bytes at each draw, the same in each run.
#[derive(Default)]
struct Counter(std::sync::atomic::AtomicU64);

impl Random for Counter {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let n = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let block = digest(&SHA256, &n.to_be_bytes());
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        }
    }
}

fn pair(label: &str) -> SigningKeyPair {
    SigningKeyPair::from_seed(digest(&SHA256, label.as_bytes()).as_ref()).unwrap()
}

fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

fn exchange() -> ExchangeName {
    "exchange.example".parse().unwrap()
}

fn stamp(n: u64) -> Stamp {
    Stamp {
        accepted_at: Timestamp::from_unix_millis(1_795_000_000_000 + n),
        leaf_salt: LeafSalt::new([7; 32]),
    }
}

fn enrolment(member: &str) -> Record {
    let random = Counter::default();
    let secret = OneTimeSecret::draw(&random);
    let grant = Grant {
        exchange: exchange(),
        code: code(member),
        name: member.to_owned(),
        kind: MemberKind::Country,
        parent: None,
        regions: BTreeSet::new(),
        child_protection: false,
        groups: BTreeSet::new(),
        first_epoch: HpkeEpoch(0),
        expires: stamp(1 << 40).accepted_at,
        secret_hash: secret.hash(),
    };
    let grant = grant.sign(&pair("root"));
    let seed = digest(&SHA256, format!("{member} hpke").as_bytes());
    let statement = MemberStatement {
        exchange: exchange(),
        code: code(member),
        grant: grant.digest(),
        tls_key: entry_digest(member.as_bytes()),
        identity_key: pair(&format!("{member} identity")).public(),
        signing_key: pair(&format!("{member} signing")).public(),
        hpke_epoch: HpkeEpoch(0),
        hpke_key: HpkeKeyPairs::public(seed.as_ref()),
    };
    let statement = statement.sign(&pair(&format!("{member} identity")));
    directory(&Signed::Enrol { grant, secret, statement })
}

/// Only the public half is wanted here.
struct HpkeKeyPairs;

impl HpkeKeyPairs {
    fn public(seed: &[u8]) -> amana_types::HpkePublicKey {
        HpkeKeyPair::from_seed(seed).unwrap().public().clone()
    }
}

fn directory(entry: &Signed) -> Record {
    Record::Directory(Arc::new(Entry { stamp: stamp(0), bytes: entry.encode().into() }))
}

fn suspension(member: &str, number: u64) -> Record {
    let change = StatusChange { exchange: exchange(), number, code: code(member), suspended: true };
    directory(&Signed::Status(change.sign(&pair("root"))))
}

fn accept(n: u64, to: &[&str]) -> Record {
    accept_as(n, to, |_| {})
}

fn accept_as(n: u64, to: &[&str], change: impl FnOnce(&mut Accept)) -> Record {
    let at = stamp(n);
    let slots = to.iter().map(|recipient| Slot {
        recipient: code(recipient),
        epoch: HpkeEpoch(0),
        granted: Default::default(),
        sealed: Bytes::from_static(b"sealed"),
    });
    let mut accept = Accept {
        stamp: at,
        notice: NoticeId::new(at.accepted_at, &Counter(n.into())),
        submission: entry_digest(&n.to_be_bytes()),
        sender: code("XA"),
        header: Bytes::from_static(b"header"),
        slots_root: Digest([1; 32]),
        depth: 1,
        signature: [2; 64],
        addressing: Bytes::new(),
        addressing_salt: Bytes::new(),
        slot_tree: Bytes::new(),
        slots: slots.collect(),
        held: false,
        attachments: Vec::new(),
        groups: Vec::new(),
        withdraws: None,
        expires: at.accepted_at.after(Duration::from_days(1)),
        erased: false,
        sections: Vec::new(),
    };
    change(&mut accept);
    Record::Accept(Arc::new(accept))
}

/// An envelope that waits for the review desk and has so long to live.
fn held(n: u64, life: Duration) -> Record {
    accept_as(n, &["XF"], |accept| {
        accept.held = true;
        accept.expires = accept.stamp.accepted_at.after(life);
    })
}

const fn hours(hours: u64) -> Duration {
    Duration::from_millis(hours * 3_600_000)
}

fn has_an_hour(n: u64) -> bool {
    n % 100 == 25
}

fn pass(n: u64, of: u64) -> Record {
    Record::Review(Arc::new(Review {
        stamp: stamp(n),
        of: Seq(of),
        desk: code("XS"),
        sender: code("XA"),
        recipients: vec![code("XF")],
        body: Bytes::from_static(b"pass"),
        signature: Bytes::from_static(&[4; 64]),
    }))
}

fn addressed(n: u64, groups: &[&str]) -> Record {
    accept_as(n, &["XF"], |accept| {
        accept.groups = groups.iter().map(|group| group.parse().unwrap()).collect();
    })
}

fn swept(n: u64, after: Duration) -> Record {
    let until = ExpiryHour::over_at(stamp(n).accepted_at.after(after));
    Record::Swept(Swept { stamp: stamp(n), until })
}

fn deliver(n: u64, member: &str, cursor: u64) -> Record {
    Record::Deliver(Deliver { stamp: stamp(n), member: code(member), cursor: Seq(cursor) })
}

fn receipt(n: u64) -> Record {
    Record::Receipt(Arc::new(Receipt {
        stamp: stamp(n),
        recipient: code("XF"),
        sender: code("XA"),
        body: Bytes::from_static(b"receipt"),
        signature: Bytes::from_static(&[3; 64]),
    }))
}

/// A life of some thousand records, with everything that can happen in it.
fn life(length: u64) -> Vec<Record> {
    let mut records = vec![enrolment("XA"), enrolment("XF"), enrolment("XS")];
    for n in 3..length {
        records.push(match n % 7 {
            _ if n == 695 => suspension("XS", 0),
            _ if n == 698 => swept(n, hours(2)),
            _ if n > 10 && n % 50 == 10 => pass(n, n - 10),
            _ if n % 25 == 0 => held(n, hours(if has_an_hour(n) { 1 } else { 24 })),
            _ if n % 40 == 1 => addressed(n, &["HT-EXPERTS", "OP-LIGHT"]),
            _ if n % 40 == 2 => addressed(n, &["HT-EXPERTS"]),
            0 => deliver(n, "XF", n - 1),
            1 => receipt(n),
            3 => accept(n, &["XF"]),
            _ => accept(n, &["XF", "XS"]),
        });
    }
    records
}

fn open(dir: &Path) -> HubLedger {
    HubLedger::open(dir, options(), &exchange(), &[pair("root").public()]).unwrap()
}

fn append(ledger: &mut HubLedger, records: &[Record], group: usize) {
    for group in records.chunks(group) {
        let logged = group.iter().cloned().map(|record| Logged::new(record).unwrap()).collect();
        assert!(ledger.append(logged).is_ok());
    }
}

#[test]
fn a_restart_gives_the_state_that_ran_live() {
    for length in [3, 255, 256, 257, 700, 1024] {
        let dir = tempfile::tempdir().unwrap();
        let records = life(length);
        let mut ledger = open(dir.path());
        append(&mut ledger, &records, 50);
        let (live, head) = (ledger.state().clone(), ledger.tree().head());
        ledger.close().unwrap();

        let again = open(dir.path());
        assert_eq!(*again.state(), live, "{length} records");
        assert_eq!(again.tree().head(), head);
        assert!(again.replayed_records() < 256, "only the tail is read again");
        again.close().unwrap();

        std::fs::remove_dir_all(dir.path().join("views")).unwrap();
        let rebuilt = open(dir.path());
        assert_eq!(*rebuilt.state(), live, "rebuilt from {length} records");
        assert_eq!(rebuilt.replayed_records(), length);
        rebuilt.close().unwrap();
    }
}

#[test]
fn the_directory_and_the_cursors_follow_from_the_records() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let records = life(700);
    append(&mut ledger, &records, 64);
    let state = ledger.state();
    assert_eq!(state.directory.members.len(), 3);
    assert!(!state.directory.member(code("XS")).unwrap().is_active());
    assert_eq!(state.cursor(code("XF")), Seq(692));
    assert_eq!(state.cursor(code("XA")), Seq(0));
    assert_eq!(state.entries(0, 10), (vec![Seq(0), Seq(1), Seq(2), Seq(695)], 4));
    assert_eq!(state.entries(3, 10).0, [Seq(695)]);
    let Record::Directory(entry) = &records[1] else { panic!("an entry") };
    assert_eq!(state.entry_place(&entry.bytes), Some(Seq(1)));
    assert_eq!(state.entry_place(b"another"), None);
    ledger.close().unwrap();
}

#[test]
fn what_is_addressed_to_groups_is_counted_for_each_sender() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    append(&mut ledger, &life(300), 64);
    let counts = |state: &State, group: &str| state.traffic(&group.parse().unwrap()).collect::<Vec<_>>();
    assert_eq!(counts(ledger.state(), "OP-LIGHT"), [(code("XA"), 7)]);
    assert_eq!(counts(ledger.state(), "HT-EXPERTS"), [(code("XA"), 14)]);
    assert_eq!(counts(ledger.state(), "OP-DARK"), []);
    ledger.close().unwrap();
}

#[test]
fn what_is_held_waits_until_it_is_decided_or_the_sweep_after_its_expiry() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let waiting = |ledger: &HubLedger| -> Vec<u64> {
        let held = |seq: &u64| ledger.state().is_held(Seq(*seq));
        (0..ledger.next().0).filter(held).collect()
    };
    append(&mut ledger, &life(698), 64);
    // Those at 50, 100, ... were passed ten records later.
    let undecided: Vec<u64> = (0..14).map(|n| 25 + 50 * n).collect();
    assert_eq!(waiting(&ledger), undecided);
    append(&mut ledger, &[swept(698, hours(0))], 1);
    assert_eq!(waiting(&ledger), undecided, "nothing has expired yet");
    append(&mut ledger, &[swept(699, hours(2))], 1);
    let left: Vec<u64> = undecided.into_iter().filter(|n| !has_an_hour(*n)).collect();
    assert_eq!(waiting(&ledger), left, "what has a day to live waits on");
    for _ in 0..2 {
        ledger.close().unwrap();
        ledger = open(dir.path());
        assert_eq!(waiting(&ledger), left, "also after a restart");
    }
    ledger.close().unwrap();
}

#[test]
fn an_entry_that_does_not_follow_stops_the_ledger() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    append(&mut ledger, &life(3), 3);
    let out_of_order = Logged::new(suspension("XS", 5)).unwrap();
    assert!(matches!(ledger.append(vec![out_of_order]), Err(crate::ledger::AppendError::Fatal(_))));
    drop(ledger);
    let reopened = HubLedger::open(dir.path(), options(), &exchange(), &[pair("root").public()]);
    assert!(matches!(reopened, Err(crate::ledger::LedgerError::Machine(_))));
}

#[test]
fn ids_are_found_with_what_was_submitted() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let records = life(600);
    append(&mut ledger, &records, 100);
    let reader = ledger.reader();
    for (record, seq) in records.iter().zip(0..) {
        if let Record::Accept(accept) = record {
            assert_eq!(reader.find(accept.notice).unwrap(), Some((Seq(seq), accept.submission)));
            assert_eq!(reader.record(Seq(seq)).unwrap(), *record);
        }
    }
    let never = NoticeId::new(stamp(9999).accepted_at, &Counter(9999.into()));
    assert_eq!(reader.find(never).unwrap(), None);
    ledger.close().unwrap();
}
