//! The real chance.

use amana_types::Random;
use ring::rand::SecureRandom;

/// Draws from the operating system's generator through ring.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    /// Ends the process when the operating system has no randomness to give: any key made after that
    /// would be guessable, and there is nothing the caller could do instead.
    fn fill(&self, out: &mut [u8]) {
        if ring::rand::SystemRandom::new().fill(out).is_err() {
            tracing::error!("the operating system gives no random bytes; stopping before a weak key is made");
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ_and_reach_every_byte() {
        let (a, b): ([u8; 32], [u8; 32]) = (SystemRandom.array(), SystemRandom.array());
        assert_ne!(a, b);
        let mut seen = [false; 64];
        for _ in 0..100 {
            let draw: [u8; 64] = SystemRandom.array();
            seen.iter_mut().zip(draw).for_each(|(seen, byte)| *seen |= byte != 0);
        }
        assert!(seen.iter().all(|seen| *seen));
    }
}
