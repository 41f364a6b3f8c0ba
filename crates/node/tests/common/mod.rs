//! A real exchange on loopback: a hub and nodes in this process, real keys, real TLS, real files.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

pub(crate) mod case;
pub(crate) mod crowd;
pub(crate) mod files;
#[path = "../../../../tests/common/ports.rs"]
mod ports;

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration as Span;

use amana_client::notice_service;
use amana_hub::{HubConfig, HubOptions, Invitee, Operator};
use amana_kit::certs::{TlsKey, certificate_from_pem, certificates_from_pem};
use amana_kit::clock::SystemClock;
use amana_kit::connect::connect;
use amana_kit::identity::ServerIdentity;
use amana_kit::random::SystemRandom;
use amana_kit::shutdown::Shutdown;
use amana_kit::tls::{ClientTls, Credentials, KeyExchange, ServerTrust};
use amana_node::{InitOptions, Layout, NodeConfig, RunOptions, agency_add, enrol, init, run};
use amana_seal::keyfile::Passphrase;
use amana_types::{Clock as _, Duration, HpkeEpoch, MemberKind, Region, Role, Timestamp};
use amana_wire::v1;
use amana_wire::v1::attachment_service_client::AttachmentServiceClient;
use amana_wire::v1::draft_service_client::DraftServiceClient;
use amana_wire::v1::group_service_client::GroupServiceClient;
use amana_wire::v1::handling_service_client::HandlingServiceClient;
use amana_wire::v1::library_service_client::LibraryServiceClient;
use amana_wire::v1::notice_service_client::NoticeServiceClient;
use amana_wire::v1::operation_service_client::OperationServiceClient;
use amana_wire::v1::reply_service_client::ReplyServiceClient;
use amana_wire::v1::review_service_client::ReviewServiceClient;
use amana_wire::v1::version_service_client::VersionServiceClient;
use tonic::transport::Channel;

pub(crate) const EXCHANGE: &str = "exchange.example";
pub(crate) const SECRET: &[u8] = b"correct horse battery staple";
/// How long anything may take before a test gives up. Nothing asserts a time.
const PATIENCE: Span = Span::from_secs(60);
const PAUSE: Span = Span::from_millis(20);

pub(crate) type Agency = NoticeServiceClient<Channel>;

pub(crate) fn passphrase() -> Passphrase {
    Passphrase::new(SECRET.to_vec().into()).unwrap()
}

pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

pub(crate) fn free_port() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], ports::free_port()))
}

/// Why a test reads.
pub(crate) fn reason() -> Option<v1::AccessReason> {
    Some(v1::AccessReason {
        purpose: v1::Purpose::CriminalInvestigation.into(),
        case_reference: "XF-2026-000009".into(),
    })
}

/// Asks until the answer is there.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("never: {what}"))
}

/// A hub and its operator.
pub(crate) struct Exchange {
    pub(crate) root: tempfile::TempDir,
    pub(crate) operator: Operator,
    config: HubConfig,
    hub: Option<(amana_hub::Running, Shutdown)>,
    clock: Arc<Ahead>,
}

impl Exchange {
    pub(crate) async fn start() -> Self {
        let root = tempfile::tempdir().unwrap();
        let config = HubConfig { listen: free_port(), enrol_listen: free_port(), ..HubConfig::default() };
        let options = amana_hub::InitOptions {
            dir: root.path().join("hub"),
            exchange: EXCHANGE.parse().unwrap(),
            listen: config.listen,
            enrol_listen: config.enrol_listen,
            advertise: None,
        };
        let operator = amana_hub::init(&options, &passphrase(), &SystemRandom, now()).unwrap();
        let mut exchange = Self { root, operator, config, hub: None, clock: Arc::default() };
        exchange.open().await;
        exchange
    }

    pub(crate) fn hub_dir(&self) -> PathBuf {
        self.root.path().join("hub")
    }

    /// Starts the hub over what is there.
    pub(crate) async fn open(&mut self) {
        let shutdown = Shutdown::new();
        let options = HubOptions {
            dir: self.hub_dir(),
            config: self.config.clone(),
            passphrase: passphrase(),
            clock: Arc::<Ahead>::clone(&self.clock),
            random: Arc::new(SystemRandom),
            shutdown: shutdown.clone(),
        };
        self.hub = Some((amana_hub::run(options).await.unwrap(), shutdown));
    }

    /// Sets the hub's clock ahead.
    pub(crate) fn wait_for(&self, span: Duration) {
        self.clock.0.fetch_add(span.as_millis(), Ordering::Relaxed);
    }

    /// Stops the hub.
    pub(crate) async fn close(&mut self) {
        let (hub, shutdown) = self.hub.take().unwrap();
        shutdown.trigger();
        hub.ended().await.unwrap();
    }

    /// Has the hub listen elsewhere; answers where it did, and where it does.
    pub(crate) async fn move_hub(&mut self) -> (SocketAddr, SocketAddr) {
        self.close().await;
        let before = std::mem::replace(&mut self.config.listen, free_port());
        self.open().await;
        (before, self.config.listen)
    }

    pub(crate) fn invite(&self, code: &str, child_protection: bool) -> String {
        self.invite_as(code, MemberKind::Country, child_protection)
    }

    fn invite_as(&self, code: &str, kind: MemberKind, child_protection: bool) -> String {
        let invitee = Invitee {
            code: code.parse().unwrap(),
            name: format!("National unit {code}"),
            kind,
            parent: None,
            regions: BTreeSet::from([Region::Europe]),
            child_protection,
            first_epoch: HpkeEpoch(0),
            valid: Duration::from_days(1),
        };
        self.operator.invite(&invitee, &passphrase(), &SystemRandom, now()).unwrap().as_str().to_owned()
    }

    /// Suspends or reinstates a member.
    pub(crate) async fn set_suspended(&self, code: &str, suspended: bool) {
        let code = code.parse().unwrap();
        self.submit(|number| self.operator.sign_status(code, suspended, number, &passphrase()).unwrap())
            .await;
    }

    /// Puts a member under review, or takes it off.
    pub(crate) async fn set_under_review(&self, code: &str, on: bool) {
        let code = code.parse().unwrap();
        self.submit(|number| self.operator.sign_review(code, on, number, &passphrase()).unwrap()).await;
    }

    /// Makes a group, or changes it.
    pub(crate) async fn set_group(&self, terms: amana_types::GroupTerms) {
        self.submit(|number| self.operator.sign_group(terms, number, &passphrase()).unwrap()).await;
    }

    async fn submit(&self, sign: impl FnOnce(u64) -> bytes::Bytes) {
        let tls = self.operator.tls(&passphrase()).unwrap();
        let channel = connect(&self.config.listen.into(), &tls).await.unwrap();
        let entries = amana_client::directory::entries(channel.clone(), 0).await.unwrap();
        let root_keys = self.operator.root_keys().to_vec();
        let mut directory = amana_types::Directory::new(EXCHANGE.parse().unwrap(), root_keys);
        for listed in entries {
            amana_seal::directory::fold(&mut directory, &listed.entry, listed.index, listed.accepted_at)
                .unwrap();
        }
        amana_client::directory::submit(channel, sign(directory.root_entries)).await.unwrap();
    }

    /// The review desk's node, with two officers, and running.
    pub(crate) async fn desk(&self) -> Unit {
        let invitation = self.invite_as("XD", MemberKind::ReviewDesk, false);
        let mut desk = Unit::enrolled(self, "XD", &invitation).await;
        desk.invite_agency("unit", Role::Supervisor);
        desk.invite_agency("second", Role::Supervisor);
        desk.invite_agency("clerk", Role::Investigator);
        desk.open().await;
        desk
    }

    /// The node of a partner, with one agency of that role, and running.
    pub(crate) async fn partner(&self, code: &str, role: Role) -> Unit {
        let invitation = self.invite_as(code, MemberKind::Partner, false);
        let mut partner = Unit::enrolled(self, code, &invitation).await;
        partner.invite_agency("unit", role);
        partner.open().await;
        partner
    }

    /// A member's node, enrolled, with one agency of that role, and running.
    pub(crate) async fn unit(&self, code: &str, role: Role) -> Unit {
        let mut unit = Unit::make(self, code).await;
        unit.invite_agency("unit", role);
        unit.open().await;
        unit
    }
}

/// A member's node.
pub(crate) struct Unit {
    pub(crate) code: String,
    pub(crate) layout: Layout,
    listen: SocketAddr,
    node: Option<(amana_node::Running, Shutdown)>,
    agencies: Mutex<HashMap<String, Agency>>,
    answering: Mutex<HashMap<String, ReplyServiceClient<Channel>>>,
    clock: Arc<Ahead>,
}

/// The system's clock, or as far ahead of it as a test says.
#[derive(Default)]
pub(crate) struct Ahead(AtomicU64);

impl amana_types::Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now().after(Duration::from_millis(self.0.load(Ordering::Relaxed)))
    }
}

impl Unit {
    /// A node that is enrolled and does not run.
    pub(crate) async fn make(exchange: &Exchange, code: &str) -> Self {
        Self::enrolled(exchange, code, &exchange.invite(code, code == "XS")).await
    }

    async fn enrolled(exchange: &Exchange, code: &str, invitation: &str) -> Self {
        let layout = Layout::new(exchange.root.path().join(code.to_lowercase()));
        let listen = free_port();
        let options = InitOptions { member: code.parse().unwrap(), listen, names: Vec::new() };
        init(&layout, &options, SECRET, &SystemRandom).unwrap();
        enrol(&layout, invitation, SECRET, &SystemRandom, now()).await.unwrap();
        Self {
            code: code.to_owned(),
            layout,
            listen,
            node: None,
            agencies: Mutex::default(),
            answering: Mutex::default(),
            clock: Arc::default(),
        }
    }

    /// A node that was made and enrolled elsewhere.
    pub(crate) fn over(exchange: &Exchange, code: &str) -> Self {
        let layout = Layout::new(exchange.root.path().join(code.to_lowercase()));
        let listen = NodeConfig::load(&layout, |layers| layers).unwrap().listen;
        Self {
            code: code.to_owned(),
            layout,
            listen,
            node: None,
            agencies: Mutex::default(),
            answering: Mutex::default(),
            clock: Arc::default(),
        }
    }

    /// Sets the node's clock ahead.
    pub(crate) fn wait_for(&self, span: Duration) {
        self.clock.0.fetch_add(span.as_millis(), Ordering::Relaxed);
    }

    /// Sets the node's clock that far ahead of the right time.
    pub(crate) fn set_ahead(&self, span: Duration) {
        self.clock.0.store(span.as_millis(), Ordering::Relaxed);
    }

    /// Sets the node's clock right.
    pub(crate) fn set_right(&self) {
        self.clock.0.store(0, Ordering::Relaxed);
    }

    fn agency_dir(&self, name: &str) -> PathBuf {
        let root = self.layout.root();
        root.with_file_name(format!("{}-agency-{name}", self.code.to_lowercase()))
    }

    /// Lets an agency in.
    pub(crate) fn invite_agency(&self, name: &str, role: Role) {
        let (to, address) = (self.agency_dir(name), self.listen.to_string());
        agency_add(&self.layout, name, role, &address, &to, SECRET, &SystemRandom, now()).unwrap();
    }

    /// Starts the node over what is there.
    pub(crate) async fn open(&mut self) {
        let shutdown = Shutdown::new();
        let options = RunOptions {
            layout: self.layout.clone(),
            config: NodeConfig::load(&self.layout, |layers| layers).unwrap(),
            passphrase: SECRET.to_vec().into(),
            clock: Arc::<Ahead>::clone(&self.clock),
            random: Arc::new(SystemRandom),
        };
        let node = run(options, shutdown.clone()).await.unwrap();
        assert_eq!(node.agency_addr, self.listen);
        self.node = Some((node, shutdown));
    }

    /// Stops the node.
    pub(crate) async fn close(&mut self) {
        self.agencies.lock().unwrap().clear();
        self.answering.lock().unwrap().clear();
        let (node, shutdown) = self.node.take().unwrap();
        shutdown.trigger();
        node.wait().await.unwrap();
    }

    /// The agency API as the agency of that name, over the one connection that it keeps.
    pub(crate) async fn agency(&self, name: &str) -> Agency {
        let kept = self.agencies.lock().unwrap().get(name).cloned();
        if let Some(agency) = kept {
            return agency;
        }
        let agency = self.connect(name).await;
        self.agencies.lock().unwrap().insert(name.to_owned(), agency.clone());
        agency
    }

    /// The review desk's API over a connection of its own.
    pub(crate) async fn officer(&self, name: &str) -> ReviewServiceClient<Channel> {
        amana_client::review_service(self.channel(&self.agency_dir(name)).await)
    }

    /// What is said back to notices, over a connection of its own.
    pub(crate) async fn replies(&self, name: &str) -> ReplyServiceClient<Channel> {
        let kept = self.answering.lock().unwrap().get(name).cloned();
        if let Some(agency) = kept {
            return agency;
        }
        let agency = amana_client::reply_service(self.channel(&self.agency_dir(name)).await);
        self.answering.lock().unwrap().insert(name.to_owned(), agency.clone());
        agency
    }

    /// The API of versions over a connection of its own.
    pub(crate) async fn versions(&self, name: &str) -> VersionServiceClient<Channel> {
        amana_client::version_service(self.channel(&self.agency_dir(name)).await)
    }

    /// Notices that are still being written, over a connection of its own.
    pub(crate) async fn drafts(&self, name: &str) -> DraftServiceClient<Channel> {
        amana_client::draft_service(self.channel(&self.agency_dir(name)).await)
    }

    /// What may be done with notices, over a connection of its own.
    pub(crate) async fn handling(&self, name: &str) -> HandlingServiceClient<Channel> {
        amana_client::handling_service(self.channel(&self.agency_dir(name)).await)
    }

    /// Groups, over a connection of its own.
    pub(crate) async fn groups(&self, name: &str) -> GroupServiceClient<Channel> {
        amana_client::group_service(self.channel(&self.agency_dir(name)).await)
    }

    /// What operations come to, over a connection of its own.
    pub(crate) async fn operations(&self, name: &str) -> OperationServiceClient<Channel> {
        amana_client::operation_service(self.channel(&self.agency_dir(name)).await)
    }

    /// Files of notices, over a connection of its own.
    pub(crate) async fn attachments(&self, name: &str) -> AttachmentServiceClient<Channel> {
        amana_client::attachment_service(self.channel(&self.agency_dir(name)).await)
    }

    /// Bulletins, over a connection of its own.
    pub(crate) async fn library(&self, name: &str) -> LibraryServiceClient<Channel> {
        amana_client::library_service(self.channel(&self.agency_dir(name)).await)
    }

    /// How many records its journal has: it is opened again without its views, so that all are read.
    pub(crate) async fn records(&mut self) -> u64 {
        self.close().await;
        std::fs::remove_dir_all(self.layout.root().join("views")).unwrap();
        self.open().await;
        self.node.as_ref().unwrap().0.replayed_records
    }

    /// The agency API over a connection of its own.
    pub(crate) async fn connect(&self, name: &str) -> Agency {
        notice_service(self.channel(&self.agency_dir(name)).await)
    }

    async fn channel(&self, files: &Path) -> Channel {
        let read = |name: &str| std::fs::read_to_string(files.join(name)).unwrap();
        let key = TlsKey::from_pem(read("agency.key").as_bytes()).unwrap();
        let chain = certificates_from_pem(&read("agency.pem")).unwrap();
        let credentials = Credentials::new(chain, &key).unwrap();
        let server = ServerIdentity::Node(EXCHANGE.parse().unwrap(), self.code.parse().unwrap());
        let trust = ServerTrust::Authority(certificate_from_pem(&read("ca.pem")).unwrap());
        let tls = ClientTls::new(server, trust, Some(&credentials), KeyExchange::HybridOnly).unwrap();
        connect(&self.listen.into(), &tls).await.unwrap()
    }

    /// Publishes a notice once the node knows everybody addressed.
    pub(crate) async fn publish(
        &self,
        request_id: &str,
        notice: &v1::Notice,
        addressing: &v1::Addressing,
    ) -> v1::PublishNoticeResponse {
        let agency = self.agency("unit").await;
        eventually("the notice is published", || {
            let mut agency = agency.clone();
            let request = v1::PublishNoticeRequest {
                request_id: request_id.to_owned(),
                notice: Some(notice.clone()),
                addressing: Some(addressing.clone()),
                draft: None,
            };
            async move {
                match agency.publish(request).await {
                    Ok(response) => Some(response.into_inner()),
                    Err(status) if status.message().contains("not a member") => None,
                    Err(status) if status.message().contains("not members") => None,
                    Err(status) if status.message().contains("no review desk") => None,
                    Err(status) => panic!("{status:?}"),
                }
            }
        })
        .await
    }

    /// Every notice received, newest first.
    pub(crate) async fn received(&self) -> Vec<v1::NoticeSummary> {
        let mut agency = self.agency("unit").await;
        let mut all = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = v1::ListRequest {
                direction: v1::Direction::Received.into(),
                page_size: 200,
                page_token,
                reason: reason(),
                ..Default::default()
            };
            let page = agency.list(request).await.unwrap().into_inner();
            all.extend(page.notices);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return all;
            }
        }
    }

    /// Waits until so many notices were received.
    pub(crate) async fn receives(&self, count: usize) -> Vec<v1::NoticeSummary> {
        eventually("the notices arrive", || async move {
            let received = self.received().await;
            assert!(received.len() <= count, "{} received more than was sent", self.code);
            (received.len() == count).then_some(received)
        })
        .await
    }

    pub(crate) async fn withdraw(
        &self,
        request_id: &str,
        id: &str,
        ground: v1::WithdrawalGround,
    ) -> Result<v1::WithdrawResponse, tonic::Status> {
        let request = v1::WithdrawRequest {
            request_id: request_id.to_owned(),
            notice_id: id.to_owned(),
            ground: ground.into(),
            text: String::new(),
        };
        self.agency("unit").await.withdraw(request).await.map(tonic::Response::into_inner)
    }

    /// Reads a notice that is not to be read; gives the reason.
    pub(crate) async fn get_refused(&self, id: &str) -> String {
        let request = v1::GetRequest { notice_id: id.to_owned(), reason: reason() };
        let refused = self.agency("unit").await.get(request).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::NotFound);
        amana_wire::status::RemoteError::from(&refused).reason
    }

    pub(crate) async fn finds(&self, name: &str) -> usize {
        let request = v1::SearchRequest { name: name.into(), reason: reason(), ..Default::default() };
        self.agency("unit").await.search(request).await.unwrap().into_inner().notices.len()
    }

    /// Whether a notice can be read here.
    pub(crate) async fn get_if_there(&self, id: &str) -> bool {
        let request = v1::GetRequest { notice_id: id.to_owned(), reason: reason() };
        self.agency("unit").await.get(request).await.is_ok()
    }

    pub(crate) async fn get(&self, id: &str) -> v1::NoticeView {
        let request = v1::GetRequest { notice_id: id.to_owned(), reason: reason() };
        self.agency("unit").await.get(request).await.unwrap().into_inner().notice.unwrap()
    }

    pub(crate) async fn receipts(&self, id: &str) -> v1::ListReceiptsResponse {
        let request = v1::ListReceiptsRequest { notice_id: id.to_owned() };
        self.agency("unit").await.list_receipts(request).await.unwrap().into_inner()
    }

    pub(crate) async fn status(&self) -> v1::GetNodeStatusResponse {
        self.agency("unit").await.get_node_status(v1::GetNodeStatusRequest {}).await.unwrap().into_inner()
    }
}
