use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use amana_log::LeafSalt;
use amana_seal::envelope::{Header, Kind, Supersedes, header_hash};
use amana_store::{Disk, Failure, RealDisk, StorageFailed};
use amana_types::{Digest, ExchangeName, KeyId, MemberCode, NoticeId, Seq, Timestamp};

use amana_log::KeyName;
use bytes::Bytes;
use ring::signature::Ed25519KeyPair;

use super::*;
use crate::ledger::LedgerOptions;
use crate::record::tests::to_the_world;
use crate::record::{Accept, ExpiryHour, Record, Stamp};

/// A disk that can run out of room, and that can fail.
#[derive(Default)]
struct Faulty {
    full: AtomicBool,
    broken: AtomicBool,
}

impl Disk for Faulty {
    fn write_at(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        RealDisk.write_at(file, bytes, offset)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        if self.broken.load(Ordering::Acquire) {
            return Err(io::Error::other("the disk does not answer"));
        }
        RealDisk.sync(file)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.sync_dir(dir)
    }

    fn fill(&self, file: &File, length_bytes: u64) -> io::Result<()> {
        if self.full.load(Ordering::Acquire) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        RealDisk.fill(file, length_bytes)
    }

    fn cool(&self, file: &File) {
        RealDisk.cool(file);
    }
}

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(1_795_000_000_000)
    }
}

/// That much later.
struct Later(amana_types::Duration);

impl Clock for Later {
    fn now(&self) -> Timestamp {
        Still.now().after(self.0)
    }
}

struct Zeros;

impl Random for Zeros {
    fn fill(&self, out: &mut [u8]) {
        out.fill(0);
    }
}

struct Bench {
    disk: Arc<Faulty>,
    handle: SequencerHandle,
    thread: JoinHandle<Result<(), SequencerError>>,
    failed: std::sync::mpsc::Receiver<StorageFailed>,
    dir: tempfile::TempDir,
}

fn open(dir: &Path, disk: &Arc<Faulty>) -> HubLedger {
    open_telling(dir, disk, Failure::logged())
}

fn open_telling(dir: &Path, disk: &Arc<Faulty>, failure: Failure) -> HubLedger {
    let exchange: ExchangeName = "exchange.example".parse().unwrap();
    let options =
        LedgerOptions { cache_bytes: 1 << 20, segment_bytes: 128 << 10, disk: disk.clone(), failure };
    HubLedger::open(dir, options, &exchange, &[]).unwrap()
}

fn start() -> Bench {
    start_in(tempfile::tempdir().unwrap())
}

fn start_in(dir: tempfile::TempDir) -> Bench {
    start_with(dir, Arc::new(Still))
}

fn start_with(dir: tempfile::TempDir, clock: Arc<dyn Clock>) -> Bench {
    let disk = Arc::<Faulty>::default();
    let (tell, failed) = std::sync::mpsc::channel();
    let failure = Failure::new(move |failed| tell.send(failed).unwrap());
    let ledger = open_telling(dir.path(), &disk, failure);
    let parts = Parts {
        signer: LogSigner {
            origin: KeyName::of_audit_log("exchange.example").unwrap(),
            pair: Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap(),
        },
        clock,
        random: Arc::new(Zeros),
        limits: GroupLimits { records: 64, bytes: 1 << 12 },
        shared: Shared {
            sessions: Arc::default(),
            recent: Arc::new(Recent::new(1 << 16, ledger.next())),
            stats: Arc::default(),
        },
        moved: Box::new(|_| {}),
        ledger,
    };
    let (sequencer, handle) = Sequencer::new(parts).unwrap();
    Bench { disk, handle, thread: std::thread::spawn(move || sequencer.run()), failed, dir }
}

impl Bench {
    /// Moves a member's cursor, which is the smallest record there is.
    fn acknowledge(&self, cursor: u64) -> Option<Recorded> {
        let (recorded, mut told) = mpsc::unbounded_channel();
        let member: MemberCode = "XA".parse().unwrap();
        let work = Acknowledgement { member, cursor: Some(Seq(cursor)), receipts: Vec::new(), recorded };
        self.handle.work.blocking_send(Work::Acknowledgement(work)).ok()?;
        told.blocking_recv()
    }

    fn next(&self) -> Seq {
        self.handle.newest.borrow().next()
    }
}

#[test]
fn what_is_answered_is_published_first() {
    let bench = start();
    for n in 0..300 {
        assert_eq!(bench.acknowledge(n), Some(Recorded::Durable(Some(Seq(n)))));
        assert_eq!(bench.next(), Seq(n + 1));
    }
    let newest = Arc::clone(&bench.handle.newest.borrow());
    assert_eq!(newest.state.cursor("XA".parse().unwrap()), Seq(299));
    let note = std::str::from_utf8(&newest.checkpoint).unwrap();
    assert!(note.starts_with("amana/exchange.example/audit\n300\n"), "{note}");
    drop((bench.handle, newest));
    bench.thread.join().unwrap().unwrap();
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let bench = start();
    bench.disk.full.store(true, Ordering::Release);
    let mut durable = 0;
    while bench.acknowledge(durable) == Some(Recorded::Durable(Some(Seq(durable)))) {
        durable += 1;
        assert!(durable < 10_000, "the disk never filled");
    }
    let refused_at = bench.next();
    assert_eq!(bench.acknowledge(durable), Some(Recorded::DiskFull), "and the sequencer lives");
    assert_eq!(bench.next(), refused_at);
    bench.disk.full.store(false, Ordering::Release);
    // The spare segment is made by another thread: it may take a few tries until it is there.
    let made = (0..1000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        bench.acknowledge(durable) == Some(Recorded::Durable(Some(Seq(durable))))
    });
    assert!(made, "it goes on when there is room");
    assert_eq!(bench.next(), refused_at.next());
    drop(bench.handle);
    bench.thread.join().unwrap().unwrap();
}

#[test]
fn a_failing_disk_ends_the_sequencer_without_an_answer() {
    let bench = start();
    assert!(bench.acknowledge(1).is_some());
    bench.disk.broken.store(true, Ordering::Release);
    assert_eq!(bench.acknowledge(2), None, "nobody is told that it is durable");
    assert_eq!(bench.next(), Seq(1));
    let failed = bench.failed.recv().unwrap();
    assert!(failed.reason.contains("the disk does not answer"), "{failed}");
    assert!(matches!(bench.thread.join().unwrap(), Err(SequencerError::Ledger(_))));
}

/// The receipt is longer than any receipt is: the hub would not read it again.
#[test]
fn what_would_not_be_read_back_is_refused_and_never_acknowledged() {
    let bench = start();
    assert!(bench.acknowledge(1).is_some());
    let (recorded, mut told) = mpsc::unbounded_channel();
    let member: MemberCode = "XA".parse().unwrap();
    let receipt =
        |bytes| SignedReceipt { sender: member, body: vec![1; bytes].into(), signature: vec![2; 64].into() };
    let most = amana_seal::receipt::Receipt::MOST_BYTES;
    for (bytes, taken) in [(most + 1, false), (most, true)] {
        let receipts = vec![receipt(10), receipt(bytes)];
        let recorded = recorded.clone();
        let work = Acknowledgement { member, cursor: Some(Seq(2)), receipts, recorded };
        bench.handle.work.blocking_send(Work::Acknowledgement(work)).unwrap();
        let answer = told.blocking_recv().unwrap();
        assert_eq!(matches!(answer, Recorded::Durable(_)), taken, "{answer:?}");
        assert_eq!(matches!(answer, Recorded::Refused(_)), !taken, "{answer:?}");
        assert_eq!(bench.next(), Seq(if taken { 4 } else { 1 }), "all of it or nothing");
    }
    drop(bench.handle);
    bench.thread.join().unwrap().unwrap();
    let ledger = open(bench.dir.path(), &bench.disk);
    assert_eq!(ledger.reader().check(ledger.tree().head(), |_| ()).unwrap().records, 4);
}

/// An envelope in the log that takes the place of another and has a day to live.
fn accepted(n: u8, kind: Kind, supersedes: Option<&Record>) -> Record {
    living(n, kind, supersedes, amana_types::Duration::from_days(1))
}

fn living(n: u8, kind: Kind, supersedes: Option<&Record>, life: amana_types::Duration) -> Record {
    let created = Still.now();
    let header = Header {
        held: false,
        attachments: Vec::new(),
        kind,
        id: NoticeId::new(created, &Counted(n)),
        sender: "XA".parse().unwrap(),
        sender_key: KeyId([0; 16]),
        created,
        expires: created.after(life),
        addressing: Digest([0; 32]),
        directory: amana_types::DirectoryHead { entries: 0, hash: Digest([0; 32]) },
        audit: None,
        sections: Vec::new(),
        in_reply_to: None,
        supersedes: supersedes.map(|before| match before {
            Record::Accept(accept) => {
                Supersedes { id: accept.notice, header_hash: header_hash(&accept.header) }
            }
            _ => panic!("only envelopes are superseded"),
        }),
    };
    let sealed = Bytes::from(vec![n; 200]);
    Record::Accept(Arc::new(Accept {
        stamp: Stamp { accepted_at: created, leaf_salt: LeafSalt::new([n; 32]) },
        notice: header.id,
        submission: Digest([n; 32]),
        sender: header.sender,
        header: header.encode().into(),
        slots_root: Digest([0; 32]),
        depth: 0,
        signature: [0; 64],
        addressing: Bytes::new(),
        addressing_salt: Bytes::new(),
        slot_tree: Bytes::new(),
        slots: Vec::new(),
        sections: vec![crate::record::Ciphertext { bytes: sealed }],
        held: false,
        expires: header.expires,
        attachments: Vec::new(),
        groups: Vec::new(),
        withdraws: header.supersedes.filter(|_| kind == Kind::Withdrawal).map(|before| before.id),
        erased: false,
    }))
}

/// The same to the whole world.
fn worldwide(record: Record) -> Record {
    let Record::Accept(mut accept) = record else { panic!("an envelope") };
    to_the_world(Arc::make_mut(&mut accept));
    Record::Accept(accept)
}

struct Counted(u8);

impl Random for Counted {
    fn fill(&self, out: &mut [u8]) {
        out.fill(self.0);
    }
}

/// The process ended between the withdrawal's data sync and the erasure.
#[test]
fn a_withdrawal_that_was_cut_short_is_finished_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::<Faulty>::default();
    let other = accepted(1, Kind::Notice, None);
    let first = worldwide(accepted(2, Kind::Notice, None));
    let second = worldwide(accepted(3, Kind::Notice, Some(&first)));
    let withdrawal = accepted(4, Kind::Withdrawal, Some(&second));
    let mut ledger = open(dir.path(), &disk);
    let records = [other, first, second, withdrawal].map(|record| Ready::new(record).unwrap());
    assert!(ledger.append(records.into()).is_ok());
    let head = ledger.tree().head();
    ledger.close().unwrap();

    let Bench { handle, thread, dir, .. } = start_in(dir);
    drop(handle);
    thread.join().unwrap().unwrap();
    let ledger = open(dir.path(), &disk);
    let erased = |n| match ledger.reader().record(Seq(n)).unwrap() {
        Record::Accept(accept) => accept.erased,
        _ => false,
    };
    assert_eq!([0, 1, 2, 3].map(erased), [false, true, true, false]);
    assert_eq!(ledger.reader().check(head, |_| ()).unwrap().records, 4, "and the log still verifies");
}

fn an_hour_more(span: amana_types::Duration) -> amana_types::Duration {
    amana_types::Duration::from_millis(span.as_millis() + 3_600_000)
}

/// Some lie in a block whose rows are written, some in the one that is being filled.
#[test]
fn what_has_expired_is_erased_and_the_log_says_so_once_and_still_verifies() {
    const LAST: u64 = 299;
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::<Faulty>::default();
    let days = amana_types::Duration::from_days;
    let lives = |n: u64| if n.is_multiple_of(3) { days(2) } else { days(1) };
    let waits = |n: u64| n.is_multiple_of(5);
    // Ids must differ, and there are more records than one byte counts.
    let record = |n: u64| {
        let Record::Accept(accept) = living(u8::try_from(n % 250 + 1).unwrap(), Kind::Notice, None, lives(n))
        else {
            panic!("an envelope")
        };
        let notice = NoticeId::new(Still.now().after(amana_types::Duration::from_millis(n)), &Zeros);
        let held = waits(n);
        let record = Record::Accept(Arc::new(Accept { notice, held, ..(*accept).clone() }));
        Ready::new(if n.is_multiple_of(7) { worldwide(record) } else { record }).unwrap()
    };
    let mut ledger = open(dir.path(), &disk);
    assert!((0..=LAST).all(|n| ledger.append(vec![record(n)]).is_ok()));
    assert!((0..=LAST).all(|n| ledger.state().is_held(Seq(n)) == waits(n)));
    let head = ledger.tree().head();
    ledger.close().unwrap();

    let over = ExpiryHour::over_at(Still.now().after(an_hour_more(days(1))));
    let mut dir = dir;
    for start in 0..3 {
        let bench = start_with(dir, Arc::new(Later(an_hour_more(days(1)))));
        bench.handle.work.blocking_send(Work::Sweep).unwrap();
        // The first is stopped at once, wherever it is by then.
        while start > 0 && bench.handle.newest.borrow().state.swept() < over {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        assert!(start == 0 || bench.next() == Seq(LAST + 2), "one record says it, also after a restart");
        drop(bench.handle);
        bench.thread.join().unwrap().unwrap();
        dir = bench.dir;
    }
    let ledger = open(dir.path(), &disk);
    for n in 0..=LAST {
        let Record::Accept(accept) = ledger.reader().record(Seq(n)).unwrap() else { panic!("an envelope") };
        let over = lives(n) == days(1);
        assert_eq!(accept.erased, over, "{n}");
        assert_eq!(ledger.state().is_held(Seq(n)), waits(n) && !over, "{n} waits for the desk no more");
        assert_eq!(
            accept.sections.iter().all(|section| section.bytes.iter().all(|byte| *byte == 0)),
            over,
            "{n}"
        );
    }
    assert_eq!(ledger.state().swept(), over);
    assert_eq!(ledger.reader().check(head, |_| ()).unwrap().records, LAST + 2, "the log still verifies");
}
