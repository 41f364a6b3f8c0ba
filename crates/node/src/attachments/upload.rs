//! Attachments of our notices, brought to the hub before the notices that list them. A notice that waits
//! for its attachments has no place yet among those to its recipients, so the others go ahead of it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use amana_client::ClientError;
use amana_client::exchange::{ReadAt, deposit};
use amana_kit::connect::ConnectError;
use amana_seal::envelope::AttachmentHeader;
use amana_types::{Clock, NoticeId, Seq};
use bytes::Bytes;

use super::Files;
use super::rounds::{Rounds, Undone};
use crate::commands::{CommandError, CommandQueue};
use crate::holdings::{Holdings, HoldingsError};
use crate::hub::HubLink;
use crate::ledger_writer::{LedgerWriter, WriteError};
use crate::record::{Outcome, Record, Verdict};
use crate::reseal::Reseal;
use crate::sealing::{ResealError, SealingError};

/// Brings attachments to the hub, as long as the node runs.
#[derive(Clone)]
pub(crate) struct AttachmentUpload {
    pub(crate) hub: Arc<HubLink>,
    pub(crate) holdings: Holdings,
    pub(crate) ledger_writer: LedgerWriter,
    pub(crate) commands: CommandQueue,
    pub(crate) files: Files,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Why attachments did not get to the hub this time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Client(Box<ClientError>),
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("an attachment of ours does not read: {0}")]
    File(#[from] std::io::Error),
    #[error(transparent)]
    Reseal(Box<ResealError>),
}

impl From<ClientError> for UploadError {
    fn from(error: ClientError) -> Self {
        Self::Client(Box::new(error))
    }
}

impl Rounds for AttachmentUpload {
    const NAME: &'static str = "attachments to the hub";
    type Due = (Seq, NoticeId);

    /// Notices that wait for their attachments.
    fn due(&self) -> Vec<(Seq, NoticeId)> {
        let state = self.holdings.state().read();
        let parked = state.outbox.iter().filter(|(_, waiting)| waiting.parked);
        parked.map(|(at, waiting)| (*at, waiting.id)).collect()
    }

    async fn work(&mut self, (at, id): (Seq, NoticeId)) -> Result<(), Undone> {
        self.lift(at, id).await.map_err(|error| match error {
            UploadError::Write(WriteError::Stopped) => Undone::Stopped,
            error => {
                tracing::info!(notice = %id, %error, "attachments wait for the hub");
                Undone::Later
            }
        })
    }
}

impl AttachmentUpload {
    async fn lift(&self, at: Seq, id: NoticeId) -> Result<(), UploadError> {
        if self.holdings.ended(id)?.is_none() {
            self.bring(at).await?;
        }
        match self.commands.run(Reseal(id)).await {
            Ok(()) | Err(ResealError::Settled) => Ok(()),
            Err(ResealError::Command(CommandError::Write(error))) => Err(error.into()),
            Err(error @ ResealError::Ended) => self.give_up(id, "ENDED", error.to_string()).await,
            Err(ResealError::Sealing(SealingError::Route(refused))) => {
                self.give_up(id, refused.reason(), refused.to_string()).await
            }
            Err(error @ ResealError::Sealing(SealingError::Seal(_))) => {
                self.give_up(id, "NOT_SEALED", error.to_string()).await
            }
            Err(error) => Err(UploadError::Reseal(Box::new(error))),
        }
    }

    async fn give_up(&self, id: NoticeId, reason: &str, message: String) -> Result<(), UploadError> {
        let verdict = Verdict::Refused { reason: reason.to_owned(), message };
        let record = Record::Outcome(Outcome { id, at: self.clock.now(), verdict });
        self.ledger_writer.write(vec![record.into()]).await?;
        Ok(())
    }

    /// Brings every attachment of the notice at that place to the hub; those that are there cost a question.
    pub(crate) async fn bring(&self, at: Seq) -> Result<(), UploadError> {
        let Record::Outgoing(put) = self.holdings.record(at)? else { return Ok(()) };
        let channel = self.hub.connect().await?;
        for attachment in put.attachments {
            deposit(channel.clone(), attachment, self.reader(&attachment)?).await?;
        }
        Ok(())
    }

    fn reader(&self, attachment: &AttachmentHeader) -> std::io::Result<ReadAt> {
        let file = File::open(self.files.path(&attachment.sealed))?;
        Ok(Arc::new(move |at, most| {
            let mut piece = vec![0; most];
            file.read_exact_at(&mut piece, at)?;
            Ok(Bytes::from(piece))
        }))
    }
}
