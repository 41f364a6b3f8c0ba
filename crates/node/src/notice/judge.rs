//! Another member's notice as it comes in.

use amana_seal::envelope::{Kind, Opened};
use amana_seal::rest::RestError;
use amana_types::{MemberKind, NoticeId, Reason, Seq};

use super::opening::IncomingNotice;
use super::record::Received;
use crate::fold::rows::recalled_key;
use crate::fold::table::RowKind;
use crate::inbox::arrival::{Arrival, Came, Unwritten};
use crate::inbox::aside::evidence;
use crate::inbox::opening::{Opener, Rejected};
use crate::inbox::{Downlink, SessionError};
use crate::ledger::vault::{ContentAtRest, Vault};
use crate::ledger::writer::Draft;
use crate::subjects::Record;

impl Arrival for IncomingNotice {
    const KIND: Kind = Kind::Notice;

    type AtRest = Box<ContentAtRest>;

    fn read(opener: &Opener<'_>, opened: Opened, at: Seq) -> Result<Self, Rejected> {
        opener.notice(opened, at)
    }

    fn seal(&self, vault: &Vault) -> Result<Self::AtRest, RestError> {
        vault.seal_content(self.id, &self.content.in_clear()).map(Box::new)
    }

    fn about(&self) -> Option<NoticeId> {
        self.supersedes.map(|before| before.id)
    }

    fn take_in(
        self,
        sealed: Self::AtRest,
        came: Came,
        downlink: &Downlink,
        unwritten: &mut Unwritten,
    ) -> Result<Vec<Draft>, SessionError> {
        downlink.received(came, self, *sealed, unwritten)
    }
}

impl Downlink {
    /// A notice: taken in if it was never seen before and its sender has not taken it back already.
    fn received(
        &self,
        Came { envelope, passed }: Came,
        incoming: IncomingNotice,
        sealed: ContentAtRest,
        unwritten: &mut Unwritten,
    ) -> Result<Vec<Draft>, SessionError> {
        let aside = |reason, detail: &str| {
            Ok(vec![self.quarantine(envelope.index, reason, &detail, evidence(&envelope.record))])
        };
        let key = recalled_key(incoming.sender, incoming.id, &incoming.header_hash);
        if unwritten.recalled.contains(&key) || self.holdings.get::<Seq>(RowKind::RECALLED, &key)?.is_some() {
            return aside(Reason::NoticeWithdrawn, "its sender withdrew it before it came");
        }
        if self.holdings.locate(incoming.id)?.is_some() || unwritten.notices.contains(&incoming.id) {
            return aside(Reason::NoticeIdTaken, "a notice of this id is here already");
        }
        let forked = match incoming.supersedes {
            None => None,
            Some(before) => match self.amends(&incoming, before)? {
                Ok(forked) => {
                    unwritten.superseded.insert(before.id);
                    forked
                }
                Err(refused) => return aside(refused.reason(), &refused.to_string()),
            },
        };
        unwritten.notices.insert(incoming.id);
        let ContentAtRest { vaulted, terms, slot } = sealed;
        let published = passed.map_or(envelope.accepted_at, |pass| pass.at);
        // The review desk reads it, and is asked nothing.
        let for_us = !incoming.held || passed.is_some();
        let dates =
            incoming.content.dates.of_received(incoming.id, (incoming.sender, self.is_partner()), published);
        let passed_on = incoming.origin.map(Record::PassedOn);
        let record = Record::Received(Received {
            id: incoming.id,
            sender: incoming.sender,
            created: incoming.created,
            expires: incoming.expires,
            received_at: self.clock.now(),
            header_hash: incoming.header_hash,
            supersedes: incoming.supersedes,
            held: incoming.held,
            passed: passed.map(|pass| pass.index),
            proven: self.proven(envelope),
            pair_number: incoming.link.seq.0,
            pair_previous: incoming.link.previous,
            attachments: incoming.content.attachments,
            vaulted,
        });
        let received = Draft { record, terms, key: Some(slot) };
        let beside = dates.filter(|_| for_us).into_iter().chain(passed_on).map(Draft::from);
        Ok(std::iter::once(received).chain(beside).chain(forked).collect())
    }

    /// Whether we are a partner, who is asked about referrals and nothing else.
    fn is_partner(&self) -> bool {
        let state = self.holdings.state().read();
        state.base.directory.member(self.own).is_some_and(|own| own.kind == MemberKind::Partner)
    }
}
