//! What is done about refused envelopes before they go again: sealing, and bringing attachments, each
//! beside the stream, one after the other.

use std::time::Duration;

use amana_types::Seq;
use tokio::time::{MissedTickBehavior, interval};

use super::flight::Flight;
use super::remedy::{Remedy, Timing};
use super::{SessionError, Uplink};
use crate::ledger::bounded::{self, MESSAGE_BYTES};
use crate::ledger::writer::WriteError;
use crate::outbox::sealing::ResealError;
use crate::work::commands::CommandError;
use crate::work::waits::{Cause, Item};

/// How often clocks and directory are compared while something waits for them.
const TICK: Duration = Duration::from_millis(500);
/// Attempts after which an envelope is sealed anew by the directory as it is.
const PATIENCE: u32 = 3;

impl Uplink {
    /// Seals anew what can be; ends only with an error.
    pub(crate) async fn seal_all(&self, flight: &Flight) -> Result<(), SessionError> {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            for (item, remedy) in flight.remedies() {
                match remedy {
                    Remedy::Seal(before) => {
                        let moved = self.holdings.state().read().base.directory.head != before;
                        let attempts = self.waits.get(item).map_or(PATIENCE, |wait| wait.attempts);
                        let due = self.waits.is_due(item);
                        if (moved && attempts == 1) || (due && (moved || attempts >= PATIENCE)) {
                            self.seal_anew(item, flight).await?;
                        } else if due {
                            self.put_off(item);
                        }
                    }
                    Remedy::Clock => self.set_right(item, flight).await?,
                    Remedy::Bring => {}
                }
            }
        }
    }

    /// An envelope from the future: when it can go, and as what.
    async fn set_right(&self, item: Item, flight: &Flight) -> Result<(), SessionError> {
        let (own, hub) = (self.clock.now(), self.hub.time());
        let Some(hub) = hub else { return Ok(()) };
        let why = match Timing::of(item.id().timestamp(), own, hub) {
            Timing::Send => {
                // What it waited for has come, however long it would still be put off.
                self.waits.hurry(item);
                flight.done(item);
                return Ok(());
            }
            Timing::MakeAnew => return self.seal_anew(item, flight).await,
            waits @ (Timing::OwnClockAhead | Timing::Soon) => waits,
        };
        if self.waits.is_due(item) {
            self.waits.failed(item, why.cause());
        }
        Ok(())
    }

    /// Routes and seals an envelope anew. When nobody may receive it any more, that is the last word.
    async fn seal_anew(&self, item: Item, flight: &Flight) -> Result<(), SessionError> {
        let id = item.id();
        match (self.reseal)(id).await {
            Ok(()) | Err(ResealError::Settled) => match self.waiting(id) {
                Some(_) => self.waits.hurry(item),
                None => self.waits.settled(item), // made anew under another id
            },
            Err(ResealError::Command(CommandError::Write(WriteError::Stopped))) => {
                return Err(WriteError::Stopped.into());
            }
            Err(error) if error.is_final() => {
                let message = bounded::text(error.to_string(), MESSAGE_BYTES);
                let reason = error.reason().code().to_owned();
                self.ledger_writer.write(self.refused_for_good(id, reason, message)).await?;
                self.waits.settled(item);
            }
            Err(error) => {
                self.waits.failed(item, Cause::own(error.reason(), error));
                return Ok(());
            }
        }
        flight.done(item);
        Ok(())
    }

    /// The directory has not moved yet.
    fn put_off(&self, item: Item) {
        if let Some(wait) = self.waits.get(item) {
            self.waits.failed(item, wait.cause);
        }
    }

    /// Brings attachments again that the hub does not hold any more; ends only with an error.
    pub(crate) async fn bring_all(&self, flight: &Flight) -> Result<(), SessionError> {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            for (item, remedy) in flight.remedies() {
                if remedy == Remedy::Bring && self.waits.is_due(item) {
                    self.bring_again(item, self.waiting(item.id()), flight).await;
                }
            }
        }
    }

    async fn bring_again(&self, item: Item, at: Option<Seq>, flight: &Flight) {
        let Some(at) = at else {
            self.waits.settled(item);
            return flight.done(item);
        };
        match self.attachment_upload.bring(at).await {
            Ok(()) => flight.done(item),
            Err(error) => self.waits.failed(item, error.cause()),
        }
    }
}
