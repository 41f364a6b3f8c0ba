//! kill -9 at any moment: nothing that was acknowledged is lost, and everything derived agrees.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use amana_store::ledger::{CheckDepth, Ledger, LedgerConfig};
use common::disk::Dice;
use common::{Counts, Letter, Model, letter};

const DIR: &str = "AMANA_STORE_TEST_WRITER_DIR";
const CYCLES: u64 = 24;

fn nth(n: u64) -> Letter {
    letter(n, &[(n % 7) as u16, 200])
}

fn config(dir: &Path) -> LedgerConfig {
    // Flushes come often, so that some kills hit one.
    LedgerConfig { flush_every: Duration::from_millis(3), ..common::config(dir) }
}

/// The process that is killed: appends as fast as it can and says what was acknowledged. Without the
/// variable it is a test that does nothing.
#[test]
fn writer_process() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let mut ledger = Ledger::open(config(Path::new(&dir)), Counts::default).unwrap();
    let mut dice = Dice(ledger.next().0);
    let mut out = std::io::stdout();
    // Bounded, in case nobody kills it.
    for _ in 0..20_000 {
        let next = ledger.next().0;
        let group: Vec<_> = (next..next + 1 + dice.below(40)).map(|n| nth(n).entry()).collect();
        ledger.append(&group).unwrap();
        writeln!(out, "acked {}", ledger.next()).unwrap();
    }
}

/// Runs the writer, kills it after so many acknowledgements, and returns the last one it gave.
fn run_and_kill(dir: &Path, after: u64) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer_process", "--nocapture", "--test-threads=1"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acked = 0;
    let mut seen = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let Some(number) = line.unwrap().strip_prefix("acked ").map(|text| text.parse::<u64>().unwrap())
        else {
            continue;
        };
        acked = number;
        seen += 1;
        if seen == after {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(seen >= after, "the writer ended by itself");
    acked
}

#[test]
fn nothing_acknowledged_is_lost_by_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let mut dice = Dice(42);
    let mut model = Model::new();
    for cycle in 0..CYCLES {
        let acked = run_and_kill(dir.path(), 1 + dice.below(30));
        let ledger = Ledger::open(config(dir.path()), Counts::default).unwrap();
        let next = ledger.next().0;
        assert!(next >= acked, "cycle {cycle}: {acked} records were acknowledged, {next} are there");
        model.take(&(model.letters.len() as u64..next).map(nth).collect::<Vec<_>>());
        model.assert_equals(&ledger);
        ledger.reader().check::<Counts>(CheckDepth::Records, &[model.head()], |_| ()).unwrap();
        if cycle % 2 == 0 {
            ledger.close().unwrap();
        }
    }
}
