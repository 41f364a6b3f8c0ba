//! One `amana` as a child process. Dropping it kills it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use super::PATIENCE;

/// The command, in the folder of an exchange and untouched by the user's own settings.
pub(super) fn command(root: &tempfile::TempDir, arguments: &[&str]) -> Command {
    over(Command::new(env!("CARGO_BIN_EXE_amana")), root, arguments)
}

/// The same for what serves. A write behind the limit of a file's size is an error to it, not its end.
pub(super) fn server(root: &tempfile::TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_amana")]);
    over(command, root, arguments)
}

fn over(mut command: Command, root: &tempfile::TempDir, arguments: &[&str]) -> Command {
    command
        .args(arguments)
        .args(["--output", "ndjson", "--no-input", "--passphrase-file", "passphrase"])
        .current_dir(root.path())
        .env("HOME", root.path())
        .env("XDG_CONFIG_HOME", root.path())
        .env_remove("AMANA_LOG")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// A hub or a node.
pub(crate) struct Process {
    pub(crate) name: String,
    log: PathBuf,
    child: Child,
    stdout: Option<ChildStdout>,
}

impl Process {
    pub(super) fn spawn(name: &str, mut command: Command, log: PathBuf) -> Self {
        fs::create_dir_all(log.parent().unwrap()).unwrap();
        let stderr = File::options().create(true).append(true).open(&log).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
        let stdout = child.stdout.take();
        Self { name: name.to_owned(), log, child, stdout }
    }

    /// Waits until it says that it is ready.
    pub(crate) async fn ready(&mut self) {
        assert!(self.is_ready().await, "{} did not get ready\n{}", self.name, tail(&self.log));
    }

    /// Waits until it says that it is ready, or something else, or ends.
    pub(crate) async fn is_ready(&mut self) -> bool {
        let mut line = String::new();
        let mut stdout = BufReader::new(self.stdout.take().unwrap());
        let read = tokio::time::timeout(PATIENCE, stdout.read_line(&mut line)).await;
        read.is_ok() && line.contains("\"ready\"")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id().unwrap_or_else(|| panic!("{} has ended\n{}", self.name, tail(&self.log)))
    }

    /// Panics, with what it said, if it has ended by itself.
    pub(crate) fn must_live(&mut self) {
        if let Some(status) = self.child.try_wait().unwrap() {
            panic!("{} ended with {status}\n{}", self.name, tail(&self.log));
        }
    }

    /// Ends it as a power cut would: SIGKILL, no farewell.
    pub(crate) async fn kill(mut self) {
        self.must_live();
        self.child.kill().await.unwrap();
    }

    /// Asks it to finish (SIGTERM) and waits until it has.
    pub(crate) async fn stop(mut self) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.pid()).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let ended = ended.unwrap_or_else(|_| panic!("{} does not stop\n{}", self.name, tail(&self.log)));
        assert!(ended.unwrap().success(), "{} did not stop in order\n{}", self.name, tail(&self.log));
    }

    /// Waits until it ends by itself; answers how.
    pub(crate) async fn ends(mut self) -> std::process::ExitStatus {
        tokio::time::timeout(PATIENCE, self.child.wait()).await.unwrap().unwrap()
    }
}

/// The last lines of a log.
fn tail(log: &Path) -> String {
    let text = String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}
