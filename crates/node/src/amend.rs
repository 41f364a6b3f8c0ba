//! Putting a newer version in the place of a notice of ours.
//!
//! The new version is a notice like any other, reviewed like any other, that names the one before it in what
//! we sign. Whom it leaves out is decided once it is published, and not before: until then the version
//! before stands, also with those.

use std::collections::BTreeSet;
use std::ops::Bound;

use amana_seal::envelope::{Supersedes, decode_addressing};
use amana_types::life::{Event, NoticeStatus};
use amana_types::limits::{RECIPIENTS, VERSIONS};
use amana_types::{Addressing, CheckedNotice, MemberCode, MemberKind, NoticeId, Timestamp};
use amana_wire::v1;
use prost::Message as _;

use crate::attachments::UploadRefused;
use crate::machine::rows::{Encoded as _, Requested};
use crate::machine::{Kind, restricted_of};
use crate::press::{PressError, Published, Workshop};
use crate::record::{BlindDigest, Put, Record, Restricted};
use crate::scribe::Draft;
use crate::shelf::{Shelf, ShelfError};
use crate::suspend::Why;
use crate::versions::{Version, Versions};

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

impl Workshop {
    /// Seals a newer version and queues it for the hub.
    pub(crate) fn amend(&self, asked: Amendment) -> Result<Amended, PressError> {
        let Amendment { of, request, content, notice, agency, addressing } = asked;
        let version = match self.shelf.get::<Requested>(Kind::Request, &request)? {
            Some(before) => self.published_before(&before, content)?,
            None => {
                let (put, supersedes) = self.amendable(of)?;
                let addressing = match addressing {
                    Some(addressing) => addressing,
                    None => addressing_of(&put)?,
                };
                let origin = self.origin_of(supersedes.id)?;
                let follows = (agency.as_str(), Some(supersedes));
                self.queue_notice((request, content), notice, &addressing, follows, (origin, None))?
            }
        };
        let versions = self.shelf.versions(version.id)?.ok_or(PressError::NoSuchNotice)?;
        let mut left_out: BTreeSet<MemberCode> = BTreeSet::new();
        for (_, members) in self.left_out(&versions, version.id)? {
            left_out.extend(members);
        }
        Ok(Amended { version, left_out: left_out.into_iter().collect() })
    }

    /// The version of that id, if another can take its place now.
    fn amendable(&self, of: NoticeId) -> Result<(Put, Supersedes), PressError> {
        let put = self.owned(of)?;
        let versions = self.shelf.versions(of)?.ok_or(PressError::NoSuchNotice)?;
        let version = versions.get(of).ok_or(PressError::NoSuchNotice)?;
        let event = Event::Amend;
        let status = self.shelf.status(of)?;
        if status.after(event).is_none() {
            return Err(PressError::Status { status, event });
        }
        if versions.after(of).any(|after| after.stands) {
            return Err(PressError::Superseded(versions.newest().map(|newest| newest.id).collect()));
        }
        for after in versions.after(of) {
            let status = self.shelf.status(after.id)?;
            if status == NoticeStatus::UnderReview {
                return Err(PressError::Status { status, event });
            }
        }
        if versions.all.len() >= VERSIONS {
            return Err(PressError::TooManyVersions);
        }
        // Before that it can be sealed anew, under another hash.
        version.index.ok_or(PressError::NotInLog)?;
        Ok((put, Supersedes { id: of, header_hash: version.header_hash }))
    }

    /// An amendment of ours is published: whoever has a version before it and does not get it is to erase
    /// that; the attachments that it leaves out go; and if the notice is suspended, so is the new version for those that have no other.
    pub(crate) fn settle(&self, id: NoticeId) -> Result<(), PressError> {
        if !self.shelf.state().read().amending.contains(&id) {
            return Err(PressError::Settled);
        }
        let versions = self.shelf.versions(id)?.ok_or(PressError::NoSuchNotice)?;
        let version = versions.get(id).ok_or(PressError::NoSuchNotice)?;
        let at = self.clock.now();
        let restricted = self.left_out(&versions, id)?.into_iter();
        let mut drafts: Vec<Draft> = restricted
            .map(|(version, members)| {
                let members = members.into_iter().collect();
                Record::Restricted(Restricted { by: id, version, at, members }).into()
            })
            .collect();
        if drafts.is_empty() {
            let before = version.before.map_or(id, |before| before.id);
            let nobody = Restricted { by: id, version: before, at, members: Vec::new() };
            drafts.push(Record::Restricted(nobody).into());
        }
        if versions.suspended().is_some() {
            let why = if versions.suspended_by_origin() { Why::Origin } else { Why::Amendment };
            drafts.push(self.word(version, (true, versions.last_word() + 1), at, why)?);
        }
        // Before it is written down that this is settled: what is cut short is done again.
        for digest in self.shelf.attachments_left_out_by(id)? {
            self.uploads.files.erase(&digest).map_err(UploadRefused::from)?;
        }
        self.scribe.queue(drafts)?.wait_blocking()?;
        Ok(())
    }

    /// For each version before an amendment of ours, the members that have it and do not get the amendment.
    /// What the review desk has stays with it.
    fn left_out(
        &self,
        versions: &Versions,
        id: NoticeId,
    ) -> Result<Vec<(NoticeId, BTreeSet<MemberCode>)>, PressError> {
        let version = versions.get(id).ok_or(PressError::NoSuchNotice)?;
        let gets = recipients(&self.own_notice(id)?.ok_or(PressError::NoSuchNotice)?);
        let desks: BTreeSet<MemberCode> = {
            let state = self.shelf.state().read();
            let desks =
                state.directory.members.values().filter(|member| member.kind == MemberKind::ReviewDesk);
            desks.map(|member| member.code).collect()
        };
        let mut left_out = Vec::new();
        for before in versions.before(version).filter(|before| before.stands) {
            let members: BTreeSet<MemberCode> = self
                .holders(before)?
                .into_iter()
                .filter(|member| !gets.contains(member) && !desks.contains(member))
                .collect();
            if !members.is_empty() {
                left_out.push((before.id, members));
            }
        }
        Ok(left_out)
    }

    /// Whom a version of ours was sent and who was not told to erase it; nobody when it ended, since then
    /// all are.
    pub(crate) fn holders(&self, version: &Version) -> Result<BTreeSet<MemberCode>, PressError> {
        if self.shelf.ended(version.id)?.is_some() {
            return Ok(BTreeSet::new());
        }
        let mut holders = recipients(&self.own_notice(version.id)?.ok_or(PressError::NoSuchNotice)?);
        for (member, _) in self.shelf.restricted(version.id)? {
            holders.remove(&member);
        }
        Ok(holders)
    }
}

impl Shelf {
    /// Members that a version of ours is no longer for, each with since when.
    pub(crate) fn restricted(&self, version: NoticeId) -> Result<Vec<(MemberCode, Timestamp)>, ShelfError> {
        let rows = self.rows(Kind::Restricted, version.as_bytes(), Bound::Unbounded, RECIPIENTS)?;
        let damaged = || ShelfError::Row(Kind::Restricted.name());
        rows.into_iter()
            .map(|(key, value)| {
                let at = Timestamp::decode(&value).map_err(|_| damaged())?;
                Ok((restricted_of(&key).ok_or_else(damaged)?, at))
            })
            .collect()
    }
}

fn recipients(put: &Put) -> BTreeSet<MemberCode> {
    put.recipients.iter().map(|place| place.member).collect()
}

/// Whom a notice of ours was addressed to.
fn addressing_of(put: &Put) -> Result<Addressing, ShelfError> {
    let damaged = || ShelfError::Row("the envelope of a notice");
    let envelope = v1::Envelope::decode(put.envelope.as_slice()).map_err(|_| damaged())?;
    decode_addressing(&envelope.addressing).map_err(|_| damaged())
}
