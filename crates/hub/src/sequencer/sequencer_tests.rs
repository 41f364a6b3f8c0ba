use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use amana_store::{Disk, RealDisk};
use amana_types::{ExchangeName, MemberCode, Seq, Timestamp};

use super::*;
use crate::ledger::LedgerOptions;

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
    _dir: tempfile::TempDir,
}

fn start() -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::<Faulty>::default();
    let exchange: ExchangeName = "exchange.example".parse().unwrap();
    let options = LedgerOptions { cache_bytes: 1 << 20, segment_bytes: 16 << 10, disk: disk.clone() };
    let ledger = HubLedger::open(dir.path(), options, &exchange, &[]).unwrap();
    let parts = Parts {
        signer: LogSigner {
            origin: KeyName::of_audit_log("exchange.example").unwrap(),
            pair: Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap(),
        },
        clock: Arc::new(Still),
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
    Bench { disk, handle, thread: std::thread::spawn(move || sequencer.run()), _dir: dir }
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
    assert!(matches!(bench.thread.join().unwrap(), Err(SequencerError::Ledger(_))));
}
