//! Randomness as a parameter.

/// A source of random bytes, handed in by whoever may draw chance.
///
/// The pure crates take this as an argument, so that vectors and replays give the same bytes.
pub trait Random: Send + Sync {
    /// Fills `out` with random bytes fit for keys.
    fn fill(&self, out: &mut [u8]);

    /// Draws an array of `N` random bytes.
    fn array<const N: usize>(&self) -> [u8; N]
    where
        Self: Sized,
    {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }
}
