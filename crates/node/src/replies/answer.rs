//! Replying to a notice, and the grants that came with replies.
//!
//! A reply is sealed like a notice, under a key of its own. It names the notice by id, and is erased with it
//! on both sides: see `follow`.
//!
//! A reply is found in search as the notice that it answers, by the same blind index. Who replied is no term.
//!
//! A grant is revoked by a reply that carries the revocation to its grantee. The grantee's node refuses what the
//! grant permitted and withdraws what it passed on under it. What was exported is out of reach. Rejected:
//! withdrawing the reply that brought the grant, which would erase that it was ever given.

use std::collections::BTreeSet;
use std::ops::Bound;

use amana_notice::reply::{Awaited, CheckedReply};
use amana_notice::{Handling, SectionKind};
use amana_seal::envelope::Kind;
use amana_seal::rest::RestError;
use amana_seal::use_grant::{Permitted, UseGrant};
use amana_types::{MemberCode, NoticeId, Reason, Timestamp};
use amana_wire::convert::{SCHEMA, encode_reply};
use amana_wire::v1;
use prost::Message as _;
use zeroize::Zeroizing;

use crate::fold::parts::BlindDigest;
use crate::fold::rows::{Encoded as _, Requested};
use crate::fold::table::RowKind;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::vault::Part;
use crate::ledger::writer::Draft;
use crate::notice::content::Content;
use crate::outbox::compose::{Body, BodyPart, Order, Readers, ReviewNeed};
use crate::outbox::sealing::{ResealError, Sealed, SealingError, addressing_of, exactly, seal};
use crate::replies::record::{Effect, GrantBytes, OutgoingReply};
use crate::subjects::Record;
use crate::versions::standing::StandingError;
use crate::work::basis::{Basis, RequestIdReused};
use crate::work::commands::{Command, CommandError, Decision};

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

/// A reply was not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplyError {
    /// The same request id came with something else before.
    #[error(transparent)]
    RequestIdReused(#[from] RequestIdReused),
    /// The notice that would be answered has ended.
    #[error("the notice was withdrawn or has expired; nothing can be said about it any more")]
    Over,
    /// The notice is not here.
    #[error(transparent)]
    Standing(#[from] StandingError),
    /// It cannot be sealed.
    #[error(transparent)]
    Sealing(#[from] SealingError),
    /// It cannot be sealed at rest.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// What is stored does not read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    /// It was not carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl ReplyError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::RequestIdReused(_) => Reason::RequestIdReused,
            Self::Over => Reason::NoticeOver,
            Self::Standing(error) => error.reason(),
            Self::Sealing(error) => error.reason(),
            Self::Rest(_) | Self::Holdings(_) => Reason::NodeFault,
            Self::Command(error) => error.reason(),
        }
    }
}

impl Command for Answering {
    type Answer = Answered;
    type Error = ReplyError;

    fn decide(self, basis: &Basis<'_>) -> Result<Decision<Answered, ReplyError>, ReplyError> {
        if let Some(before) = basis.requested(self.request)? {
            return Ok(Decision::answer(answered_before(basis, &before, self.content)?));
        }
        if basis.holdings.ended(self.notice)?.is_some() {
            return Err(ReplyError::Over);
        }
        let (id, created) = (basis.new_id(), basis.now);
        let section = Zeroizing::new(encode_reply(basis.own, self.notice, &self.reply));
        let grant = match self.grant {
            Carried::New(granting) => Some(sign_grant(basis, self.notice, granting)?),
            Carried::Given(grant) => Some(grant),
            Carried::Nothing => None,
        };
        let grant_section = grant.as_ref().map(grant_section);
        let order = Order {
            id,
            sender: basis.own,
            created,
            expires: self.expires,
            addressing: &exactly(&self.to),
            body: reply_body(&section, grant_section.as_deref(), self.notice),
        };
        let sealed = seal(basis, &order, &[])?;
        let at_rest = basis.vault.seal_content(id, &Content::of_reply(section).in_clear())?;
        let recipients = sealed.recipients.iter().map(|place| place.member).collect();
        let put = OutgoingReply {
            id,
            notice: self.notice,
            created,
            expires: self.expires,
            request: self.request,
            content: self.content,
            recipients: sealed.recipients,
            held: sealed.held,
            header_hash: sealed.header_hash,
            effect: Effect::of(self.reply.reply_type()),
            grant,
            envelope: sealed.envelope,
            vaulted: at_rest.vaulted,
        };
        let record = Record::OutgoingReply(Box::new(put));
        let draft = Draft { record, terms: at_rest.terms, key: Some(at_rest.slot) };
        Ok(Decision::records(vec![draft], Answered { id, recipients, repeated: false }))
    }
}

/// Signs what the owner grants about the version of the notice that is out.
fn sign_grant(basis: &Basis<'_>, notice: NoticeId, granting: Granting) -> Result<GrantBytes, ReplyError> {
    let located = basis.holdings.locate(notice)?.ok_or(StandingError::NoSuchNotice)?;
    let Granting { grantee, permitted, until, handling } = granting;
    let grant = UseGrant {
        owner: basis.own,
        key: basis.keys.id(),
        notice,
        header_hash: located.header_hash,
        handling,
        grantee,
        permitted,
        until,
        at: basis.now,
    };
    let signed = grant.sign(basis.keys);
    Ok(GrantBytes { body: signed.bytes, signature: signed.signature.to_vec() })
}

/// The same request again.
fn answered_before(
    basis: &Basis<'_>,
    before: &Requested,
    content: BlindDigest,
) -> Result<Answered, ReplyError> {
    match basis.holdings.record(before.at)? {
        Record::OutgoingReply(put) if before.content == content => {
            let recipients = put.recipients.iter().map(|place| place.member).collect();
            Ok(Answered { id: before.id, recipients, repeated: true })
        }
        _ => Err(RequestIdReused.into()),
    }
}

/// Seals a waiting reply anew, after the directory moved.
pub(crate) fn reseal(basis: &Basis<'_>, before: OutgoingReply) -> Result<Record, ResealError> {
    let opened = basis.vault.open(before.id, &before.vaulted, Part::Case).map_err(HoldingsError::from)?;
    let section = opened.ok_or(HoldingsError::Row("the content of a waiting reply"))?;
    let grant = before.grant.as_ref().map(grant_section);
    let order = Order {
        id: before.id,
        sender: basis.own,
        created: before.created,
        expires: before.expires,
        addressing: &addressing_of(&before.envelope)?,
        body: reply_body(&section, grant.as_deref(), before.notice),
    };
    let Sealed { envelope, header_hash, held, recipients } = seal(basis, &order, &before.recipients)?;
    let put = OutgoingReply { recipients, held, header_hash, envelope, ..before };
    Ok(Record::OutgoingReply(Box::new(put)))
}

/// What the envelope of a reply carries: the REPLY section and, with a grant, the GRANT section.
pub(crate) fn reply_body<'a>(section: &'a [u8], grant: Option<&'a [u8]>, to: NoticeId) -> Body<'a> {
    let part = |kind, content| BodyPart { kind, content, readers: Readers::All };
    let grant = grant.map(|grant| part(SectionKind::Grant, grant));
    Body {
        kind: Kind::Reply,
        supersedes: None,
        in_reply_to: Some(to),
        parts: std::iter::once(part(SectionKind::Reply, section)).chain(grant).collect(),
        attachments: &[],
        review: ReviewNeed::SenderUnderReview,
        fit: None,
    }
}

/// The GRANT section of a grant.
pub(crate) fn grant_section(grant: &GrantBytes) -> Vec<u8> {
    let (grant, signature) = (grant.body.clone().into(), grant.signature.clone().into());
    v1::GrantSection { grant, signature, schema: SCHEMA, ..v1::GrantSection::default() }.encode_to_vec()
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

impl Holdings {
    /// The grants of the owner of a notice that are here and were not taken back.
    pub(crate) fn grants(&self, notice: NoticeId) -> Result<Vec<GrantBytes>, HoldingsError> {
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
    pub(crate) fn given(&self, id: NoticeId) -> Result<Option<Given>, HoldingsError> {
        let Some(located) = self.locate(id)? else { return Ok(None) };
        let Record::OutgoingReply(put) = self.record(located.at)? else { return Ok(None) };
        let Some(grant) = put.grant.filter(|_| put.effect == GIVES) else { return Ok(None) };
        let decoded = UseGrant::decode(&grant.body).map_err(|_| HoldingsError::Row("a grant of ours"))?;
        if self.ended(id)?.is_some() {
            return Ok(None);
        }
        let revokes = |said: &Record| {
            matches!(said, Record::OutgoingReply(put)
                if put.effect == Effect::Revokes && put.grant.as_ref() == Some(&grant))
        };
        let revoked = self.said_of(put.notice)?.iter().any(revokes);
        Ok(Some(Given { notice: put.notice, grantee: decoded.grantee, grant, revoked }))
    }

    /// The records of what was said back to a notice and has not ended.
    fn said_of(&self, notice: NoticeId) -> Result<Vec<Record>, HoldingsError> {
        let mut said = Vec::new();
        for (_, value) in self.rows(RowKind::REPLY, notice.as_bytes(), Bound::Unbounded, REPLIES)? {
            let id = NoticeId::decode(&value).map_err(|_| HoldingsError::Row(RowKind::REPLY.name()))?;
            if let Some(located) = self.locate(id)?
                && self.ended(id)?.is_none()
            {
                said.push(self.record(located.at)?);
            }
        }
        Ok(said)
    }
}
