//! A running node.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use amana_kit::abuse::AbuseList;
use amana_kit::config::ConfigError;
use amana_kit::connect::ServerAddress;
use amana_kit::fsio::FileError;
use amana_kit::identity::{Realm, ServerIdentity};
use amana_kit::limits::DRAIN_TIMEOUT;
use amana_kit::serve::{Drained, ListenError, ListenLimits, Listener, ServeError, serve, server_limits};
use amana_kit::shutdown::Shutdown;
use amana_kit::tls::{ClientTls, Clients, KeyExchange, ServerTls, ServerTrust};
use amana_seal::keyfile::Passphrase;
use amana_store::ledger::{Ledger, LedgerConfig, LedgerError};
use amana_store::{Failure, StorageFailed};
use amana_types::{Clock, Directory, ExchangeName, HpkeEpoch, MemberCode, Random};
use amana_wire::v1::notice_service_server::NoticeServiceServer;
use tokio::sync::oneshot;
use tonic::transport::Server;

use crate::access::AgencyWatch;
use crate::attachments::{Files, Uploads};
use crate::ledger::holdings::Holdings;
use crate::ledger::node_fold::{NodeFold, SharedState};
use crate::ledger::vault::{Slots, Vault};
use crate::ledger::writer::{Ended, LedgerFault, LedgerWriter};
use crate::notice::api::NoticeCalls;
use crate::outbox::hub::HubLink;
use crate::parts::{DownlinkKeys, Parts};
use crate::setup::config::{ExchangeTrust, NodeConfig, TrustError};
use crate::setup::keys::{KeysError, NodeKeys, certificate, credentials, passphrase, within};
use crate::setup::layout::{CertificateName, KeyName, Layout};
use crate::subjects::State;
use crate::subjects::services::agency_api;
use crate::work::basis::Sources;
use crate::work::commands::CommandQueue;
use crate::work::rounds::{Health, Rounds};
use crate::work::waits::Waits;

/// How long the node may take to close its files when nobody asks it any more.
const CLOSING: Duration = Duration::from_secs(20);
/// After this time it has stopped, or it hangs.
const STOPPING: Duration = DRAIN_TIMEOUT.saturating_add(CLOSING).saturating_add(Duration::from_secs(5));
/// A node does not start, or stopped by itself. The administrator must act.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The configuration has a mistake.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The node is not enrolled, or what it trusts does not read.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// A key or certificate does not open.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The journal cannot be opened.
    #[error(transparent)]
    Ledger(#[from] LedgerFault),
    /// The journal failed, or what lies beside it. The process must end now.
    #[error(transparent)]
    Storage(#[from] StorageFailed),
    /// The folder of attachments cannot be opened.
    #[error(transparent)]
    Attachments(#[from] FileError),
    /// The port cannot be had.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The server stopped by itself.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// A thread or task of the node failed.
    #[error("a part of the node failed ({0}); restart the node and report it")]
    Part(&'static str),
}

impl From<LedgerError> for RunError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error.into())
    }
}

/// What a node needs from its process.
pub struct RunOptions {
    /// The node's directory.
    pub layout: Layout,
    /// Its configuration, from the file and what lies over it.
    pub config: NodeConfig,
    /// The passphrase over its keys.
    pub passphrase: zeroize::Zeroizing<Vec<u8>>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of chance.
    pub random: Arc<dyn Random>,
}

/// A node that runs until its [`Shutdown`] is triggered.
pub struct Running {
    /// Where agencies connect.
    pub agency_addr: SocketAddr,
    /// Records that were folded again at the start.
    pub replayed_records: u64,
    failed: oneshot::Receiver<StorageFailed>,
    shutdown: Shutdown,
    main: tokio::task::JoinHandle<Result<Drained, RunError>>,
}

impl Running {
    /// Waits until the node has stopped. When its storage fails this is over at once, whatever still runs:
    /// the process must then end without waiting for anything.
    ///
    /// # Errors
    /// [`RunError`] when it did not stop because it was asked to, or not in time.
    pub async fn wait(self) -> Result<Drained, RunError> {
        let Self { failed, shutdown, main, .. } = self;
        let asked = shutdown.triggered();
        tokio::select! {
            biased;
            Ok(failed) = failed => {
                shutdown.trigger();
                Err(failed.into())
            }
            ended = main => ended.unwrap_or(Err(RunError::Part("the main task"))),
            () = async { asked.await; tokio::time::sleep(STOPPING).await } => Err(RunError::Part("its end")),
        }
    }
}

/// Starts a node. It serves its agencies whether or not the hub can be reached.
///
/// # Errors
/// [`RunError`].
pub async fn run(options: RunOptions, shutdown: Shutdown) -> Result<Running, RunError> {
    let opened = tokio::task::spawn_blocking(move || Opened::open(options));
    let (opened, failed) = opened.await.map_err(|_| RunError::Part("opening"))??;
    let listener = Listener::bind(opened.listen, opened.server_tls.clone(), ListenLimits::default()).await?;
    let agency_addr = listener.address();
    let replayed_records = opened.replayed_records;
    tracing::info!(%agency_addr, member = %opened.parts.own, replayed_records, "the node is ready");
    let main = tokio::spawn(opened.serve(listener, shutdown.clone()));
    Ok(Running { agency_addr, replayed_records, failed, shutdown, main })
}

/// A node whose files are open and whose threads run.
struct Opened {
    parts: Parts,
    listen: SocketAddr,
    server_tls: ServerTls,
    signing: Arc<amana_seal::keys::SigningKeyPair>,
    hpke: Vec<(HpkeEpoch, amana_seal::keys::HpkeKeyPair)>,
    first_head: Vec<u8>,
    replayed_records: u64,
    writer: JoinHandle<Ended>,
    commander: JoinHandle<()>,
}

impl Opened {
    /// Opens keys and journal. Blocks: each key costs a passphrase hash, and the tail is replayed.
    /// Answers also where a failure of the storage is told.
    fn open(options: RunOptions) -> Result<(Self, oneshot::Receiver<StorageFailed>), RunError> {
        let RunOptions { layout, config, passphrase: secret, clock, random } = options;
        let own = config.member_code()?;
        let trust = ExchangeTrust::load(&layout)?;
        let exchange: ExchangeName = ExchangeTrust::parsed(&layout, "exchange", &trust.exchange)?;
        let passphrase = passphrase(&secret)?;
        let keys = NodeKeys::open(&layout, HpkeEpoch(trust.hpke_epoch), &passphrase)?;
        let hub = Arc::new(hub_link(&layout, &trust, &exchange, &passphrase)?);
        let server_tls = server_tls(&layout, &exchange, own, &passphrase)?;

        let mut ledger_config = LedgerConfig::new(layout.ledger());
        ledger_config.views_cache_bytes = usize::try_from(config.cache_mib << 20).unwrap_or(usize::MAX);
        let (tell, failed) = oneshot::channel();
        // The owner may have gone; then nobody wants to know.
        ledger_config.failure = Failure::new(move |failed| drop(tell.send(failed)));
        let journal = ledger_config.open_journal()?;
        let slots = Slots::open(&layout.keyslots(), &journal).map_err(LedgerFault::from)?;
        let vault = Arc::new(Vault::new(keys.vault, slots.clone(), Arc::clone(&random)));
        let empty = Directory::new(exchange.clone(), trust.root_keys(&layout)?);
        let state = SharedState::new(State::new(empty.clone()));
        let ledger = Ledger::over(ledger_config, journal, || {
            state.reset(State::new(empty.clone()));
            NodeFold::new(state.clone(), Arc::clone(&vault))
        })?;
        let replayed_records = ledger.opened().replayed_records;
        let holdings = Holdings::new(state, ledger.reader());
        let files = Files::open(&layout.attachments())?;
        let list = match config.abuse_hashes.as_os_str().is_empty() {
            true => AbuseList::default(),
            false => AbuseList::load(&layout.root().join(&config.abuse_hashes))
                .map_err(|error| ConfigError::Together { problem: error.to_string() })?,
        };
        let uploads = Uploads {
            files: files.clone(),
            vault: Arc::clone(&vault),
            random: Arc::clone(&random),
            list: Arc::new(list),
            busy: Arc::default(),
        };
        let (ledger_writer, writer) = LedgerWriter::start(ledger, slots, files.clone(), Arc::clone(&clock))?;
        let signing = Arc::new(keys.signing);
        let sources = Sources {
            own,
            keys: Arc::clone(&signing),
            uploads: uploads.clone(),
            holdings: holdings.clone(),
            vault: Arc::clone(&vault),
            clock: Arc::clone(&clock),
            random: Arc::clone(&random),
        };
        let (commands, commander) = CommandQueue::start(sources, ledger_writer.clone())
            .map_err(|_| RunError::Part("the command queue"))?;
        let listen = config.listen;
        let parts = Parts {
            own,
            exchange,
            layout,
            config,
            hub,
            holdings,
            uploads,
            vault,
            ledger_writer,
            commands,
            waits: Waits::new(Arc::clone(&clock), Arc::clone(&random)),
            clock,
            random,
        };
        let first_head = trust.first_head.into_bytes();
        let hpke = keys.hpke;
        let opened = Self {
            parts,
            listen,
            server_tls,
            signing,
            hpke,
            first_head,
            replayed_records,
            writer,
            commander,
        };
        Ok((opened, failed))
    }

    /// Serves until asked to stop, then lets everything finish and closes the journal.
    async fn serve(self, listener: Listener, shutdown: Shutdown) -> Result<Drained, RunError> {
        let Self { parts, signing, hpke, first_head, writer, commander, .. } = self;
        let (parts, hpke) = (Arc::new(parts), Arc::new(hpke));
        let troubles = Health::default();
        let mut rounds =
            Rounds::new(&parts.ledger_writer, Arc::clone(&parts.random), troubles.clone(), shutdown.clone());
        parts.begin(&mut rounds, &shutdown);
        let keys = DownlinkKeys { signing: Arc::clone(&signing), hpke: Arc::clone(&hpke), first_head };
        let (downlink, stopping) = (Arc::clone(&parts), shutdown.clone());
        rounds.watch("downlink", move || downlink.downlink(&keys).run(stopping.clone()));
        let (layout, connections) = (parts.layout.clone(), listener.connections());
        rounds.begin(move || AgencyWatch::new(layout.clone(), connections.clone()));
        let (health, health_service) = tonic_health::server::health_reporter();
        health.set_serving::<NoticeServiceServer<NoticeCalls>>().await;
        let api = parts.agency_api(signing, hpke, troubles, shutdown.clone());
        let router = server_limits(Server::builder()).add_service(health_service);
        let router = agency_api(router, &api);
        drop(api); // the services hold it
        let served = serve(router, listener, &shutdown, DRAIN_TIMEOUT).await;
        shutdown.trigger(); // also when the server ended by itself
        let closing = async move {
            rounds.stopped().await;
            drop(parts); // the last handles on the threads
            tokio::task::spawn_blocking(move || (commander.join(), writer.join())).await
        };
        let closed = tokio::time::timeout(CLOSING, closing).await.map_err(|_| RunError::Part("its end"))?;
        let (commanded, written) = closed.map_err(|_| RunError::Part("closing"))?;
        written.map_err(|_| LedgerFault::Thread)??;
        commanded.map_err(|_| RunError::Part("the command queue"))?;
        Ok(served?)
    }
}

pub(crate) fn hub_link(
    layout: &Layout,
    trust: &ExchangeTrust,
    exchange: &ExchangeName,
    passphrase: &Passphrase,
) -> Result<HubLink, RunError> {
    let credentials = credentials(layout, CertificateName::Tls, KeyName::Tls, passphrase)?;
    let which = CertificateName::ExchangeAuthority;
    let authority = certificate(layout, which)?;
    let tls = ClientTls::new(
        ServerIdentity::Hub(exchange.clone()),
        ServerTrust::Authority(authority),
        Some(&credentials),
        KeyExchange::HybridOnly,
    )
    .map_err(within(layout.certificate(which)))?;
    let address: ServerAddress = ExchangeTrust::parsed(layout, "hub", &trust.hub)?;
    Ok(HubLink::new(address, tls, ExchangeTrust::parsed(layout, "log_key", &trust.log_key)?))
}

/// Agencies may use any gRPC client, so plain X25519 is allowed beside the hybrid.
fn server_tls(
    layout: &Layout,
    exchange: &ExchangeName,
    own: MemberCode,
    passphrase: &Passphrase,
) -> Result<ServerTls, RunError> {
    let credentials = credentials(layout, CertificateName::Server, KeyName::Server, passphrase)?;
    let which = CertificateName::AgencyAuthority;
    let authority = certificate(layout, which)?;
    let clients = Clients::Required { authority, realm: Realm::Member(exchange.clone(), own) };
    let tls = ServerTls::new(&credentials, clients, KeyExchange::HybridPreferred);
    Ok(tls.map_err(within(layout.certificate(which)))?)
}
