//! Stopping: once asked, everything is told, finishes what it has within a deadline, and is gone.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The wish to stop, shared by everything in a process. Cheap to clone.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let shutdown = amana_kit::shutdown::Shutdown::new();
/// let worker = tokio::spawn(shutdown.triggered());
/// shutdown.trigger();
/// worker.await.unwrap();
/// # });
/// ```
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    asked: CancellationToken,
    insisted: CancellationToken,
}

impl Shutdown {
    /// A wish nobody has expressed yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Triggered by SIGINT or SIGTERM; a second signal ends every drain at once.
    ///
    /// # Errors
    /// The operating system's error when signals cannot be watched.
    pub fn on_signals() -> io::Result<Self> {
        let shutdown = Self::new();
        let (mut interrupt, mut terminate) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let watched = shutdown.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
                tracing::info!(again = watched.is_triggered(), "asked to stop");
                watched.signalled();
            }
        });
        Ok(shutdown)
    }

    /// Asks everything to stop.
    pub fn trigger(&self) {
        self.asked.cancel();
    }

    /// Asks to stop, or, asked before, to stop waiting.
    fn signalled(&self) {
        if self.is_triggered() { self.insisted.cancel() } else { self.trigger() }
    }

    /// Whether it was asked.
    #[must_use]
    pub fn is_triggered(&self) -> bool {
        self.asked.is_cancelled()
    }

    /// Completes when it is asked.
    pub fn triggered(&self) -> impl Future<Output = ()> + Send + 'static {
        self.asked.clone().cancelled_owned()
    }

    /// Completes `drain` after it is asked, or as soon as it is asked twice.
    pub fn expired(&self, drain: Duration) -> impl Future<Output = ()> + Send + 'static {
        let Self { asked, insisted } = self.clone();
        async move {
            asked.cancelled().await;
            // Either end is fine: the time is over, or nobody wants to wait for it.
            let _ = tokio::time::timeout(drain, insisted.cancelled()).await;
        }
    }
}

#[cfg(test)]
#[path = "shutdown_tests.rs"]
mod tests;
