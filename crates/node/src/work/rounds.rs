//! What comes round: work that is done again and again as long as the node runs. One loop drives each kind.
//!
//! Each is watched: what fails is said in the log and in the node's status, and is tried again after a while
//! that grows; what panics is begun anew. Nothing is ever silently gone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use amana_kit::shutdown::Shutdown;
use amana_types::Random;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::ledger::holdings::HoldingsError;
use crate::ledger::writer::{LedgerWriter, WriteError};
use crate::outbox::hub::Backoff;

/// When to come round again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// When the journal has moved.
    Progress,
    /// After this time.
    After(Duration),
    /// When the journal has moved, or at that moment.
    ProgressOrAt(Instant),
    /// Something is left undone: after a while, which grows each time.
    Retry,
}

/// A round was not finished.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RoundError {
    /// The node is stopping.
    #[error("the node is stopping")]
    Stopped,
    /// It is tried again. What failed, without any content.
    #[error("{0}")]
    Failed(String),
}

impl RoundError {
    pub(crate) fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<WriteError> for RoundError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Stopped => Self::Stopped,
            error @ (WriteError::DiskFull | WriteError::TooLong(_)) => Self::failed(error),
        }
    }
}

impl From<HoldingsError> for RoundError {
    fn from(error: HoldingsError) -> Self {
        Self::failed(error)
    }
}

/// Work that comes round.
pub(crate) trait Round: Send + 'static {
    /// What the log and the status call it.
    const NAME: &'static str;

    /// Does what is due now; answers when to come again. It may be dropped before it is done.
    fn once(&mut self) -> impl Future<Output = Result<Next, RoundError>> + Send;
}

/// What failed since the node started. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Health(Arc<Mutex<BTreeMap<&'static str, Trouble>>>);

/// What is wrong with one part of the node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// How often it failed since the node started.
    pub(crate) failures: u64,
    /// What failed last; nothing when it works again.
    pub(crate) error: Option<String>,
}

impl Health {
    /// Every part that failed since the node started.
    pub(crate) fn troubles(&self) -> BTreeMap<&'static str, Trouble> {
        self.lock().clone()
    }

    /// What fails at present, for people; empty when all is well.
    pub(crate) fn told(&self) -> String {
        let troubles = self.troubles();
        let failing = troubles.iter().filter_map(|(part, trouble)| {
            let error = trouble.error.as_ref()?;
            Some(format!("{part} failed {} times and is tried again: {error}", trouble.failures))
        });
        failing.collect::<Vec<_>>().join("; ")
    }

    fn failed(&self, part: &'static str, error: String) {
        let mut troubles = self.lock();
        let trouble = troubles.entry(part).or_default();
        trouble.failures = trouble.failures.saturating_add(1);
        trouble.error = Some(error);
    }

    fn well(&self, part: &'static str) {
        if let Some(trouble) = self.lock().get_mut(part) {
            trouble.error = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Trouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that comes round in a node.
pub(crate) struct Rounds {
    tasks: JoinSet<()>,
    progress: watch::Receiver<amana_types::Seq>,
    random: Arc<dyn Random>,
    health: Health,
    shutdown: Shutdown,
}

impl Rounds {
    /// None yet; all stop on `shutdown`.
    pub(crate) fn new(
        ledger_writer: &LedgerWriter,
        random: Arc<dyn Random>,
        health: Health,
        shutdown: Shutdown,
    ) -> Self {
        Self { tasks: JoinSet::new(), progress: ledger_writer.progress(), random, health, shutdown }
    }

    /// Begins work that comes round; `make` begins it anew after a panic.
    pub(crate) fn begin<R: Round>(&mut self, make: impl Fn() -> R + Send + 'static) {
        let (progress, random) = (self.progress.clone(), Arc::clone(&self.random));
        let (health, shutdown) = (self.health.clone(), self.shutdown.clone());
        self.watch(R::NAME, move || {
            let (progress, random) = (progress.clone(), Arc::clone(&random));
            drive(make(), progress, random, health.clone(), shutdown.clone())
        });
    }

    /// Begins a task with a loop of its own; `make` begins it anew after a panic.
    pub(crate) fn watch<F: Future<Output = ()> + Send + 'static>(
        &mut self,
        name: &'static str,
        make: impl Fn() -> F + Send + 'static,
    ) {
        let (random, health, shutdown) =
            (Arc::clone(&self.random), self.health.clone(), self.shutdown.clone());
        self.tasks.spawn(async move {
            let mut backoff = Backoff::new(&*random);
            while tokio::spawn(make()).await.is_err_and(|error| error.is_panic()) {
                tracing::error!(part = name, "a part of the node panicked and is begun anew; report it");
                health.failed(name, "a defect of the node; report it".to_owned());
                tokio::select! {
                    () = shutdown.triggered() => return,
                    () = sleep(backoff.wait()) => {}
                }
            }
        });
    }

    /// Waits until all have stopped.
    pub(crate) async fn stopped(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn drive<R: Round>(
    mut round: R,
    mut progress: watch::Receiver<amana_types::Seq>,
    random: Arc<dyn Random>,
    health: Health,
    shutdown: Shutdown,
) {
    let mut backoff = Backoff::new(&*random);
    loop {
        progress.borrow_and_update();
        let done = tokio::select! {
            () = shutdown.triggered() => return,
            done = round.once() => done,
        };
        let next = match done {
            Ok(next) => {
                health.well(R::NAME);
                next
            }
            Err(RoundError::Stopped) => return,
            Err(RoundError::Failed(error)) => {
                tracing::error!(part = R::NAME, error, "a part of the node failed; trying again");
                health.failed(R::NAME, error);
                Next::Retry
            }
        };
        if next != Next::Retry {
            backoff.reset();
        }
        tokio::select! {
            () = shutdown.triggered() => return,
            goes_on = wait(next, &mut progress, &mut backoff) => if !goes_on { return },
        }
    }
}

/// Waits as a round asks; whether the journal still has a writer.
async fn wait(
    next: Next,
    progress: &mut watch::Receiver<amana_types::Seq>,
    backoff: &mut Backoff<'_>,
) -> bool {
    match next {
        Next::Progress => progress.changed().await.is_ok(),
        Next::After(time) => {
            sleep(time).await;
            true
        }
        Next::Retry => {
            sleep(backoff.wait()).await;
            true
        }
        Next::ProgressOrAt(time) => tokio::select! {
            changed = progress.changed() => changed.is_ok(),
            () = sleep_until(time) => true,
        },
    }
}

/// Reads on a thread that may block.
pub(crate) async fn blocking<T: Send + 'static, E: Into<RoundError> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, RoundError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| RoundError::failed("a worker thread failed"))?.map_err(Into::into)
}

#[cfg(test)]
#[path = "rounds_tests.rs"]
mod tests;
