//! Running a hub: open what is there, listen, serve until asked to stop, close in good order.
//!
//! Enrolment has a listener of its own. So a client without a valid certificate never reaches HTTP/2 on the main
//! listener.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::thread::available_parallelism;
use std::time::Duration;

use amana_kit::identity::{PeerIdentity, Realm};
use amana_kit::limits::DRAIN_TIMEOUT;
use amana_kit::serve::{Connections, ListenError, ListenLimits, Listener, ServeError, serve, server_limits};
use amana_kit::shutdown::Shutdown;
use amana_kit::tls::{Clients, KeyExchange, ServerTls, TlsSetupError};
use amana_seal::keyfile::Passphrase;
use amana_store::ledger::{Checked, Mismatch};
use amana_store::{Failure, RealDisk, StorageFailed};
use amana_types::limits::MESSAGE_BYTES;
use amana_types::{Clock, Directory, Random};
use amana_wire::v1::audit_service_server::AuditServiceServer;
use amana_wire::v1::blob_service_server::BlobServiceServer;
use amana_wire::v1::directory_service_server::DirectoryServiceServer;
use amana_wire::v1::enrolment_service_server::EnrolmentServiceServer;
use amana_wire::v1::exchange_service_server::ExchangeServiceServer;
use amana_wire::v1::hub_service_server::HubServiceServer;
use amana_wire::v1::log_service_server::LogServiceServer;
use amana_wire::v1::member_service_server::MemberServiceServer;
use amana_wire::v1::membership_service_server::MembershipServiceServer;
use amana_wire::v1::traffic_service_server::TrafficServiceServer;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tonic::transport::Server;
use tonic::transport::server::Router;

use crate::alarms::Alarms;
use crate::budgets::{BudgetLimits, Budgets};
use crate::config::{HubConfig, HubLimits, Layout};
use crate::ledger::{HubLedger, LedgerError, LedgerOptions};
use crate::recent::Recent;
use crate::sequencer::{GroupLimits, LogSigner, Parts, Sequencer, SequencerError, Shared, Work};
use crate::service::{
    BlobCalls, CHUNK, Caller, DirectoryCalls, EnrolmentCalls, ExchangeCalls, Hub, LogCalls, MembershipCalls,
    OperatorCalls, ServiceLimits,
};
use crate::sessions::Sessions;
use crate::setup::{ExchangeFacts, HubKeys, SetupError};
use crate::stats::Stats;
use crate::verification::Verification;

/// How long the sequencer may take to finish when nobody asks it any more.
const CLOSING: Duration = Duration::from_secs(10);

/// After this time it has stopped, or it hangs.
const STOPPING: Duration = DRAIN_TIMEOUT.saturating_add(CLOSING).saturating_add(CLOSING);

/// How often what has expired is looked for; it is kept an hour longer than its time, and this, at most.
const SWEEP: Duration = Duration::from_secs(5 * 60);

/// What a hub is started with.
pub struct HubOptions {
    /// The directory that `init` made.
    pub dir: PathBuf,
    /// What the operator decided.
    pub config: HubConfig,
    /// Of the keys at rest.
    pub passphrase: Passphrase,
    /// The clock that stamps records.
    pub clock: Arc<dyn Clock>,
    /// Salts and serial numbers.
    pub random: Arc<dyn Random>,
    /// Ends the hub.
    pub shutdown: Shutdown,
}

/// A hub that is serving.
pub struct Running {
    /// Where members and operators connect.
    pub members: SocketAddr,
    /// Where new members enrol.
    pub enrolment: SocketAddr,
    /// How many records were read again at the start.
    pub replayed_records: u64,
    failed: oneshot::Receiver<StorageFailed>,
    shutdown: Shutdown,
    ended: JoinHandle<Result<(), HubError>>,
}

/// Why a hub cannot start, or had to end. Nothing that was acknowledged is lost.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// Its files.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Its records.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Its certificates.
    #[error(transparent)]
    Tls(#[from] TlsSetupError),
    /// A port.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The server.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The records can no longer be kept durable. The process must end now.
    #[error(transparent)]
    Storage(#[from] StorageFailed),
    /// The one order can no longer be kept durable. The process must end now.
    #[error(transparent)]
    Sequencer(#[from] SequencerError),
    /// A thread or task of the hub is gone.
    #[error("the hub's {0} ended by itself; this is a fault of the program: restart it and report it")]
    Fault(&'static str),
}

impl Running {
    /// Completes when the hub has ended: in order after its shutdown was triggered, or with the error
    /// that ended it. When its storage fails this is over at once, whatever still runs: the process must
    /// then end without waiting for anything.
    ///
    /// # Errors
    /// [`HubError`].
    pub async fn ended(self) -> Result<(), HubError> {
        let Self { failed, shutdown, ended, .. } = self;
        let asked = shutdown.triggered();
        tokio::select! {
            biased;
            Ok(failed) = failed => {
                shutdown.trigger();
                Err(failed.into())
            }
            ended = ended => ended.map_err(|_| HubError::Fault("supervisor"))?,
            () = async { asked.await; tokio::time::sleep(STOPPING).await } => Err(HubError::Fault("end")),
        }
    }
}

/// Starts the hub; it serves when this returns.
///
/// # Errors
/// [`HubError`].
pub async fn run(options: HubOptions) -> Result<Running, HubError> {
    let HubOptions { dir, config, passphrase, clock, random, shutdown } = options;
    let (tell, failed) = oneshot::channel();
    // The owner may have gone; then nobody wants to know.
    let failure = Failure::new(move |failed| drop(tell.send(failed)));
    let options = LedgerOptions { failure, ..ledger_options(config.limits) };
    let opening = tokio::task::spawn_blocking(move || open(&dir, options, &passphrase));
    let Opened { dir, facts, keys, ledger } = opening.await.map_err(|_| HubError::Fault("opening"))??;
    let replayed_records = ledger.replayed_records();

    let realm = Realm::Exchange(facts.exchange.clone());
    let clients = Clients::Required { authority: keys.authority.certificate().clone(), realm };
    let mutual = ServerTls::new(&keys.credentials, clients, KeyExchange::HybridOnly)?;
    let anonymous = ServerTls::new(&keys.credentials, Clients::Anonymous, KeyExchange::HybridOnly)?;
    let members = Listener::bind(config.listen, mutual, ListenLimits::default()).await?;
    let enrolment = Listener::bind(config.enrol_listen, anonymous, ListenLimits::anonymous()).await?;
    let addresses = (members.address(), enrolment.address());

    let cores = available_parallelism().map_or(2, Into::into);
    let reader = ledger.reader();
    let blobs = ledger.blobs().clone();
    let shared = Shared {
        sessions: Arc::new(Sessions::default()),
        recent: Arc::new(Recent::new(kib(config.limits.recent_kib), ledger.next())),
        stats: Arc::new(Stats::default()),
    };
    let (sequencer, handle) = Sequencer::new(Parts {
        ledger,
        signer: LogSigner { origin: keys.log_name, pair: keys.log_pair },
        clock: Arc::clone(&clock),
        random: Arc::clone(&random),
        limits: group_limits(config.limits),
        shared: shared.clone(),
        moved: cut_the_excluded(members.connections()),
    })?;
    let hub = Arc::new(Hub {
        exchange: facts.exchange,
        ledger_dir: dir,
        limits: service_limits(config.limits),
        sequencer: handle,
        reader,
        blobs,
        sessions: shared.sessions,
        recent: shared.recent,
        stats: shared.stats,
        started_at: clock.now(),
        clock,
        random,
        budgets: Budgets::new(BudgetLimits {
            streams: size(config.limits.publish_streams_per_member),
            attachments: size(config.limits.attachment_streams_per_member),
            bytes: kib(config.limits.in_flight_kib_per_member),
            verifying: cores,
        }),
        verifiers: Arc::new(Semaphore::new(cores)),
        entries: Arc::new(Semaphore::new(1)),
        verification: Verification::default(),
        alarms: Alarms::default(),
        log_key: facts.log_key,
        authority: keys.authority,
        connections: members.connections(),
        shutdown: shutdown.clone(),
    });
    let sequencing = start(sequencer)?;
    tokio::spawn(sweep_now_and_then(Arc::downgrade(&hub), hub.sequencer.work.clone(), shutdown.clone()));
    let ended = tokio::spawn(supervise(hub, members, enrolment, sequencing, shutdown.clone()));
    Ok(Running { members: addresses.0, enrolment: addresses.1, replayed_records, failed, shutdown, ended })
}

/// Reads the whole journal of a hub that is not running, and compares every leaf and tile.
///
/// # Errors
/// [`HubError`] when the hub's directory cannot be opened; the inner error is what does not agree.
pub fn fsck(dir: &Path) -> Result<Result<Checked, Mismatch>, HubError> {
    let layout = Layout::new(dir);
    let facts = ExchangeFacts::load(&layout.exchange())?;
    let options = ledger_options(HubLimits::default());
    let ledger = HubLedger::open(&layout.ledger(), options, &facts.exchange, &facts.root_keys)?;
    let checked = ledger.reader().check(ledger.tree().head(), |_| ());
    ledger.close()?;
    Ok(checked)
}

/// What lies on the disk of a hub, opened.
struct Opened {
    dir: PathBuf,
    facts: ExchangeFacts,
    keys: HubKeys,
    ledger: HubLedger,
}

fn open(dir: &Path, options: LedgerOptions, passphrase: &Passphrase) -> Result<Opened, HubError> {
    let layout = Layout::new(dir);
    let facts = ExchangeFacts::load(&layout.exchange())?;
    let keys = HubKeys::load(&layout, &facts, passphrase)?;
    let dir = layout.ledger();
    let ledger = HubLedger::open(&dir, options, &facts.exchange, &facts.root_keys)?;
    Ok(Opened { dir, facts, keys, ledger })
}

/// Starts the sequencer's thread; the receiver gets how it ended.
fn start(sequencer: Sequencer) -> Result<oneshot::Receiver<Result<(), SequencerError>>, HubError> {
    let (tell, ended) = oneshot::channel();
    std::thread::Builder::new()
        .name("sequencer".to_owned())
        // The supervisor may have given up waiting; then nobody wants to know.
        .spawn(move || drop(tell.send(sequencer.run())))
        .map_err(|_| HubError::Fault("sequencer"))?;
    Ok(ended)
}

/// Serves until asked to stop, or until the sequencer ends.
async fn supervise(
    hub: Arc<Hub>,
    members: Listener,
    enrolment: Listener,
    mut sequencing: oneshot::Receiver<Result<(), SequencerError>>,
    shutdown: Shutdown,
) -> Result<(), HubError> {
    let (for_members, for_strangers) = (member_services(&hub).await, enrolment_services(&hub));
    drop(hub);
    let serving = async {
        tokio::try_join!(
            serve(for_members, members, &shutdown, DRAIN_TIMEOUT),
            serve(for_strangers, enrolment, &shutdown, DRAIN_TIMEOUT),
        )
    };
    tokio::select! {
        served = serving => {
            served?;
        }
        ended = &mut sequencing => {
            shutdown.trigger();
            ended.map_err(|_| HubError::Fault("sequencer"))??;
            return Err(HubError::Fault("sequencer"));
        }
    }
    // The services are gone, and with them everyone who could ask the sequencer.
    match tokio::time::timeout(CLOSING, sequencing).await {
        Ok(ended) => Ok(ended.map_err(|_| HubError::Fault("sequencer"))??),
        Err(_) => Err(HubError::Fault("sequencer's end")),
    }
}

/// Erases attachments that waited too long for an envelope.
async fn sweep_attachments(hub: Arc<Hub>) {
    let sweeping = tokio::task::spawn_blocking(move || {
        let attached = Arc::clone(hub.published().state.attached());
        let before = hub.clock.now().before(amana_types::limits::ATTACHMENT_WINDOW);
        hub.blobs.sweep(before, |member, digest| attached.lists(member, digest))
    });
    if let Ok(Err(error)) = sweeping.await {
        tracing::error!(%error, "attachments that nobody lists could not be erased; trying again");
    }
}

/// Has what nobody may hold any more erased, now and then, as long as the hub runs.
async fn sweep_now_and_then(hub: Weak<Hub>, work: mpsc::Sender<Work>, shutdown: Shutdown) {
    let mut tick = tokio::time::interval(SWEEP);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.triggered() => return,
            _ = tick.tick() => {}
        }
        let Some(hub) = hub.upgrade() else { return };
        if work.send(Work::Sweep).await.is_err() {
            return;
        }
        sweep_attachments(hub).await;
    }
}

async fn member_services(hub: &Arc<Hub>) -> Router {
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<ExchangeServiceServer<ExchangeCalls>>().await;
    let exchange = ExchangeServiceServer::new(ExchangeCalls(Arc::clone(hub)))
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES);
    let operator = OperatorCalls(Arc::clone(hub));
    server_limits(Server::builder())
        .add_service(health_service)
        .add_service(exchange)
        .add_service(BlobServiceServer::new(BlobCalls(Arc::clone(hub))))
        .add_service(DirectoryServiceServer::new(DirectoryCalls(Arc::clone(hub))))
        .add_service(LogServiceServer::new(LogCalls(Arc::clone(hub))))
        .add_service(MembershipServiceServer::new(MembershipCalls(Arc::clone(hub))))
        .add_service(HubServiceServer::new(operator.clone()))
        .add_service(MemberServiceServer::new(operator.clone()))
        .add_service(TrafficServiceServer::new(operator.clone()))
        .add_service(AuditServiceServer::new(operator))
}

fn enrolment_services(hub: &Arc<Hub>) -> Router {
    server_limits(Server::builder()).add_service(EnrolmentServiceServer::new(EnrolmentCalls(Arc::clone(hub))))
}

/// Whoever may no longer call loses its open connections too.
fn cut_the_excluded(connections: Connections) -> Box<dyn Fn(&Directory) + Send> {
    Box::new(move |directory| {
        let excluded = |identity: &PeerIdentity| Caller::identify(identity, directory).is_err();
        let cut = connections.cut(|peer| peer.identity.as_ref().is_none_or(excluded));
        if cut > 0 {
            tracing::warn!(connections = cut, "cut connections of members that may no longer call");
        }
    })
}

fn group_limits(limits: HubLimits) -> GroupLimits {
    GroupLimits { records: size(limits.group_records), bytes: kib(limits.group_kib) }
}

/// A group is gathered up to its limit, then takes in one piece of work more.
fn ledger_options(limits: HubLimits) -> LedgerOptions {
    const FIELDS: usize = 8 << 20;
    let more = kib(limits.in_flight_kib_per_member).clamp(MESSAGE_BYTES, CHUNK * MESSAGE_BYTES);
    let least = kib(limits.group_kib).saturating_add(more).saturating_add(FIELDS) as u64;
    LedgerOptions {
        disk: Arc::new(RealDisk),
        failure: Failure::logged(),
        cache_bytes: kib(limits.view_cache_kib),
        segment_bytes: (u64::from(limits.journal_segment_mib) << 20).max(least),
    }
}

fn service_limits(limits: HubLimits) -> ServiceLimits {
    ServiceLimits {
        in_flight: size(limits.in_flight_per_stream),
        delivery_window_bytes: kib(limits.delivery_window_kib),
        attachment_pending_bytes: u64::from(limits.attachment_pending_mib_per_member) << 20,
        member_certificate: amana_types::Duration::from_days(u64::from(limits.member_certificate_days)),
    }
}

/// A bound of at least one.
fn size(count: u32) -> usize {
    usize::try_from(count.max(1)).unwrap_or(usize::MAX)
}

fn kib(count: u32) -> usize {
    size(count).saturating_mul(1024)
}
