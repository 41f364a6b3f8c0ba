//! Rounds over what the journal says is due at the hub: begun whenever the journal moves, and again after a
//! while when something failed.

use std::sync::Arc;

use amana_kit::shutdown::Shutdown;
use amana_types::Random;
use tokio::time::sleep;

use crate::hub::Backoff;
use crate::scribe::Scribe;

/// Why something was not done this time.
pub(super) enum Undone {
    /// The node is stopping.
    Stopped,
    /// It is tried again.
    Later,
}

/// What is done in rounds.
pub(super) trait Rounds: Send {
    /// One thing to do.
    type Due: Send;

    /// What is due now.
    fn due(&self) -> Vec<Self::Due>;

    /// Does one of them.
    fn work(&mut self, one: Self::Due) -> impl Future<Output = Result<(), Undone>> + Send;
}

/// Makes rounds until `shutdown`.
pub(super) async fn make_rounds<R: Rounds>(
    mut rounds: R,
    scribe: Scribe,
    random: Arc<dyn Random>,
    shutdown: Shutdown,
) {
    let mut progress = scribe.progress();
    let mut backoff = Backoff::new(&*random);
    loop {
        progress.borrow_and_update();
        let mut failed = false;
        for one in rounds.due() {
            tokio::select! {
                () = shutdown.triggered() => return,
                done = rounds.work(one) => match done {
                    Ok(()) => backoff.reset(),
                    Err(Undone::Stopped) => return,
                    Err(Undone::Later) => failed = true,
                },
            }
        }
        let next = async {
            if failed {
                sleep(backoff.wait()).await;
                return Ok(());
            }
            progress.changed().await
        };
        tokio::select! {
            () = shutdown.triggered() => return,
            next = next => if next.is_err() { return },
        }
    }
}
