//! The one place where notices of ours are sealed: a thread of its own, one notice after the other,
//! because each is linked to the one before it for the same recipient, and because sealing is slow.
//!
//! What it made is durable before it answers.

use std::sync::Arc;
use std::thread::JoinHandle;

use amana_log::{SignedNote, TreeHead};
use amana_notice::CheckedNotice;
use amana_notice::Handling;
use amana_policy::operation::{self, OperationRefused};
use amana_policy::{RouteRefused, Unfit, fit, route};
use amana_seal::envelope::{AttachmentHeader, PairLink, PairSeq, SealError, Supersedes, decode_addressing};
use amana_seal::keys::SigningKeyPair;
use amana_seal::rest::RestError;
use amana_types::life::{Event, NoticeStatus};
use amana_types::limits::VERSIONS;
use amana_types::{
    Addressing, Clock, Digest, Directory, MemberCode, MemberKind, NoticeId, Random, Seq, Timestamp,
};
use amana_wire::convert::number;
use amana_wire::v1;
use prost::Message as _;
use tokio::sync::{mpsc, oneshot};

use crate::amend::{Amended, Amendment};
use crate::attachments::{UploadRefused, Uploads};
use crate::compose::{Body, Composed, Order, compose};
use crate::content::{Content, Label, operation_of};
use crate::dates::Asked;
use crate::drafts::{DraftRef, DraftRefused, Saved, Saving};
use crate::machine::rows::Requested;
use crate::machine::{Kind, State};
use crate::recall::{TakenBack, Withdrawal};
use crate::record::{BlindDigest, GrantBytes, PairPlace, PassedOn, Put, Record, Vaulted};
use crate::replies::{Answered, Answering};
use crate::review::{DecideError, Ruled, SecondNeeded};
use crate::scribe::{Draft, Scribe, WriteError};
use crate::shelf::{Shelf, ShelfError};
use crate::suspend::Suspending;
use crate::vault::{Part, Vault};

/// Orders that may wait.
const WAITING: usize = 64;

/// A notice to publish, checked and permitted.
pub(crate) struct Publication {
    /// Keyed digest of agency and request id.
    pub(crate) request: BlindDigest,
    /// Keyed digest of notice and addressing.
    pub(crate) content: BlindDigest,
    pub(crate) notice: CheckedNotice,
    pub(crate) addressing: Addressing,
    /// Whose uploads it names.
    pub(crate) agency: String,
    /// Of a notice that passes another on: which.
    pub(crate) origin: Option<Origin>,
    /// The draft that it was, which goes, and the keyed digest of the agency's name.
    pub(crate) draft: Option<(DraftRef, BlindDigest)>,
}

/// The notice that another one passes on.
pub(crate) struct Origin {
    pub(crate) owner: MemberCode,
    pub(crate) notice: NoticeId,
    pub(crate) hash: Digest,
    /// How it is handled.
    pub(crate) handling: Handling,
    /// The owner's grant, when the handling code needs one.
    pub(crate) grant: Option<GrantBytes>,
    /// Whether the identities of the protected go along.
    pub(crate) identities: bool,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) id: NoticeId,
    pub(crate) recipients: Vec<MemberCode>,
    /// Whether it was published before, by the same request.
    pub(crate) repeated: bool,
}

/// A notice was not sealed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PressError {
    /// The same request id came with another notice before.
    #[error("this request id was used for another notice; choose a new one")]
    RequestIdReused,
    /// Nobody may receive it.
    #[error(transparent)]
    Route(#[from] RouteRefused),
    /// It does not fit those who send and receive it.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// It may not travel in the name of its operation.
    #[error(transparent)]
    Operation(#[from] OperationRefused),
    /// It cannot be sealed as it is.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// It cannot be sealed at rest.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// It names a file that was not uploaded.
    #[error(
        "an attachment of the notice was not uploaded to this node, or not wholly; upload it, then publish"
    )]
    NotUploaded,
    /// It carries abuse media. They are erased.
    #[error(
        "an attachment may not travel; give its hash and its reference in the specialised database instead"
    )]
    AbuseMedia,
    /// A draft is not as it was thought to be.
    #[error(transparent)]
    Draft(#[from] DraftRefused),
    /// An upload does not read.
    #[error(transparent)]
    Upload(#[from] UploadRefused),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// What is stored does not read.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// There is no such notice of ours.
    #[error("there is no such notice of this node")]
    NoSuchNotice,
    /// It is another member's.
    #[error("the notice is {0}'s, and only its owner can do that; tell the owner: amana inbox reply")]
    NotTheOwner(MemberCode),
    /// Where the notice stands, that cannot be done to it.
    #[error("the notice is {status}: {event} is not possible now")]
    Status {
        /// Where it stands.
        status: NoticeStatus,
        /// What was asked.
        event: Event,
    },
    /// A newer version has its place.
    #[error("a newer version took its place; do that to {}", .0.iter().map(NoticeId::to_string).collect::<Vec<_>>().join(" or "))]
    Superseded(Vec<NoticeId>),
    /// What it passes on is suspended, or was amended.
    #[error(
        "what it passes on is suspended or was amended by its owner; pass the newer version on, or withdraw it"
    )]
    OriginHolds,
    /// What amends names what the hub has in its log.
    #[error("the hub has not taken the notice yet; amend it when it is in the exchange's log")]
    NotInLog,
    /// Versions without end.
    #[error("a notice has at most {VERSIONS} versions; withdraw it and publish a new one")]
    TooManyVersions,
    /// It was withdrawn, or expired, before anybody had it.
    #[error("the notice ended before the hub took it; nobody has it")]
    Ended,
    /// The notice that would be answered has ended.
    #[error("the notice was withdrawn or has expired; nothing can be said about it any more")]
    Over,
    /// There is nothing to seal anew: the hub has answered already.
    #[error("the notice does not wait for the hub any more")]
    Settled,
}

enum Task {
    Publish(Box<Publication>, oneshot::Sender<Result<Published, PressError>>),
    Withdraw(Box<Withdrawal>, oneshot::Sender<Result<TakenBack, PressError>>),
    Amend(Box<Amendment>, oneshot::Sender<Result<Amended, PressError>>),
    Settle(NoticeId, oneshot::Sender<Result<(), PressError>>),
    Suspend(Box<Suspending>, oneshot::Sender<Result<TakenBack, PressError>>),
    Recall(Seq, oneshot::Sender<Result<(), PressError>>),
    Reseal(NoticeId, oneshot::Sender<Result<(), PressError>>),
    Answer(Box<Answering>, oneshot::Sender<Result<Answered, PressError>>),
    Decide(Box<Ruled>, oneshot::Sender<Result<SecondNeeded, DecideError>>),
    SaveDraft(Box<Saving>, oneshot::Sender<Result<Saved, PressError>>),
    DiscardDraft(DraftRef, BlindDigest, oneshot::Sender<Result<(), PressError>>),
}

/// A handle on the press. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Press(mpsc::Sender<Task>);

/// What the press works with.
pub(crate) struct Workshop {
    pub(crate) own: MemberCode,
    pub(crate) keys: Arc<SigningKeyPair>,
    pub(crate) uploads: Uploads,
    pub(crate) shelf: Shelf,
    pub(crate) vault: Arc<Vault>,
    pub(crate) scribe: Scribe,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

impl Press {
    /// Starts the press. Its thread ends when every handle is gone.
    pub(crate) fn start(workshop: Workshop) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (tasks, mut queue) = mpsc::channel(WAITING);
        let thread = std::thread::Builder::new().name("node-press".to_owned()).spawn(move || {
            while let Some(task) = queue.blocking_recv() {
                // Whoever asked may have gone; what was sealed stays.
                match task {
                    Task::Publish(publication, done) => drop(done.send(workshop.publish(*publication))),
                    Task::Withdraw(asked, done) => drop(done.send(workshop.withdraw(&asked))),
                    Task::Amend(asked, done) => drop(done.send(workshop.amend(*asked))),
                    Task::Settle(id, done) => drop(done.send(workshop.settle(id))),
                    Task::Suspend(asked, done) => drop(done.send(workshop.suspend(&asked))),
                    Task::Recall(of, done) => drop(done.send(workshop.recall(of))),
                    Task::Reseal(id, done) => drop(done.send(workshop.reseal(id))),
                    Task::Answer(asked, done) => drop(done.send(workshop.answer(&asked))),
                    Task::Decide(ruled, done) => drop(done.send(workshop.decide(&ruled))),
                    Task::SaveDraft(saving, done) => drop(done.send(workshop.save_draft(&saving))),
                    Task::DiscardDraft(draft, agency, done) => {
                        drop(done.send(workshop.discard_draft(draft, agency)));
                    }
                }
            }
        })?;
        Ok((Self(tasks), thread))
    }

    /// Seals a notice and queues it for the hub; answers when it is durable.
    pub(crate) async fn publish(&self, publication: Publication) -> Result<Published, PressError> {
        let (done, answer) = oneshot::channel();
        let task = Task::Publish(Box::new(publication), done);
        self.0.send(task).await.map_err(|_| WriteError::Stopped)?;
        answer.await.unwrap_or(Err(WriteError::Stopped.into()))
    }

    /// Takes a notice of ours back; answers when that is durable.
    pub(crate) async fn withdraw(&self, asked: Withdrawal) -> Result<TakenBack, PressError> {
        let (done, answer) = oneshot::channel();
        self.0.send(Task::Withdraw(Box::new(asked), done)).await.map_err(|_| WriteError::Stopped)?;
        answer.await.unwrap_or(Err(WriteError::Stopped.into()))
    }

    /// Seals a reply and queues it for the hub; answers when it is durable.
    pub(crate) async fn answer(&self, asked: Answering) -> Result<Answered, PressError> {
        let (done, answer) = oneshot::channel();
        self.0.send(Task::Answer(Box::new(asked), done)).await.map_err(|_| WriteError::Stopped)?;
        answer.await.unwrap_or(Err(WriteError::Stopped.into()))
    }

    /// Puts a newer version in the place of a notice of ours; answers when it is durable.
    pub(crate) async fn amend(&self, asked: Amendment) -> Result<Amended, PressError> {
        let (done, answer) = oneshot::channel();
        self.0.send(Task::Amend(Box::new(asked), done)).await.map_err(|_| WriteError::Stopped)?;
        answer.await.unwrap_or(Err(WriteError::Stopped.into()))
    }

    /// Decides whom a published amendment leaves out.
    pub(crate) async fn settle(&self, id: NoticeId) -> Result<(), PressError> {
        let (done, answer) = oneshot::channel();
        self.0.send(Task::Settle(id, done)).await.map_err(|_| WriteError::Stopped)?;
        answer.await.unwrap_or(Err(WriteError::Stopped.into()))
    }

    /// Suspends a notice of ours, or resumes it; answers when that is durable.
    pub(crate) async fn suspend(&self, asked: Suspending) -> Result<TakenBack, PressError> {
        let (done, answer) = oneshot::channel();
        self.0.send(Task::Suspend(Box::new(asked), done)).await.map_err(|_| WriteError::Stopped)?;
        answer.await.unwrap_or(Err(WriteError::Stopped.into()))
    }

    /// Seals an order about a notice for those that it has not reached, and queues it for the hub.
    pub(crate) async fn recall(&self, of: Seq) -> Result<(), PressError> {
        let (done, answer) = oneshot::channel();
        self.0.send(Task::Recall(of, done)).await.map_err(|_| WriteError::Stopped)?;
        answer.await.unwrap_or(Err(WriteError::Stopped.into()))
    }

    /// Decides about a notice that waits for this review desk; answers when that is durable.
    pub(crate) async fn decide(&self, ruled: Ruled) -> Result<SecondNeeded, DecideError> {
        let (done, answer) = oneshot::channel();
        self.0.send(Task::Decide(Box::new(ruled), done)).await.map_err(|_| WriteError::Stopped)?;
        answer.await.unwrap_or(Err(WriteError::Stopped.into()))
    }

    /// Saves a draft; answers when it is durable.
    pub(crate) async fn save_draft(&self, saving: Saving) -> Result<Saved, PressError> {
        let (done, answer) = oneshot::channel();
        self.0.send(Task::SaveDraft(Box::new(saving), done)).await.map_err(|_| WriteError::Stopped)?;
        answer.await.unwrap_or(Err(WriteError::Stopped.into()))
    }

    /// Discards a draft; answers when that is durable.
    pub(crate) async fn discard_draft(&self, draft: DraftRef, agency: BlindDigest) -> Result<(), PressError> {
        let (done, answer) = oneshot::channel();
        self.0.send(Task::DiscardDraft(draft, agency, done)).await.map_err(|_| WriteError::Stopped)?;
        answer.await.unwrap_or(Err(WriteError::Stopped.into()))
    }

    /// Routes and seals what waits anew, after the directory moved.
    pub(crate) async fn reseal(&self, id: NoticeId) -> Result<(), PressError> {
        let (done, answer) = oneshot::channel();
        self.0.send(Task::Reseal(id, done)).await.map_err(|_| WriteError::Stopped)?;
        answer.await.unwrap_or(Err(WriteError::Stopped.into()))
    }
}

impl Workshop {
    fn publish(&self, publication: Publication) -> Result<Published, PressError> {
        let Publication { request, content: digest, notice, addressing, agency, origin, draft } = publication;
        if let Some(before) = self.shelf.get::<Requested>(Kind::Request, &request)? {
            return self.published_before(&before, digest);
        }
        let discarded = draft.map(|(draft, agency)| self.discarding(draft, agency)).transpose()?;
        let beside = discarded.map(Record::Discarded);
        self.queue_notice((request, digest), notice, &addressing, (&agency, None), (origin, beside))
    }

    /// Seals a notice, in the place of another or of none, and queues it for the hub, with one more record
    /// `beside` it.
    pub(crate) fn queue_notice(
        &self,
        asked: (BlindDigest, BlindDigest),
        notice: CheckedNotice,
        addressing: &Addressing,
        (agency, supersedes): (&str, Option<Supersedes>),
        (origin, beside): (Option<Origin>, Option<Record>),
    ) -> Result<Published, PressError> {
        let (notice, uploads) = self.attach(notice, agency, supersedes.map(|before| before.id))?;
        let created = self.clock.now();
        let id = NoticeId::new(created, &Draw(&*self.random));
        let expires = notice.expires();
        let label = Label { id, direction: v1::Direction::Sent, sender: self.own, created, expires };
        let mut content = Content::of_own(&notice, label);
        if let Some(origin) = &origin {
            content.origin = Some(origin_section(origin));
            // What was kept back from us stands in it reduced, and is nothing that child protection needs.
            content.protected = content.protected.filter(|_| origin.identities);
        }
        let body = Body::of_notice(&content, supersedes);
        let order = Order { id, sender: self.own, created, expires, addressing, body };
        let parked = !content.attachments.is_empty();
        let (composed, mut recipients) = self.seal(&order, created, |_| None)?;
        if parked {
            // Until the hub holds its attachments others go ahead of it: it gets its place when it goes.
            recipients.iter_mut().for_each(|place| *place = outside(place.member));
        }
        let sealed = self.vault.seal_content(id, &content)?;
        let codes: Vec<MemberCode> = recipients.iter().map(|place| place.member).collect();
        let dates = content.dates.of_own(id, &self.asked(&codes), composed.held);
        let listed = (content.attachments.clone(), parked);
        let put = put(&order, (asked, supersedes), composed, recipients, sealed.vaulted, listed);
        let draft = Draft { record: Record::Put(put), terms: sealed.terms, key: Some(sealed.slot) };
        let passed_on = origin.map(|origin| passed_on(id, origin));
        let beside = dates.into_iter().chain(passed_on).chain(beside).map(Draft::from);
        let drafts = std::iter::once(draft).chain(beside).collect();
        self.scribe.queue(drafts)?.wait_blocking()?;
        for upload in &uploads {
            // It is in the notice; what is left of the upload goes by itself within a day.
            if let Err(error) = self.uploads.hand_over(upload) {
                tracing::warn!(%error, "what is left of an upload could not be removed");
            }
        }
        Ok(Published { id, recipients: codes, repeated: false })
    }

    /// Who of the recipients is asked what: the review desk nothing.
    fn asked(&self, recipients: &[MemberCode]) -> Asked {
        let state = self.shelf.state().read();
        let kind = |member: &MemberCode| state.directory.member(*member).map(|member| member.kind);
        let (partners, others): (Vec<MemberCode>, Vec<MemberCode>) =
            recipients.iter().partition(|member| kind(member) == Some(MemberKind::Partner));
        let desk = |member: &MemberCode| kind(member) == Some(MemberKind::ReviewDesk);
        Asked { members: others.into_iter().filter(|member| !desk(member)).collect(), partners }
    }

    /// What a notice of ours passes on. What takes its place passes on the same.
    pub(crate) fn origin_of(&self, id: NoticeId) -> Result<Option<Origin>, ShelfError> {
        let Some(passed_on) = self.shelf.passed_on(id)? else { return Ok(None) };
        let PassedOn { owner, origin: notice, origin_hash: hash, handling, grant, .. } = passed_on;
        Ok(Some(Origin { owner, notice, hash, handling, grant, identities: true }))
    }

    /// The same request again.
    pub(crate) fn published_before(
        &self,
        before: &Requested,
        digest: BlindDigest,
    ) -> Result<Published, PressError> {
        if before.content != digest {
            return Err(PressError::RequestIdReused);
        }
        let Record::Put(put) = self.shelf.record(before.at)? else {
            return Err(ShelfError::Row(Kind::Request.name()).into());
        };
        let recipients = put.recipients.iter().map(|place| place.member).collect();
        Ok(Published { id: before.id, recipients, repeated: true })
    }

    /// Seals a waiting notice, or a waiting withdrawal, for whom it is addressed to now. It keeps its id and, for each recipient
    /// that it had before, its place in the sequence.
    fn reseal(&self, id: NoticeId) -> Result<(), PressError> {
        let at = {
            let state = self.shelf.state().read();
            let place = state.outbox_ids.get(&id).copied();
            place.filter(|at| state.outbox.get(at).is_some_and(|waiting| waiting.accepted.is_none()))
        };
        let before = match self.shelf.record(at.ok_or(PressError::Settled)?)? {
            Record::Put(before) => before,
            Record::Recall(before) => return self.reseal_recall(&before),
            Record::ReplyPut(before) => {
                if self.shelf.ended(id)?.is_some() {
                    return Err(PressError::Ended);
                }
                return self.reseal_reply(&before);
            }
            _ => return Err(ShelfError::Row(Kind::Outbox.name()).into()),
        };
        if self.shelf.ended(id)?.is_some() {
            return Err(PressError::Ended);
        }
        let damaged = || ShelfError::Row("the envelope of a waiting notice");
        let envelope = v1::Envelope::decode(before.envelope.as_slice()).map_err(|_| damaged())?;
        let addressing = decode_addressing(&envelope.addressing).map_err(|_| damaged())?;
        let open = |part| self.vault.open(id, &before.vaulted, part).map_err(ShelfError::from);
        let kept = (
            open(Part::Summary)?.ok_or_else(damaged)?,
            open(Part::Case)?.ok_or_else(damaged)?,
            open(Part::Protected)?,
        );
        let mut content = Content::of_kept(kept, self.own, before.created).map_err(|_| damaged())?;
        content.origin = self.origin_of(id)?.as_ref().map(origin_section);
        let order = Order {
            id,
            sender: self.own,
            created: before.created,
            expires: before.expires,
            addressing: &addressing,
            body: Body::of_notice(&content, before.supersedes),
        };
        let had = |member| before.recipients.iter().find(|place| place.member == member).copied();
        let (composed, recipients) = self.seal(&order, self.clock.now(), had)?;
        let vaulted = before.vaulted.clone();
        let asked = (before.request, before.content);
        let listed = (before.attachments, false);
        let put = put(&order, (asked, before.supersedes), composed, recipients, vaulted, listed);
        self.scribe.queue(vec![Record::Put(put).into()])?.wait_blocking()?;
        Ok(())
    }

    /// Routes and seals. `had` is the place that a recipient had already in this notice.
    pub(crate) fn seal(
        &self,
        order: &Order<'_>,
        now: Timestamp,
        had: impl Fn(MemberCode) -> Option<PairPlace>,
    ) -> Result<(Composed, Vec<PairPlace>), PressError> {
        let (directory, audit, recipients, audience, held) = {
            let state = self.shelf.state().read();
            let own = state.directory.member(self.own);
            let held = order.body.is_held(own.is_some_and(|own| own.is_under_review()));
            let audience = route(order.addressing, self.own, held, &state.directory, now)?;
            if let Body::Notice(content) | Body::Amendment(content, _) = order.body {
                let mut unfit = fit(content.told(), self.own, &audience, held, &state.directory);
                unfit.reverse();
                unfit.pop().map_or(Ok(()), Err)?;
                if let Some((operation, what)) = operation_of(&content.summary) {
                    operation::may_send(&operation, what, (self.own, &audience), &state.directory, now)?;
                }
            }
            let place = |member: &MemberCode| {
                let had = had(*member).filter(|had| had.number != PairLink::HELD.seq.0);
                match held {
                    true => outside(*member),
                    false => had.unwrap_or_else(|| next_place(&state, *member)),
                }
            };
            let places: Vec<PairPlace> = audience.recipients().iter().map(place).collect();
            (Arc::clone(&state.directory), verified_head(&state), places, audience, held)
        };
        let link = |member| {
            let place = recipients.iter().find(|place| place.member == member);
            place.map_or(PairLink::FIRST, |place| PairLink {
                seq: PairSeq(place.number),
                previous: place.previous,
            })
        };
        let directory: &Directory = &directory;
        let composed = compose(order, (&audience, held), link, directory, audit, &self.keys, &*self.random)?;
        Ok((composed, recipients))
    }
}

/// The place of what is held: it may arrive late, or never, so it is in no sequence.
const fn outside(member: MemberCode) -> PairPlace {
    let PairLink { seq, previous } = PairLink::HELD;
    PairPlace { member, number: seq.0, previous }
}

fn next_place(state: &State, member: MemberCode) -> PairPlace {
    let PairLink { seq, previous } = state.link_to(member);
    PairPlace { member, number: seq.0, previous }
}

/// The newest head of the exchange's log that we verified: told to every recipient, so that a hub that
/// shows different logs to different members is found out.
fn verified_head(state: &State) -> Option<TreeHead> {
    let note = SignedNote::parse(state.checkpoint.as_deref()?).ok()?;
    amana_log::Checkpoint::parse(note.text()).ok().map(|checkpoint| checkpoint.head)
}

fn put(
    order: &Order<'_>,
    ((request, content), supersedes): ((BlindDigest, BlindDigest), Option<Supersedes>),
    composed: Composed,
    recipients: Vec<PairPlace>,
    vaulted: Vaulted,
    (attachments, parked): (Vec<AttachmentHeader>, bool),
) -> Put {
    Put {
        id: order.id,
        created: order.created,
        expires: order.expires,
        request,
        content,
        recipients,
        held: composed.held,
        attachments,
        parked,
        header_hash: composed.header_hash,
        supersedes,
        envelope: composed.envelope.encode_to_vec(),
        vaulted,
    }
}

fn passed_on(notice: NoticeId, origin: Origin) -> Record {
    let Origin { owner, notice: of, hash: origin_hash, handling, grant, .. } = origin;
    Record::PassedOn(PassedOn { notice, ours: true, owner, origin: of, origin_hash, handling, grant })
}

/// The GRANT section of a notice that passes another on.
fn origin_section(origin: &Origin) -> Vec<u8> {
    let (grant, signature) = match &origin.grant {
        Some(grant) => (grant.body.clone(), grant.signature.clone()),
        None => Default::default(),
    };
    v1::GrantSection {
        grant: grant.into(),
        signature: signature.into(),
        owner: origin.owner.to_string(),
        notice_id: origin.notice.to_string(),
        header_hash: origin.hash.as_bytes().to_vec().into(),
        handling: number(origin.handling),
    }
    .encode_to_vec()
}

/// [`Random`] behind a reference, for callers that want a sized one.
pub(crate) struct Draw<'a>(pub(crate) &'a dyn Random);

impl Random for Draw<'_> {
    fn fill(&self, out: &mut [u8]) {
        self.0.fill(out);
    }
}
