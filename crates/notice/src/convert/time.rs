//! Moments. The wire has signed seconds and nanoseconds, the domain whole milliseconds since 1970.

use amana_types::Timestamp;

/// The moment of a message, cut to milliseconds. What lies before 1970 becomes its first moment: every
/// rule about a time to come refuses that one.
#[must_use]
pub fn timestamp(m: prost_types::Timestamp) -> Timestamp {
    let millis = i128::from(m.seconds) * 1000 + i128::from(m.nanos.div_euclid(1_000_000));
    Timestamp::from_unix_millis(u64::try_from(millis.max(0)).unwrap_or(u64::MAX))
}

/// The message of a moment.
#[must_use]
pub fn timestamp_message(at: Timestamp) -> prost_types::Timestamp {
    let millis = i32::try_from(at.unix_millis() % 1000).unwrap_or_default();
    prost_types::Timestamp {
        seconds: i64::try_from(at.unix_seconds()).unwrap_or(i64::MAX),
        nanos: millis * 1_000_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_come_back() {
        for millis in [0, 1, 999, 1000, 1_795_000_000_123] {
            let at = Timestamp::from_unix_millis(millis);
            assert_eq!(timestamp(timestamp_message(at)), at);
        }
    }

    #[test]
    fn moments_before_1970_become_the_first_one() {
        for (seconds, nanos) in [(-1, 0), (i64::MIN, i32::MIN), (0, -1)] {
            assert_eq!(timestamp(prost_types::Timestamp { seconds, nanos }).unix_millis(), 0);
        }
    }
}
