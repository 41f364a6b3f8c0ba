//! Which attachments go, because no notice lists them any more.

use std::ops::Bound;

use amana_types::{Digest, NoticeId, Seq};

use super::files::Files;
use crate::fold::rows::Encoded as _;
use crate::fold::table::RowKind;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::writer::{Beside, LedgerFault};
use crate::subjects::Record;

impl Beside for Files {
    fn erase_with(&self, holdings: &Holdings, of: Seq) -> Result<(), LedgerFault> {
        for digest in holdings.attachments_ended_by(of).map_err(Box::new)? {
            self.erase(&digest).map_err(LedgerFault::Attachment)?;
        }
        Ok(())
    }
}

impl Holdings {
    /// Whether another notice lists an attachment that has not ended and in whose place there is no newer one.
    pub(crate) fn is_listed_elsewhere(
        &self,
        digest: &Digest,
        notice: NoticeId,
    ) -> Result<bool, HoldingsError> {
        let rows = self.rows(RowKind::LISTED, digest.as_bytes(), Bound::Unbounded, usize::from(u16::MAX))?;
        for (_, value) in rows {
            let other = NoticeId::decode(&value).map_err(|_| HoldingsError::Row(RowKind::LISTED.name()))?;
            if other != notice && self.ended(other)?.is_none() && !self.is_superseded(other)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether an attachment of a notice is gone because a newer version leaves it out.
    pub(crate) fn is_left_out(&self, digest: &Digest, notice: NoticeId) -> Result<bool, HoldingsError> {
        Ok(self.is_superseded(notice)? && !self.is_listed_elsewhere(digest, notice)?)
    }

    /// The attachments of the versions before one that stands, as far as it and others leave them out.
    pub(crate) fn attachments_left_out_by(&self, newer: NoticeId) -> Result<Vec<Digest>, HoldingsError> {
        let Some(versions) = self.versions(newer)? else { return Ok(Vec::new()) };
        let mut left_out = Vec::new();
        for version in versions.all.iter().filter(|version| version.id != newer) {
            if self.is_superseded(version.id)? {
                left_out.extend(self.attachments_alone_in(version.id)?);
            }
        }
        Ok(left_out)
    }

    /// The attachments that the record at a place makes go: of the notice that it ends, or of the versions in
    /// whose place it is; as far as no other notice lists them.
    pub(crate) fn attachments_ended_by(&self, of: Seq) -> Result<Vec<Digest>, HoldingsError> {
        match self.record(of)? {
            Record::Withdrawn(withdrawn) => self.attachments_alone_in(withdrawn.notice),
            Record::Recalled(recalled) => self.attachments_alone_in(recalled.notice),
            Record::Expired(expired) => self.attachments_alone_in(expired.notice),
            Record::Received(received) => self.attachments_left_out_by(received.id),
            _ => Ok(Vec::new()),
        }
    }

    /// The attachments of a notice that no other notice lists.
    fn attachments_alone_in(&self, notice: NoticeId) -> Result<Vec<Digest>, HoldingsError> {
        let Some(located) = self.locate(notice)? else { return Ok(Vec::new()) };
        let attachments = match self.record(located.at)? {
            Record::Outgoing(put) => put.attachments,
            Record::Received(received) => received.attachments,
            _ => return Ok(Vec::new()),
        };
        let mut alone = Vec::new();
        for attachment in attachments {
            if !self.is_listed_elsewhere(&attachment.sealed, notice)? {
                alone.push(attachment.sealed);
            }
        }
        Ok(alone)
    }
}
