//! Waits that grow while the hub is away, and begin anew once it was there.
use super::*;

/// Always the longest possible wait of a step.
struct Longest;

impl Random for Longest {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(255);
    }
}

#[test]
fn waits_grow_up_to_the_longest() {
    let mut backoff = Backoff::new(&Longest);
    let mut now = Instant::now();
    let mut before = Duration::ZERO;
    for _ in 0..20 {
        let wait = backoff.wait_from(now);
        assert!(wait > before || wait == LONGEST_WAIT, "{wait:?} after {before:?}");
        before = wait;
        now += wait + Duration::from_secs(5); // and an attempt that times out
    }
    assert_eq!(before, LONGEST_WAIT);
    backoff.reset();
    assert_eq!(backoff.wait_from(now), FIRST_WAIT);
}

#[test]
fn a_hub_that_was_there_is_soon_tried_again() {
    let mut backoff = Backoff::new(&Longest);
    let mut now = Instant::now();
    for _ in 0..20 {
        now += backoff.wait_from(now);
    }
    now += LONGEST_WAIT + Duration::from_secs(1); // an open stream, until the hub is killed
    assert_eq!(backoff.wait_from(now), FIRST_WAIT);
}
