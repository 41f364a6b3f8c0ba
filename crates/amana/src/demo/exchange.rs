//! A whole exchange in a folder: made, enrolled and run by the same code and the same binary as any other.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use amana_client::Operator as OperatorCalls;
use amana_hub::{InitOptions, Invitee, Operator};
use amana_kit::clock::SystemClock;
use amana_kit::connect::connect;
use amana_kit::fsio::create_private_file;
use amana_kit::random::SystemRandom;
use amana_seal::keyfile::Passphrase;
use amana_types::{Clock, Duration, HpkeEpoch, MemberKind, Random, Role};
use zeroize::Zeroizing;

use super::process::Process;
use crate::exit::{Exit, Failure};

/// An exchange of one's own on this machine.
pub(crate) struct Exchange {
    dir: PathBuf,
    operator: Operator,
    secret: Zeroizing<Vec<u8>>,
}

/// How long the exercise's invitations count.
const INVITATION: Duration = Duration::from_days(1);

pub(crate) fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, error)
}

fn free_port() -> Result<std::net::SocketAddr, Failure> {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_err(failed)
}

impl Exchange {
    /// Makes a hub in `dir`, on free ports of the loopback.
    pub(crate) fn create(dir: &Path, name: &str) -> Result<Self, Failure> {
        let drawn: [u8; 24] = SystemRandom.array();
        let secret: Zeroizing<String> =
            Zeroizing::new(drawn.iter().map(|byte| format!("{byte:02x}")).collect());
        create_private_file(&dir.join("passphrase"), secret.as_bytes()).map_err(failed)?;
        let secret = Zeroizing::new(secret.as_bytes().to_vec());
        let options = InitOptions {
            dir: dir.join("hub"),
            exchange: name.parse().map_err(failed)?,
            listen: free_port()?,
            enrol_listen: free_port()?,
            advertise: None,
        };
        let passphrase = Passphrase::new(secret.clone()).map_err(failed)?;
        let operator =
            amana_hub::init(&options, &passphrase, &SystemRandom, SystemClock.now()).map_err(failed)?;
        Ok(Self { dir: dir.to_owned(), operator, secret })
    }

    pub(crate) fn hub_dir(&self) -> PathBuf {
        self.dir.join("hub")
    }

    pub(crate) fn node_dir(&self, code: &str) -> PathBuf {
        self.dir.join(code.to_lowercase())
    }

    /// Where the agency of a member keeps its context.
    pub(crate) fn agency_dir(&self, code: &str) -> PathBuf {
        self.dir.join(format!("{}-agency", code.to_lowercase()))
    }

    pub(crate) fn passphrase_file(&self) -> PathBuf {
        self.dir.join("passphrase")
    }

    pub(crate) fn operator(&self) -> &Operator {
        &self.operator
    }

    pub(crate) fn passphrase(&self) -> Result<Passphrase, Failure> {
        Passphrase::new(self.secret.clone()).map_err(failed)
    }

    /// A one-time invitation for a country.
    pub(crate) fn invite(
        &self,
        code: &str,
        name: &str,
        child_protection: bool,
    ) -> Result<Zeroizing<String>, Failure> {
        self.invite_as(code, name, MemberKind::Country, child_protection)
    }

    /// A one-time invitation for a member of that kind.
    pub(crate) fn invite_as(
        &self,
        code: &str,
        name: &str,
        kind: MemberKind,
        child_protection: bool,
    ) -> Result<Zeroizing<String>, Failure> {
        let invitee = Invitee {
            code: code.parse().map_err(failed)?,
            name: name.to_owned(),
            kind,
            parent: None,
            regions: std::collections::BTreeSet::new(),
            child_protection,
            first_epoch: HpkeEpoch(0),
            valid: INVITATION,
        };
        self.operator.invite(&invitee, &self.passphrase()?, &SystemRandom, SystemClock.now()).map_err(failed)
    }

    /// A node with one agency, enrolled. The hub must be running.
    pub(crate) async fn add_node(&self, code: &str, name: &str, role: Role) -> Result<(), Failure> {
        let layout = amana_node::Layout::new(self.node_dir(code));
        let listen = free_port()?;
        let options =
            amana_node::InitOptions { member: code.parse().map_err(failed)?, listen, names: Vec::new() };
        amana_node::init(&layout, &options, &self.secret, &SystemRandom).map_err(failed)?;
        let invitation = self.invite(code, name, role == Role::ChildProtection)?;
        let now = SystemClock.now();
        amana_node::enrol(&layout, &invitation, &self.secret, &SystemRandom, now).await.map_err(failed)?;
        let (address, to) = (listen.to_string(), self.agency_dir(code));
        amana_node::agency_add(&layout, "unit", role, &address, &to, &self.secret, &SystemRandom, now)
            .map_err(failed)?;
        Ok(())
    }

    /// The hub in a process of its own.
    pub(crate) async fn run_hub(&self) -> Result<Process, Failure> {
        self.run("hub", &self.hub_dir()).await
    }

    /// A node in a process of its own.
    pub(crate) async fn run_node(&self, code: &str) -> Result<Process, Failure> {
        self.run("node", &self.node_dir(code)).await
    }

    async fn run(&self, what: &str, dir: &Path) -> Result<Process, Failure> {
        let name = dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (folder, passphrase) = (dir.to_string_lossy(), self.passphrase_file());
        let arguments = [what, "run", "--dir", &folder, "--passphrase-file", &passphrase.to_string_lossy()];
        Process::start(&name, &arguments, self.dir.join(format!("{name}.log"))).await
    }

    /// A channel to the hub as its operator.
    pub(crate) async fn operator_channel(&self) -> Result<tonic::transport::Channel, Failure> {
        let tls = self.operator.tls(&self.passphrase()?).map_err(failed)?;
        connect(&self.operator.hub_url().parse().map_err(failed)?, &tls).await.map_err(failed)
    }

    /// The operator's calls.
    pub(crate) async fn operator_calls(&self) -> Result<OperatorCalls, Failure> {
        Ok(OperatorCalls::new(self.operator_channel().await?))
    }
}
