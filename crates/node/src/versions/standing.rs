//! Where a notice of ours stands: who may change it, who has it, and whether what it passes on stands.

use std::collections::BTreeSet;
use std::ops::Bound;

use amana_types::life::{Event, NoticeStatus};
use amana_types::limits::RECIPIENTS;
use amana_types::{MemberCode, NoticeId, Reason, Timestamp};

use crate::fold::rows::{Cause, Encoded as _, Ended};
use crate::fold::table::RowKind;
use crate::handling::record::PassedOn;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::notice::record::Outgoing;
use crate::subjects::Record;
use crate::versions::list::{Version, Versions};
use crate::versions::state::restricted_of;

/// What became of an order about a notice of ours: a withdrawal, a suspension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ordered {
    pub(crate) at: Timestamp,
    /// Who is told.
    pub(crate) recipients: Vec<MemberCode>,
}

/// Something cannot be done to a notice, as it stands.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StandingError {
    /// There is no such notice of ours.
    #[error("there is no such notice of this node")]
    NoSuchNotice,
    /// It is another member's.
    #[error("the notice is {0}'s, and only its owner can do that; tell the owner: amana inbox reply")]
    NotTheOwner(MemberCode),
    /// Where the notice stands, that cannot be done to it.
    #[error("the notice is {status}: {event} is not possible now")]
    Status {
        /// Where it stands.
        status: NoticeStatus,
        /// What was asked.
        event: Event,
    },
    /// A newer version has its place.
    #[error("a newer version took its place; do that to {}", .0.iter().map(NoticeId::to_string).collect::<Vec<_>>().join(" or "))]
    Superseded(Vec<NoticeId>),
    /// What is stored does not read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
}

impl StandingError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::NoSuchNotice => Reason::NoticeNotFound,
            Self::NotTheOwner(_) => Reason::NotTheOwner,
            Self::Status { .. } => Reason::StatusForbids,
            Self::Superseded(_) => Reason::NoticeSuperseded,
            Self::Holdings(_) => Reason::NodeFault,
        }
    }
}

/// How a notice of ours that passes another on stands to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follows {
    /// As its origin does.
    Stands,
    /// Its origin is suspended.
    Suspended,
    /// A newer version took the place of its origin.
    Amended,
    /// Its origin was taken back, or what its owner permitted was.
    Gone,
}

impl Holdings {
    /// A notice of ours.
    pub(crate) fn own_notice(&self, id: NoticeId) -> Result<Option<Outgoing>, HoldingsError> {
        let Some(located) = self.locate(id)? else { return Ok(None) };
        Ok(match self.record(located.at)? {
            Record::Outgoing(put) => Some(put),
            _ => None,
        })
    }

    /// A notice that somebody wants to change: only its owner may.
    pub(crate) fn owned(&self, id: NoticeId) -> Result<Outgoing, StandingError> {
        let located = self.locate(id)?.ok_or(StandingError::NoSuchNotice)?;
        if let Some(anew) = self.made_anew(id)? {
            return Err(StandingError::Superseded(vec![anew]));
        }
        match self.record(located.at)? {
            Record::Outgoing(put) => Ok(put),
            Record::Received(received) => Err(StandingError::NotTheOwner(received.sender)),
            _ => Err(StandingError::NoSuchNotice),
        }
    }

    /// All versions of a notice of ours.
    pub(crate) fn versions_owned(&self, id: NoticeId) -> Result<Versions, StandingError> {
        self.versions(id)?.ok_or(StandingError::NoSuchNotice)
    }

    /// That an event is possible for a notice where it stands.
    pub(crate) fn check_event(&self, id: NoticeId, event: Event) -> Result<(), StandingError> {
        let status = self.status(id)?;
        status.after(event).map(drop).ok_or(StandingError::Status { status, event })
    }

    /// How a notice of ours stands to what it passes on; nothing when it passes on none.
    pub(crate) fn follows(&self, forward: NoticeId) -> Result<Option<Follows>, HoldingsError> {
        let Some(passed_on) = self.passed_on(forward)?.filter(|passed_on| passed_on.ours) else {
            return Ok(None);
        };
        let PassedOn { origin, grant, .. } = passed_on;
        match self.ended(origin)? {
            Some(Ended { cause: Cause::Withdrawn, .. }) => return Ok(Some(Follows::Gone)),
            // What passes it on expires by itself, and no later.
            Some(Ended { cause: Cause::Expired, .. }) => return Ok(Some(Follows::Stands)),
            None => {}
        }
        if let Some(grant) = grant
            && !self.grants(origin)?.contains(&grant)
        {
            return Ok(Some(Follows::Gone));
        }
        if self.is_superseded(origin)? {
            return Ok(Some(Follows::Amended));
        }
        // One in a place that is not its own is shown to nobody.
        let suspended = self.versions(origin)?.is_none_or(|versions| versions.suspended().is_some());
        Ok(Some(if suspended { Follows::Suspended } else { Follows::Stands }))
    }

    /// Whom a version of ours was sent and who was not told to erase it; nobody when it ended, since then
    /// all are.
    pub(crate) fn holders(&self, version: &Version) -> Result<BTreeSet<MemberCode>, StandingError> {
        if self.ended(version.id)?.is_some() {
            return Ok(BTreeSet::new());
        }
        let mut holders = recipients(&self.own_notice(version.id)?.ok_or(StandingError::NoSuchNotice)?);
        for (member, _) in self.restricted(version.id)? {
            holders.remove(&member);
        }
        Ok(holders)
    }

    /// Members that a version of ours is no longer for, each with since when.
    pub(crate) fn restricted(
        &self,
        version: NoticeId,
    ) -> Result<Vec<(MemberCode, Timestamp)>, HoldingsError> {
        let rows = self.rows(RowKind::RESTRICTED, version.as_bytes(), Bound::Unbounded, RECIPIENTS)?;
        let damaged = || HoldingsError::Row(RowKind::RESTRICTED.name());
        rows.into_iter()
            .map(|(key, value)| {
                let at = Timestamp::decode(&value).map_err(|_| damaged())?;
                Ok((restricted_of(&key).ok_or_else(damaged)?, at))
            })
            .collect()
    }
}

/// Whom a notice of ours was sent.
pub(crate) fn recipients(put: &Outgoing) -> BTreeSet<MemberCode> {
    put.recipients.iter().map(|place| place.member).collect()
}
