//! Sends what was decided about notices on its way as soon as that is possible, also after a restart.

use amana_types::{NoticeId, Seq};

use crate::ending::recall::{OrderError, SendOrder, active};
use crate::fold::rows::Answered;
use crate::fold::table::RowKind;
use crate::ledger::holdings::Holdings;
use crate::versions::amend::{SettleAmendment, SettleError};
use crate::work::commands::CommandQueue;
use crate::work::each::{OneByOne, Undone};
use crate::work::waits::{Cause, Item, Queue};

/// Seals what was decided about notices.
pub(crate) struct RecallDispatch {
    pub(crate) holdings: Holdings,
    pub(crate) commands: CommandQueue,
}

/// What is to be done.
pub(crate) enum ToSeal {
    /// Whom a published amendment leaves out is to be decided.
    Amendment(NoticeId),
    /// The decision at a place is to be told.
    Order(Seq),
}

impl OneByOne for RecallDispatch {
    const NAME: &'static str = "orders about notices";
    const QUEUE: Queue = Queue::Orders;
    type Due = ToSeal;

    fn due(&self) -> Vec<(Item, ToSeal)> {
        let amendment = |id| (Item::envelope(id, id).in_queue(Queue::Orders), ToSeal::Amendment(id));
        let order = |(at, notice)| (Item::at(Queue::Orders, notice, at), ToSeal::Order(at));
        self.published().into_iter().map(amendment).chain(self.possible().into_iter().map(order)).collect()
    }

    async fn work(&mut self, one: ToSeal) -> Result<(), Undone> {
        match one {
            ToSeal::Amendment(id) => match self.commands.run(SettleAmendment(id)).await {
                Ok(()) | Err(SettleError::Settled) => Ok(()),
                Err(SettleError::Command(error)) => Err(error.into()),
                Err(error) => Err(Undone::Later(Cause::own(error.reason(), error))),
            },
            ToSeal::Order(of) => match self.commands.run(SendOrder(of)).await {
                Ok(()) | Err(OrderError::Settled) => Ok(()),
                Err(OrderError::Command(error)) => Err(error.into()),
                Err(error) => Err(Undone::Later(Cause::own(error.reason(), error))),
            },
        }
    }
}

impl RecallDispatch {
    /// Amendments that are published and about which it is not decided whom they leave out.
    fn published(&self) -> Vec<NoticeId> {
        let amending: Vec<NoticeId> =
            self.holdings.state().read().versions.amending.iter().copied().collect();
        let published = |id: &NoticeId| {
            let version = self.holdings.version(*id);
            // What does not read shows why when it is decided.
            version.is_err()
                || matches!(version, Ok(Some(version)) if version.stands && version.index.is_some())
        };
        amending.into_iter().filter(published).collect()
    }

    /// Decisions with somebody to tell, whose notice the hub has taken: before that nobody has it,
    /// and what takes the place of nothing would be refused.
    fn possible(&self) -> Vec<(Seq, NoticeId)> {
        let candidates: Vec<(Seq, NoticeId)> = {
            let state = self.holdings.state().read();
            let somebody = state
                .base
                .unreached
                .iter()
                .filter(|(_, of)| !active(&of.members, &state.base.directory).is_empty());
            somebody.map(|(at, of)| (*at, of.notice)).collect()
        };
        let taken = |(_, notice): &(Seq, NoticeId)| {
            let answered = self.holdings.get::<Answered>(RowKind::OUTCOME, notice.as_bytes());
            answered.is_err() || matches!(answered, Ok(Some(Answered { index: Some(_), .. })))
        };
        candidates.into_iter().filter(taken).collect()
    }
}
