//! D2: what happens when the views can no longer be written. sled waits for ever for a flush that failed,
//! so the failure is told at once, and nothing that is let go of afterwards waits for it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use amana_log::{LeafHash, leaf_hash};
use amana_store::ledger::{Effects, Entry, Fold, Ledger, LedgerConfig, LoadError};
use amana_store::views::{Prefix, Rows, SchemaVersion, Views};
use amana_store::{BLOCK_RECORDS, Failure};
use amana_types::{Digest, NoticeId, Seq};
use common::NotALetter;
use rustix::process::{Resource, Rlimit, setrlimit};

const DIR: &str = "AMANA_STORE_TEST_FAILING_DIR";
/// More than the files of the journal and the tree have, far less than the views.
const MOST_BYTES: u64 = 128 << 10;
/// How long a process that should end may take. Nothing else depends on it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Small records, and rows that are large and do not compress.
#[derive(Default)]
struct Wide;

impl Fold for Wide {
    type Record = u64;
    type Error = NotALetter;

    const SCHEMA: SchemaVersion = SchemaVersion(1);

    fn decode(bytes: &[u8]) -> Result<u64, NotALetter> {
        Ok(u64::from_be_bytes(bytes.try_into().map_err(|_| NotALetter)?))
    }

    fn leaf(record: &u64) -> LeafHash {
        leaf_hash(&record.to_be_bytes())
    }

    fn id(_: &u64) -> Option<(NoticeId, Digest)> {
        None
    }

    fn apply(&mut self, _: Seq, _: &u64, _: &mut Effects) {}

    fn drain(&mut self, rows: &mut Rows) {
        let mut dice = common::disk::Dice(7);
        for key in 0..64_u8 {
            let value: Vec<u8> = (0..7 << 10).map(|_| dice.below(256) as u8).collect();
            rows.put(Prefix::owner(0), &[key], &value);
        }
    }

    fn load(&mut self, _: &Views) -> Result<(), LoadError> {
        Ok(())
    }
}

fn append(ledger: &mut Ledger<Wide>, record: u64) {
    ledger.append(&[Entry { record, parts: vec![record.to_be_bytes()] }]).unwrap();
}

/// The process whose views fail. Without the variable it is a test that does nothing.
#[test]
fn failing_process() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let (tell, told) = channel();
    let failure = Failure::new(move |failed| tell.send(failed).unwrap());
    let config =
        LedgerConfig { flush_every: Duration::from_millis(1), failure, ..common::config(Path::new(&dir)) };
    let mut ledger = Ledger::open(config, || Wide).unwrap();
    let limit = Rlimit { current: Some(MOST_BYTES), maximum: Some(MOST_BYTES) };
    setrlimit(Resource::Fsize, limit).unwrap();
    (0..BLOCK_RECORDS).for_each(|n| append(&mut ledger, n));
    let failed = told.recv().unwrap();
    assert!(failed.reason.contains("flush the views"), "{failed}");
    let reader = ledger.reader();
    assert!(reader.views().get(Prefix::owner(0), &[1]).is_err(), "nobody waits for what has failed");
    assert!(ledger.close().is_err());
    drop(reader);
    assert!(told.recv().is_err(), "it is told once");
    println!("let go of");
}

#[test]
fn a_failed_flush_is_told_and_keeps_nobody_waiting_and_the_next_process_opens() {
    let dir = tempfile::tempdir().unwrap();
    // The signal that comes with the limit is ignored, so that the write fails.
    let mut child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "failing_process", "--nocapture", "--test-threads=1"])
        .env(DIR, dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let ended = loop {
        match child.try_wait().unwrap() {
            None if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(10)),
            None => {
                child.kill().unwrap();
                panic!("it waits for what has failed");
            }
            Some(ended) => break ended,
        }
    };
    let said = std::io::read_to_string(child.stdout.take().unwrap()).unwrap();
    assert!(ended.success() && said.contains("let go of"), "{said}");
    let mut ledger = Ledger::open(common::config(dir.path()), || Wide).unwrap();
    assert_eq!(ledger.next(), Seq(BLOCK_RECORDS), "what was acknowledged is there");
    append(&mut ledger, BLOCK_RECORDS);
    ledger.close().unwrap();
}
