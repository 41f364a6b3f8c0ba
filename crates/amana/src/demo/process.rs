//! This same binary as a child process: started, awaited, stopped, and killed without warning.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::exit::{Exit, Failure};

/// How long a process may take to say that it is ready, or to stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// A hub or a node in a process of its own. Dropping it kills it.
pub(crate) struct Process {
    name: String,
    child: Child,
}

impl Process {
    /// Starts `amana` with these arguments, its stderr going to `log`, and waits for its ready line.
    pub(crate) async fn start(name: &str, arguments: &[&str], log: PathBuf) -> Result<Self, Failure> {
        let binary = std::env::current_exe().map_err(|e| failed(name, &e.to_string()))?;
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&log)
            .map_err(|error| Failure::file(&log, &error))?;
        let mut child = Command::new(binary)
            .args(arguments)
            .args(["--output", "ndjson", "--no-input"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .map_err(|e| failed(name, &e.to_string()))?;
        let stdout = child.stdout.take().ok_or_else(|| failed(name, "no stdout"))?;
        let mut lines = BufReader::new(stdout).lines();
        match tokio::time::timeout(PATIENCE, lines.next_line()).await {
            Ok(Ok(Some(line))) if line.contains("\"ready\"") => Ok(Self { name: name.to_owned(), child }),
            _ => Err(failed(name, "it did not get ready")
                .hint("its log is in the demo's folder; use --dir to keep it")),
        }
    }

    /// Ends it as a power cut would: SIGKILL, no farewell.
    pub(crate) async fn kill(mut self) -> Result<(), Failure> {
        self.child.kill().await.map_err(|e| failed(&self.name, &e.to_string()))
    }

    /// Asks it to finish (SIGTERM) and waits until it has.
    pub(crate) async fn stop(mut self) -> Result<(), Failure> {
        let pid =
            self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)
                .map_err(|e| failed(&self.name, &e.to_string()))?;
        }
        match tokio::time::timeout(PATIENCE, self.child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(failed(&self.name, &format!("it ended with {status}"))),
            _ => Err(failed(&self.name, "it did not stop")),
        }
    }
}

fn failed(name: &str, why: &str) -> Failure {
    Failure::new(Exit::Failed, format_args!("{name}: {why}"))
}
