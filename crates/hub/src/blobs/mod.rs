//! Sealed attachments on the hub's disk: one file each, below the member that sent it.
//!
//! A file under its digest is whole, verified and durable; what is still coming has `.part` behind its name.
//! Nothing here can open one. Whoever erases one overwrites its head first: without the salt in there not
//! even the holder of its key can open the rest.

mod deposit;

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use amana_seal::attachment::HEAD_BYTES;
use amana_types::{Digest, MemberCode, Timestamp};

pub(crate) use deposit::{Begun, Deposit, DepositRefused};

const PART: &str = "part";

/// Whose, and which.
type Key = (MemberCode, Digest);

/// All attachments of one hub. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Blobs {
    dir: PathBuf,
    index: Arc<Mutex<Index>>,
}

#[derive(Default)]
struct Index {
    /// Whole ones, with their length.
    whole: HashMap<Key, u64>,
    /// The full length of those that are still coming.
    coming: HashMap<Key, u64>,
    /// Those that a stream is sending now.
    busy: HashSet<Key>,
}

impl Blobs {
    /// Opens the directory, or makes it.
    ///
    /// # Errors
    /// The system's own.
    pub(crate) fn open(dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let mut index = Index::default();
        for member in fs::read_dir(dir)? {
            let member = member?;
            let Some(code) = member.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            for file in fs::read_dir(member.path())? {
                let file = file?;
                let path = file.path();
                let Some(digest) = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok()) else {
                    continue;
                };
                let list = if path.extension().is_some() { &mut index.coming } else { &mut index.whole };
                list.insert((code, digest), file.metadata()?.len());
            }
        }
        Ok(Self { dir: dir.to_owned(), index: Arc::new(Mutex::new(index)) })
    }

    /// Whether all of these are here whole.
    pub(crate) fn holds(&self, sender: MemberCode, attachments: &[Digest]) -> bool {
        let index = self.lock();
        attachments.iter().all(|digest| index.whole.contains_key(&(sender, *digest)))
    }

    /// One that is whole, for reading.
    pub(crate) fn read(&self, sender: MemberCode, digest: Digest) -> io::Result<Option<(File, u64)>> {
        let Some(bytes) = self.lock().whole.get(&(sender, digest)).copied() else { return Ok(None) };
        Ok(Some((File::open(self.path((sender, digest)))?, bytes)))
    }

    /// Overwrites the head of one and takes it away, durably. One that is not here is no error.
    ///
    /// # Errors
    /// The system's own.
    pub(crate) fn erase(&self, sender: MemberCode, digest: Digest) -> io::Result<()> {
        let key = (sender, digest);
        {
            let mut index = self.lock();
            index.whole.remove(&key);
            index.coming.remove(&key);
        }
        for path in [self.path(key), self.part(key)] {
            match File::options().write(true).open(&path) {
                Ok(file) => {
                    let length = file.metadata()?.len();
                    let head = [0; HEAD_BYTES];
                    let known = usize::try_from(length).unwrap_or(HEAD_BYTES).min(HEAD_BYTES);
                    file.write_all_at(head.get(..known).unwrap_or_default(), 0)?;
                    file.sync_data()?;
                    fs::remove_file(&path)?;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            }
            File::open(self.dir.join(sender.as_str()))?.sync_all()?;
        }
        Ok(())
    }

    /// Erases what no envelope lists and nobody has touched since a moment.
    ///
    /// # Errors
    /// The system's own.
    pub(crate) fn sweep(
        &self,
        before: Timestamp,
        listed: impl Fn(MemberCode, &Digest) -> bool,
    ) -> io::Result<()> {
        let all: Vec<Key> = {
            let index = self.lock();
            let idle = |key: &&Key| !index.busy.contains(*key);
            index.whole.keys().chain(index.coming.keys()).filter(idle).copied().collect()
        };
        for key in all.into_iter().filter(|(member, digest)| !listed(*member, digest)) {
            let whole = fs::metadata(self.path(key)).or_else(|_| fs::metadata(self.part(key)));
            let touched = whole.and_then(|file| file.modified()).ok();
            let touched = touched.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
            let touched = touched.and_then(|since| u64::try_from(since.as_millis()).ok()).unwrap_or_default();
            if Timestamp::from_unix_millis(touched) < before {
                self.erase(key.0, key.1)?;
            }
        }
        Ok(())
    }

    fn path(&self, (member, digest): Key) -> PathBuf {
        self.dir.join(member.as_str()).join(digest.to_string())
    }

    fn part(&self, key: Key) -> PathBuf {
        self.path(key).with_extension(PART)
    }

    fn lock(&self) -> MutexGuard<'_, Index> {
        // Nothing that can panic runs under the lock, so a poisoned one is still whole.
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "blobs_tests.rs"]
mod tests;
