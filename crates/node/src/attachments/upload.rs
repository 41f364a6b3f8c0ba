//! Attachments of our notices, brought to the hub before the notices that list them. A notice that waits
//! for its attachments has no place yet among those to its recipients, so the others go ahead of it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use amana_client::ClientError;
use amana_client::exchange::{ReadAt, deposit};
use amana_kit::connect::ConnectError;
use amana_seal::envelope::AttachmentHeader;
use amana_types::limits::SUBMISSION_WINDOW;
use amana_types::{Clock, NoticeId, Reason, Seq};
use bytes::Bytes;

use super::Files;
use crate::fold::record::{Outcome, Verdict};
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::writer::{LedgerWriter, WriteError};
use crate::notice::record::Outgoing;
use crate::outbox::hub::HubLink;
use crate::outbox::sealing::{ResealError, Resealing};
use crate::subjects::Record;
use crate::work::commands::CommandError;
use crate::work::each::{OneByOne, Undone};
use crate::work::waits::{Cause, Item, Queue};

/// Brings attachments to the hub, as long as the node runs.
#[derive(Clone)]
pub(crate) struct AttachmentUpload {
    pub(crate) hub: Arc<HubLink>,
    pub(crate) holdings: Holdings,
    pub(crate) ledger_writer: LedgerWriter,
    pub(crate) reseal: Resealing,
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

impl UploadError {
    /// Why it waits.
    pub(crate) fn cause(&self) -> Cause {
        match self {
            Self::Connect(error) => Cause::unconnected(error),
            Self::Client(error) => Cause::of_call(error),
            Self::Holdings(error) => Cause::own(Reason::NodeFault, error),
            Self::Write(error) => Cause::own(error.reason(), error),
            Self::File(_) => Cause::lasting(Reason::AttachmentFailed, self),
            Self::Reseal(error) => Cause::own(error.reason(), error),
        }
    }
}

impl OneByOne for AttachmentUpload {
    const NAME: &'static str = "attachments to the hub";
    const QUEUE: Queue = Queue::Uploads;
    type Due = (Seq, NoticeId);

    /// Notices that wait for their attachments.
    fn due(&self) -> Vec<(Item, (Seq, NoticeId))> {
        let state = self.holdings.state().read();
        let parked = state.base.outbox.iter().filter(|(_, waiting)| waiting.parked);
        parked.map(|(at, waiting)| (Item::at(Queue::Uploads, waiting.id, *at), (*at, waiting.id))).collect()
    }

    async fn work(&mut self, (at, id): (Seq, NoticeId)) -> Result<(), Undone> {
        self.lift(at, id).await.map_err(|error| match error {
            UploadError::Write(error) => error.into(),
            UploadError::Connect(_) => Undone::NoHub,
            error => Undone::Later(error.cause()),
        })
    }
}

impl AttachmentUpload {
    async fn lift(&self, at: Seq, id: NoticeId) -> Result<(), UploadError> {
        let Record::Outgoing(put) = self.holdings.record(at)? else { return Ok(()) };
        if self.holdings.ended(id)?.is_none()
            && let Err(error) = self.bring(at).await
        {
            if !self.waited_too_long(&put) {
                return Err(error);
            }
            let message = format!("its attachments could not be brought to the hub in time: {error}");
            return self.give_up(id, Reason::WaitedTooLong, message).await;
        }
        match (self.reseal)(id).await {
            Ok(()) | Err(ResealError::Settled) => Ok(()),
            Err(ResealError::Command(CommandError::Write(error))) => Err(error.into()),
            Err(error) if error.is_final() => self.give_up(id, error.reason(), error.to_string()).await,
            Err(error) => Err(UploadError::Reseal(Box::new(error))),
        }
    }

    /// Whether no hub would take it any more. Our clock alone does not say so.
    fn waited_too_long(&self, put: &Outgoing) -> bool {
        let now = self.clock.now();
        let last = put.expires.min(put.created.after(SUBMISSION_WINDOW));
        now >= last && self.hub.agrees(now)
    }

    async fn give_up(&self, id: NoticeId, reason: Reason, message: String) -> Result<(), UploadError> {
        let verdict = Verdict::Refused { reason: reason.code().to_owned(), message };
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
