//! The hub's gRPC services: who may call, what they ask, what they get. Decisions are made elsewhere.

mod attachment;
mod auth;
mod delivery;
mod directory;
mod enrolment;
mod exchange;
mod groups;
mod log;
mod operator;
mod publish;
mod receive;
mod review;

use std::path::PathBuf;
use std::sync::Arc;

use amana_kit::certs::Authority;
use amana_kit::serve::Connections;
use amana_kit::shutdown::Shutdown;
use amana_types::{Clock, Duration, ExchangeName, Random, Reason, Timestamp};
use amana_wire::status::Refusal;
use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tonic::Status;

use crate::blobs::Blobs;
use crate::budgets::Budgets;
use crate::ledger::{HubReader, LedgerError};
use crate::published::Published;
use crate::recent::Recent;
use crate::record::RecordError;
use crate::sequencer::{EntryRefusal, SequencerHandle, Submission, Taken, Work};
use crate::sessions::Sessions;
use crate::stats::Stats;

pub(crate) use attachment::AttachmentCalls;
pub(crate) use auth::Caller;
pub(crate) use directory::DirectoryCalls;
pub(crate) use enrolment::EnrolmentCalls;
pub(crate) use exchange::ExchangeCalls;
pub(crate) use log::LogCalls;
pub(crate) use operator::OperatorCalls;
pub(crate) use publish::CHUNK;

/// What every service of one hub works with.
pub(crate) struct Hub {
    pub(crate) exchange: ExchangeName,
    pub(crate) ledger_dir: PathBuf,
    pub(crate) limits: ServiceLimits,
    pub(crate) sequencer: SequencerHandle,
    pub(crate) reader: HubReader,
    pub(crate) blobs: Blobs,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) recent: Arc<Recent>,
    pub(crate) stats: Arc<Stats>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) budgets: Budgets,
    /// As many as there are cores: verification never crowds out the rest.
    pub(crate) verifiers: Arc<Semaphore>,
    /// Entries of the directory are taken one at a time.
    pub(crate) entries: Arc<Semaphore>,
    /// The log is checked once at a time.
    pub(crate) checks: Arc<Semaphore>,
    pub(crate) authority: Authority,
    pub(crate) connections: Connections,
    pub(crate) started_at: Timestamp,
    pub(crate) shutdown: Shutdown,
}

/// Bounds that services keep.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServiceLimits {
    /// Envelopes in flight on one publish stream.
    pub(crate) in_flight: usize,
    /// Bytes of unacknowledged deliveries on one receive stream.
    pub(crate) delivery_window_bytes: usize,
    /// Bytes of attachments of one member that may wait for an envelope.
    pub(crate) attachment_pending_bytes: u64,
    /// How long a member's certificate is valid.
    pub(crate) member_certificate: Duration,
}

impl Hub {
    /// The newest state.
    pub(crate) fn published(&self) -> Arc<Published> {
        Arc::clone(&self.sequencer.newest.borrow())
    }
}

/// A turn at the directory: entries are examined and ordered one after the other, so that whoever
/// floods with bad ones takes a core at most, and never the sequencer's time.
pub(crate) async fn directory_turn(hub: &Hub) -> Result<OwnedSemaphorePermit, EntryRefusal> {
    Arc::clone(&hub.entries).acquire_owned().await.map_err(|_| EntryRefusal::Stopping)
}

/// Examines a signed entry, puts it into the order and waits for its place.
pub(crate) async fn submit(
    hub: &Arc<Hub>,
    entry: Bytes,
    turn: OwnedSemaphorePermit,
) -> Result<Taken, EntryRefusal> {
    let (examining, bytes) = (Arc::clone(hub), entry.clone());
    let examined = tokio::task::spawn_blocking(move || {
        let published = examining.published();
        if published.state.entry_place(&bytes).is_some() {
            return Ok(());
        }
        let now = examining.clock.now();
        amana_seal::directory::examine(published.directory(), &bytes, published.next(), now).map(drop)
    });
    examined.await.map_err(|_| EntryRefusal::Stopping)??;
    let (answer, taken) = oneshot::channel();
    let work = Work::Entry(Submission { entry, answer });
    hub.sequencer.work.send(work).await.map_err(|_| EntryRefusal::Stopping)?;
    let taken = taken.await.map_err(|_| EntryRefusal::Stopping)?;
    drop(turn);
    taken
}

/// The hub is stopping; everything can be asked again of the next one.
pub(crate) fn draining() -> Status {
    Refusal::new(Reason::HubDraining, "the hub is stopping; connect again in a moment").into()
}

/// A fault of ours that the caller cannot mend.
pub(crate) fn fault(doing: &'static str) -> Status {
    tracing::error!(doing, "a task of the hub ended by itself");
    let message = format!("the hub failed at {doing}; its operator finds the cause in its log");
    Refusal::new(Reason::HubFault, message).into()
}

/// What the disk holds cannot be read: the operator must act, the caller can only wait.
pub(crate) fn unreadable(error: &LedgerError) -> Status {
    tracing::error!(%error, "cannot read what the log holds");
    let message = "the hub cannot read its records; its operator finds the cause in its log";
    Refusal::new(Reason::HubStorage, message).into()
}

/// What was asked would become a record that the hub could not read again; nothing was written.
pub(crate) fn unwritable(error: &RecordError) -> Status {
    tracing::error!(%error, "what was asked was refused: its record would not be read back; report it");
    Refusal::new(Reason::EnvelopeTooLarge, error.to_string()).into()
}

pub(crate) fn disk_full() -> Status {
    Refusal::new(Reason::HubDiskFull, "the hub's disk is full; nothing is lost; try again later").into()
}
