//! The hub's gRPC services: who may call, what they ask, what they get. Decisions are made elsewhere.

mod audit;
mod auth;
mod blob;
mod decision;
mod deliver;
mod delivery;
mod directory;
mod enrolment;
mod exchange;
mod log;
mod members;
mod publish;
mod session;
mod status;
mod traffic;

use std::path::PathBuf;
use std::sync::Arc;

use amana_kit::certs::Authority;
use amana_kit::serve::Connections;
use amana_kit::shutdown::Shutdown;
use amana_log::LogKey;
use amana_types::{Clock, Duration, ExchangeName, MemberCode, Random, Reason, Seq, Timestamp};
use amana_wire::status::Refusal;
use amana_wire::v1;
use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tonic::{Request, Status};

use crate::alarms::Alarms;
use crate::blobs::Blobs;
use crate::budgets::Budgets;
use crate::ledger::{HubReader, LedgerError};
use crate::published::Published;
use crate::recent::Recent;
use crate::record::{RecordError, Stamp};
use crate::sequencer::{EntryRefusal, SequencerHandle, Submission, Taken, Work};
use crate::sessions::Sessions;
use crate::stats::Stats;
use crate::verification::Verification;

pub(crate) use auth::Caller;
pub(crate) use blob::BlobCalls;
pub(crate) use directory::DirectoryCalls;
pub(crate) use enrolment::EnrolmentCalls;
pub(crate) use exchange::ExchangeCalls;
pub(crate) use log::LogCalls;
pub(crate) use publish::CHUNK;
pub(crate) use session::MembershipCalls;

/// The services for operators: `HubService`, `MemberService`, `TrafficService` and `AuditService`.
#[derive(Clone)]
pub(crate) struct OperatorCalls(pub(crate) Arc<Hub>);

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
    pub(crate) verification: Verification,
    pub(crate) alarms: Alarms,
    pub(crate) log_key: LogKey,
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

    /// Who calls, if it may.
    fn caller<T>(&self, request: &Request<T>) -> Result<Caller, Status> {
        Caller::of(request, self.published().directory()).map_err(|why| Refusal::from(why).into())
    }

    /// The member that calls.
    fn member<T>(&self, request: &Request<T>) -> Result<MemberCode, Status> {
        self.caller(request)?.member().map_err(|why| Refusal::from(why).into())
    }

    /// Whether an operator calls.
    fn operator<T>(&self, request: &Request<T>) -> Result<(), Status> {
        self.caller(request)?.operator().map(drop).map_err(|why| Refusal::from(why).into())
    }
}

/// Where a record is in the log, and what its leaf is made with.
fn place(seq: Seq, stamp: Stamp) -> v1::LeafPlace {
    v1::LeafPlace {
        index: seq.0,
        accepted_at_unix_ms: stamp.accepted_at.unix_millis(),
        leaf_salt: Bytes::copy_from_slice(stamp.leaf_salt.as_bytes()),
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

/// What was asked breaks the rules of the call.
fn invalid(message: &str) -> Status {
    Refusal::new(Reason::BadRequest, message).into()
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
