//! The sealed files: one under the digest of each that is whole, `.part` behind what is still coming.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use amana_kit::fsio::{FileError, create_private_directory};
use amana_seal::attachment::HEAD_BYTES;
use amana_types::Digest;
use ring::digest::{Context, SHA256};

const PART: &str = "part";

/// The folder of sealed attachments. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Files(PathBuf);

/// A file that is being fetched.
pub(crate) struct Part {
    pub(crate) file: File,
    pub(crate) received: u64,
    pub(crate) hash: Context,
}

impl Files {
    /// Opens the folder, or makes it.
    pub(crate) fn open(dir: &Path) -> Result<Self, FileError> {
        create_private_directory(dir)?;
        create_private_directory(&dir.join("uploads"))?;
        Ok(Self(dir.to_owned()))
    }

    /// Where uploads wait for a notice.
    pub(crate) fn uploads(&self) -> PathBuf {
        self.0.join("uploads")
    }

    /// The folder itself.
    pub(crate) fn dir(&self) -> &Path {
        &self.0
    }

    pub(crate) fn path(&self, digest: &Digest) -> PathBuf {
        self.0.join(digest.to_string())
    }

    fn part(&self, digest: &Digest) -> PathBuf {
        self.path(digest).with_extension(PART)
    }

    /// How many bytes of it are here, and whether it is whole.
    pub(crate) fn state(&self, digest: &Digest) -> (u64, bool) {
        match (fs::metadata(self.path(digest)), fs::metadata(self.part(digest))) {
            (Ok(whole), _) => (whole.len(), true),
            (_, Ok(part)) => (part.len(), false),
            _ => (0, false),
        }
    }

    /// What has come of it so far, for more. Reads it: for a thread that may wait.
    pub(crate) fn resume(&self, digest: &Digest, total: u64) -> io::Result<Part> {
        let mut file = File::options().read(true).append(true).create(true).open(self.part(digest))?;
        if file.metadata()?.len() > total {
            file.set_len(0)?;
        }
        let (mut hash, mut received) = (Context::new(&SHA256), 0);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                return Ok(Part { file, received, hash });
            }
            hash.update(buffer.get(..read).unwrap_or_default());
            received += read as u64;
        }
    }

    /// Puts what came into its place, durably.
    pub(crate) fn keep(&self, digest: &Digest, part: &Part) -> io::Result<()> {
        part.file.sync_all()?;
        fs::rename(self.part(digest), self.path(digest))?;
        self.sync()
    }

    /// Gives an upload its place among those that notices list, durably.
    pub(crate) fn adopt(&self, upload: &Path, digest: &Digest) -> io::Result<()> {
        match fs::hard_link(upload, self.path(digest)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => self.sync(),
        }
    }

    /// Overwrites the head of a file and takes it away, durably: without the salt in there not even the
    /// holder of its key opens the rest. One that is not here is no error.
    pub(crate) fn erase(&self, digest: &Digest) -> io::Result<()> {
        for path in [self.path(digest), self.part(digest)] {
            destroy(&path)?;
        }
        self.sync()
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }
}

/// Overwrites what a file begins with and takes it away.
pub(crate) fn destroy(path: &Path) -> io::Result<()> {
    match File::options().write(true).open(path) {
        Ok(file) => {
            let known = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
            // The head of a sealed file; of what says how an upload opens, all.
            let zeros = [0; 1024];
            let most = known.min(zeros.len()).max(HEAD_BYTES.min(known));
            file.write_all_at(zeros.get(..most).unwrap_or_default(), 0)?;
            file.sync_data()?;
            fs::remove_file(path)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}
