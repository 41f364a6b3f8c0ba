//! Rounds over things that stand side by side, one after the other. What fails is put off alone, with its
//! reason (see [`Waits`]); it stops no other.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;

use amana_types::Reason;
use futures_util::FutureExt as _;

use crate::ledger::holdings::HoldingsError;
use crate::ledger::writer::WriteError;
use crate::work::commands::CommandError;
use crate::work::rounds::{Next, Round, RoundError};
use crate::work::waits::{Cause, Item, Queue, Waits};

/// Why something was not done this time.
pub(crate) enum Undone {
    /// The node is stopping.
    Stopped,
    /// It alone is tried again later.
    Later(Cause),
    /// The hub cannot be reached, so nothing else of the queue could be done either.
    NoHub,
}

impl From<WriteError> for Undone {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Stopped => Self::Stopped,
            error => Self::Later(Cause::own(error.reason(), error)),
        }
    }
}

impl From<CommandError> for Undone {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Write(error) => error.into(),
            error => Self::Later(Cause::own(error.reason(), error)),
        }
    }
}

impl From<HoldingsError> for Undone {
    fn from(error: HoldingsError) -> Self {
        Self::Later(Cause::own(Reason::NodeFault, error))
    }
}

impl From<RoundError> for Undone {
    fn from(error: RoundError) -> Self {
        match error {
            RoundError::Stopped => Self::Stopped,
            RoundError::Failed(error) => Self::Later(Cause::own(Reason::NodeFault, error)),
        }
    }
}

/// Things that are done one by one.
pub(crate) trait OneByOne: Send + 'static {
    /// What the log and the status call it.
    const NAME: &'static str;
    /// The queue whose items these are.
    const QUEUE: Queue;
    /// One thing to do.
    type Due: Send;

    /// What is to be done, each with its name.
    fn due(&self) -> Vec<(Item, Self::Due)>;

    /// Does one of them.
    fn work(&mut self, one: Self::Due) -> impl Future<Output = Result<(), Undone>> + Send;
}

/// Does all that is due in each round.
pub(crate) struct Each<R> {
    pub(crate) work: R,
    pub(crate) waits: Waits,
}

impl<R: OneByOne> Round for Each<R> {
    const NAME: &'static str = R::NAME;

    async fn once(&mut self) -> Result<Next, RoundError> {
        let due = self.work.due();
        self.waits.keep(R::QUEUE, &due.iter().map(|(item, _)| *item).collect::<HashSet<Item>>());
        for (item, one) in due {
            if !self.waits.is_due(item) {
                continue;
            }
            self.waits.trying(item);
            // One that panics is put off like one that fails: it would stop the others at each new beginning.
            let done = AssertUnwindSafe(self.work.work(one)).catch_unwind().await;
            match done.unwrap_or_else(|_| Err(Undone::Later(defect::<R>()))) {
                Ok(()) => self.waits.settled(item),
                Err(Undone::Stopped) => return Err(RoundError::Stopped),
                Err(Undone::Later(cause)) => self.waits.failed(item, cause),
                Err(Undone::NoHub) => {
                    self.waits.hurry(item);
                    return Ok(Next::Retry);
                }
            }
        }
        Ok(self.waits.next_due(R::QUEUE).map_or(Next::Progress, Next::ProgressOrAt))
    }
}

fn defect<R: OneByOne>() -> Cause {
    tracing::error!(part = R::NAME, "a part of the node panicked over one thing; report it");
    Cause::own(Reason::NodeFault, "a defect of the node; report it")
}

#[cfg(test)]
#[path = "each_tests.rs"]
mod tests;
