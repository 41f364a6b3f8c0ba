//! The journal: groups of records made durable, beside the disk itself.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use amana_store::journal::{Journal, JournalConfig};
use amana_store::{Disk, RealDisk};
use serde_json::{Value, json};

use crate::measure::{Compared, Outcome};

/// Records in one group, and how many groups a run has.
const GROUPS: [(u32, u32); 4] = [(1, 192), (16, 64), (64, 32), (256, 16)];
/// Bytes of one record: an envelope for one recipient.
const RECORD_BYTES: usize = 6 * 1024;
/// Bytes of a segment, and of the file for the ceiling.
const FILE_BYTES: u64 = 64 << 20;

/// Groups appended, beside the same bytes written to a file that was zero-filled before, one data sync
/// for each group and nothing around the records.
pub(crate) fn append() -> Outcome<Vec<Value>> {
    let dir = tempfile::tempdir()?;
    let mut raw = Raw::new(&dir.path().join("raw"))?;
    let config =
        JournalConfig { segment_bytes: FILE_BYTES, ..JournalConfig::new(dir.path().join("journal")) };
    let mut journal = Journal::open(config)?;
    warm(&mut journal)?;
    let mut all = Vec::new();
    for (records, groups) in GROUPS {
        let record = vec![6; RECORD_BYTES];
        let group = vec![[record.as_slice()]; usize::try_from(records)?];
        let joined = record.repeat(group.len());
        let compared = Compared::times(
            groups,
            || raw.write(&joined),
            || {
                let first = journal.append(&group)?;
                // Full segments are used again, as they are at a hub that has run for a while.
                Ok(journal.retire(first)?)
            },
        )?;
        all.push(compared.view(json!({
            "group_records": records,
            "record_bytes": RECORD_BYTES,
            "records_per_second": compared.per_second(records),
        })));
    }
    Ok(all)
}

/// Fills the first segments, so that all later ones are files that were used before.
fn warm(journal: &mut Journal) -> Outcome {
    let record = vec![6; 1 << 20];
    for _ in 0..3 * (FILE_BYTES >> 20) {
        let first = journal.append(&[[record.as_slice()]])?;
        journal.retire(first)?;
    }
    Ok(())
}

/// A file that is written from its start again when it is full.
struct Raw {
    file: File,
    end: u64,
}

impl Raw {
    fn new(path: &Path) -> Outcome<Self> {
        let file = File::create_new(path)?;
        RealDisk.fill(&file, FILE_BYTES)?;
        Ok(Self { file, end: 0 })
    }

    fn write(&mut self, bytes: &[u8]) -> Outcome {
        let length = u64::try_from(bytes.len())?;
        if self.end + length > FILE_BYTES {
            self.end = 0;
        }
        self.file.write_all_at(bytes, self.end)?;
        self.file.sync_data()?;
        self.end += length;
        Ok(())
    }
}
