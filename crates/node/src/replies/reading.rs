//! Opening what was said back to a notice, and what a reply must know of the notice that it answers.

use std::collections::BTreeSet;
use std::ops::Bound;

use amana_notice::check_reply;
use amana_notice::handling::Handled;
use amana_seal::receipt::ReceiptState;
use amana_seal::use_grant::{Permitted, UseGrant};
use amana_types::life::NoticeStatus;
use amana_types::{Digest, MemberCode, NoticeId, Timestamp};
use amana_wire::convert::{number, timestamp_message};
use amana_wire::v1;
use prost::Message as _;

use crate::fold::parts::Vaulted;
use crate::fold::record::Verdict;
use crate::fold::rows::{Encoded as _, Located};
use crate::fold::table::RowKind;
use crate::ledger::holdings::{HoldingsError, OneOfMany, one_of_many};
use crate::ledger::vault::Part;
use crate::notice::reading::CaseReader;
use crate::replies::answer::REPLIES;
use crate::replies::record::{GrantBytes, OutgoingReply, ReplyIn};
use crate::subjects::Record;

/// What a reply must know of the notice that it answers.
pub(crate) struct Answerable {
    pub(crate) owner: MemberCode,
    /// Of a notice of ours: who received it.
    pub(crate) recipients: BTreeSet<MemberCode>,
    pub(crate) header_hash: Digest,
    pub(crate) expires: Timestamp,
    pub(crate) handled: Handled,
    /// The keys of those whose identity is protected in it.
    pub(crate) protected: BTreeSet<String>,
}

impl CaseReader {
    /// What can be answered; nothing when there is no such notice.
    pub(crate) fn answerable(
        &self,
        own: MemberCode,
        id: NoticeId,
    ) -> Result<Option<Answerable>, HoldingsError> {
        let Some(located) = self.holdings.locate(id)? else { return Ok(None) };
        let (owner, recipients, expires, vaulted) = match self.holdings.record(located.at)? {
            Record::Outgoing(put) => {
                let recipients = put.recipients.iter().map(|place| place.member).collect();
                (own, recipients, put.expires, put.vaulted)
            }
            Record::Received(received) => {
                (received.sender, BTreeSet::new(), received.expires, received.vaulted)
            }
            _ => return Ok(None),
        };
        let case = self.case_of(id, &vaulted)?;
        let notice = case.notice.unwrap_or_default();
        let person = |index: &u32| usize::try_from(*index).ok().and_then(|index| notice.persons.get(index));
        let protected = case.protected_persons.iter().filter_map(person).map(|person| person.label.clone());
        Ok(Some(Answerable {
            owner,
            recipients,
            header_hash: located.header_hash,
            expires,
            protected: protected.filter(|label| !label.is_empty()).collect(),
            handled: Handled::of(notice.marking.as_ref()),
        }))
    }

    pub(crate) fn case_of(&self, id: NoticeId, vaulted: &Vaulted) -> Result<v1::CaseSection, HoldingsError> {
        let damaged = || HoldingsError::Row("the content of a notice");
        let case = self.vault.open(id, vaulted, Part::Case)?.ok_or_else(damaged)?;
        v1::CaseSection::decode(case.as_slice()).map_err(|_| damaged())
    }

    /// What was said back to a notice, oldest first; of what does not open, the id.
    pub(crate) fn replies(
        &self,
        own: MemberCode,
        id: NoticeId,
    ) -> Result<Vec<OneOfMany<v1::ReplyView>>, HoldingsError> {
        let origin = self.answerable(own, id)?.map(|notice| notice.handled);
        let mut views = Vec::new();
        for (_, value) in self.holdings.rows(RowKind::REPLY, id.as_bytes(), Bound::Unbounded, REPLIES)? {
            let reply = NoticeId::decode(&value).map_err(|_| HoldingsError::Row(RowKind::REPLY.name()))?;
            match one_of_many(reply, self.reply(own, reply, origin.as_ref()))? {
                Ok(view) => views.extend(view.map(Ok)),
                Err(id) => views.push(Err(id)),
            }
        }
        Ok(views)
    }

    /// One reply; nothing when it is none, or has ended.
    pub(crate) fn reply(
        &self,
        own: MemberCode,
        id: NoticeId,
        origin: Option<&Handled>,
    ) -> Result<Option<v1::ReplyView>, HoldingsError> {
        if self.holdings.ended(id)?.is_some() {
            return Ok(None);
        }
        let Some(Located { at, .. }) = self.holdings.locate(id)? else { return Ok(None) };
        Ok(match self.holdings.record(at)? {
            Record::OutgoingReply(put) => Some(self.said_by_us(own, &put, origin)?),
            Record::ReplyIn(reply) => Some(self.said_to_us(own, &reply, origin)?),
            _ => None,
        })
    }

    /// What a notice passes on, for whoever reads it.
    pub(crate) fn origin(&self, id: NoticeId) -> Result<Option<v1::Origin>, HoldingsError> {
        let Some(passed_on) = self.holdings.passed_on(id)? else { return Ok(None) };
        let grant = passed_on.grant.as_ref().and_then(|grant| UseGrant::decode(&grant.body).ok());
        Ok(Some(v1::Origin {
            owner: passed_on.owner.to_string(),
            notice_id: passed_on.origin.to_string(),
            header_hash: passed_on.origin_hash.as_bytes().to_vec().into(),
            granted_until: grant.map(|grant| timestamp_message(grant.until)),
        }))
    }

    fn said_by_us(
        &self,
        own: MemberCode,
        put: &OutgoingReply,
        origin: Option<&Handled>,
    ) -> Result<v1::ReplyView, HoldingsError> {
        let proven = match self.verdict(put.id)? {
            Some(Verdict::Accepted(proven)) => Some(proven),
            _ => None,
        };
        let told = self.opened_reply(put.id, &put.vaulted, origin)?;
        Ok(v1::ReplyView {
            reply_id: put.id.to_string(),
            notice_id: put.notice.to_string(),
            direction: v1::Direction::Sent.into(),
            sender: own.to_string(),
            recipients: put.recipients.iter().map(|place| place.member.to_string()).collect(),
            created_at: Some(timestamp_message(put.created)),
            expires_at: Some(timestamp_message(put.expires)),
            log_place: proven.as_ref().map(|proven| self.log_place_of(proven)),
            late: self.is_late(put.notice, proven.map(|proven| proven.accepted_at))?,
            state: self.state_of(put)?.into(),
            grant: carried(put.grant.as_ref()),
            ..told
        })
    }

    fn said_to_us(
        &self,
        own: MemberCode,
        reply: &ReplyIn,
        origin: Option<&Handled>,
    ) -> Result<v1::ReplyView, HoldingsError> {
        let told = self.opened_reply(reply.id, &reply.vaulted, origin)?;
        Ok(v1::ReplyView {
            reply_id: reply.id.to_string(),
            notice_id: reply.notice.to_string(),
            direction: v1::Direction::Received.into(),
            sender: reply.sender.to_string(),
            recipients: vec![own.to_string()],
            created_at: Some(timestamp_message(reply.created)),
            expires_at: Some(timestamp_message(reply.expires)),
            log_place: Some(self.log_place_of(&reply.proven)),
            late: self.is_late(reply.notice, Some(reply.proven.accepted_at))?,
            state: v1::DeliveryState::Delivered.into(),
            grant: carried(reply.grant.as_ref()),
            ..told
        })
    }

    /// What a reply says, handled no looser than the notice, whatever its sender's node let through.
    fn opened_reply(
        &self,
        id: NoticeId,
        vaulted: &Vaulted,
        origin: Option<&Handled>,
    ) -> Result<v1::ReplyView, HoldingsError> {
        let damaged = || HoldingsError::Row("the content of a reply");
        let section = self.vault.open(id, vaulted, Part::Case)?.ok_or_else(damaged)?;
        let section = v1::ReplySection::decode(section.as_slice()).map_err(|_| damaged())?;
        let said = section.reply.unwrap_or_default();
        let checked = check_reply(&said, origin.unwrap_or(&Handled::OPEN)).map_err(|_| damaged())?;
        let reply = checked.reply().clone();
        let marking = reply.marking.clone().map(v1::Marking::shown);
        let r#type = number(checked.reply_type());
        Ok(v1::ReplyView { marking, r#type, reply: Some(reply), ..v1::ReplyView::default() })
    }

    /// Whether a reply came after the answer to its notice was due.
    fn is_late(&self, notice: NoticeId, accepted: Option<Timestamp>) -> Result<bool, HoldingsError> {
        let due = self.holdings.get::<Timestamp>(RowKind::DUE, notice.as_bytes())?;
        Ok(due.zip(accepted).is_some_and(|(due, accepted)| accepted > due))
    }

    /// How far a reply of ours has come.
    fn state_of(&self, put: &OutgoingReply) -> Result<v1::DeliveryState, HoldingsError> {
        if self.holdings.status(put.id)? == NoticeStatus::Refused {
            return Ok(v1::DeliveryState::Refused);
        }
        let steps = self.steps(put.id)?;
        let signed = |member: MemberCode| {
            steps.iter().any(|(of, state, _)| *of == member && *state >= ReceiptState::Delivered)
        };
        Ok(match self.verdict(put.id)? {
            Some(Verdict::Accepted(_)) if put.recipients.iter().all(|place| signed(place.member)) => {
                v1::DeliveryState::Delivered
            }
            Some(Verdict::Accepted(_)) => v1::DeliveryState::Accepted,
            _ => v1::DeliveryState::Queued,
        })
    }

    /// The reference of the case and the urgency of a notice, as its owner states them; nothing when it
    /// ended or is not here.
    pub(crate) fn reference(&self, id: NoticeId) -> Result<Option<(String, i32)>, HoldingsError> {
        if self.holdings.ended(id)?.is_some() {
            return Ok(None);
        }
        let Some(located) = self.holdings.locate(id)? else { return Ok(None) };
        let record = self.holdings.record(located.at)?;
        let Some(vaulted) = crate::notice::reading::vaulted(&record) else { return Ok(None) };
        let damaged = || HoldingsError::Row("the summary of a notice");
        let summary = self.vault.open(id, vaulted, Part::Summary)?.ok_or_else(damaged)?;
        let summary = v1::NoticeSummary::decode(summary.as_slice()).map_err(|_| damaged())?;
        Ok(Some((summary.case_reference, summary.urgency)))
    }
}

/// A grant with what it says.
pub(crate) fn grant_view(grant: &UseGrant, bytes: &GrantBytes) -> v1::SignedGrant {
    let members = match &grant.permitted {
        Permitted::CourtUse => Vec::new(),
        Permitted::Forward(members) => members.iter().map(ToString::to_string).collect(),
    };
    v1::SignedGrant {
        owner: grant.owner.to_string(),
        grantee: grant.grantee.to_string(),
        permitted_use: number(grant.permitted.permitted_use()),
        members,
        ends_at: Some(timestamp_message(grant.until)),
        granted_at: Some(timestamp_message(grant.at)),
        grant: bytes.body.clone().into(),
        signature: bytes.signature.clone().into(),
    }
}

/// The grant that a reply carries.
fn carried(grant: Option<&GrantBytes>) -> Option<v1::SignedGrant> {
    let bytes = grant?;
    // Its signature was verified when it came.
    UseGrant::decode(&bytes.body).ok().map(|grant| grant_view(&grant, bytes))
}
