//! Suspending a notice of ours, and resuming it.
//!
//! The decision is one record, after which the notice is suspended here. Telling its recipients is separate,
//! as it is for withdrawals: see `recall`.

use std::collections::BTreeSet;

use amana_types::life::Event;
use amana_types::{MemberCode, NoticeId, Reason};

use crate::fold::parts::BlindDigest;
use crate::ledger::holdings::HoldingsError;
use crate::subjects::Record;
use crate::versions::list::Version;
use crate::versions::record::Suspended;
use crate::versions::standing::Ordered;
use crate::versions::standing::{Follows, StandingError};
use crate::work::basis::{Basis, RequestIdReused};
use crate::work::commands::{Command, CommandError, Decision};

/// Why a notice is suspended, or resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// An officer asks for it: keyed digests of agency and request id, and of what is asked.
    Asked(BlindDigest, BlindDigest),
    /// A newer version takes the place of one that is suspended.
    Amendment,
    /// What it passes on was suspended, amended or resumed.
    Origin,
}

/// A suspension that is permitted, or the end of one.
pub(crate) struct Suspending {
    pub(crate) notice: NoticeId,
    /// Suspended, or resumed.
    pub(crate) suspended: bool,
    pub(crate) why: Why,
}

/// A notice was not suspended, or not resumed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SuspendError {
    /// The same request id came with something else before.
    #[error(transparent)]
    RequestIdReused(#[from] RequestIdReused),
    /// It cannot be, as it stands.
    #[error(transparent)]
    Standing(#[from] StandingError),
    /// What it passes on is suspended, or was amended.
    #[error(
        "what it passes on is suspended or was amended by its owner; pass the newer version on, or withdraw it"
    )]
    OriginHolds,
    /// What is stored does not read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    /// It was not carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl SuspendError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::RequestIdReused(_) => Reason::RequestIdReused,
            Self::Standing(error) => error.reason(),
            Self::OriginHolds => Reason::OriginHolds,
            Self::Holdings(_) => Reason::NodeFault,
            Self::Command(error) => error.reason(),
        }
    }
}

impl Command for Suspending {
    type Answer = Ordered;
    type Error = SuspendError;

    /// A word about each of the newest versions.
    fn decide(self, basis: &Basis<'_>) -> Result<Decision<Ordered, SuspendError>, SuspendError> {
        let Self { notice, suspended, why } = self;
        if let Why::Asked(request, content) = why
            && let Some(before) = basis.requested(request)?
        {
            return match basis.holdings.record(before.at)? {
                Record::Suspended(before) if before.request == Some((request, content)) => {
                    Ok(Decision::answer(Ordered { at: before.at, recipients: before.recipients }))
                }
                _ => Err(RequestIdReused.into()),
            };
        }
        basis.holdings.owned(notice)?;
        let versions = basis.holdings.versions_owned(notice)?;
        basis.holdings.check_event(notice, if suspended { Event::Suspend } else { Event::Resume })?;
        let word = Word { suspended, number: versions.last_word() + 1, why };
        let mut records = Vec::new();
        let mut told: BTreeSet<MemberCode> = BTreeSet::new();
        for newest in versions.newest() {
            if !suspended && !matches!(basis.holdings.follows(newest.id)?, None | Some(Follows::Stands)) {
                return Err(SuspendError::OriginHolds);
            }
            told.extend(basis.holdings.holders(newest)?);
            records.push(word.about(basis, newest)?.into());
        }
        let answer = Ordered { at: basis.now, recipients: told.into_iter().collect() };
        Ok(Decision::records(records, answer))
    }
}

/// What is said about the suspension of a notice.
#[derive(Clone, Copy)]
pub(crate) struct Word {
    pub(crate) suspended: bool,
    /// One more than the word before it.
    pub(crate) number: u64,
    pub(crate) why: Why,
}

impl Word {
    /// Its record for a version of ours.
    pub(crate) fn about(self, basis: &Basis<'_>, version: &Version) -> Result<Record, StandingError> {
        let Self { suspended, number, why } = self;
        let (notice, recipients) = (version.id, basis.holdings.holders(version)?.into_iter().collect());
        let request = match why {
            Why::Asked(request, content) => Some((request, content)),
            Why::Amendment | Why::Origin => None,
        };
        let (at, by_origin) = (basis.now, why == Why::Origin);
        Ok(Record::Suspended(Suspended { notice, at, suspended, number, request, by_origin, recipients }))
    }
}
