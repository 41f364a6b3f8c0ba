//! A ledger of a million small records: how long it takes until it is open.

use std::hint::black_box;
use std::path::Path;

use amana_log::{LeafHash, leaf_hash};
use amana_store::MemberIndex;
use amana_store::journal::{Journal, JournalConfig};
use amana_store::ledger::{Effects, Entry, Fold, Ledger, LedgerConfig, LoadError, Opened};
use amana_store::views::{Prefix, Rows, SchemaVersion, Views};
use amana_types::{Digest, Duration, IdError, NoticeId, Seq};
use serde_json::{Value, json};

use crate::exchange::{Chance, NOW, RECEIVERS};
use crate::measure::{Compared, Outcome, RUNS, micros};

/// Records in the ledger.
const RECORDS: u64 = 1_000_000;
/// Records in one group while it is written.
const GROUP_RECORDS: u64 = 4096;
/// Bytes that an id takes in a record.
const ID_BYTES: usize = 16;
/// Bytes after the id.
const BODY: &[u8] = &[7; 48];
/// The one row of the fold.
const COUNT: Prefix = Prefix::owner(0);

/// Counts records: the least that a fold can do.
#[derive(Default)]
struct Counting(u64);

impl Fold for Counting {
    type Record = NoticeId;
    type Error = IdError;

    const SCHEMA: SchemaVersion = SchemaVersion(1);

    fn decode(bytes: &[u8]) -> Result<NoticeId, IdError> {
        NoticeId::from_bytes(bytes.get(..ID_BYTES).unwrap_or_default())
    }

    fn leaf(id: &NoticeId) -> LeafHash {
        leaf_hash(id.as_bytes())
    }

    fn id(id: &NoticeId) -> Option<(NoticeId, Digest)> {
        Some((*id, Digest([0; 32])))
    }

    fn apply(&mut self, seq: Seq, _: &NoticeId, effects: &mut Effects) {
        self.0 += 1;
        let member = usize::try_from(seq.0).unwrap_or_default() % RECEIVERS;
        effects.route(MemberIndex(u16::try_from(member).unwrap_or_default()));
    }

    fn drain(&mut self, rows: &mut Rows) {
        rows.put(COUNT, b"", &self.0.to_be_bytes());
    }

    fn load(&mut self, views: &Views) -> Result<(), LoadError> {
        for row in views.rows(COUNT) {
            let value = row?.value.try_into().map_err(|_| LoadError::Row { what: "count" })?;
            self.0 = u64::from_be_bytes(value);
        }
        Ok(())
    }
}

/// The ledger opened after it was closed, and with its views gone.
pub(crate) fn open() -> Outcome<Vec<Value>> {
    let dir = tempfile::tempdir()?;
    let (empty, full) = (dir.path().join("empty"), dir.path().join("full"));
    open_once(&empty, 0)?;
    write(&full)?;
    let mut closed = Vec::with_capacity(RUNS);
    let after_close = Compared::of(
        || Ok(open_once(&empty, 0)?.0),
        || {
            let (micros, opened) = open_once(&full, RECORDS)?;
            closed.push(opened);
            Ok(micros)
        },
    )?;
    let mut rebuilt = Vec::with_capacity(RUNS);
    let without_views = Compared::of(
        || read_once(&full),
        || {
            std::fs::remove_dir_all(full.join("views"))?;
            let (micros, opened) = open_once(&full, RECORDS)?;
            rebuilt.push(opened);
            Ok(micros)
        },
    )?;
    let facts = |what: &str, opened: &[Opened]| {
        let replayed = opened.iter().map(|opened| opened.replayed_records).max();
        let rebuilt = opened.iter().all(|opened| opened.rebuilt);
        json!({ "what": what, "records": RECORDS, "replayed_records": replayed, "rebuilt": rebuilt })
    };
    Ok(vec![
        after_close.view(facts("open after a close", &closed)),
        without_views.view(facts("open without views", &rebuilt)),
    ])
}

fn write(dir: &Path) -> Outcome {
    let mut ledger = Ledger::open(LedgerConfig::new(dir), Counting::default)?;
    let random = Chance::new();
    for first in (0..RECORDS).step_by(usize::try_from(GROUP_RECORDS)?) {
        let records = (RECORDS - first).min(GROUP_RECORDS);
        let entry =
            |record: NoticeId| Entry { record, parts: vec![record.as_bytes().to_vec(), BODY.to_vec()] };
        let made = |number| NoticeId::new(NOW.after(Duration::from_millis(number)), &random);
        let group: Vec<_> = (first..first + records).map(|number| entry(made(number))).collect();
        ledger.append(&group)?;
    }
    Ok(ledger.close()?)
}

/// Opens the ledger and closes it again; only the opening is timed.
fn open_once(dir: &Path, records: u64) -> Outcome<(f64, Opened)> {
    let mut ledger = None;
    let micros = micros(|| {
        ledger = Some(Ledger::open(LedgerConfig::new(dir), Counting::default)?);
        Ok(())
    })?;
    let ledger = ledger.ok_or("nothing was opened")?;
    if ledger.next() != Seq(records) || ledger.fold().0 != records {
        return Err(format!("{} of {records} records after opening", ledger.next()).into());
    }
    let opened = ledger.opened();
    ledger.close()?;
    Ok((micros, opened))
}

/// Reads every record once and hashes its leaf.
fn read_once(dir: &Path) -> Outcome<f64> {
    let journal = Journal::open(JournalConfig::new(dir.join("journal")))?;
    let micros = micros(|| {
        let mut scan = journal.reader().scan(Seq(0));
        while let Some((_, bytes)) = scan.next_record()? {
            black_box(leaf_hash(bytes.get(..ID_BYTES).unwrap_or_default()));
        }
        Ok(())
    })?;
    journal.close()?;
    Ok(micros)
}
