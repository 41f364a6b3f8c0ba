//! Attachments of notices that came in, fetched behind them: from where it broke off, verified against the
//! signed header and against what the notice says, and only then whole.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;

use amana_client::ClientError;
use amana_client::exchange::fetch;
use amana_kit::connect::ConnectError;
use amana_notice::AttachmentKey;
use amana_seal::attachment::{AttachmentRefused, CHUNK_BYTES, ChunkIndex, HEAD_BYTES, Opener, Shape};
use amana_seal::envelope::AttachmentHeader;
use amana_types::limits::{ATTACHMENT_SYNC_BYTES, DISK_RESERVE_BYTES};
use amana_types::{Clock, Digest, NoticeId, Reason, Seq};
use amana_wire::v1;
use ring::digest::{Context, SHA256};
use tokio::time::timeout;

use super::Files;
use super::files::Part;
use crate::attachments::record::Fetched;
use crate::attachments::state::Fetch;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::vault::{Part as Section, Vault};
use crate::ledger::writer::{LedgerWriter, WriteError};
use crate::notice::content::descriptions;
use crate::outbox::hub::HubLink;
use crate::subjects::Record;
use crate::work::each::{OneByOne, Undone};
use crate::work::waits::{Cause, Item, Queue};

/// How long the next piece of an attachment may take: one that stalls does not hold up the others.
const STALLED: Duration = Duration::from_secs(60);
/// How often something else than was signed is fetched before it is given up.
const ATTEMPTS: u32 = 3;

/// Fetches attachments, as long as the node runs.
pub(crate) struct AttachmentDownload {
    pub(crate) hub: Arc<HubLink>,
    pub(crate) holdings: Holdings,
    pub(crate) ledger_writer: LedgerWriter,
    pub(crate) vault: Arc<Vault>,
    pub(crate) files: Files,
    pub(crate) clock: Arc<dyn Clock>,
    /// How often something else came than was signed.
    pub(crate) attempts: HashMap<Digest, u32>,
}

/// Why an attachment did not come this time.
#[derive(Debug, thiserror::Error)]
enum DownloadError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Client(Box<ClientError>),
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("the disk does not take an attachment: {0}")]
    File(#[from] std::io::Error),
    #[error("the disk has no room for an attachment")]
    DiskFull,
    #[error("the hub gave something else than was signed")]
    Differs,
    #[error("the attachment is not what its sender said: {0}")]
    Refused(#[from] AttachmentRefused),
    #[error("a newer version of the notice leaves it out")]
    LeftOut,
    #[error("a worker thread failed; trying again")]
    Worker,
    #[error("nothing of it came for {} s", STALLED.as_secs())]
    Stalled,
}

impl DownloadError {
    /// Why it waits.
    fn cause(&self) -> Cause {
        match self {
            Self::Client(error) => Cause::of_call(error),
            Self::Holdings(error) => Cause::own(Reason::NodeFault, error),
            Self::DiskFull | Self::File(_) => Cause::own(Reason::NodeDiskFull, self),
            Self::Differs => Cause::passing(Reason::AttachmentDiffers, self),
            _ => Cause::passing(Reason::AttachmentFailed, self),
        }
    }
}

impl From<ClientError> for DownloadError {
    fn from(error: ClientError) -> Self {
        Self::Client(Box::new(error))
    }
}

impl OneByOne for AttachmentDownload {
    const NAME: &'static str = "attachments from the hub";
    const QUEUE: Queue = Queue::Fetches;
    type Due = (Seq, Fetch);

    /// What is still to come, the smallest first: so that a photograph does not wait for a film.
    fn due(&self) -> Vec<(Item, (Seq, Fetch))> {
        let state = self.holdings.state().read();
        let mut due: Vec<(Seq, Fetch)> = state
            .attachments
            .fetches
            .iter()
            .flat_map(|(at, fetches)| fetches.iter().map(|fetch| (*at, *fetch)))
            .collect();
        due.sort_by_key(|(_, fetch)| fetch.attachment.padded_bytes);
        let named = |one: (Seq, Fetch)| (Item::fetch(one.1.notice, &one.1.attachment.sealed), one);
        due.into_iter().map(named).collect()
    }

    async fn work(&mut self, (at, fetch): (Seq, Fetch)) -> Result<(), Undone> {
        self.get(at, fetch).await.map_err(|error| match error {
            DownloadError::Write(error) => error.into(),
            DownloadError::Connect(_) => Undone::NoHub,
            error => Undone::Later(error.cause()),
        })
    }
}

impl AttachmentDownload {
    async fn get(&mut self, at: Seq, Fetch { notice, attachment }: Fetch) -> Result<(), DownloadError> {
        if self.holdings.ended(notice)?.is_some() {
            return Ok(());
        }
        let digest = attachment.sealed;
        let brought = match self.holdings.is_left_out(&digest, notice)? {
            true => Err(DownloadError::LeftOut),
            false => self.bring(at, notice, attachment).await,
        };
        let reason = match brought {
            Ok(()) => None,
            Err(DownloadError::LeftOut) => Some(Reason::AttachmentLeftOut),
            Err(DownloadError::Client(error)) if is_absent(&error) => Some(Reason::AttachmentNotFound),
            Err(error @ DownloadError::Refused(_)) => {
                tracing::warn!(%notice, %error, "an attachment is refused");
                Some(Reason::AttachmentDiffers)
            }
            Err(DownloadError::Differs) => {
                let tried = self.attempts.entry(digest).or_default();
                *tried += 1;
                if *tried < ATTEMPTS {
                    return Err(DownloadError::Differs);
                }
                Some(Reason::AttachmentDiffers)
            }
            Err(error) => return Err(error),
        };
        let reason = reason.map(Reason::code).unwrap_or_default().to_owned();
        let record = Fetched { of: at, notice, digest, at: self.clock.now(), reason };
        self.ledger_writer.write(vec![Record::Fetched(record).into()]).await?;
        // It may have ended, or been left out, while it came: then nobody erases it but we.
        let over =
            self.holdings.ended(notice)?.is_some() && !self.holdings.is_listed_elsewhere(&digest, notice)?;
        if over || self.holdings.is_left_out(&digest, notice)? {
            self.files.erase(&digest)?;
        }
        Ok(())
    }

    async fn bring(
        &self,
        at: Seq,
        notice: NoticeId,
        attachment: AttachmentHeader,
    ) -> Result<(), DownloadError> {
        let (digest, total) = (attachment.sealed, attachment.sealed_bytes());
        if self.files.state(&digest).1 {
            return Ok(());
        }
        let files = self.files.clone();
        let resuming = tokio::task::spawn_blocking(move || {
            let part = files.resume(&digest, total)?;
            let wanted = total.saturating_sub(part.received).saturating_add(DISK_RESERVE_BYTES);
            if amana_store::free_bytes(files.dir()) < wanted {
                return Err(DownloadError::DiskFull);
            }
            Ok(part)
        });
        let mut part = resuming.await.map_err(|_| DownloadError::Worker)??;
        if part.received < total {
            let channel = self.hub.connect().await?;
            let mut fetching = fetch(channel, notice, digest, part.received).await?;
            let mut unsynced = 0;
            while let Some(piece) =
                timeout(STALLED, fetching.next()).await.map_err(|_| DownloadError::Stalled)??
            {
                unsynced += piece.len() as u64;
                let sync = unsynced >= ATTACHMENT_SYNC_BYTES;
                let writing = tokio::task::spawn_blocking(move || write(part, &piece, sync));
                part = writing.await.map_err(|_| DownloadError::Worker)??;
                if sync {
                    unsynced = 0;
                }
                if part.received > total {
                    break;
                }
            }
        }
        if part.received < total {
            return Err(ClientError::Closed { peer: "hub" }.into());
        }
        let said = self.said(at, notice, &digest)?;
        let files = self.files.clone();
        let keeping = tokio::task::spawn_blocking(move || keep(&files, &digest, part, said.as_ref()));
        keeping.await.map_err(|_| DownloadError::Worker)?
    }

    /// What the notice says of the attachment.
    fn said(
        &self,
        at: Seq,
        notice: NoticeId,
        digest: &Digest,
    ) -> Result<Option<v1::SealedAttachment>, HoldingsError> {
        let Record::Received(received) = self.holdings.record(at)? else { return Ok(None) };
        let case = self.vault.open(notice, &received.vaulted, Section::Case)?.unwrap_or_default();
        let protected = self.vault.open(notice, &received.vaulted, Section::Protected)?;
        let protected = protected.as_ref().map(|bytes| bytes.as_slice());
        let all =
            descriptions(&case, protected).map_err(|_| HoldingsError::Row("the content of a notice"))?;
        Ok(all.into_iter().find(|one| one.sealed_sha256.as_ref() == digest.as_bytes()))
    }
}

fn write(mut part: Part, piece: &[u8], sync: bool) -> std::io::Result<Part> {
    part.file.write_all(piece)?;
    part.hash.update(piece);
    part.received += piece.len() as u64;
    if sync {
        part.file.sync_data()?;
    }
    Ok(part)
}

/// Verifies what came, first as the header names it, then chunk by chunk as the notice says.
fn keep(
    files: &Files,
    digest: &Digest,
    mut part: Part,
    said: Option<&v1::SealedAttachment>,
) -> Result<(), DownloadError> {
    let hash = std::mem::replace(&mut part.hash, Context::new(&SHA256)).finish();
    if hash.as_ref() != digest.as_bytes() {
        files.erase(digest)?;
        return Err(DownloadError::Differs);
    }
    let verified = said.ok_or(DownloadError::Refused(AttachmentRefused::Content)).and_then(|said| {
        std::io::Seek::rewind(&mut part.file)?;
        verify(&mut part.file, said)
    });
    if let Err(error @ DownloadError::Refused(_)) = verified {
        files.erase(digest)?;
        return Err(error);
    }
    verified?;
    Ok(files.keep(digest, &part)?)
}

fn verify(file: &mut File, said: &v1::SealedAttachment) -> Result<(), DownloadError> {
    let key = AttachmentKey::from_bytes(&said.secret).ok_or(AttachmentRefused::Head)?;
    let said = said.attachment.as_ref().ok_or(AttachmentRefused::Content)?;
    let shape = Shape::of(said.bytes).ok_or(AttachmentRefused::Length)?;
    let content = Digest::try_from(said.content_sha256.as_ref()).map_err(|_| AttachmentRefused::Content)?;
    let mut head = [0; HEAD_BYTES];
    file.read_exact(&mut head)?;
    let mut opener = Opener::new(&key, &head, shape)?;
    let mut sealed = Vec::with_capacity(CHUNK_BYTES + 16);
    for chunk in (0..shape.chunks()).map(ChunkIndex) {
        sealed.resize(shape.sealed_at(chunk).1, 0);
        file.read_exact(&mut sealed)?;
        opener.open(&sealed)?;
    }
    Ok(opener.finish(&content)?)
}

fn is_absent(error: &ClientError) -> bool {
    matches!(error, ClientError::Remote(remote) if remote.known() == Some(Reason::AttachmentNotFound))
}
