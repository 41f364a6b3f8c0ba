//! What comes about a notice of which another version may be here: amendments and suspensions. Whoever sent
//! the one may say the other, and nobody else; the hub is not asked.

use amana_client::exchange::Proven as Logged;
use amana_notice::SectionKind;
use amana_seal::envelope::{Kind, Opened, PairLink, Supersedes};
use amana_seal::rest::RestError;
use amana_types::{AlarmKind, Digest, MemberCode, NoticeId, Reason, Seq};
use amana_wire::convert::suspension as read_suspension;
use amana_wire::v1;

use crate::fold::record::Alarm;
use crate::fold::rows::{Cause, Ended, recalled_key};
use crate::fold::table::RowKind;
use crate::inbox::arrival::{Arrival, Came, Unwritten};
use crate::inbox::aside::evidence;
use crate::inbox::opening::{Opener, Rejected};
use crate::inbox::unreadable::Unreadable;
use crate::inbox::{Downlink, SessionError};
use crate::ledger::vault::Vault;
use crate::ledger::writer::Draft;
use crate::notice::opening::IncomingNotice;
use crate::outbox::compose::sealed_kind;
use crate::subjects::Record;
use crate::versions::list::Version;
use crate::versions::record::Suspension;

/// Why an amendment or a suspension is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotTheirs {
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
    /// The reason that the quarantine records.
    pub(crate) const fn reason(self) -> Reason {
        match self {
            Self::Amendment | Self::AfterWithdrawal => Reason::AmendmentRefused,
            Self::Suspension => Reason::SuspensionRefused,
        }
    }
}

/// A suspension that does not say one thing in header and section.
const NOT_ONE: Rejected = Rejected::Said {
    reason: Reason::SuspensionRefused,
    detail: "the suspension does not name one notice, in its header and in its section, by its sender",
};

/// A word about the suspension of a notice that verified, opened and reads. Whether its sender may say it is
/// not judged yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SuspensionWord {
    pub(crate) id: NoticeId,
    pub(crate) sender: MemberCode,
    pub(crate) header_hash: Digest,
    pub(crate) link: PairLink,
    /// The notice that it is about.
    pub(crate) of: Supersedes,
    /// Suspended, or resumed.
    pub(crate) suspended: bool,
    /// The sequence number of the word about the notice, from 1.
    pub(crate) number: u64,
}

impl Arrival for SuspensionWord {
    const KIND: Kind = Kind::Suspension;

    type AtRest = ();

    fn read(_: &Opener<'_>, opened: Opened, _: Seq) -> Result<Self, Rejected> {
        suspension(&opened)
    }

    fn seal(&self, _: &Vault) -> Result<(), RestError> {
        Ok(())
    }

    fn about(&self) -> Option<NoticeId> {
        Some(self.of.id)
    }

    fn take_in(
        self,
        (): (),
        came: Came,
        downlink: &Downlink,
        unwritten: &mut Unwritten,
    ) -> Result<Vec<Draft>, SessionError> {
        Ok(vec![downlink.suspension(came.envelope, self, unwritten)?])
    }
}

impl Downlink {
    /// Whether a notice may take the place of the version that it names; and an alarm if another has it
    /// already.
    pub(crate) fn amends(
        &self,
        incoming: &IncomingNotice,
        before: Supersedes,
    ) -> Result<Result<Option<Draft>, NotTheirs>, SessionError> {
        let sender = incoming.sender;
        let there = self.holdings.version(before.id)?;
        let key = recalled_key(sender, before.id, &before.header_hash);
        let recalled = self.holdings.get::<amana_types::Seq>(RowKind::RECALLED, &key)?.is_some();
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
        Record::Alarm(Alarm {
            at: self.clock.now(),
            reason: AlarmKind::NoticeForked.code().to_owned(),
            message,
        })
        .into()
    }

    /// A word about the suspension of a notice: it stands if the notice is its own sender's and the very one
    /// that we hold, or if we hold none of that id.
    pub(crate) fn suspension(
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
            return aside(Reason::NoticeIdTaken, "a suspension of this id is here already");
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

/// Reads a word about a suspension: one section, which says the same as the signed header.
fn suspension(opened: &Opened) -> Result<SuspensionWord, Rejected> {
    let [section] = opened.sections.as_slice() else { return Err(NOT_ONE) };
    let of = opened.header.supersedes.ok_or(NOT_ONE)?;
    let (id, sender) = (opened.header.id, opened.header.sender);
    let told = read_suspension(&section.content).map_err(Unreadable::from)?;
    if section.kind != sealed_kind(SectionKind::Suspension) || told.sender != sender || told.notice != of.id {
        return Err(NOT_ONE);
    }
    let (header_hash, link) = (opened.header_hash, opened.link);
    Ok(SuspensionWord { id, sender, header_hash, link, of, suspended: told.suspended, number: told.number })
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
