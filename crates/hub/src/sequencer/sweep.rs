//! What has expired is erased, a little at a time between groups, so that nobody waits for it; when all of
//! it is gone, the log says so.

use std::sync::Arc;

use amana_log::LeafSalt;
use amana_types::{Seq, Timestamp};

use super::{Sequencer, SequencerError, publish};
use crate::ledger::{AppendError, HubLedger};
use crate::machine::Expiring;
use crate::record::{ExpiryHour, Ready, Record, Stamp, Swept};

/// How far a sweep has come. It is begun anew after a restart: what was erased is not erased again.
pub(super) struct Sweep {
    until: ExpiryHour,
    /// The block that it is in.
    block: Option<Expiring>,
    /// Where to go on in that block; nothing when it is done.
    place: Option<Seq>,
}

impl Sweep {
    /// A sweep of everything whose hour is over; nothing when it was swept before.
    pub(super) fn begin(ledger: &HubLedger, now: Timestamp) -> Option<Self> {
        let state = ledger.state();
        let until = ExpiryHour::over_at(now.max(state.last_accepted_at()));
        (until > state.swept()).then_some(Self { until, block: None, place: None })
    }
}

impl Sequencer {
    /// Erases a few expired envelopes more, if a sweep is under way.
    pub(super) fn go_on_sweeping(&mut self) -> Result<(), SequencerError> {
        let Some(Sweep { until, block, place }) = self.sweep.take() else { return Ok(()) };
        let place = match place {
            Some(place) => Some((block, place)),
            None => self.ledger.expired(block, until)?.map(|next| (Some(next), next.block)),
        };
        let Some((block, place)) = place else {
            // Where there was nothing, nothing is written down.
            return if block.is_some() { self.swept(until) } else { Ok(()) };
        };
        let recent = &self.shared.recent;
        match self.ledger.erase_expired(place, until, |seq, record| recent.replace(seq, record)) {
            Ok(place) => self.sweep = Some(Sweep { until, block, place }),
            // The next sweep begins anew.
            Err(AppendError::DiskFull) => {
                tracing::error!("the disk is full: nothing that has expired is erased")
            }
            Err(AppendError::Fatal(error)) => return Err(error.into()),
        }
        Ok(())
    }

    /// Writes down that everything until an hour is erased.
    fn swept(&mut self, until: ExpiryHour) -> Result<(), SequencerError> {
        let accepted_at = self.clock.now().max(self.ledger.state().last_accepted_at());
        let mut salt = [0; 32];
        self.random.fill(&mut salt);
        let stamp = Stamp { accepted_at, leaf_salt: LeafSalt::new(salt) };
        let record = Record::Swept(Swept { stamp, until });
        match self.ledger.append(vec![Ready::new(record.clone())?]) {
            Ok(()) => {
                self.shared.recent.extend([record]);
                self.newest.send_replace(Arc::new(publish(&self.ledger, &self.signer)));
                Ok(())
            }
            Err(AppendError::DiskFull) => Ok(()),
            Err(AppendError::Fatal(error)) => Err(error.into()),
        }
    }
}
