//! The withdrawal of another member's notice as it comes in.
//!
//! The hub checks that a withdrawal is of its sender's own envelope, and this node checks it again. A withdrawal
//! names the notice by id and header hash, so the node needs nobody's word for what it erases. A withdrawal of a
//! notice that never came is remembered under sender, id and header hash, and receipted. It is under the sender
//! because otherwise anybody could block a notice that another is about to send.

use amana_client::exchange::Proven as Logged;
use amana_notice::SectionKind;
use amana_seal::envelope::{Kind, Opened, PairLink, Supersedes};
use amana_seal::rest::RestError;
use amana_types::life::Grounds;
use amana_types::{Digest, MemberCode, NoticeId, Reason, Seq};
use amana_wire::convert::withdrawal as read_withdrawal;
use amana_wire::v1;

use super::record::{Held, Recalled};
use crate::fold::rows::recalled_key;
use crate::inbox::arrival::{Arrival, Came, Unwritten};
use crate::inbox::aside::evidence;
use crate::inbox::opening::{Opener, Rejected};
use crate::inbox::unreadable::Unreadable;
use crate::inbox::{Downlink, SessionError};
use crate::ledger::vault::Vault;
use crate::ledger::writer::Draft;
use crate::outbox::compose::sealed_kind;
use crate::subjects::Record;

/// A withdrawal that does not say one thing in header and section, or takes nothing back.
const NOT_ONE: Rejected = Rejected::Said {
    reason: Reason::WithdrawalRefused,
    detail: "the withdrawal does not name one notice, in its header and in its section, by its sender",
};

/// A withdrawal that verified, opened and reads. Whether its sender may take that notice back is not
/// judged yet.
pub(crate) struct Withdrawal {
    pub(crate) id: NoticeId,
    pub(crate) sender: MemberCode,
    pub(crate) header_hash: Digest,
    pub(crate) link: PairLink,
    /// The notice that it takes back.
    pub(crate) of: Supersedes,
    pub(crate) grounds: Grounds,
}

impl Arrival for Withdrawal {
    const KIND: Kind = Kind::Withdrawal;

    type AtRest = ([u8; 16], Vec<u8>);

    fn read(_: &Opener<'_>, opened: Opened, _: Seq) -> Result<Self, Rejected> {
        withdrawal(&opened)
    }

    fn seal(&self, vault: &Vault) -> Result<Self::AtRest, RestError> {
        vault.seal_grounds(&self.grounds)
    }

    fn about(&self) -> Option<NoticeId> {
        Some(self.of.id)
    }

    fn take_in(
        self,
        grounds: Self::AtRest,
        came: Came,
        downlink: &Downlink,
        unwritten: &mut Unwritten,
    ) -> Result<Vec<Draft>, SessionError> {
        Ok(vec![downlink.recalled(came.envelope, &self, grounds, unwritten)?])
    }
}

impl Downlink {
    /// A withdrawal: it stands if the notice is its own sender's and the very one that we hold, or if we
    /// hold none of that id. The hub is not asked whether it may.
    fn recalled(
        &self,
        envelope: Logged<v1::EnvelopeDelivery>,
        withdrawal: &Withdrawal,
        (nonce, sealed): ([u8; 16], Vec<u8>),
        unwritten: &mut Unwritten,
    ) -> Result<Draft, SessionError> {
        let Withdrawal { id, sender, header_hash, link, of, .. } = *withdrawal;
        let aside = |reason, detail: &str| {
            Ok(self.quarantine(envelope.index, reason, &detail, evidence(&envelope.record)))
        };
        if self.holdings.locate(id)?.is_some() || !unwritten.notices.insert(id) {
            return aside(Reason::NoticeIdTaken, "a withdrawal of this id is here already");
        }
        let there = match self.holdings.locate(of.id)? {
            Some(located) => Some(self.holdings.record(located.at)?),
            None => None,
        };
        let Ok(held) = may_take_back(withdrawal, there.as_ref()) else {
            return aside(
                Reason::WithdrawalRefused,
                "it is about a notice that its sender did not send, or not so",
            );
        };
        unwritten.recalled.insert(recalled_key(sender, of.id, &of.header_hash));
        let record = Recalled {
            id,
            sender,
            notice: of.id,
            notice_hash: of.header_hash,
            received_at: self.clock.now(),
            header_hash,
            proven: self.proven(envelope),
            pair_number: link.seq.0,
            pair_previous: link.previous,
            held,
            nonce,
            sealed,
        };
        Ok(Record::Recalled(record).into())
    }
}

/// A withdrawal of what its sender did not send, or not as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NotTheirs;

/// Whether a withdrawal stands beside what is here under the notice's id, and what is to be erased.
fn may_take_back(withdrawal: &Withdrawal, there: Option<&Record>) -> Result<Option<Held>, NotTheirs> {
    match there {
        None => Ok(None),
        Some(Record::Received(notice))
            if notice.sender == withdrawal.sender && notice.header_hash == withdrawal.of.header_hash =>
        {
            Ok(Some(Held { key_slot: notice.vaulted.key_slot, index: notice.proven.index }))
        }
        Some(_) => Err(NotTheirs),
    }
}

/// Reads a withdrawal: one section, which says the same as the signed header.
fn withdrawal(opened: &Opened) -> Result<Withdrawal, Rejected> {
    let [section] = opened.sections.as_slice() else { return Err(NOT_ONE) };
    let of = opened.header.supersedes.ok_or(NOT_ONE)?;
    let (id, sender) = (opened.header.id, opened.header.sender);
    let told = read_withdrawal(&section.content).map_err(Unreadable::from)?;
    if section.kind != sealed_kind(SectionKind::Withdrawal) || told.sender != sender || told.notice != of.id {
        return Err(NOT_ONE);
    }
    let (header_hash, link) = (opened.header_hash, opened.link);
    Ok(Withdrawal { id, sender, header_hash, link, of, grounds: told.grounds })
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
