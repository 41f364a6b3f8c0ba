//! The real clock.

use std::time::{SystemTime, UNIX_EPOCH};

use amana_types::{Clock, Timestamp};

/// Tells the operating system's time, to the millisecond.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    /// A clock set before 1970 reads as 1970: every certificate and envelope is then refused as being
    /// from the future, which is the safe answer.
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_unix_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_time_of_this_century_and_does_not_stand_still() {
        let first = SystemClock.now();
        assert!(first > "2026-01-01T00:00:00Z".parse().unwrap());
        let moved = (0..1000).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(1));
            SystemClock.now() > first
        });
        assert!(moved);
    }
}
