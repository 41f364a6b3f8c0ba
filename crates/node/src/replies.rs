//! Replying to a notice, and the grants that came with replies.
//!
//! A reply is sealed like a notice, under a key of its own. It names the notice by id, and is erased with it
//! on both sides: see `follow`.

use std::collections::BTreeSet;
use std::ops::Bound;

use amana_notice::Handling;
use amana_notice::reply::{Awaited, CheckedReply};
use amana_seal::envelope::decode_addressing;
use amana_seal::use_grant::{Permitted, UseGrant};
use amana_types::{MemberCode, NoticeId, Timestamp};
use amana_wire::convert::encode_reply;
use amana_wire::v1;
use prost::Message as _;

use crate::compose::{Body, Order};
use crate::content::Content;
use crate::machine::Kind;
use crate::machine::rows::{Requested, RowValue as _};
use crate::press::{Draw, PressError, Workshop};
use crate::recall::exactly;
use crate::record::{BlindDigest, Effect, GrantBytes, PairPlace, Record, ReplyPut};
use crate::scribe::Draft;
use crate::shelf::{Shelf, ShelfError};
use crate::vault::Part;

/// Replies of one notice that are read at most.
pub(crate) const REPLIES: usize = 4096;

/// A reply that is permitted and checked.
pub(crate) struct Answering {
    /// Keyed digest of agency and request id.
    pub(crate) request: BlindDigest,
    /// Keyed digest of what is said to whom.
    pub(crate) content: BlindDigest,
    pub(crate) notice: NoticeId,
    pub(crate) to: BTreeSet<MemberCode>,
    /// When the notice ends.
    pub(crate) expires: Timestamp,
    pub(crate) reply: CheckedReply,
    /// The grant that it gives, takes back, or says was used.
    pub(crate) grant: Carried,
}

/// The grant that a reply carries.
pub(crate) enum Carried {
    Nothing,
    /// One that it gives.
    New(Granting),
    /// One that there is.
    Given(GrantBytes),
}

/// What the owner of a notice grants.
pub(crate) struct Granting {
    pub(crate) grantee: MemberCode,
    pub(crate) permitted: Permitted,
    pub(crate) until: Timestamp,
    /// How the notice is handled.
    pub(crate) handling: Handling,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) id: NoticeId,
    pub(crate) recipients: Vec<MemberCode>,
    /// Whether it was said before, by the same request.
    pub(crate) repeated: bool,
}

impl Workshop {
    /// Seals a reply and queues it for the hub.
    pub(crate) fn answer(&self, asked: &Answering) -> Result<Answered, PressError> {
        if let Some(before) = self.shelf.get::<Requested>(Kind::Request, &asked.request)? {
            return self.answered_before(&before, asked.content);
        }
        if self.shelf.ended(asked.notice)?.is_some() {
            return Err(PressError::Over);
        }
        let created = self.clock.now();
        let id = NoticeId::new(created, &Draw(&*self.random));
        let section = zeroize::Zeroizing::new(encode_reply(self.own, asked.notice, &asked.reply));
        let to = exactly(&asked.to);
        let signed = match &asked.grant {
            Carried::New(granting) => Some(self.sign_grant(asked.notice, granting, created)?),
            Carried::Given(grant) => Some(grant.clone()),
            Carried::Nothing => None,
        };
        let grant = signed.as_ref().map(grant_section);
        let body = Body::Reply { section: &section, grant: grant.as_deref(), to: asked.notice };
        let order = Order { id, sender: self.own, created, expires: asked.expires, addressing: &to, body };
        let (composed, recipients) = self.seal(&order, created, |_| None)?;
        let sealed = self.vault.seal_content(id, &Content::of_reply(section))?;
        let codes = recipients.iter().map(|place| place.member).collect();
        let put = ReplyPut {
            id,
            notice: asked.notice,
            created,
            expires: asked.expires,
            request: asked.request,
            content: asked.content,
            recipients,
            held: composed.held,
            header_hash: composed.header_hash,
            effect: Effect::of(asked.reply.reply_type()),
            grant: signed,
            envelope: composed.envelope.encode_to_vec(),
            vaulted: sealed.vaulted,
        };
        let record = Record::ReplyPut(Box::new(put));
        let draft = Draft { record, terms: sealed.terms, key: Some(sealed.slot) };
        self.scribe.queue(vec![draft])?.wait_blocking()?;
        Ok(Answered { id, recipients: codes, repeated: false })
    }

    /// Signs what the owner grants about the version of the notice that is out.
    fn sign_grant(
        &self,
        notice: NoticeId,
        granting: &Granting,
        at: Timestamp,
    ) -> Result<GrantBytes, PressError> {
        let located = self.shelf.locate(notice)?.ok_or(PressError::NoSuchNotice)?;
        let grant = UseGrant {
            owner: self.own,
            key: self.keys.id(),
            notice,
            header_hash: located.header_hash,
            handling: granting.handling,
            grantee: granting.grantee,
            permitted: granting.permitted.clone(),
            until: granting.until,
            at,
        };
        let signed = grant.sign(&self.keys);
        Ok(GrantBytes { body: signed.bytes, signature: signed.signature.to_vec() })
    }

    fn answered_before(&self, before: &Requested, content: BlindDigest) -> Result<Answered, PressError> {
        match self.shelf.record(before.at)? {
            Record::ReplyPut(put) if before.content == content => {
                let recipients = put.recipients.iter().map(|place| place.member).collect();
                Ok(Answered { id: before.id, recipients, repeated: true })
            }
            _ => Err(PressError::RequestIdReused),
        }
    }

    /// Seals a waiting reply anew, after the directory moved.
    pub(crate) fn reseal_reply(&self, before: &ReplyPut) -> Result<(), PressError> {
        let damaged = || ShelfError::Row("the envelope of a waiting reply");
        let envelope = v1::Envelope::decode(before.envelope.as_slice()).map_err(|_| damaged())?;
        let addressing = decode_addressing(&envelope.addressing).map_err(|_| damaged())?;
        let opened = self.vault.open(before.id, &before.vaulted, Part::Case).map_err(ShelfError::from)?;
        let section = opened.ok_or_else(damaged)?;
        let grant = before.grant.as_ref().map(grant_section);
        let order = Order {
            id: before.id,
            sender: self.own,
            created: before.created,
            expires: before.expires,
            addressing: &addressing,
            body: Body::Reply { section: &section, grant: grant.as_deref(), to: before.notice },
        };
        let had = |member| before.recipients.iter().find(|place| place.member == member).copied();
        let (composed, recipients): (_, Vec<PairPlace>) = self.seal(&order, self.clock.now(), had)?;
        let put = ReplyPut {
            recipients,
            held: composed.held,
            header_hash: composed.header_hash,
            envelope: composed.envelope.encode_to_vec(),
            ..before.clone()
        };
        self.scribe.queue(vec![Record::ReplyPut(Box::new(put)).into()])?.wait_blocking()?;
        Ok(())
    }
}

/// The GRANT section of a grant.
pub(crate) fn grant_section(grant: &GrantBytes) -> Vec<u8> {
    let (grant, signature) = (grant.body.clone().into(), grant.signature.clone().into());
    v1::GrantSection { grant, signature, ..v1::GrantSection::default() }.encode_to_vec()
}

/// A grant of ours.
pub(crate) struct Given {
    pub(crate) notice: NoticeId,
    pub(crate) grantee: MemberCode,
    pub(crate) grant: GrantBytes,
    /// Whether it was taken back.
    pub(crate) revoked: bool,
}

const GIVES: Effect = Effect::Settles(Awaited::Permission);

impl Shelf {
    /// The grants of the owner of a notice that are here and were not taken back.
    pub(crate) fn grants(&self, notice: NoticeId) -> Result<Vec<GrantBytes>, ShelfError> {
        let (mut given, mut revoked) = (Vec::new(), Vec::new());
        for said in self.said_of(notice)? {
            if let Record::ReplyIn(reply) = said {
                match reply.effect {
                    GIVES => given.extend(reply.grant),
                    Effect::Revokes => revoked.extend(reply.grant),
                    _ => {}
                }
            }
        }
        given.retain(|grant| !revoked.contains(grant));
        Ok(given)
    }

    /// The grant that a reply of ours gave; nothing when it gave none, or has ended.
    pub(crate) fn given(&self, id: NoticeId) -> Result<Option<Given>, ShelfError> {
        let Some(located) = self.locate(id)? else { return Ok(None) };
        let Record::ReplyPut(put) = self.record(located.at)? else { return Ok(None) };
        let Some(grant) = put.grant.filter(|_| put.effect == GIVES) else { return Ok(None) };
        let decoded = UseGrant::decode(&grant.body).map_err(|_| ShelfError::Row("a grant of ours"))?;
        if self.ended(id)?.is_some() {
            return Ok(None);
        }
        let revokes = |said: &Record| {
            matches!(said, Record::ReplyPut(put)
                if put.effect == Effect::Revokes && put.grant.as_ref() == Some(&grant))
        };
        let revoked = self.said_of(put.notice)?.iter().any(revokes);
        Ok(Some(Given { notice: put.notice, grantee: decoded.grantee, grant, revoked }))
    }

    /// The records of what was said back to a notice and has not ended.
    fn said_of(&self, notice: NoticeId) -> Result<Vec<Record>, ShelfError> {
        let mut said = Vec::new();
        for (_, value) in self.rows(Kind::Reply, notice.as_bytes(), Bound::Unbounded, REPLIES)? {
            let id = NoticeId::decode(&value).map_err(|_| ShelfError::Row(Kind::Reply.name()))?;
            if let Some(located) = self.locate(id)?
                && self.ended(id)?.is_none()
            {
                said.push(self.record(located.at)?);
            }
        }
        Ok(said)
    }
}
