//! Files on their way in from agencies: sealed as they come, never on the disk in the clear.
//!
//! Beside each lies how it opens, sealed under the vault key and bound to the agency and the content: so an
//! upload that was broken, by its client or by a cut of power, goes on at the last chunk that is whole.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use amana_kit::abuse::AbuseList;
use amana_kit::fsio::{FileError, read_private_file, replace_private_file};
use amana_notice::{AttachedContent, AttachmentKey, SealedContent};
use amana_seal::attachment::{
    AttachmentRefused, AttachmentSalt, CHUNK_BYTES, ChunkIndex, HEAD_BYTES, Sealer, Shape,
};
use amana_seal::codec::{CodecError, Reader, Writer};
use amana_seal::rest::RestError;
use amana_types::limits::{
    ATTACHMENT_SYNC_BYTES, ATTACHMENT_WINDOW, DISK_RESERVE_BYTES, UPLOADS_BYTES, UPLOADS_PER_AGENCY,
};

use amana_types::{Digest, Random, Reason};
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use zeroize::Zeroizing;

use super::files::{Files, destroy};
use crate::ledger::vault::Vault;

/// The name under which it is sealed how an upload opens.
const UPLOADS: &str = "uploads";
const KEY: &str = "key";
const SEALED: &str = "up";
const MOST_OF_KEY: u64 = 1024;

/// Why an upload is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadRefused {
    /// Larger than an attachment may be, or the stream is not of the contract.
    #[error("{0}")]
    Invalid(&'static str),
    /// It is not what its opening said. It is gone.
    #[error(
        "the file is not the one that was announced, or changed on the way; it was removed, upload it again"
    )]
    Differs,
    /// It is known abuse media. It is gone.
    #[error("this file may not travel; give its hash and its reference in the specialised database instead")]
    AbuseMedia,
    /// Another stream sends it.
    #[error("another stream uploads this file; let that one finish")]
    Busy,
    /// Too much waits.
    #[error("too many uploads wait at this node for a notice; publish, or wait a day")]
    TooMany,
    /// No room.
    #[error("the node's disk is full; free some space, then try again")]
    DiskFull,
    /// Something at rest does not open.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// Something at rest does not read.
    #[error("what is known of an upload does not read: {0}")]
    Codec(#[from] CodecError),
    /// The cipher.
    #[error(transparent)]
    Seal(#[from] AttachmentRefused),
    /// The disk.
    #[error("the node's disk does not take the upload: {0}")]
    Io(io::Error),
}

impl UploadRefused {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Invalid(_) => Reason::UploadInvalid,
            Self::Differs => Reason::ContentDiffers,
            Self::AbuseMedia => Reason::AbuseMediaRefused,
            Self::Busy => Reason::UploadBusy,
            Self::TooMany => Reason::TooManyUploads,
            Self::DiskFull => Reason::NodeDiskFull,
            Self::Rest(_) | Self::Codec(_) | Self::Seal(_) | Self::Io(_) => Reason::NodeFault,
        }
    }
}

impl From<io::Error> for UploadRefused {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io(error),
        }
    }
}

impl From<FileError> for UploadRefused {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Io { source, .. } => source.into(),
            other => Self::Io(io::Error::other(other)),
        }
    }
}

/// What is known of an upload.
struct Known {
    content: AttachedContent,
    key: AttachmentKey,
    salt: AttachmentSalt,
    /// Digest of what is sealed, and the SHA-1 of the content, once all of it is here.
    done: Option<(Digest, [u8; 20])>,
}

/// An upload that is whole.
#[derive(Clone)]
pub(crate) struct Uploaded {
    pub(crate) content: AttachedContent,
    pub(crate) sealed: SealedContent,
    pub(crate) sha1: [u8; 20],
    name: String,
}

/// All uploads of a node. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Uploads {
    pub(crate) files: Files,
    pub(crate) vault: Arc<Vault>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) list: Arc<AbuseList>,
    pub(crate) busy: Arc<Mutex<HashSet<String>>>,
}

/// An upload that one stream is sending.
pub(crate) struct Taking {
    uploads: Uploads,
    name: String,
    known: Known,
    sealer: Sealer,
    sha1: Context,
    file: File,
    /// How much content was pushed.
    pushed: u64,
    unsynced: u64,
    out: Vec<u8>,
}

impl Uploads {
    /// How much of an upload is here; nothing when there is none.
    pub(crate) fn progress(
        &self,
        agency: &str,
        content: &Digest,
    ) -> Result<Option<(u64, u64, bool)>, UploadRefused> {
        let name = self.name(agency, content);
        let Some(known) = self.known(&name)? else { return Ok(None) };
        let length = fs::metadata(self.path(&name, SEALED)).map_or(0, |file| file.len());
        let chunks = length.saturating_sub(HEAD_BYTES as u64) / (CHUNK_BYTES + 16) as u64;
        let bytes = known.content.bytes;
        let received = if known.done.is_some() { bytes } else { (chunks * CHUNK_BYTES as u64).min(bytes) };
        Ok(Some((received, bytes, known.done.is_some())))
    }

    /// A whole upload.
    pub(crate) fn find(&self, agency: &str, content: &Digest) -> Result<Option<Uploaded>, UploadRefused> {
        let name = self.name(agency, content);
        let Some(Known { content, key, done: Some((digest, sha1)), .. }) = self.known(&name)? else {
            return Ok(None);
        };
        Ok(Some(Uploaded { content, sealed: SealedContent { digest, key }, sha1, name }))
    }

    /// Whether the list of abuse media knows a hash.
    pub(crate) fn knows(&self, hash: &[u8]) -> bool {
        self.list.knows(hash)
    }

    /// Whether it knows an upload.
    pub(crate) fn is_abuse(&self, upload: &Uploaded) -> bool {
        self.list.knows(upload.content.digest.as_bytes()) || self.list.knows(&upload.sha1)
    }

    /// Gives the files of a notice their place, before the notice is written down.
    pub(crate) fn adopt(&self, upload: &Uploaded) -> io::Result<()> {
        self.files.adopt(&self.path(&upload.name, SEALED), &upload.sealed.digest)
    }

    /// Takes an upload away that a notice lists now: the notice holds its key.
    pub(crate) fn hand_over(&self, upload: &Uploaded) -> io::Result<()> {
        destroy(&self.path(&upload.name, KEY))?;
        // The file itself has another name by now, and must keep its head.
        match fs::remove_file(self.path(&upload.name, SEALED)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Erases an upload.
    pub(crate) fn erase(&self, upload: &Uploaded) -> io::Result<()> {
        self.remove(&upload.name)
    }

    /// Begins an upload, or takes it up again: reads what is here, so for a thread that may wait. The second
    /// is nothing when all of it is here.
    pub(crate) fn begin(
        &self,
        agency: &str,
        content: Digest,
        bytes: u64,
    ) -> Result<(u64, Option<Box<Taking>>), UploadRefused> {
        if self.list.knows(content.as_bytes()) {
            return Err(UploadRefused::AbuseMedia);
        }
        let shape = Shape::of(bytes).ok_or(UploadRefused::Invalid("an attachment has at most 256 MiB"))?;
        let name = self.name(agency, &content);
        let known = match self.known(&name)? {
            Some(known) if known.done.is_some() => return Ok((known.content.bytes, None)),
            Some(known) if known.content.bytes == bytes => known,
            _ => {
                self.sweep()?;
                self.check_room(shape)?;
                let (mut key, mut salt) = (Zeroizing::new([0; 32]), [0; 16]);
                self.random.fill(key.as_mut_slice());
                self.random.fill(&mut salt);
                let content = AttachedContent { bytes, digest: content };
                let known = Known { content, key: AttachmentKey::new(*key), salt, done: None };
                self.write(&name, &known)?;
                known
            }
        };
        if !self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone()) {
            return Err(UploadRefused::Busy);
        }
        let taking = self.resume(name.clone(), known, shape);
        if taking.is_err() {
            self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
        }
        let taking = taking?;
        Ok((taking.pushed, Some(Box::new(taking))))
    }

    /// Reads the chunks that are whole again; what comes after them is cut off.
    fn resume(&self, name: String, known: Known, shape: Shape) -> Result<Taking, UploadRefused> {
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.path(&name, SEALED))?;
        let (mut sealer, head) = Sealer::new(&known.key, &known.salt, shape)?;
        let mut sha1 = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
        let mut found = [0; HEAD_BYTES];
        let mut end = HEAD_BYTES as u64;
        if file.read_exact(&mut found).is_ok() && found == head {
            let mut sealed = vec![0; CHUNK_BYTES + 16];
            // Chunks that hold content to their end; the others are sealed again.
            let whole = u32::try_from(known.content.bytes / CHUNK_BYTES as u64).unwrap_or(u32::MAX);
            for chunk in (0..whole).map(ChunkIndex) {
                let Ok(()) = file.read_exact(&mut sealed) else { break };
                let Ok(content) = sealer.replay(&sealed) else { break };
                sha1.update(&content);
                end = shape.sealed_at(chunk.next()).0;
            }
        } else {
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&head)?;
        }
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        let pushed = sealer.sealed_content();
        Ok(Taking {
            uploads: self.clone(),
            name,
            known,
            sealer,
            sha1,
            file,
            pushed,
            unsynced: 0,
            out: Vec::new(),
        })
    }

    fn check_room(&self, shape: Shape) -> Result<(), UploadRefused> {
        let (mut count, mut bytes) = (0, 0_u64);
        for entry in fs::read_dir(self.files.uploads())? {
            let entry = entry?;
            if entry.path().extension().is_some_and(|extension| extension == SEALED) {
                count += 1;
                bytes = bytes.saturating_add(entry.metadata()?.len());
            }
        }
        if count >= UPLOADS_PER_AGENCY || bytes.saturating_add(shape.sealed_bytes()) > UPLOADS_BYTES {
            return Err(UploadRefused::TooMany);
        }
        let free = amana_store::free_bytes(self.files.dir());
        if free < shape.sealed_bytes().saturating_add(DISK_RESERVE_BYTES) {
            return Err(UploadRefused::DiskFull);
        }
        Ok(())
    }

    /// Erases uploads that no notice has listed for a day.
    pub(crate) fn sweep(&self) -> io::Result<()> {
        let window = std::time::Duration::from_millis(ATTACHMENT_WINDOW.as_millis());
        for entry in fs::read_dir(self.files.uploads())? {
            let path = entry?.path();
            let touched = fs::metadata(&path).and_then(|file| file.modified());
            let old =
                touched.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age > window));
            let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner).contains(name);
            if old && !busy {
                self.remove(name)?;
            }
        }
        Ok(())
    }

    /// The key first: without it the rest is noise.
    fn remove(&self, name: &str) -> io::Result<()> {
        destroy(&self.path(name, KEY))?;
        destroy(&self.path(name, SEALED))?;
        File::open(self.files.uploads())?.sync_all()
    }

    fn known(&self, name: &str) -> Result<Option<Known>, UploadRefused> {
        let bytes = match read_private_file(&self.path(name, KEY), MOST_OF_KEY) {
            Ok(bytes) => bytes,
            Err(FileError::Missing(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (nonce, sealed) = bytes.split_first_chunk::<16>().ok_or(CodecError::Short)?;
        let opened = self.vault.open_detail(UPLOADS, nonce, sealed)?;
        let mut r = Reader::new(&opened);
        // Bound to its name: one that was moved is another's.
        if r.text(64)? != name {
            return Err(RestError::Refused.into());
        }
        let content = AttachedContent { bytes: r.u64()?, digest: r.digest()? };
        let key = AttachmentKey::new(*Zeroizing::new(r.array()?));
        let salt = r.array()?;
        let done = r.option(|r| Ok((r.digest()?, r.array()?)))?;
        r.finish()?;
        Ok(Some(Known { content, key, salt, done }))
    }

    fn write(&self, name: &str, known: &Known) -> Result<(), UploadRefused> {
        let mut w = Writer::with_capacity(256);
        w.text(name).u64(known.content.bytes).digest(&known.content.digest);
        w.fixed(known.key.as_bytes()).fixed(&known.salt);
        w.option(known.done, |w, (sealed, sha1)| {
            w.digest(&sealed).fixed(&sha1);
        });
        let (nonce, sealed) = self.vault.seal_detail(UPLOADS, &Zeroizing::new(w.finish()))?;
        Ok(replace_private_file(&self.path(name, KEY), &[nonce.as_slice(), &sealed].concat())?)
    }

    /// What tells nobody who uploads what.
    fn name(&self, agency: &str, content: &Digest) -> String {
        let digest = self.vault.digest("upload", &format!("{agency}\n{content}"));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn path(&self, name: &str, extension: &str) -> PathBuf {
        self.files.uploads().join(name).with_extension(extension)
    }
}

impl Taking {
    /// Takes in the next piece; answers how much is durable when that has changed.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<Option<u64>, UploadRefused> {
        if self.pushed.saturating_add(piece.len() as u64) > self.known.content.bytes {
            return Err(self.reject(UploadRefused::Differs));
        }
        self.sealer.push(piece, &mut self.out)?;
        self.sha1.update(piece);
        self.pushed += piece.len() as u64;
        self.unsynced += self.out.len() as u64;
        self.file.write_all(&self.out)?;
        self.out.clear();
        if self.unsynced < ATTACHMENT_SYNC_BYTES {
            return Ok(None);
        }
        self.file.sync_data()?;
        self.unsynced = 0;
        Ok(Some(self.sealer.sealed_content()))
    }

    /// How much was taken in, and how much there is in all.
    pub(crate) const fn progress(&self) -> (u64, u64) {
        (self.pushed, self.known.content.bytes)
    }

    /// Whether all of it is here.
    pub(crate) fn is_whole(&self) -> bool {
        self.pushed == self.known.content.bytes
    }

    /// Seals the rest, compares, and makes it durable; answers its length.
    pub(crate) fn finish(mut self) -> Result<u64, UploadRefused> {
        let shape = Shape::of(self.known.content.bytes).ok_or(UploadRefused::Differs)?;
        let (other, _) = Sealer::new(&self.known.key, &self.known.salt, shape)?;
        let sealer = std::mem::replace(&mut self.sealer, other);
        let sealed = sealer.finish(&mut self.out)?;
        if sealed.content != self.known.content.digest {
            return Err(self.reject(UploadRefused::Differs));
        }
        let sha1 = std::mem::replace(&mut self.sha1, Context::new(&SHA1_FOR_LEGACY_USE_ONLY)).finish();
        let mut digest = [0; 20];
        digest.iter_mut().zip(sha1.as_ref()).for_each(|(to, from)| *to = *from);
        if self.uploads.list.knows(&digest) {
            return Err(self.reject(UploadRefused::AbuseMedia));
        }
        self.file.write_all(&self.out)?;
        self.file.sync_all()?;
        self.known.done = Some((sealed.sealed, digest));
        self.uploads.write(&self.name, &self.known)?;
        Ok(self.known.content.bytes)
    }

    fn reject(&self, why: UploadRefused) -> UploadRefused {
        match self.uploads.remove(&self.name) {
            Ok(()) => why,
            Err(error) => error.into(),
        }
    }
}

impl Drop for Taking {
    fn drop(&mut self) {
        self.uploads.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}
