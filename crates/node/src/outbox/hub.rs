//! The way to the hub: where it is, who it must be, and how long to wait before trying again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use amana_kit::connect::{ConnectError, ServerAddress, connect};
use amana_kit::tls::ClientTls;
use amana_log::LogKey;
use amana_types::limits::CLOCK_SKEW;
use amana_types::{Random, Timestamp};
use tonic::transport::Channel;

use crate::work::waits::Cause;

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
    /// What the hub said its clock showed, and when we heard it.
    clock: Mutex<Option<(Timestamp, Instant)>>,
    /// Why the last session ended, and since when there is none.
    fault: Mutex<Option<(Cause, Timestamp)>>,
}

impl HubLink {
    pub(crate) const fn new(address: ServerAddress, tls: ClientTls, log_key: LogKey) -> Self {
        Self {
            address,
            tls,
            log_key,
            streams: AtomicUsize::new(0),
            clock: Mutex::new(None),
            fault: Mutex::new(None),
        }
    }

    /// Takes the hub's word for what time it is. It says whose clock is off, and decides nothing else.
    pub(crate) fn says_it_is(&self, now: Timestamp) {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Instant::now()));
    }

    /// What time it is by the hub's clock; nothing while the hub was not heard.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        let (said, heard) = (*self.clock.lock().unwrap_or_else(PoisonError::into_inner))?;
        let since = u64::try_from(heard.elapsed().as_millis()).unwrap_or(u64::MAX);
        Some(said.after(amana_types::Duration::from_millis(since)))
    }

    /// How many milliseconds our clock is ahead of the hub's.
    pub(crate) fn ahead_ms(&self, own: Timestamp) -> Option<i64> {
        let hub = self.time()?.unix_millis();
        Some(i64::try_from(own.unix_millis()).ok()?.saturating_sub(i64::try_from(hub).ok()?))
    }

    /// Whether our clock is as near to the hub's as it has to be.
    pub(crate) fn agrees(&self, own: Timestamp) -> bool {
        self.ahead_ms(own).is_some_and(|ahead| ahead.unsigned_abs() <= CLOCK_SKEW.as_millis())
    }

    /// Notes why there is no session with the hub; answers whether that is another reason than before.
    pub(crate) fn lost(&self, cause: Cause, now: Timestamp) -> bool {
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        let since = fault.as_ref().map_or(now, |(_, since)| *since);
        let before = fault.replace((cause.clone(), since));
        before.is_none_or(|(before, _)| before.reason != cause.reason)
    }

    /// Why there is no session with the hub, and since when; nothing when there is one.
    pub(crate) fn fault(&self) -> Option<(Cause, Timestamp)> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = None;
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
