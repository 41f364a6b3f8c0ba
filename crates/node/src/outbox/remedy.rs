//! What a refusal asks for before the envelope can go again.

use amana_client::exchange::Refused;
use amana_types::limits::CLOCK_SKEW;
use amana_types::{DirectoryHead, Duration, Reason, Timestamp};

use crate::work::waits::Cause;

/// An envelope from the future waits until its moment has come, if that is so near; else it is made anew.
pub(crate) const SOON: Duration = Duration::from_seconds(15 * 60);

/// What has to be done first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// It is routed and sealed anew, by a newer directory than the one that we had.
    Seal(DirectoryHead),
    /// Its attachments are brought again.
    Bring,
    /// It was made while our clock was ahead.
    Clock,
}

/// What becomes of a refused envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// The same bytes go again later.
    Later(Cause),
    /// Something is done first.
    First(Remedy, Cause),
    /// That was the last word.
    Over,
}

impl Course {
    /// What the hub's refusal asks for. Whether the same bytes may be taken later it says itself; the
    /// reason only says what helps.
    pub(crate) fn of(refused: &Refused, directory: DirectoryHead) -> Self {
        let Refused { reason, message, retryable, .. } = refused;
        let cause = Cause::of_hub(reason, message);
        // A newer hub may name reasons that are unknown here.
        match (reason.parse::<Reason>().ok(), retryable) {
            (Some(known), _) if known.wants_resealing() => Self::First(Remedy::Seal(directory), cause),
            (_, false) => Self::Over,
            (Some(Reason::ClockOff), true) => Self::First(Remedy::Clock, cause),
            (Some(Reason::AttachmentMissing), true) => Self::First(Remedy::Bring, cause),
            (_, true) => Self::Later(cause),
        }
    }
}

/// What to do about an envelope that was refused as from the future.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timing {
    /// By now the hub would take it.
    Send,
    /// Our clock is still ahead: somebody has to set it.
    OwnClockAhead,
    /// Its moment comes soon.
    Soon,
    /// Our clock is right again, and it would wait for long.
    MakeAnew,
}

impl Timing {
    /// `hub` is the time by the hub's clock, `own` by ours.
    pub(crate) fn of(created: Timestamp, own: Timestamp, hub: Timestamp) -> Self {
        let latest = hub.after(CLOCK_SKEW);
        if created <= latest {
            Self::Send
        } else if own > latest {
            Self::OwnClockAhead
        } else if created <= hub.after(SOON) {
            Self::Soon
        } else {
            Self::MakeAnew
        }
    }

    /// Why it waits.
    pub(crate) fn cause(self) -> Cause {
        match self {
            Self::OwnClockAhead => Cause::lasting(
                Reason::ClockOff,
                "this node's clock is ahead of the hub's; set it, then what waits is sent by itself",
            ),
            Self::Send | Self::Soon | Self::MakeAnew => Cause::passing(
                Reason::ClockOff,
                "it was made while this node's clock was ahead; it goes, or is made anew, by itself",
            ),
        }
    }
}

#[cfg(test)]
#[path = "remedy_tests.rs"]
mod tests;
