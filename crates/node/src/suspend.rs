//! Suspending a notice of ours, and resuming it.
//!
//! The decision is one record, after which the notice is suspended here. Telling its recipients is separate,
//! as it is for withdrawals: see `recall`.

use std::collections::BTreeSet;

use amana_types::life::Event;
use amana_types::{MemberCode, NoticeId, Timestamp};

use crate::machine::Kind;
use crate::machine::rows::Requested;
use crate::press::{PressError, Workshop};
use crate::recall::TakenBack;
use crate::record::{BlindDigest, Record, Suspended};
use crate::scribe::Draft;
use crate::versions::Version;

/// A suspension that was asked for and is permitted, or the end of one.
pub(crate) struct Suspending {
    pub(crate) notice: NoticeId,
    /// Suspended, or resumed.
    pub(crate) suspended: bool,
    /// Keyed digest of agency and request id.
    pub(crate) request: BlindDigest,
    /// Keyed digest of what is asked.
    pub(crate) content: BlindDigest,
}

impl Workshop {
    /// Decides a suspension, or the end of one: a word about each of the newest versions.
    pub(crate) fn suspend(&self, asked: &Suspending) -> Result<TakenBack, PressError> {
        let Suspending { notice, suspended, request, content } = *asked;
        if let Some(before) = self.shelf.get::<Requested>(Kind::Request, &request)? {
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
        let at = self.clock.now();
        let number = versions.last_word() + 1;
        let mut drafts = Vec::new();
        let mut told: BTreeSet<MemberCode> = BTreeSet::new();
        for newest in versions.newest() {
            told.extend(self.holders(newest)?);
            drafts.push(self.word(newest, suspended, number, at, Some((request, content)))?);
        }
        self.scribe.queue(drafts)?.wait_blocking()?;
        Ok(TakenBack { at, recipients: told.into_iter().collect() })
    }

    /// The record of a word about a version of ours.
    pub(crate) fn word(
        &self,
        version: &Version,
        suspended: bool,
        number: u64,
        at: Timestamp,
        request: Option<(BlindDigest, BlindDigest)>,
    ) -> Result<Draft, PressError> {
        let (notice, recipients) = (version.id, self.holders(version)?.into_iter().collect());
        Ok(Record::Suspended(Suspended { notice, at, suspended, number, request, recipients }).into())
    }
}
