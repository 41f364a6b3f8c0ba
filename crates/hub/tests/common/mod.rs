//! A real exchange on loopback: a hub in this process, members with real keys, real TLS.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod member;
pub(crate) mod relay;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration as Span;

use amana_client::ClientError;
use amana_client::exchange::{Answer, Receipted};
use amana_hub::{HubConfig, HubLimits, HubOptions, InitOptions, Invitee, Operator, Running, init, run};
use amana_kit::clock::SystemClock;
use amana_kit::connect::{ServerAddress, connect};
use amana_kit::random::SystemRandom;
use amana_kit::shutdown::Shutdown;
use amana_log::{Checkpoint, LogKey, RootHash, TreeHead, TreeSize};
use amana_seal::directory::Invitation;
use amana_seal::keyfile::{KeyKind, Passphrase};
use amana_types::{Clock, Directory, Duration, HpkeEpoch, MemberCode, MemberKind, Region, Timestamp};
use tonic::transport::Channel;

#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub(crate) use member::{Choices, Delivered, Party, message};

/// How long anything may take before a test gives up. Nothing asserts a time.
pub(crate) const PATIENCE: Span = Span::from_secs(60);

pub(crate) fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

/// What a member says first.
pub(crate) fn hello() -> amana_wire::v1::Hello {
    amana_wire::session::hello(amana_wire::v1::Limits::default(), Vec::new())
}

pub(crate) fn passphrase() -> Passphrase {
    Passphrase::new(b"correct horse battery staple".to_vec().into()).unwrap()
}

pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

/// What the hub said to one envelope, as an acceptance.
pub(crate) fn receipted(answer: Answer) -> Receipted {
    match answer {
        Answer::Receipted(receipted) => receipted,
        Answer::Refused(refused) => panic!("refused: {} {}", refused.reason, refused.message),
        Answer::Unproven(_, error) => panic!("{error}"),
    }
}

/// The same, as a refusal.
pub(crate) fn reason(answer: Answer) -> String {
    match answer {
        Answer::Refused(refused) => refused.reason,
        Answer::Receipted(receipted) => panic!("accepted at {}", receipted.index),
        Answer::Unproven(_, error) => panic!("{error}"),
    }
}

/// The reason of a refused call.
pub(crate) fn remote(error: ClientError) -> String {
    match error {
        ClientError::Remote(remote) => remote.reason,
        other => panic!("{other}"),
    }
}

/// A hub and its operator.
pub(crate) struct Exchange {
    root: tempfile::TempDir,
    pub(crate) config: HubConfig,
    pub(crate) operator: Operator,
    pub(crate) shutdown: Shutdown,
    pub(crate) hub: Option<Running>,
}

impl Exchange {
    /// Makes an exchange and starts its hub.
    pub(crate) async fn start() -> Self {
        let any = "127.0.0.1:0".parse().unwrap();
        // Small files, so that a test does not write gigabytes of zeros.
        let limits = HubLimits {
            group_kib: 512,
            in_flight_kib_per_member: 2 * 1024,
            journal_segment_mib: 1,
            ..HubLimits::default()
        };
        Self::start_with(HubConfig { listen: any, enrol_listen: any, limits }).await
    }

    pub(crate) async fn start_with(config: HubConfig) -> Self {
        let root = tempfile::tempdir().unwrap();
        let options = InitOptions {
            dir: root.path().join("hub"),
            exchange: "exchange.example".parse().unwrap(),
            listen: config.listen,
            enrol_listen: config.enrol_listen,
            advertise: None,
        };
        let operator = init(&options, &passphrase(), &SystemRandom, now()).unwrap();
        let mut exchange = Self { root, config, operator, shutdown: Shutdown::new(), hub: None };
        exchange.open().await;
        exchange
    }

    /// Where the hub's files are.
    pub(crate) fn dir(&self) -> PathBuf {
        self.root.path().join("hub")
    }

    /// Starts the hub over what is there.
    pub(crate) async fn open(&mut self) {
        self.shutdown = Shutdown::new();
        let options = HubOptions {
            dir: self.dir(),
            config: self.config.clone(),
            passphrase: passphrase(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            shutdown: self.shutdown.clone(),
        };
        self.hub = Some(run(options).await.unwrap());
    }

    /// Stops the hub in order.
    pub(crate) async fn close(&mut self) {
        self.shutdown.trigger();
        let hub = self.hub.take().unwrap();
        tokio::time::timeout(PATIENCE, hub.ended()).await.unwrap().unwrap();
    }

    /// A head of the log as whoever has its key could sign it.
    pub(crate) fn sign_head(&self, size: u64, root: [u8; 32]) -> bytes::Bytes {
        let path = amana_hub::Layout::new(self.dir()).key("log.key");
        let pem = std::fs::read_to_string(path).unwrap();
        let seed = amana_seal::keyfile::open_pem(&pem, KeyKind::Ed25519, &passphrase()).unwrap();
        let pair = ring::signature::Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let head = TreeHead { size: TreeSize::new(size), root: RootHash::new(root) };
        let checkpoint = Checkpoint { origin: self.log_key().name().clone(), head };
        checkpoint.sign(&pair).as_str().as_bytes().to_vec().into()
    }

    pub(crate) fn running(&self) -> &Running {
        self.hub.as_ref().unwrap()
    }

    pub(crate) fn log_key(&self) -> LogKey {
        self.operator.log_key().parse().unwrap()
    }

    /// The text of an invitation.
    pub(crate) fn invite(&self, member: &str) -> String {
        self.invite_as(member, MemberKind::Country)
    }

    fn invite_as(&self, member: &str, kind: MemberKind) -> String {
        self.invite_below(member, kind, None)
    }

    /// The text of an invitation for a member below another.
    pub(crate) fn invite_below(&self, member: &str, kind: MemberKind, parent: Option<&str>) -> String {
        let europe = parent.is_none().then_some(Region::Europe);
        let invitee = Invitee {
            code: code(member),
            name: format!("National unit {member}"),
            kind,
            parent: parent.map(code),
            regions: europe.into_iter().collect(),
            child_protection: false,
            first_epoch: HpkeEpoch(0),
            valid: Duration::from_days(1),
        };
        let text = self.operator.invite(&invitee, &passphrase(), &SystemRandom, now()).unwrap();
        text.as_str().to_owned()
    }

    /// Enrols a new member.
    pub(crate) async fn enrol(&self, member: &str) -> Party {
        let (invitation, _) = Invitation::parse(&self.invite(member)).unwrap();
        Party::enrol(self, code(member), &invitation).await.unwrap()
    }

    /// Enrols a review desk.
    pub(crate) async fn enrol_desk(&self, member: &str) -> Party {
        let text = self.invite_as(member, MemberKind::ReviewDesk);
        let (invitation, _) = Invitation::parse(&text).unwrap();
        Party::enrol(self, code(member), &invitation).await.unwrap()
    }

    /// Enrols a partner.
    pub(crate) async fn enrol_partner(&self, member: &str) -> Party {
        let (invitation, _) = Invitation::parse(&self.invite_as(member, MemberKind::Partner)).unwrap();
        Party::enrol(self, code(member), &invitation).await.unwrap()
    }

    /// Enrols several.
    pub(crate) async fn enrol_all<const N: usize>(&self, members: [&str; N]) -> [Party; N] {
        let mut parties = Vec::new();
        for member in members {
            parties.push(self.enrol(member).await);
        }
        parties.try_into().ok().unwrap()
    }

    /// A channel of the operator.
    pub(crate) async fn operator_channel(&self) -> Channel {
        let tls = self.operator.tls(&passphrase()).unwrap();
        connect(&ServerAddress::from(self.running().members), &tls).await.unwrap()
    }

    /// The directory as the operator reads it.
    pub(crate) async fn directory(&self) -> Directory {
        let entries = amana_client::directory::entries(self.operator_channel().await, 0).await.unwrap();
        let exchange = self.operator.exchange().clone();
        let mut directory = Directory::new(exchange, self.operator.root_keys().to_vec());
        for listed in entries {
            amana_seal::directory::fold(&mut directory, &listed.entry, listed.index, listed.accepted_at)
                .unwrap();
        }
        directory
    }

    /// Puts a member under review, or takes it off.
    pub(crate) async fn set_under_review(&self, member: &str, under_review: bool) {
        let number = self.directory().await.root_entries;
        let entry = self.operator.sign_review(code(member), under_review, number, &passphrase()).unwrap();
        amana_client::directory::submit(self.operator_channel().await, entry).await.unwrap();
    }

    /// Suspends or reinstates a member.
    pub(crate) async fn set_suspended(&self, member: &str, suspended: bool) {
        let number = self.directory().await.root_entries;
        let entry = self.operator.sign_status(code(member), suspended, number, &passphrase()).unwrap();
        amana_client::directory::submit(self.operator_channel().await, entry).await.unwrap();
    }
}
