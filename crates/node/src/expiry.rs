//! Notices whose time is over, ours and others': ended without a word from anybody.

use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use amana_kit::shutdown::Shutdown;
use amana_types::{Clock, NoticeId, Seq, Timestamp};
use tokio::time::{MissedTickBehavior, interval};

use crate::machine::Kind;
use crate::machine::rows::{RowValue as _, expiry_key, expiry_of};
use crate::record::{Expired, Record};
use crate::scribe::{Draft, Scribe, WriteError};
use crate::shelf::{Shelf, ShelfError};

/// How often the node's clock is looked at.
const TICK: Duration = Duration::from_secs(1);
/// Notices that are looked at in one go.
const AT_ONCE: usize = 256;

/// Ends notices when their time is over.
#[derive(Clone)]
pub(crate) struct Sweeper {
    pub(crate) shelf: Shelf,
    pub(crate) scribe: Scribe,
    pub(crate) clock: Arc<dyn Clock>,
}

/// One look at those that are due.
struct Due {
    drafts: Vec<Draft>,
    /// Where to look on; nothing when no more is due.
    next: Option<(Timestamp, Seq)>,
}

impl Sweeper {
    /// Runs until `shutdown`.
    pub(crate) async fn run(self, shutdown: Shutdown) {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = shutdown.triggered() => return,
                _ = tick.tick() => {}
            }
            if let Err(WriteError::Stopped) = self.sweep().await {
                return;
            }
        }
    }

    /// Ends everything that is due now.
    async fn sweep(&self) -> Result<(), WriteError> {
        let now = self.clock.now();
        let mut next = Some(self.shelf.state().read().swept);
        while let Some(after) = next {
            let sweeper = self.clone();
            let looking = tokio::task::spawn_blocking(move || sweeper.due(after, now));
            let due = match looking.await.map_err(|_| WriteError::Stopped)? {
                Ok(due) => due,
                Err(error) => {
                    tracing::error!(%error, "what has expired could not be read; trying again");
                    return Ok(());
                }
            };
            if !due.drafts.is_empty() {
                self.scribe.write(due.drafts).await?;
            }
            next = due.next;
        }
        Ok(())
    }

    fn due(&self, after: (Timestamp, Seq), now: Timestamp) -> Result<Due, ShelfError> {
        let damaged = || ShelfError::Row(Kind::Expiry.name());
        let rows = self.shelf.rows(Kind::Expiry, &[], Bound::Excluded(&expiry_key(after)), AT_ONCE)?;
        let mut due = Due { drafts: Vec::new(), next: None };
        let full = rows.len() == AT_ONCE;
        for (key, value) in rows {
            let place = expiry_of(&key).ok_or_else(damaged)?;
            if place.0 > now {
                due.next = None;
                return Ok(due);
            }
            let id = NoticeId::decode(&value).map_err(|_| damaged())?;
            due.drafts.extend(self.expired(id, place, now)?.map(Draft::from));
            due.next = full.then_some(place);
        }
        Ok(due)
    }

    /// The record of a notice whose time is over; nothing when it ended before.
    fn expired(
        &self,
        notice: NoticeId,
        due: (Timestamp, Seq),
        at: Timestamp,
    ) -> Result<Option<Record>, ShelfError> {
        if self.shelf.ended(notice)?.is_some() {
            return Ok(None);
        }
        let Some(located) = self.shelf.locate(notice)? else { return Ok(None) };
        let (key_slot, received) = match self.shelf.record(located.at)? {
            Record::Put(put) => (put.vaulted.key_slot, None),
            Record::Received(received) => {
                let owing = (received.sender, received.header_hash, received.proven.index);
                (received.vaulted.key_slot, Some(owing))
            }
            _ => return Ok(None),
        };
        Ok(Some(Record::Expired(Expired { notice, at, due, key_slot, received })))
    }
}
