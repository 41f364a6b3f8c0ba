//! Rounds over what the journal says is due at the hub, one thing after the other: one that fails stops no
//! other.

use std::time::Duration;

use crate::rounds::{Next, Round, RoundError};

/// How long to wait when some was done and some was not.
const SOON: Duration = Duration::from_millis(100);

/// Why something was not done this time.
pub(crate) enum Undone {
    /// The node is stopping.
    Stopped,
    /// It is tried again.
    Later,
}

/// What is done in rounds.
pub(crate) trait Rounds: Send + 'static {
    /// What the log and the status call it.
    const NAME: &'static str;
    /// One thing to do.
    type Due: Send;

    /// What is due now.
    fn due(&self) -> Vec<Self::Due>;

    /// Does one of them.
    fn work(&mut self, one: Self::Due) -> impl Future<Output = Result<(), Undone>> + Send;
}

/// Does all that is due in each round.
pub(crate) struct Each<R>(pub(crate) R);

impl<R: Rounds> Round for Each<R> {
    const NAME: &'static str = R::NAME;

    async fn once(&mut self) -> Result<Next, RoundError> {
        let (mut done, mut failed) = (false, false);
        for one in self.0.due() {
            match self.0.work(one).await {
                Ok(()) => done = true,
                Err(Undone::Stopped) => return Err(RoundError::Stopped),
                Err(Undone::Later) => failed = true,
            }
        }
        Ok(match (failed, done) {
            (false, _) => Next::Progress,
            (true, true) => Next::After(SOON),
            (true, false) => Next::Retry,
        })
    }
}
