//! The way to the hub: where it is, who it must be, and how long to wait before trying again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use amana_kit::connect::{ConnectError, ServerAddress, connect};
use amana_kit::tls::ClientTls;
use amana_log::LogKey;
use amana_types::Random;
use tonic::transport::Channel;

/// The first wait after a failure.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Where the hub is and how it proves itself.
pub(crate) struct HubLink {
    pub(crate) address: ServerAddress,
    pub(crate) tls: ClientTls,
    pub(crate) log_key: LogKey,
    /// Streams that are open now: two when all is well.
    streams: AtomicUsize,
}

impl HubLink {
    pub(crate) const fn new(address: ServerAddress, tls: ClientTls, log_key: LogKey) -> Self {
        Self { address, tls, log_key, streams: AtomicUsize::new(0) }
    }

    pub(crate) async fn connect(&self) -> Result<Channel, ConnectError> {
        connect(&self.address, &self.tls).await
    }

    /// Whether at least one stream to the hub is open.
    pub(crate) fn is_connected(&self) -> bool {
        self.streams.load(Ordering::Relaxed) > 0
    }

    /// Counts a stream as open until the answer is dropped.
    pub(crate) fn opened(&self) -> OpenStream<'_> {
        self.streams.fetch_add(1, Ordering::Relaxed);
        OpenStream(&self.streams)
    }
}

/// A stream that counts as open.
pub(crate) struct OpenStream<'a>(&'a AtomicUsize);

impl Drop for OpenStream<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How long to wait before the next attempt: twice as long each time, and never at the same moment as
/// everybody else. An attempt that held for longer than the longest wait was a good one, however it ended:
/// what follows it begins anew.
pub(crate) struct Backoff<'a> {
    next: Duration,
    /// When the wait before was over.
    resumed: Option<Instant>,
    random: &'a dyn Random,
}

impl<'a> Backoff<'a> {
    pub(crate) const fn new(random: &'a dyn Random) -> Self {
        Self { next: FIRST_WAIT, resumed: None, random }
    }

    /// All is well again.
    pub(crate) const fn reset(&mut self) {
        self.next = FIRST_WAIT;
    }

    /// The next wait: between half of the present step and all of it.
    pub(crate) fn wait(&mut self) -> Duration {
        self.wait_from(Instant::now())
    }

    fn wait_from(&mut self, now: Instant) -> Duration {
        if self.resumed.is_some_and(|resumed| now.saturating_duration_since(resumed) > LONGEST_WAIT) {
            self.reset();
        }
        let mut byte = [0; 1];
        self.random.fill(&mut byte);
        let step = self.next;
        self.next = (step * 2).min(LONGEST_WAIT);
        let wait = step / 2 + step / 2 * u32::from(byte[0]) / 255;
        self.resumed = now.checked_add(wait);
        wait
    }
}

#[cfg(test)]
#[path = "hub_tests.rs"]
mod tests;
