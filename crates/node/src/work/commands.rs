//! The command queue: one thread that carries out one command after the other.
//!
//! A command decides, from what it reads; the queue writes what was decided, and answers once that is
//! durable. One after the other, because a decision depends on those before it: each envelope is linked to
//! the one before it for the same recipient.

use amana_types::Reason;
use std::any::type_name;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::ledger::writer::{Draft, LedgerWriter, WriteError};
use crate::subjects::Record;
use crate::work::basis::{Basis, Sources};

/// Commands that may wait.
const WAITING: usize = 64;

/// Something that is decided and written down.
pub(crate) trait Command: Send + 'static {
    /// What who asked is told.
    type Answer: Send + 'static;
    /// Why it is refused.
    type Error: From<CommandError> + Send + 'static;

    /// Decides from what is read. It writes nothing, and is refused without a trace.
    ///
    /// # Errors
    /// Why it is refused.
    fn decide(self, basis: &Basis<'_>) -> Result<Decision<Self::Answer, Self::Error>, Self::Error>;
}

/// Work on files that goes with a decision.
pub(crate) type FileWork = Box<dyn FnOnce() -> io::Result<()> + Send>;

/// What was decided.
pub(crate) struct Decision<A, E> {
    /// What is done on the disk before anything is written down: when it fails, nothing is.
    pub(crate) before: Option<FileWork>,
    /// What is written down, as one group.
    pub(crate) records: Vec<Draft>,
    /// What is done on the disk once that is durable; what fails of it is left to a sweep.
    pub(crate) after: Option<FileWork>,
    /// What who asked is told. A refusal that leaves something to be done on the disk stands here too.
    pub(crate) answer: Result<A, E>,
}

impl<A, E> Decision<A, E> {
    /// An answer, and nothing to write down.
    pub(crate) const fn answer(answer: A) -> Self {
        Self { before: None, records: Vec::new(), after: None, answer: Ok(answer) }
    }

    /// One record to write down.
    pub(crate) fn record(record: Record, answer: A) -> Self {
        Self::records(vec![record.into()], answer)
    }

    /// Records to write down.
    pub(crate) const fn records(records: Vec<Draft>, answer: A) -> Self {
        Self { before: None, records, after: None, answer: Ok(answer) }
    }

    /// A refusal after which something is to be done on the disk.
    pub(crate) const fn refuse(error: E, work: Option<FileWork>) -> Self {
        Self { before: work, records: Vec::new(), after: None, answer: Err(error) }
    }

    /// The same with what is done on the disk before it is written down.
    pub(crate) fn before(self, work: Option<FileWork>) -> Self {
        Self { before: work, ..self }
    }

    /// The same with what is done on the disk after it is written down.
    pub(crate) fn after(self, work: Option<FileWork>) -> Self {
        Self { after: work, ..self }
    }

    /// The same decision within a larger one.
    pub(crate) fn map<B, F: From<E>>(self, answer: impl FnOnce(A) -> B) -> Decision<B, F> {
        let Self { before, records, after, answer: told } = self;
        Decision { before, records, after, answer: told.map(answer).map_err(F::from) }
    }
}

/// A command was not carried out, for a reason that lies in the node.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The disk failed.
    #[error("the node's disk failed: {0}; check the disk")]
    Disk(io::Error),
    /// It panicked.
    #[error("a defect of the node stopped this command; its administrator finds it in the log, report it")]
    Defect,
}

impl CommandError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Write(error) => error.reason(),
            Self::Disk(_) | Self::Defect => Reason::NodeFault,
        }
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => WriteError::DiskFull.into(),
            _ => Self::Disk(error),
        }
    }
}

type Task = Box<dyn FnOnce(&Executor) + Send>;

/// A handle on the queue. Cheap to clone.
#[derive(Clone)]
pub(crate) struct CommandQueue(mpsc::Sender<Task>);

/// What the thread works with.
struct Executor {
    sources: Sources,
    ledger_writer: LedgerWriter,
}

impl CommandQueue {
    /// Starts the queue. Its thread ends when every handle is gone.
    pub(crate) fn start(sources: Sources, ledger_writer: LedgerWriter) -> io::Result<(Self, JoinHandle<()>)> {
        let (tasks, mut queue) = mpsc::channel::<Task>(WAITING);
        let thread = std::thread::Builder::new().name("node-commands".to_owned()).spawn(move || {
            let executor = Executor { sources, ledger_writer };
            while let Some(task) = queue.blocking_recv() {
                task(&executor);
            }
        })?;
        Ok((Self(tasks), thread))
    }

    /// Carries a command out; answers when what it decided is durable.
    pub(crate) async fn run<C: Command>(&self, command: C) -> Result<C::Answer, C::Error> {
        let (done, answer) = oneshot::channel();
        let task: Task = Box::new(move |executor| {
            // Whoever asked may have gone; what was decided stays.
            drop(done.send(executor.execute(command)));
        });
        let stopped = || CommandError::from(WriteError::Stopped);
        self.0.send(task).await.map_err(|_| stopped())?;
        answer.await.unwrap_or_else(|_| Err(stopped().into()))
    }
}

impl Executor {
    /// Carries out one command. A panic refuses that command and stops no other.
    fn execute<C: Command>(&self, command: C) -> Result<C::Answer, C::Error> {
        let executed = catch_unwind(AssertUnwindSafe(|| self.write(command.decide(&self.sources.basis())?)));
        executed.unwrap_or_else(|_| {
            tracing::error!(command = type_name::<C>(), "a command panicked; report it");
            Err(CommandError::Defect.into())
        })
    }

    fn write<A, E: From<CommandError>>(&self, decision: Decision<A, E>) -> Result<A, E> {
        let Decision { before, records, after, answer } = decision;
        before.map_or(Ok(()), |work| work()).map_err(CommandError::from)?;
        if !records.is_empty() {
            let written = self.ledger_writer.queue(records).and_then(|pending| pending.wait_blocking());
            written.map_err(CommandError::from)?;
        }
        if let Some(Err(error)) = after.map(|work| work()) {
            tracing::warn!(%error, "what a command leaves on the disk could not be removed; a sweep removes it");
        }
        answer
    }
}

#[cfg(test)]
#[path = "commands_tests.rs"]
mod tests;
