//! What has expired is erased, a little at a time between groups, so that nobody waits for it; when all of
//! it is gone, the log says so.
//!
//! Each block of 256 records has a row for each hour in which something in it expires. The sweep writes zeros,
//! within an hour and a few minutes, and one record says until which hour it is done. Rejected: a row for each
//! envelope, which would double the rows.

use amana_types::{Seq, Timestamp};

use crate::ledger::{AppendError, HubLedger, LedgerError};
use crate::machine::Expiring;
use crate::recent::Recent;
use crate::record::ExpiryHour;

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

/// What is left of a sweep after a step.
pub(super) enum SweepStep {
    /// There is more.
    GoesOn(Sweep),
    /// Everything until that hour is erased.
    Until(ExpiryHour),
    /// There was nothing, or no room: the next sweep begins anew.
    Nothing,
}

impl Sweep {
    /// Erases a few expired envelopes more.
    pub(super) fn go_on(self, ledger: &mut HubLedger, recent: &Recent) -> Result<SweepStep, LedgerError> {
        let Self { until, block, place } = self;
        let place = match place {
            Some(place) => Some((block, place)),
            None => ledger.expired(block, until)?.map(|next| (Some(next), next.block)),
        };
        let Some((block, place)) = place else {
            // Where there was nothing, nothing is written down.
            return Ok(if block.is_some() { SweepStep::Until(until) } else { SweepStep::Nothing });
        };
        match ledger.erase_expired(place, until, |seq, record| recent.replace(seq, record)) {
            Ok(place) => Ok(SweepStep::GoesOn(Self { until, block, place })),
            Err(AppendError::DiskFull) => {
                tracing::error!("the disk is full: nothing that has expired is erased");
                Ok(SweepStep::Nothing)
            }
            Err(AppendError::Fatal(error)) => Err(error),
        }
    }
}
