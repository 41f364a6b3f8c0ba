//! A disk that can be told to fail, and that forgets what was not synced when the power is cut.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::sync::Mutex;

use amana_store::{Disk, RealDisk};

const SECTOR_BYTES: u64 = 512;

/// What the next operations do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    Work,
    /// Syncs return an error; what was written may or may not stay.
    FailSync,
    /// Writes return an error after a part was written.
    FailWrite,
    /// So many writes and syncs succeed, the next one fails.
    FailAfter(u32),
    /// There is no room for new segments.
    Full,
}

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

pub struct SimDisk {
    plan: Mutex<Plan>,
    unsynced: Mutex<BTreeMap<u64, Unsynced>>,
}

/// The earlier contents of a file's sectors that were written since its last sync.
struct Unsynced {
    file: File,
    sectors: BTreeMap<u64, Vec<Vec<u8>>>,
}

impl SimDisk {
    pub fn new() -> Self {
        Self { plan: Mutex::new(Plan::Work), unsynced: Mutex::new(BTreeMap::new()) }
    }

    pub fn plan(&self, plan: Plan) {
        *self.plan.lock().unwrap() = plan;
    }

    /// Whether this write or sync is the one that fails.
    fn falls_due(&self) -> bool {
        let mut plan = self.plan.lock().unwrap();
        match &mut *plan {
            Plan::FailAfter(0) => true,
            Plan::FailAfter(left) => {
                *left -= 1;
                false
            }
            _ => false,
        }
    }

    fn is(&self, plan: Plan) -> bool {
        *self.plan.lock().unwrap() == plan
    }

    /// Cuts the power: each sector not synced has any of the contents it had since.
    pub fn cut(&self, dice: &mut Dice) {
        for (_, Unsynced { file, sectors }) in std::mem::take(&mut *self.unsynced.lock().unwrap()) {
            for (sector, versions) in sectors {
                let pick = dice.below(versions.len() as u64 + 1) as usize;
                if let Some(old) = versions.get(pick) {
                    file.write_all_at(old, sector * SECTOR_BYTES).unwrap();
                }
            }
        }
    }

    /// Of what was not synced, the disk has only the bytes that `kept` says, by their offset.
    pub fn keep_only(&self, kept: impl Fn(u64) -> bool) {
        for (_, Unsynced { file, sectors }) in std::mem::take(&mut *self.unsynced.lock().unwrap()) {
            for (sector, versions) in sectors {
                if !kept(sector * SECTOR_BYTES) {
                    file.write_all_at(&versions[0], sector * SECTOR_BYTES).unwrap();
                }
            }
        }
    }

    /// The system wrote everything back just before the power went.
    pub fn keep_all(&self) {
        self.unsynced.lock().unwrap().clear();
    }

    /// Nothing since the last sync was written back.
    pub fn lose_all(&self) {
        self.keep_only(|_| false);
    }
}

impl Disk for SimDisk {
    fn write_at(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut unsynced = self.unsynced.lock().unwrap();
        let inode = file.metadata()?.ino();
        let pending = unsynced
            .entry(inode)
            .or_insert_with(|| Unsynced { file: file.try_clone().unwrap(), sectors: BTreeMap::new() });
        let end = offset + bytes.len() as u64;
        for sector in offset / SECTOR_BYTES..end.div_ceil(SECTOR_BYTES) {
            let mut old = vec![0; SECTOR_BYTES as usize];
            let read = file.read_at(&mut old, sector * SECTOR_BYTES)?;
            old.truncate(read);
            pending.sectors.entry(sector).or_default().push(old);
        }
        if self.is(Plan::FailWrite) || self.falls_due() {
            file.write_all_at(&bytes[..bytes.len() / 2], offset)?;
            return Err(io::Error::other("the disk broke"));
        }
        RealDisk.write_at(file, bytes, offset)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        if self.is(Plan::FailSync) || self.falls_due() {
            return Err(io::Error::other("the disk broke"));
        }
        self.unsynced.lock().unwrap().remove(&file.metadata()?.ino());
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.sync_dir(dir)
    }

    fn fill(&self, file: &File, length_bytes: u64) -> io::Result<()> {
        if self.is(Plan::Full) {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        RealDisk.fill(file, length_bytes)
    }

    fn cool(&self, file: &File) {
        RealDisk.cool(file);
    }
}
