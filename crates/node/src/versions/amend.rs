//! Putting a newer version in the place of a notice of ours.
//!
//! The new version is a notice like any other, reviewed like any other, that names the one before it in what
//! we sign. Whom it leaves out is decided once it is published, and not before: until then the version
//! before stands, also with those.
//!
//! Amending a version that has a successor is refused, so the owner cannot make a fork.

use std::collections::BTreeSet;

use amana_notice::CheckedNotice;
use amana_seal::envelope::Supersedes;
use amana_types::life::{Event, NoticeStatus};
use amana_types::limits::VERSIONS;
use amana_types::{Addressing, MemberCode, MemberKind, NoticeId, Reason};

use crate::fold::parts::BlindDigest;
use crate::ledger::holdings::HoldingsError;
use crate::notice::publish::{NewNotice, PublishError, Published, origin_of, published_before};
use crate::notice::record::Outgoing;
use crate::outbox::sealing::addressing_of;
use crate::subjects::Record;
use crate::versions::list::{Version, Versions};
use crate::versions::record::Restricted;
use crate::versions::standing::{StandingError, recipients};
use crate::versions::suspend::{Why, Word};
use crate::work::basis::Basis;
use crate::work::commands::{Command, CommandError, Decision, FileWork};

/// An amendment that was asked for, checked and permitted.
pub(crate) struct Amendment {
    /// The version whose place it takes.
    pub(crate) of: NoticeId,
    /// Keyed digest of agency and request id.
    pub(crate) request: BlindDigest,
    /// Keyed digest of notice and addressing.
    pub(crate) content: BlindDigest,
    pub(crate) notice: CheckedNotice,
    /// Whose uploads its attachments are.
    pub(crate) agency: String,
    /// Nothing: as the version before.
    pub(crate) addressing: Option<Addressing>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Amended {
    pub(crate) version: Published,
    /// Who is to erase what it has, once the new version is published.
    pub(crate) left_out: Vec<MemberCode>,
}

/// A notice was not amended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AmendError {
    /// It cannot be, as it stands.
    #[error(transparent)]
    Standing(#[from] StandingError),
    /// What amends names what the hub has in its log.
    #[error("the hub has not taken the notice yet; amend it when it is in the exchange's log")]
    NotInLog,
    /// Versions without end.
    #[error("a notice has at most {VERSIONS} versions; withdraw it and publish a new one")]
    TooManyVersions,
    /// The new version cannot be published.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// What is stored does not read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    /// It was not carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl AmendError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Standing(error) => error.reason(),
            Self::NotInLog => Reason::NotInLogYet,
            Self::TooManyVersions => Reason::TooManyVersions,
            Self::Publish(error) => error.reason(),
            Self::Holdings(_) => Reason::NodeFault,
            Self::Command(error) => error.reason(),
        }
    }
}

impl Command for Amendment {
    type Answer = Amended;
    type Error = AmendError;

    fn decide(self, basis: &Basis<'_>) -> Result<Decision<Amended, AmendError>, AmendError> {
        let Self { of, request, content, notice, agency, addressing } = self;
        if let Some(before) = basis.requested(request)? {
            let version = published_before(basis, &before, content)?;
            let versions = basis.holdings.versions_owned(version.id)?;
            let before = versions.before_of(version.id);
            let left_out = LeftOut::by(basis, &version.recipients, before)?.members();
            return Ok(Decision::answer(Amended { version, left_out }));
        }
        let Amendable { put, versions, supersedes } = Amendable::find(basis, of)?;
        let addressing = match addressing {
            Some(addressing) => addressing,
            None => addressing_of(&put.envelope)?,
        };
        let origin = origin_of(basis.holdings, of)?;
        let (addressing, agency, supersedes) = (&addressing, agency.as_str(), Some(supersedes));
        let new =
            NewNotice { request, content, notice, addressing, agency, supersedes, origin, beside: None };
        let decision = new.decide(basis)?;
        let before = versions.get(of).into_iter().chain(versions.before_of(of));
        let left_out = match &decision.answer {
            Ok(version) => LeftOut::by(basis, &version.recipients, before)?.members(),
            Err(_) => Vec::new(),
        };
        Ok(decision.map(|version| Amended { version, left_out }))
    }
}

/// A version in whose place another can be put now.
struct Amendable {
    put: Outgoing,
    versions: Versions,
    /// What the new version says that it takes the place of.
    supersedes: Supersedes,
}

impl Amendable {
    fn find(basis: &Basis<'_>, of: NoticeId) -> Result<Self, AmendError> {
        let (holdings, event) = (basis.holdings, Event::Amend);
        let put = holdings.owned(of)?;
        let versions = holdings.versions_owned(of)?;
        let version = versions.get(of).ok_or(StandingError::NoSuchNotice)?;
        holdings.check_event(of, event)?;
        if versions.after(of).any(|after| after.stands) {
            let newest = versions.newest().map(|newest| newest.id).collect();
            return Err(StandingError::Superseded(newest).into());
        }
        for after in versions.after(of) {
            let status = holdings.status(after.id)?;
            if status == NoticeStatus::UnderReview {
                return Err(StandingError::Status { status, event }.into());
            }
        }
        if versions.all.len() >= VERSIONS {
            return Err(AmendError::TooManyVersions);
        }
        // Before that it can be sealed anew, under another hash.
        version.index.ok_or(AmendError::NotInLog)?;
        let supersedes = Supersedes { id: of, header_hash: version.header_hash };
        Ok(Self { put, versions, supersedes })
    }
}

/// An amendment of ours is published: whoever has a version before it and does not get it is to erase
/// that; the attachments that it leaves out go; and if the notice is suspended, so is the new version for
/// those that have no other.
pub(crate) struct SettleAmendment(pub(crate) NoticeId);

/// Whom an amendment leaves out was not decided.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettleError {
    /// It was decided before, or there is nothing to decide.
    #[error("it is decided already whom the amendment leaves out")]
    Settled,
    /// It cannot be, as it stands.
    #[error(transparent)]
    Standing(#[from] StandingError),
    /// What is stored does not read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    /// It was not carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl SettleError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Standing(error) => error.reason(),
            Self::Command(error) => error.reason(),
            Self::Settled | Self::Holdings(_) => Reason::NodeFault,
        }
    }
}

impl Command for SettleAmendment {
    type Answer = ();
    type Error = SettleError;

    fn decide(self, basis: &Basis<'_>) -> Result<Decision<(), SettleError>, SettleError> {
        let (Self(by), holdings, at) = (self, basis.holdings, basis.now);
        if !holdings.state().read().versions.amending.contains(&by) {
            return Err(SettleError::Settled);
        }
        let versions = holdings.versions_owned(by)?;
        let version = versions.get(by).ok_or(StandingError::NoSuchNotice)?;
        let gets = holdings.own_notice(by)?.ok_or(StandingError::NoSuchNotice)?;
        let gets: Vec<MemberCode> = recipients(&gets).into_iter().collect();
        let LeftOut(mut left_out) = LeftOut::by(basis, &gets, versions.before_of(by))?;
        if left_out.is_empty() {
            // Nobody is; that is written down too.
            left_out.push((version.before.map_or(by, |before| before.id), BTreeSet::new()));
        }
        let restricted = left_out.into_iter().map(|(version, members)| {
            let members = members.into_iter().collect();
            Record::Restricted(Restricted { by, version, at, members })
        });
        let mut records: Vec<Record> = restricted.collect();
        if versions.suspended().is_some() {
            let why = if versions.suspended_by_origin() { Why::Origin } else { Why::Amendment };
            let word = Word { suspended: true, number: versions.last_word() + 1, why };
            records.push(word.about(basis, version)?);
        }
        let decision = Decision::records(records.into_iter().map(Into::into).collect(), ());
        // Before it is written down that this is settled: what is cut short is done again.
        Ok(decision.before(erasing(basis, by)?))
    }
}

/// The work of erasing the attachments that a version leaves out.
fn erasing(basis: &Basis<'_>, by: NoticeId) -> Result<Option<FileWork>, HoldingsError> {
    let digests = basis.holdings.attachments_left_out_by(by)?;
    if digests.is_empty() {
        return Ok(None);
    }
    let files = basis.uploads.files.clone();
    Ok(Some(Box::new(move || digests.iter().try_for_each(|digest| files.erase(digest)))))
}

/// For each version before an amendment of ours, the members that have it and do not get the amendment.
/// What the review desk has stays with it.
struct LeftOut(Vec<(NoticeId, BTreeSet<MemberCode>)>);

impl LeftOut {
    fn by<'a>(
        basis: &Basis<'_>,
        gets: &[MemberCode],
        before: impl Iterator<Item = &'a Version>,
    ) -> Result<Self, StandingError> {
        let desks: BTreeSet<MemberCode> = {
            let state = basis.holdings.state().read();
            let desks =
                state.base.directory.members.values().filter(|member| member.kind == MemberKind::ReviewDesk);
            desks.map(|member| member.code).collect()
        };
        let mut left_out = Vec::new();
        for before in before.filter(|before| before.stands) {
            let mut members = basis.holdings.holders(before)?;
            members.retain(|member| !gets.contains(member) && !desks.contains(member));
            if !members.is_empty() {
                left_out.push((before.id, members));
            }
        }
        Ok(Self(left_out))
    }

    /// All of them, in order.
    fn members(self) -> Vec<MemberCode> {
        let all: BTreeSet<MemberCode> = self.0.into_iter().flat_map(|(_, members)| members).collect();
        all.into_iter().collect()
    }
}

#[cfg(test)]
#[path = "amend_tests.rs"]
mod tests;
