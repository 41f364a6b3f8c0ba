//! The versions of a notice, put together from rows and records when somebody asks. Nothing is opened here.
//!
//! A version belongs to a notice because it names, by id and header hash in what its sender signed, the
//! version before it, and is of the same sender. What does not fit is not believed, whichever of the two
//! came first: a version that names another sender's notice, or one that is not as it says, is shown to
//! nobody.
//!
//! The fold only adds rows, so the order of arrival cannot matter, and a version that supersedes nothing costs
//! nothing on arrival. A fork of another member is shown as a fork and raises an alarm.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Bound;

use amana_seal::envelope::Supersedes;
use amana_types::life::NoticeStatus;
use amana_types::limits::VERSIONS;
use amana_types::{Digest, MemberCode, NoticeId, Seq, Timestamp};

use crate::fold::rows::{Answered, Cause, Encoded as _, Ended, Located};
use crate::fold::table::RowKind;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::review::state::Standing;
use crate::subjects::Record;
use crate::versions::state::{Word, successor_of, word_of, words_key};

/// One version of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) id: NoticeId,
    pub(crate) header_hash: Digest,
    /// Who sent it; nothing when we did.
    pub(crate) sender: Option<MemberCode>,
    /// The version whose place it takes.
    pub(crate) before: Option<Supersedes>,
    /// Its record.
    pub(crate) at: Seq,
    /// Nothing when only its head came.
    pub(crate) created: Option<Timestamp>,
    /// Its place in the exchange's log.
    pub(crate) index: Option<Seq>,
    /// Whether it takes the place of the version before: not while it waits for the review desk, and not
    /// when it was refused.
    pub(crate) stands: bool,
}

/// The versions of one notice that are here, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Versions {
    pub(crate) all: Vec<Version>,
    /// The last word about its suspension, with its number.
    word: Option<(u64, Word)>,
}

/// What is said of one version beside the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Beside {
    /// The version whose place it takes.
    pub(crate) before: Option<NoticeId>,
    /// Those that took its place.
    pub(crate) superseded_by: Vec<NoticeId>,
    /// Another one takes the place of the same.
    pub(crate) fork: bool,
    /// Since when the notice is suspended, if it is.
    pub(crate) suspended: Option<Timestamp>,
    /// Whether a newer version took the place of the first.
    amended: bool,
}

impl Versions {
    /// The version of that id.
    pub(crate) fn get(&self, id: NoticeId) -> Option<&Version> {
        self.all.iter().find(|version| version.id == id)
    }

    /// The versions that name this one as the one before, let through or not.
    pub(crate) fn after(&self, id: NoticeId) -> impl Iterator<Item = &Version> {
        self.all.iter().filter(move |version| version.before.is_some_and(|before| before.id == id))
    }

    /// Those in whose place there is none.
    pub(crate) fn newest(&self) -> impl Iterator<Item = &Version> {
        self.all.iter().filter(|version| version.stands && !self.after(version.id).any(|after| after.stands))
    }

    /// The versions before one, back to the first.
    pub(crate) fn before<'a>(&'a self, version: &'a Version) -> impl Iterator<Item = &'a Version> {
        let step = |version: &&'a Version| self.get(version.before?.id);
        std::iter::successors(step(&version), step).take(VERSIONS)
    }

    /// The versions before that one, back to the first; none when it is not among these.
    pub(crate) fn before_of(&self, id: NoticeId) -> impl Iterator<Item = &Version> {
        self.get(id).into_iter().flat_map(|version| self.before(version))
    }

    /// Since when the notice is suspended, if it is.
    pub(crate) fn suspended(&self) -> Option<Timestamp> {
        self.word.filter(|(_, word)| word.suspended).map(|(_, word)| word.at)
    }

    /// The number of the last word about its suspension; 0 when there is none.
    pub(crate) fn last_word(&self) -> u64 {
        self.word.map_or(0, |(number, _)| number)
    }

    /// Whether it is suspended because of what it passes on.
    pub(crate) fn suspended_by_origin(&self) -> bool {
        self.word.is_some_and(|(_, word)| word.suspended && word.by_origin)
    }

    /// What is said of one of them.
    pub(crate) fn beside(&self, version: &Version) -> Beside {
        let same = |other: &Version| other.stands && other.id != version.id && other.before == version.before;
        let superseded_by: Vec<NoticeId> =
            self.after(version.id).filter(|after| after.stands).map(|after| after.id).collect();
        Beside {
            before: version.before.map(|before| before.id),
            fork: version.stands && version.before.is_some() && self.all.iter().any(same),
            suspended: self.suspended(),
            amended: version.stands && (version.before.is_some() || !superseded_by.is_empty()),
            superseded_by,
        }
    }
}

impl Beside {
    /// Whether a newer version is shown in its place.
    pub(crate) const fn is_superseded(&self) -> bool {
        !self.superseded_by.is_empty()
    }

    /// Where a notice stands that would be published if it were alone.
    const fn status(&self) -> NoticeStatus {
        match (self.suspended, self.amended) {
            (Some(_), _) => NoticeStatus::Suspended,
            (None, true) => NoticeStatus::Amended,
            (None, false) => NoticeStatus::Published,
        }
    }
}

impl Holdings {
    /// One version; nothing when not even its head is here.
    pub(crate) fn version(&self, id: NoticeId) -> Result<Option<Version>, HoldingsError> {
        let located = match self.locate(id)? {
            Some(located) => Some(located),
            None => self.get::<Located>(RowKind::GONE, id.as_bytes())?,
        };
        let Some(located) = located else { return Ok(None) };
        self.version_of(&self.record(located.at)?, located.at)
    }

    /// The same from its record.
    fn version_of(&self, record: &Record, at: Seq) -> Result<Option<Version>, HoldingsError> {
        Ok(Some(match record {
            Record::Outgoing(put) => {
                let answered = self.answered(put.id)?;
                let refused = answered.is_some_and(|answered| answered.index.is_none());
                let standing = self.review(put.id)?.standing;
                Version {
                    id: put.id,
                    header_hash: put.header_hash,
                    sender: None,
                    before: put.supersedes,
                    at,
                    created: Some(put.created),
                    index: answered.and_then(|answered| answered.index),
                    stands: !refused && matches!(standing, Standing::None | Standing::Passed),
                }
            }
            Record::Received(received) => Version {
                id: received.id,
                header_hash: received.header_hash,
                sender: Some(received.sender),
                before: received.supersedes,
                at,
                created: Some(received.created),
                index: Some(received.proven.index),
                // Only the desk has what waits for it.
                stands: !received.held
                    || received.passed.is_some()
                    || self.review(received.id)?.standing == Standing::Passed,
            },
            Record::Gone(gone) => Version {
                id: gone.id,
                header_hash: gone.header_hash,
                sender: Some(gone.sender),
                before: gone.supersedes,
                at,
                created: None,
                index: Some(gone.index),
                stands: true,
            },
            _ => return Ok(None),
        }))
    }

    fn answered(&self, id: NoticeId) -> Result<Option<Answered>, HoldingsError> {
        self.get(RowKind::OUTCOME, id.as_bytes())
    }

    /// Every version of the notice of which this is one; nothing when it is not here, or takes the place of
    /// something that it says wrongly.
    pub(crate) fn versions(&self, id: NoticeId) -> Result<Option<Versions>, HoldingsError> {
        let Some(version) = self.version(id)? else { return Ok(None) };
        self.versions_of(version)
    }

    fn versions_of(&self, first: Version) -> Result<Option<Versions>, HoldingsError> {
        if self.is_misplaced(&first)? {
            return Ok(None);
        }
        let sender = first.sender;
        let mut known: BTreeSet<NoticeId> = [first.id].into();
        let mut looking: VecDeque<Supersedes> = VecDeque::new();
        looking.push_back(Supersedes { id: first.id, header_hash: first.header_hash });
        let mut all = vec![first.clone()];
        looking.extend(first.before);
        while let Some(named) = looking.pop_front()
            && all.len() < VERSIONS
        {
            if known.insert(named.id)
                && let Some(version) = self.version(named.id)?
                && (version.sender, version.header_hash) == (sender, named.header_hash)
            {
                looking.extend(version.before);
                all.push(version);
            }
            for after in self.successors(named, sender)? {
                if known.insert(after.id) {
                    looking.push_back(Supersedes { id: after.id, header_hash: after.header_hash });
                    all.push(after);
                }
            }
        }
        all.sort_by_key(|version| (version.index.is_none(), version.index, version.at));
        let mut word = None;
        for version in &all {
            word = later(word, self.last_word(version)?);
        }
        Ok(Some(Versions { all, word }))
    }

    /// Whether it names a version before it that is another sender's, or another than it says.
    fn is_misplaced(&self, version: &Version) -> Result<bool, HoldingsError> {
        let Some(named) = version.before else { return Ok(false) };
        Ok(self
            .version(named.id)?
            .is_some_and(|before| (before.sender, before.header_hash) != (version.sender, named.header_hash)))
    }

    /// Those versions of a sender that name this one as the one before.
    pub(crate) fn successors(
        &self,
        named: Supersedes,
        sender: Option<MemberCode>,
    ) -> Result<Vec<Version>, HoldingsError> {
        let rows = self.rows(RowKind::SUCCESSOR, named.id.as_bytes(), Bound::Unbounded, VERSIONS)?;
        let mut found = Vec::with_capacity(rows.len());
        for (key, value) in rows {
            let damaged = || HoldingsError::Row(RowKind::SUCCESSOR.name());
            let located = Located::decode(&value).map_err(|_| damaged())?;
            let id = successor_of(&key).ok_or_else(damaged)?;
            if located.header_hash == named.header_hash {
                found.extend(self.version(id)?.filter(|version| version.sender == sender));
            }
        }
        Ok(found)
    }

    /// The words of its sender about a version, each with its number, in their order.
    pub(crate) fn words(&self, version: &Version) -> Result<Vec<(u64, Word)>, HoldingsError> {
        let prefix = words_key(version.id, version.sender.map(|_| &version.header_hash));
        let rows = self.rows(RowKind::SUSPENSION, &prefix, Bound::Unbounded, usize::from(u16::MAX))?;
        let mut words = Vec::with_capacity(rows.len());
        for (key, value) in rows {
            let damaged = || HoldingsError::Row(RowKind::SUSPENSION.name());
            let word = Word::decode(&value).map_err(|_| damaged())?;
            let (number, _) = word_of(&key).ok_or_else(damaged)?;
            words.extend((word.sender == version.sender).then_some((number, word)));
        }
        Ok(words)
    }

    fn last_word(&self, version: &Version) -> Result<Option<(u64, Word)>, HoldingsError> {
        Ok(self.words(version)?.pop())
    }

    /// What is said of a notice beside its other versions; nothing when it is in a place that is not its own.
    /// For a notice that has no other version, as most have, this is two looks at rows.
    pub(crate) fn beside(&self, record: &Record, at: Seq) -> Result<Option<Beside>, HoldingsError> {
        let Some(version) = self.version_of(record, at)? else { return Ok(None) };
        let id = version.id;
        if version.before.is_none()
            && self.rows(RowKind::SUCCESSOR, id.as_bytes(), Bound::Unbounded, 1)?.is_empty()
        {
            let suspended = self.last_word(&version)?.filter(|(_, word)| word.suspended);
            return Ok(Some(Beside { suspended: suspended.map(|(_, word)| word.at), ..Beside::default() }));
        }
        let versions = self.versions_of(version)?;
        Ok(versions.and_then(|versions| versions.get(id).map(|version| versions.beside(version))))
    }

    /// Whether a newer version is in its place.
    pub(crate) fn is_superseded(&self, id: NoticeId) -> Result<bool, HoldingsError> {
        let Some(version) = self.version(id)? else { return Ok(false) };
        let named = Supersedes { id, header_hash: version.header_hash };
        Ok(self.successors(named, version.sender)?.iter().any(|after| after.stands))
    }

    /// Where a notice stands, ours or received.
    pub(crate) fn status(&self, id: NoticeId) -> Result<NoticeStatus, HoldingsError> {
        match self.status_alone(id)? {
            NoticeStatus::Published => {}
            other => return Ok(other),
        }
        let Some(located) = self.locate(id)? else { return Ok(NoticeStatus::Published) };
        let beside = self.beside(&self.record(located.at)?, located.at)?;
        Ok(beside.map_or(NoticeStatus::Published, |beside| beside.status()))
    }

    /// The same with what is said of it beside its other versions at hand.
    pub(crate) fn status_beside(&self, id: NoticeId, beside: &Beside) -> Result<NoticeStatus, HoldingsError> {
        Ok(match self.status_alone(id)? {
            NoticeStatus::Published => beside.status(),
            other => other,
        })
    }

    /// The same of a version of which only the head may be here: then it was withdrawn before it came.
    pub(crate) fn version_status(
        &self,
        version: &Version,
        beside: &Beside,
    ) -> Result<NoticeStatus, HoldingsError> {
        match version.created {
            Some(_) => self.status_beside(version.id, beside),
            None => Ok(NoticeStatus::Withdrawn),
        }
    }

    /// Where a notice stands, whatever its other versions.
    fn status_alone(&self, id: NoticeId) -> Result<NoticeStatus, HoldingsError> {
        Ok(match self.ended(id)? {
            Some(Ended { cause: Cause::Withdrawn, .. }) => NoticeStatus::Withdrawn,
            Some(Ended { cause: Cause::Expired, .. }) => NoticeStatus::Expired,
            None => match self.answered(id)? {
                Some(Answered { index: None, .. }) => NoticeStatus::Refused,
                _ => match self.review(id)?.standing {
                    Standing::Waits => NoticeStatus::UnderReview,
                    Standing::Refused => NoticeStatus::Refused,
                    Standing::None | Standing::Passed => NoticeStatus::Published,
                },
            },
        })
    }
}

/// The later of two words.
fn later(one: Option<(u64, Word)>, other: Option<(u64, Word)>) -> Option<(u64, Word)> {
    one.into_iter().chain(other).max_by_key(|(number, _)| *number)
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
