//! What comes about a notice of which another version may be here: amendments and suspensions. Whoever sent
//! the one may say the other, and nobody else; the hub is not asked.

use amana_client::exchange::Proven as Logged;
use amana_seal::envelope::Supersedes;
use amana_types::{MemberCode, NoticeId};
use amana_wire::v1;

use super::judge::{Unwritten, evidence};
use super::{Downlink, SessionError};
use crate::ledger_writer::Draft;
use crate::machine::Kind;
use crate::machine::rows::{Cause, Ended, recalled_key};
use crate::opening::{IncomingNotice, SuspensionWord};
use crate::record::{Alarm, Record, Suspension};
use crate::versions::Version;

/// Why an amendment or a suspension is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotTheirs {
    /// It takes the place of what its sender did not send.
    #[error("it takes the place of a notice that its sender did not send, or not so")]
    Amendment,
    /// It takes the place of what was taken back.
    #[error("it takes the place of a notice that its sender withdrew")]
    AfterWithdrawal,
    /// It is about what its sender did not send.
    #[error("it is about a notice that its sender did not send, or not so")]
    Suspension,
}

impl NotTheirs {
    /// The stable reason that the quarantine records.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::Amendment | Self::AfterWithdrawal => "AMENDMENT_REFUSED",
            Self::Suspension => "SUSPENSION_REFUSED",
        }
    }
}

impl Downlink {
    /// Whether a notice may take the place of the version that it names; and an alarm if another has it
    /// already.
    pub(super) fn amends(
        &self,
        incoming: &IncomingNotice,
        before: Supersedes,
    ) -> Result<Result<Option<Draft>, NotTheirs>, SessionError> {
        let sender = incoming.sender;
        let there = self.holdings.version(before.id)?;
        let key = recalled_key(sender, before.id, &before.header_hash);
        let recalled = self.holdings.get::<amana_types::Seq>(Kind::Recalled, &key)?.is_some();
        let withdrawn = |ended: Ended| ended.cause == Cause::Withdrawn;
        let withdrawn = recalled || self.holdings.ended(before.id)?.is_some_and(withdrawn);
        if let Err(refused) = may_amend(sender, before, there.as_ref(), withdrawn) {
            return Ok(Err(refused));
        }
        let others = self.holdings.successors(before, Some(sender))?;
        Ok(Ok(others.first().map(|other| self.forked(sender, before.id, [other.id, incoming.id]))))
    }

    /// Says loudly that a sender put two versions in the place of one.
    fn forked(&self, sender: MemberCode, before: NoticeId, [one, other]: [NoticeId; 2]) -> Draft {
        let message = format!(
            "{sender} put two versions in the place of its notice {before}: {one} and {other}; both are shown, \
             ask it which one stands"
        );
        tracing::warn!(%sender, %before, %one, %other, "two versions take the place of one");
        Record::Alarm(Alarm { at: self.clock.now(), reason: "NOTICE_FORKED".to_owned(), message }).into()
    }

    /// A word about the suspension of a notice: it stands if the notice is its own sender's and the very one
    /// that we hold, or if we hold none of that id.
    pub(super) fn suspension(
        &self,
        envelope: Logged<v1::EnvelopeDelivery>,
        word: SuspensionWord,
        unwritten: &mut Unwritten,
    ) -> Result<Draft, SessionError> {
        let SuspensionWord { id, sender, header_hash, link, of, suspended, number } = word;
        let aside = |reason, detail: &str| {
            Ok(self.quarantine(envelope.index, reason, &detail, evidence(&envelope.record)))
        };
        if self.holdings.locate(id)?.is_some() || !unwritten.notices.insert(id) {
            return aside("DUPLICATE", "a suspension of this id is here already");
        }
        let there = self.holdings.version(of.id)?;
        if there.is_some_and(|there| !is_that(&there, sender, of)) {
            let refused = NotTheirs::Suspension;
            return aside(refused.reason(), &refused.to_string());
        }
        let record = Suspension {
            id,
            sender,
            notice: of.id,
            notice_hash: of.header_hash,
            suspended,
            number,
            received_at: self.clock.now(),
            header_hash,
            proven: self.proven(envelope),
            pair_number: link.seq.0,
            pair_previous: link.previous,
        };
        Ok(Record::Suspension(record).into())
    }
}

/// Whether a version is that sender's, and the one that is named.
fn is_that(version: &Version, sender: MemberCode, named: Supersedes) -> bool {
    (version.sender, version.header_hash) == (Some(sender), named.header_hash)
}

/// Whether a sender may put a version in the place of what is here under that id.
fn may_amend(
    sender: MemberCode,
    named: Supersedes,
    there: Option<&Version>,
    withdrawn: bool,
) -> Result<(), NotTheirs> {
    if there.is_some_and(|there| !is_that(there, sender, named)) {
        return Err(NotTheirs::Amendment);
    }
    if withdrawn { Err(NotTheirs::AfterWithdrawal) } else { Ok(()) }
}

#[cfg(test)]
#[path = "versions_tests.rs"]
mod tests;
