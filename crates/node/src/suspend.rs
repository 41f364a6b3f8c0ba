//! Suspending a notice of ours, and resuming it.
//!
//! The decision is one record, after which the notice is suspended here. Telling its recipients is separate,
//! as it is for withdrawals: see `recall`.

use std::collections::BTreeSet;

use amana_types::life::Event;
use amana_types::{MemberCode, NoticeId, Timestamp};

use crate::follow::Follows;
use crate::machine::Kind;
use crate::machine::rows::Requested;
use crate::press::{PressError, Workshop};
use crate::recall::TakenBack;
use crate::record::{BlindDigest, Record, Suspended};
use crate::scribe::Draft;
use crate::versions::Version;

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

impl Workshop {
    /// Decides a suspension, or the end of one: a word about each of the newest versions.
    pub(crate) fn suspend(&self, asked: &Suspending) -> Result<TakenBack, PressError> {
        let Suspending { notice, suspended, why } = *asked;
        if let Why::Asked(request, content) = why
            && let Some(before) = self.shelf.get::<Requested>(Kind::Request, &request)?
        {
            return match self.shelf.record(before.at)? {
                Record::Suspended(before) if before.request == Some((request, content)) => {
                    Ok(TakenBack { at: before.at, recipients: before.recipients })
                }
                _ => Err(PressError::RequestIdReused),
            };
        }
        self.owned(notice)?;
        let versions = self.shelf.versions(notice)?.ok_or(PressError::NoSuchNotice)?;
        let event = if suspended { Event::Suspend } else { Event::Resume };
        let status = self.shelf.status(notice)?;
        if status.after(event).is_none() {
            return Err(PressError::Status { status, event });
        }
        let mut drafts = Vec::new();
        let mut told: BTreeSet<MemberCode> = BTreeSet::new();
        let (at, number) = (self.clock.now(), versions.last_word() + 1);
        for newest in versions.newest() {
            if !suspended && !matches!(self.shelf.follows(newest.id)?, None | Some(Follows::Stands)) {
                return Err(PressError::OriginHolds);
            }
            told.extend(self.holders(newest)?);
            drafts.push(self.word(newest, (suspended, number), at, why)?);
        }
        self.scribe.queue(drafts)?.wait_blocking()?;
        Ok(TakenBack { at, recipients: told.into_iter().collect() })
    }

    /// The record of a numbered word about a version of ours.
    pub(crate) fn word(
        &self,
        version: &Version,
        (suspended, number): (bool, u64),
        at: Timestamp,
        why: Why,
    ) -> Result<Draft, PressError> {
        let (notice, recipients) = (version.id, self.holders(version)?.into_iter().collect());
        let request = match why {
            Why::Asked(request, content) => Some((request, content)),
            Why::Amendment | Why::Origin => None,
        };
        let by_origin = why == Why::Origin;
        let word = Suspended { notice, at, suspended, number, request, by_origin, recipients };
        Ok(Record::Suspended(word).into())
    }
}
