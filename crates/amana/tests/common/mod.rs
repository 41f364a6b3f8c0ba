//! A real exchange on loopback: hub and nodes as processes of their own, made by the commands that a
//! user would type.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod agency;
#[path = "../../../../tests/common/ports.rs"]
mod ports;
mod process;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use amana_hub::Operator;
use amana_kit::connect::{ServerAddress, connect};
use amana_seal::keyfile::Passphrase;
use serde_json::Value;
use tonic::transport::Channel;

#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub(crate) use agency::{Agency, may_be_repeated, notice, reason, to};
pub(crate) use ports::free_port;
pub(crate) use process::Process;

/// How long anything may take before a test gives up. Nothing asserts a time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// Small files, so that a test does not write gigabytes of zeros; little kept in memory.
const HUB_LIMITS: &str = "group_kib = 512\njournal_segment_mib = 1\nrecent_kib = 4096\n";

/// Asks until the answer is there.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
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

/// Copies a directory with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// An exchange in a folder of its own.
pub(crate) struct Exchange {
    root: tempfile::TempDir,
    verbosity: Option<&'static str>,
}

impl Exchange {
    /// Makes a hub. With `AMANA_TEST_KEEP` set the folder stays, to look into.
    pub(crate) async fn make() -> Self {
        let mut root = tempfile::tempdir().unwrap();
        root.disable_cleanup(std::env::var_os("AMANA_TEST_KEEP").is_some());
        let exchange = Self { root, verbosity: None };
        let secret = exchange.root.path().join("passphrase");
        amana_kit::fsio::create_private_file(&secret, b"correct horse battery staple").unwrap();
        let (listen, enrol) = (free_port(), free_port());
        let (listen, enrol) = (format!("127.0.0.1:{listen}"), format!("127.0.0.1:{enrol}"));
        let hub = text(&exchange.hub_dir());
        exchange
            .amana(&[
                "hub",
                "init",
                "--dir",
                &hub,
                "--exchange",
                "exchange.example",
                "--listen",
                &listen,
                "--enrol-listen",
                &enrol,
            ])
            .await;
        let file = exchange.hub_dir().join("hub.toml");
        let mut config: toml::Table = fs::read_to_string(&file).unwrap().parse().unwrap();
        let limits = config["limits"].as_table_mut().unwrap();
        limits.extend(HUB_LIMITS.parse::<toml::Table>().unwrap());
        fs::write(&file, config.to_string()).unwrap();
        exchange
    }

    /// What starts from now on says more on stderr, such as `-vv`.
    pub(crate) fn be_verbose(&mut self, flag: &'static str) {
        self.verbosity = Some(flag);
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn hub_dir(&self) -> PathBuf {
        self.root.path().join("hub")
    }

    pub(crate) fn node_dir(&self, code: &str) -> PathBuf {
        self.root.path().join(code.to_lowercase())
    }

    pub(crate) fn agency_dir(&self, code: &str) -> PathBuf {
        self.root.path().join(format!("{}-agency", code.to_lowercase()))
    }

    /// What a process, `hub` or a member's code, said on stderr since the beginning.
    pub(crate) fn log_file(&self, name: &str) -> PathBuf {
        self.root.path().join("logs").join(format!("{}.log", name.to_lowercase()))
    }

    pub(crate) fn passphrase(&self) -> Passphrase {
        Passphrase::new(fs::read(self.root.path().join("passphrase")).unwrap().into()).unwrap()
    }

    /// Runs one command to its end; answers how it ended, its stdout and its stderr.
    pub(crate) async fn try_amana(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = tokio::time::timeout(PATIENCE, process::command(&self.root, arguments).output());
        let output = output.await.unwrap_or_else(|_| panic!("amana {arguments:?} does not end")).unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }

    /// Runs one command that must succeed; answers what it printed.
    pub(crate) async fn amana(&self, arguments: &[&str]) -> Vec<Value> {
        let (exit, stdout, stderr) = self.try_amana(arguments).await;
        assert_eq!(exit, 0, "amana {arguments:?}\n{stderr}");
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Writes an invitation for a member of that kind; answers the file.
    pub(crate) async fn invite(&self, code: &str, kind: &str) -> PathBuf {
        let token = text(&self.root.path().join(format!("{code}.token")));
        let hub = text(&self.hub_dir());
        let invitation = ["hub", "invite", code, "--dir", &hub, "--kind", kind, "--name", code];
        self.amana(&[&invitation[..], &["--token-file", &token]].concat()).await;
        token.into()
    }

    /// Makes and enrols a country's node with one agency. The hub must be running.
    pub(crate) async fn add_node(&self, code: &str, role: &str) {
        self.add_member(code, "COUNTRY", role).await;
    }

    /// Makes and enrols a node of that kind with one agency. The hub must be running.
    pub(crate) async fn add_member(&self, code: &str, kind: &str, role: &str) {
        let token = self.invite(code, kind).await;
        let (dir, listen) = (text(&self.node_dir(code)), format!("127.0.0.1:{}", free_port()));
        self.amana(&["node", "init", "--dir", &dir, "--code", code, "--listen", &listen]).await;
        self.amana(&["node", "enroll", "--dir", &dir, "--token-file", &text(&token)]).await;
        let out = text(&self.agency_dir(code));
        self.amana(&["agency", "add", "unit", "--dir", &dir, "--role", role, "--out", &out]).await;
    }

    /// Starts a process, `hub` or a member's code, without waiting for it.
    pub(crate) fn spawn(&self, name: &str) -> Process {
        let (what, dir) = match name {
            "hub" => ("hub", self.hub_dir()),
            code => ("node", self.node_dir(code)),
        };
        let dir = text(&dir);
        let mut arguments = vec![what, "run", "--dir", &dir];
        arguments.extend(self.verbosity);
        Process::spawn(name, process::server(&self.root, &arguments), self.log_file(name))
    }

    /// Starts a process and waits until it is ready.
    pub(crate) async fn run(&self, name: &str) -> Process {
        let mut process = self.spawn(name);
        process.ready().await;
        process
    }

    /// A running hub with these members, none of which runs yet.
    pub(crate) async fn with_nodes(members: &[&str]) -> (Self, Process) {
        let exchange = Self::make().await;
        let hub = exchange.run("hub").await;
        for code in members {
            exchange.add_node(code, "INVESTIGATOR").await;
        }
        (exchange, hub)
    }

    /// The operator.
    pub(crate) fn operator(&self) -> Operator {
        Operator::load(&self.hub_dir().join("operator")).unwrap()
    }

    /// Where members connect to the hub.
    pub(crate) fn hub_address(&self) -> ServerAddress {
        self.operator().hub_url().parse().unwrap()
    }

    /// A channel to the hub as its operator.
    pub(crate) async fn operator_channel(&self) -> Channel {
        let tls = self.operator().tls(&self.passphrase()).unwrap();
        connect(&self.hub_address(), &tls).await.unwrap()
    }

    /// Recomputes the hub's log from outside and panics if it does not verify; answers its size.
    pub(crate) async fn verify_log(&self) -> u64 {
        let key = self.operator().log_key().parse().unwrap();
        let mut log = amana_client::RemoteLog::new(self.operator_channel().await, key);
        let shown = log.recompute(|_, _| ()).await.unwrap();
        assert!(shown.holds(), "the leaves do not hash to the signed root: {shown:?}");
        shown.signed.size.get()
    }

    /// How many records the hub's log has.
    pub(crate) async fn log_size(&self) -> u64 {
        let calls = amana_client::Operator::new(self.operator_channel().await);
        calls.status().await.unwrap().log_size
    }
}

pub(crate) fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}
