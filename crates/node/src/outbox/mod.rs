//! From the outbox to the hub: one publish stream, many in flight, and everything that was not answered
//! again after a reconnect. The bytes of an envelope are kept until the hub has answered to them, so
//! that trying again is always the same request.
//!
//! A refusal is about one envelope. Those that may be taken later are put off one by one (see
//! [`Waits`]), those that need something done first wait for that (`remedy`), and the stream goes on for
//! all others. An envelope keeps its place in the sequences to its recipients while it waits; they note
//! the gap, and close it when it comes.

mod answers;
pub(crate) mod compose;
mod flight;
pub(crate) mod hub;
mod last_word;
mod mending;
mod remedy;
pub(crate) mod sealing;
mod sending;

use std::sync::Arc;

use amana_client::ClientError;
use amana_client::exchange::open_publish;
use amana_kit::connect::ConnectError;
use amana_kit::shutdown::Shutdown;
use amana_types::{Clock, NoticeId, Random, Seq};
use amana_wire::v1;
use prost::Message as _;
use tokio::time::sleep;

use crate::attachments::AttachmentUpload;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::writer::{LedgerWriter, WriteError};
use crate::outbox::hub::{Backoff, HubLink};
use crate::outbox::sealing::Resealing;
use crate::work::waits::{Cause, Item, Waits};
use flight::Flight;

pub(crate) use remedy::SOON;

/// Brings what is queued to the hub, as long as the node runs.
pub(crate) struct Uplink {
    pub(crate) hub: Arc<HubLink>,
    pub(crate) holdings: Holdings,
    pub(crate) ledger_writer: LedgerWriter,
    pub(crate) reseal: Resealing,
    pub(crate) attachment_upload: AttachmentUpload,
    pub(crate) waits: Waits,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// Envelopes that may be under way.
    pub(crate) in_flight: usize,
}

/// Why a session with the hub ended. It is never about one envelope.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Client(Box<ClientError>),
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<ClientError> for SessionError {
    fn from(error: ClientError) -> Self {
        Self::Client(Box::new(error))
    }
}

impl SessionError {
    fn cause(&self) -> Cause {
        match self {
            Self::Connect(error) => Cause::unconnected(error),
            Self::Client(error) => Cause::of_call(error),
            Self::Write(error) => Cause::own(error.reason(), error),
        }
    }
}

impl Uplink {
    /// Runs until `shutdown`.
    pub(crate) async fn run(self, shutdown: Shutdown) {
        let mut backoff = Backoff::new(&*self.random);
        loop {
            tokio::select! {
                () = shutdown.triggered() => return,
                ended = self.session() => match ended {
                    Ok(()) => backoff.reset(),
                    Err(SessionError::Write(WriteError::Stopped)) => return,
                    Err(error) => self.lost(&error),
                },
            }
            tokio::select! {
                () = shutdown.triggered() => return,
                () = sleep(backoff.wait()) => {}
            }
        }
    }

    /// Says once why nothing goes out.
    fn lost(&self, error: &SessionError) {
        match self.hub.lost(error.cause(), self.clock.now()) {
            true => tracing::warn!(%error, "not publishing to the hub for the moment"),
            false => tracing::debug!(%error, "still not publishing to the hub"),
        }
    }

    /// One stream: everything that waits goes up, every answer is written down.
    async fn session(&self) -> Result<(), SessionError> {
        let channel = self.hub.connect().await?;
        let (sender, answers) = open_publish(channel, self.hub.log_key.clone(), self.in_flight).await?;
        let _open = self.hub.opened();
        let flight = Flight::new(self.in_flight);
        tokio::select! {
            ended = self.send_all(&sender, &flight) => ended,
            ended = self.take_answers(answers, &flight) => ended,
            ended = self.seal_all(&flight) => ended,
            ended = self.bring_all(&flight) => ended,
        }
    }

    /// Where an envelope of ours waits that the hub has not answered to and that may go.
    fn waiting(&self, id: NoticeId) -> Option<Seq> {
        let state = self.holdings.state().read();
        let at = state.base.outbox_ids.get(&id).copied()?;
        state.base.outbox.get(&at).filter(|waiting| waiting.accepted.is_none() && !waiting.parked)?;
        Some(at)
    }

    /// The envelope in the outbox at that place, and its name among what waits.
    fn envelope(&self, at: Seq, id: NoticeId) -> (Item, Result<v1::Envelope, HoldingsError>) {
        let record = match self.holdings.record(at) {
            Ok(record) => record,
            Err(error) => return (Item::envelope(id, id), Err(error)),
        };
        let about = record.facts().about().unwrap_or(id);
        let damaged = HoldingsError::Row("the envelope of a waiting notice");
        let envelope = record.facts().envelope().and_then(|bytes| v1::Envelope::decode(bytes).ok());
        (Item::envelope(id, about), envelope.ok_or(damaged))
    }
}
