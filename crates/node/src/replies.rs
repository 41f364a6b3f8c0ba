//! Replying to a notice, and what ends with it.
//!
//! A reply is sealed like a notice, under a key of its own. It names the notice by id, and is erased with it
//! on both sides: [`Follower`] does that as soon as the notice has ended here, also after a restart, and also
//! for a reply that came while the notice ended.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

use amana_kit::shutdown::Shutdown;
use amana_seal::envelope::decode_addressing;
use amana_seal::use_grant::{Permitted, UseGrant};
use amana_types::life::{Ground, Grounds};
use amana_types::notice::Handling;
use amana_types::reply::CheckedReply;
use amana_types::{Clock, MemberCode, NoticeId, Seq, Timestamp};
use amana_wire::convert::encode_reply;
use amana_wire::v1;
use prost::Message as _;

use crate::compose::{Body, Order};
use crate::content::Content;
use crate::machine::Kind;
use crate::machine::rows::{Cause, Ended, Requested, RowValue as _};
use crate::press::{Draw, Press, PressError, Workshop};
use crate::recall::{Withdrawal, exactly};
use crate::record::{BlindDigest, Effect, GrantBytes, Looked, PairPlace, Record, ReplyEnded, ReplyPut};
use crate::scribe::{Draft, Scribe, WriteError};
use crate::shelf::{Shelf, ShelfError};
use crate::vault::{Part, Vault};

/// Ends and replies that are looked at in one go.
const AT_ONCE: usize = 64;
/// Replies to one notice that are read at once.
const PAGE: usize = 256;

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
    /// Of a permission: what is granted.
    pub(crate) grant: Option<Granting>,
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
            Some(granting) => Some(self.sign_grant(asked.notice, granting, created)?),
            None => None,
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
            effect: Effect::of(asked.reply.reply().reply_type),
            grant: signed,
            envelope: composed.envelope.encode_to_vec(),
            vaulted: sealed.vaulted,
        };
        let record = Record::ReplyPut(Box::new(put));
        let draft = Draft { record, terms: Vec::new(), key: Some(sealed.slot) };
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

/// What follows from some ends.
struct Followed {
    drafts: Vec<Draft>,
    /// Notices of ours to take back.
    forwards: Vec<NoticeId>,
}

/// Ends what hangs on a notice when that has ended.
pub(crate) struct Follower {
    pub(crate) shelf: Shelf,
    pub(crate) scribe: Scribe,
    pub(crate) press: Press,
    pub(crate) vault: Arc<Vault>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Follower {
    /// Runs until `shutdown`.
    pub(crate) async fn run(self, shutdown: Shutdown) {
        let follower = Arc::new(self);
        let mut progress = follower.scribe.progress();
        loop {
            progress.borrow_and_update();
            if let Err(WriteError::Stopped) = Arc::clone(&follower).follow().await {
                return;
            }
            tokio::select! {
                () = shutdown.triggered() => return,
                changed = progress.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Looks at everything that is to be looked at now.
    async fn follow(self: Arc<Self>) -> Result<(), WriteError> {
        loop {
            let looks: Vec<(Seq, NoticeId)> = {
                let state = self.shelf.state().read();
                state.looks.iter().take(AT_ONCE).map(|(at, notice)| (*at, *notice)).collect()
            };
            if looks.is_empty() {
                return Ok(());
            }
            let follower = Arc::clone(&self);
            let reading = tokio::task::spawn_blocking(move || follower.ends(&looks));
            match reading.await.map_err(|_| WriteError::Stopped)? {
                Ok(Followed { drafts, forwards }) => {
                    for forward in forwards {
                        self.take_back(forward).await?;
                    }
                    self.scribe.write(drafts).await?;
                }
                Err(error) => {
                    tracing::error!(%error, "what hangs on a notice could not be read; trying again");
                    return Ok(());
                }
            }
        }
    }

    /// The records that follow from these, and the one that says that they were looked at.
    fn ends(&self, looks: &[(Seq, NoticeId)]) -> Result<Followed, ShelfError> {
        let (mut drafts, mut forwards) = (Vec::new(), Vec::new());
        let notices: BTreeSet<NoticeId> = looks.iter().map(|(_, notice)| *notice).collect();
        for notice in notices {
            if let Some(ended) = self.shelf.ended(notice)? {
                self.replies_of(notice, ended, &mut drafts)?;
                // What expires ends by itself, and what passes it on no later.
                if ended.cause == Cause::Withdrawn {
                    forwards.extend(self.hanging(Kind::Forward, notice)?);
                }
            }
        }
        let places = looks.iter().map(|(at, _)| *at).collect();
        drafts.push(Record::Looked(Looked { places }).into());
        Ok(Followed { drafts, forwards })
    }

    fn replies_of(&self, notice: NoticeId, of: Ended, drafts: &mut Vec<Draft>) -> Result<(), ShelfError> {
        for id in self.hanging(Kind::Reply, notice)? {
            drafts.extend(self.reply_ended(id, of)?.map(Draft::from));
        }
        Ok(())
    }

    /// What hangs on a notice.
    fn hanging(&self, kind: Kind, notice: NoticeId) -> Result<Vec<NoticeId>, ShelfError> {
        let mut ids = Vec::new();
        let mut from: Option<Vec<u8>> = None;
        loop {
            let bound = from.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
            let rows = self.shelf.rows(kind, notice.as_bytes(), bound, PAGE)?;
            for (_, value) in &rows {
                ids.push(NoticeId::decode(value).map_err(|_| ShelfError::Row(kind.name()))?);
            }
            if rows.len() < PAGE {
                return Ok(ids);
            }
            from = rows.into_iter().next_back().map(|(key, _)| key);
        }
    }

    /// Takes back a notice of ours whose origin was withdrawn. One that has ended is left alone.
    async fn take_back(&self, forward: NoticeId) -> Result<(), WriteError> {
        let what = forward.to_string();
        let digest = |kind| self.vault.digest(kind, &what);
        let Ok(grounds) = Grounds::new(Ground::NoLongerNeeded, "") else { return Ok(()) };
        let (request, content) = (digest("origin withdrawn: request"), digest("origin withdrawn"));
        match self.press.withdraw(Withdrawal { notice: forward, request, content, grounds }).await {
            Ok(_) => tracing::info!(notice = %forward, "withdrawn, because what it passes on was"),
            Err(PressError::Status { .. }) => {}
            Err(PressError::Write(error)) => return Err(error),
            Err(error) => tracing::error!(%error, "what passes on a withdrawn notice is not withdrawn"),
        }
        Ok(())
    }

    /// The record of a reply that ends; nothing when it has.
    fn reply_ended(&self, reply: NoticeId, of: Ended) -> Result<Option<Record>, ShelfError> {
        if self.shelf.ended(reply)?.is_some() {
            return Ok(None);
        }
        let Some(located) = self.shelf.locate(reply)? else { return Ok(None) };
        let (key_slot, received) = match self.shelf.record(located.at)? {
            Record::ReplyPut(put) => (put.vaulted.key_slot, None),
            Record::ReplyIn(reply) => {
                let owing = (reply.sender, reply.header_hash, reply.passed.unwrap_or(reply.proven.index));
                (reply.vaulted.key_slot, Some(owing))
            }
            _ => return Ok(None),
        };
        let withdrawn = of.cause == Cause::Withdrawn;
        let at = self.clock.now();
        Ok(Some(Record::ReplyEnded(ReplyEnded { reply, of: of.place, withdrawn, at, key_slot, received })))
    }
}
