//! Replies as they come in: who may say what about which notice.

use amana_seal::envelope::{Kind, Opened};
use amana_seal::rest::RestError;
use amana_types::{MemberCode, NoticeId, Reason, Seq};

use super::opening::IncomingReply;
use crate::inbox::arrival::{Arrival, Came, Unwritten};
use crate::inbox::aside::evidence;
use crate::inbox::opening::{Opener, Rejected};
use crate::inbox::{Downlink, SessionError};
use crate::ledger::vault::{ContentAtRest, Vault};
use crate::ledger::writer::Draft;
use crate::replies::record::{Effect, ReplyIn};
use crate::subjects::Record;

/// A reply that its sender may not make to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NotTheirs {
    reason: Reason,
    detail: &'static str,
}

const fn not(reason: Reason, detail: &'static str) -> NotTheirs {
    NotTheirs { reason, detail }
}

impl Arrival for IncomingReply {
    const KIND: Kind = Kind::Reply;

    type AtRest = Box<ContentAtRest>;

    fn read(opener: &Opener<'_>, opened: Opened, at: Seq) -> Result<Self, Rejected> {
        opener.reply(opened, at)
    }

    fn seal(&self, vault: &Vault) -> Result<Self::AtRest, RestError> {
        vault.seal_content(self.id, &self.content.in_clear()).map(Box::new)
    }

    fn about(&self) -> Option<NoticeId> {
        Some(self.notice)
    }

    fn take_in(
        self,
        sealed: Self::AtRest,
        came: Came,
        downlink: &Downlink,
        unwritten: &mut Unwritten,
    ) -> Result<Vec<Draft>, SessionError> {
        Ok(vec![downlink.replied(came, self, *sealed, unwritten)?])
    }
}

impl Downlink {
    /// A reply: taken in if it is about a notice that its sender and we both have, and its sender may say
    /// that about it.
    fn replied(
        &self,
        Came { envelope, passed }: Came,
        reply: IncomingReply,
        sealed: ContentAtRest,
        unwritten: &mut Unwritten,
    ) -> Result<Draft, SessionError> {
        let aside = |NotTheirs { reason, detail }| {
            Ok(self.quarantine(envelope.index, reason, &detail, evidence(&envelope.record)))
        };
        if self.holdings.locate(reply.id)?.is_some() || !unwritten.notices.insert(reply.id) {
            return aside(not(Reason::NoticeIdTaken, "a reply of this id is here already"));
        }
        // The review desk takes what is held, whether or not it knows the notice.
        if !reply.held || passed.is_some() {
            let there = match self.holdings.locate(reply.notice)? {
                Some(located) => Some(self.holdings.record(located.at)?),
                None => None,
            };
            if let Err(wrong) = may_say(&reply, there.as_ref(), self.own) {
                return aside(wrong);
            }
        }
        let ContentAtRest { vaulted, slot, terms } = sealed;
        let record = ReplyIn {
            id: reply.id,
            notice: reply.notice,
            sender: reply.sender,
            created: reply.created,
            expires: reply.expires,
            received_at: self.clock.now(),
            header_hash: reply.header_hash,
            held: reply.held,
            passed: passed.map(|pass| pass.index),
            proven: self.proven(envelope),
            pair_number: reply.link.seq.0,
            pair_previous: reply.link.previous,
            effect: Effect::of(reply.reply_type),
            grant: reply.grant.map(|(_, bytes)| bytes),
            vaulted,
        };
        Ok(Draft { record: Record::ReplyIn(Box::new(record)), terms, key: Some(slot) })
    }
}

/// Whether a reply stands beside what is here under the notice's id.
fn may_say(reply: &IncomingReply, there: Option<&Record>, own: MemberCode) -> Result<(), NotTheirs> {
    match there {
        Some(Record::Outgoing(notice)) => {
            if !notice.recipients.iter().any(|place| place.member == reply.sender) {
                return Err(not(
                    Reason::NotARecipient,
                    "its sender never received the notice that it answers",
                ));
            }
            if reply.reply_type.is_the_owners() {
                return Err(not(Reason::NotTheOwner, "only the owner of a notice can permit"));
            }
            let ours = reply
                .grant
                .as_ref()
                .is_none_or(|(grant, _)| grant.header_hash == notice.header_hash && grant.owner == own);
            if ours {
                Ok(())
            } else {
                Err(not(Reason::GrantRefused, "the grant is not ours, or not for this version"))
            }
        }
        Some(Record::Received(notice)) => {
            if notice.sender != reply.sender {
                return Err(not(
                    Reason::NotTheOwner,
                    "it is about a notice of another owner than its sender",
                ));
            }
            if reply.reply_type.is_a_recipients() {
                return Err(not(Reason::NotTheOwners, "the owner cannot say that of its own notice"));
            }
            let ours = reply
                .grant
                .as_ref()
                .is_none_or(|(grant, _)| grant.header_hash == notice.header_hash && grant.grantee == own);
            if ours {
                Ok(())
            } else {
                Err(not(Reason::GrantRefused, "the grant is not for us, or not for this version"))
            }
        }
        _ => Err(not(Reason::NoticeUnknown, "it is about a notice that is not here")),
    }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
