//! The sending half of a publish stream.

use amana_client::exchange::PublishSender;
use amana_types::{NoticeId, Reason, Seq};

use super::flight::Flight;
use super::{SessionError, Uplink};
use crate::ledger::writer::WriteError;
use crate::work::waits::{Cause, Queue};

impl Uplink {
    /// Sends what waits, in order, then what is added and what may go again; ends only with an error.
    pub(crate) async fn send_all(&self, sender: &PublishSender, flight: &Flight) -> Result<(), SessionError> {
        let mut progress = self.ledger_writer.progress();
        let mut from = Seq(0);
        loop {
            progress.borrow_and_update();
            let bell = flight.bell.notified();
            tokio::pin!(bell);
            bell.as_mut().enable();
            while let Some((at, id)) = self.next_waiting(from) {
                from = at.next();
                self.send(at, id, sender, flight).await?;
            }
            for item in self.waits.due(Queue::Outbox) {
                match self.waiting(item.id()) {
                    Some(at) => self.send(at, item.id(), sender, flight).await?,
                    None => self.waits.settled(item),
                }
            }
            tokio::select! {
                changed = progress.changed() => changed.map_err(|_| WriteError::Stopped)?,
                () = self.waits.next_try(Queue::Outbox) => {}
                () = bell => {}
            }
        }
    }

    /// The next notice from a place on that the hub has not answered to.
    fn next_waiting(&self, from: Seq) -> Option<(Seq, NoticeId)> {
        let state = self.holdings.state().read();
        let mut waiting = state.base.outbox.range(from..);
        waiting
            .find(|(_, waiting)| waiting.accepted.is_none() && !waiting.parked)
            .map(|(at, waiting)| (*at, waiting.id))
    }

    /// Sends one, unless it is under way, put off, or cannot go before something was done.
    async fn send(
        &self,
        at: Seq,
        id: NoticeId,
        sender: &PublishSender,
        flight: &Flight,
    ) -> Result<(), SessionError> {
        let (item, envelope) = self.envelope(at, id);
        if flight.has(id) || flight.is_being_mended(item) || !self.waits.is_due(item) {
            return Ok(());
        }
        let envelope = match envelope {
            Ok(envelope) => envelope,
            Err(error) => {
                self.waits.failed(item, Cause::own(Reason::NodeFault, error));
                return Ok(());
            }
        };
        let Some(permit) = flight.slot().await else { return Ok(()) };
        self.waits.trying(item);
        flight.departs(id, item, &envelope, permit);
        Ok(sender.submit(id, envelope).await?)
    }
}
