//! A publish stream: envelopes come in, are verified side by side, sequenced in order, and answered.
//!
//! Three parts work at once: reading, which stops while too much is in flight; verifying, on as many
//! threads as there are cores for all streams together; and answering, which frees what was in flight
//! only when the answer is taken by the connection. So a member that sends without end, or never reads
//! its answers, stops itself alone.

use std::collections::HashSet;
use std::pin::Pin;
use std::sync::Arc;

use amana_types::{MemberCode, NoticeId, Reason, Seq};
use amana_wire::convert::timestamp_message;
use amana_wire::status;
use amana_wire::v1;
use amana_wire::v1::publish_envelopes_request::Request as Sent;
use amana_wire::v1::publish_envelopes_response::Response as Answer;
use amana_wire::v1::publish_outcome::Outcome as WireOutcome;
use bytes::Bytes;
use futures_util::{FutureExt, Stream, stream};
use prost::Message;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;
use tonic::{Status, Streaming};

use super::{Hub, draining, place, session};
use crate::admit::{self, Admitted, Judge, Received};
use crate::budgets::Budget;
use crate::ledger::inclusion;
use crate::published::Published;
use crate::record::Stamp;
use crate::refusal::Refusal;
use crate::sequencer::{Envelopes, Held, Outcome, Sequenced, Work};

/// Envelopes verified as one piece of work: enough to make the hand-over cheap, few enough to spread.
pub(crate) const CHUNK: usize = 16;
/// Refusals of one stream that the log is told of.
const TOLD: usize = 256;
/// Chunks of one stream that may be under verification.
const CHUNKS: usize = 8;

/// The answers of one publish stream.
pub(super) type Answers = Pin<Box<dyn Stream<Item = Result<v1::PublishEnvelopesResponse, Status>> + Send>>;

/// What comes out of verification: some to sequence, some refused already.
struct Judged {
    admitted: Vec<Admitted>,
    refused: Vec<(NoticeId, Outcome)>,
    held: Held,
    /// Set when something was no envelope at all: the stream ends with it.
    broken: Option<Status>,
}

/// Serves one publish stream of an active member.
pub(super) fn serve(
    hub: &Arc<Hub>,
    member: MemberCode,
    requests: Streaming<v1::PublishEnvelopesRequest>,
) -> Result<Answers, Status> {
    let budget = hub.budgets.of(member);
    let place = budget.stream().ok_or_else(too_many_streams)?;
    let (answer, answers) = mpsc::unbounded_channel();
    let (fail, failure) = mpsc::unbounded_channel();
    let (judged, chunks) = mpsc::channel(CHUNKS);
    let in_flight = Arc::new(Semaphore::new(hub.limits.in_flight));
    let reader = Reader { hub: Arc::clone(hub), member, in_flight, budget };
    tokio::spawn(reader.read(requests, judged, fail.clone()));
    tokio::spawn(forward(Arc::clone(hub), chunks, answer, fail));
    let refusals = Refusals { member, told: HashSet::new() };
    let hello = Some(session::hello(hub));
    let hub = Arc::clone(hub);
    Ok(answer_stream(Ready { hub, hello, answers, failure, ahead: None, refusals, _place: place }))
}

/// The reading part.
struct Reader {
    hub: Arc<Hub>,
    member: MemberCode,
    in_flight: Arc<Semaphore>,
    budget: Arc<Budget>,
}

/// A chunk under verification, or through with it.
enum Chunk {
    Running(JoinHandle<Judged>),
    Done(Judged),
}

impl Reader {
    async fn read(
        self,
        mut requests: Streaming<v1::PublishEnvelopesRequest>,
        judged: mpsc::Sender<Chunk>,
        fail: mpsc::UnboundedSender<Status>,
    ) {
        let greeting = |first: v1::PublishEnvelopesRequest| match first.request {
            Some(Sent::Hello(hello)) => Some(hello),
            _ => None,
        };
        if let Err(status) = session::greeted(&self.hub, self.member, &mut requests, greeting).await {
            return drop(fail.send(status));
        }
        let mut ahead = None;
        loop {
            let next = match ahead.take() {
                Some(next) => next,
                None => tokio::select! {
                    next = requests.message() => next,
                    () = judged.closed() => return,
                    () = self.hub.shutdown.triggered() => Err(draining()),
                },
            };
            let first = match next {
                Ok(Some(first)) => first,
                Ok(None) => return,
                // The stream's other end may be gone as well.
                Err(status) => return drop(fail.send(status)),
            };
            let Some(held) = self.hold(&first).await else { return };
            let Some(turn) = self.turn().await else { return };
            let (mut chunk, mut held) = (vec![first], Held(held));
            // What has come meanwhile goes along.
            while chunk.len() < CHUNK
                && let Some(next) = requests.message().now_or_never()
            {
                match next {
                    Ok(Some(request)) if let Some(place) = self.try_hold(&request) => {
                        chunk.push(request);
                        held.0.extend(place);
                    }
                    other => {
                        ahead = Some(other);
                        break;
                    }
                }
            }
            if judged.send(self.judge(chunk, held, turn)).await.is_err() {
                return;
            }
        }
    }

    /// Waits until the stream may hold one envelope more.
    async fn hold(&self, request: &v1::PublishEnvelopesRequest) -> Option<Vec<OwnedSemaphorePermit>> {
        let place = Arc::clone(&self.in_flight).acquire_owned().await.ok()?;
        Some(vec![place, self.budget.bytes(request.encoded_len()).await?])
    }

    /// The same, if that needs no waiting.
    fn try_hold(&self, request: &v1::PublishEnvelopesRequest) -> Option<[OwnedSemaphorePermit; 2]> {
        let place = Arc::clone(&self.in_flight).try_acquire_owned().ok()?;
        Some([place, self.budget.try_bytes(request.encoded_len())?])
    }

    /// Waits for a core: first among the member's own streams, then among members.
    async fn turn(&self) -> Option<[OwnedSemaphorePermit; 2]> {
        let own = self.budget.verifying().await?;
        Some([own, Arc::clone(&self.hub.verifiers).acquire_owned().await.ok()?])
    }

    /// Verifies and admits a chunk: more than one envelope off the threads that serve connections, a
    /// lone one here, where it is answered soonest.
    fn judge(
        &self,
        chunk: Vec<v1::PublishEnvelopesRequest>,
        held: Held,
        turn: [OwnedSemaphorePermit; 2],
    ) -> Chunk {
        if chunk.len() == 1 {
            return Chunk::Done(judge(&self.hub, self.member, chunk, held));
        }
        let (hub, member) = (Arc::clone(&self.hub), self.member);
        Chunk::Running(tokio::task::spawn_blocking(move || {
            let judged = judge(&hub, member, chunk, held);
            drop(turn);
            judged
        }))
    }
}

fn judge(hub: &Hub, member: MemberCode, chunk: Vec<v1::PublishEnvelopesRequest>, held: Held) -> Judged {
    let published = Arc::clone(&hub.sequencer.newest.borrow());
    let judge = Judge { directory: published.directory(), at: published.next(), now: hub.clock.now() };
    let mut judged =
        Judged { admitted: Vec::with_capacity(chunk.len()), refused: Vec::new(), held, broken: None };
    let received = chunk.into_iter().map(|sent| Received::new(member, envelope(sent))).collect();
    for verified in admit::verify(received, judge) {
        match verified.and_then(|verified| verified.admit(judge)) {
            Ok(admitted) => judged.admitted.push(admitted),
            Err((Some(notice), refusal)) => judged.refused.push((notice, Outcome::Refused(refusal))),
            Err((None, refusal)) => {
                judged.broken = Some(not_an_envelope(&refusal));
                break;
            }
        }
    }
    judged
}

/// What was sent as an envelope; anything else is none, and is refused as none.
fn envelope(sent: v1::PublishEnvelopesRequest) -> v1::Envelope {
    match sent.request {
        Some(Sent::Envelope(envelope)) => envelope,
        Some(Sent::Hello(_)) | None => v1::Envelope::default(),
    }
}

/// Hands verified chunks to the sequencer in the order in which they came.
async fn forward(
    hub: Arc<Hub>,
    mut chunks: mpsc::Receiver<Chunk>,
    answer: mpsc::UnboundedSender<Sequenced>,
    fail: mpsc::UnboundedSender<Status>,
) {
    while let Some(chunk) = chunks.recv().await {
        let judged = match chunk {
            Chunk::Done(judged) => Ok(judged),
            Chunk::Running(running) => running.await,
        };
        let Ok(Judged { admitted, refused, held, broken }) = judged else {
            return drop(fail.send(super::fault("verifying an envelope")));
        };
        if !refused.is_empty() {
            let published = Arc::clone(&hub.sequencer.newest.borrow());
            // A stream whose other end is gone ends by itself.
            drop(answer.send(Sequenced { published, outcomes: refused, held: Held::default() }));
        }
        if !admitted.is_empty() {
            let work = Work::Envelopes(Envelopes { items: admitted, answer: answer.clone(), held });
            if hub.sequencer.work.send(work).await.is_err() {
                return drop(fail.send(draining()));
            }
        }
        if let Some(status) = broken {
            return drop(fail.send(status));
        }
    }
}

/// The answers as they become ready; those of one group in one response. When all are out, the failure
/// that ended the stream, if one did.
fn answer_stream(ready: Ready) -> Answers {
    Box::pin(stream::unfold(Some(ready), |ready| async move {
        let mut ready = ready?;
        match ready.next().await? {
            Ok(response) => Some((Ok(response), Some(ready))),
            Err(status) => Some((Err(status), None)),
        }
    }))
}

/// The answering part.
struct Ready {
    hub: Arc<Hub>,
    /// What is said first.
    hello: Option<v1::Hello>,
    answers: mpsc::UnboundedReceiver<Sequenced>,
    failure: mpsc::UnboundedReceiver<Status>,
    ahead: Option<Sequenced>,
    refusals: Refusals,
    _place: OwnedSemaphorePermit,
}

impl Ready {
    async fn next(&mut self) -> Option<Result<v1::PublishEnvelopesResponse, Status>> {
        let answer = |answer| Some(Ok(v1::PublishEnvelopesResponse { response: Some(answer) }));
        if let Some(hello) = self.hello.take() {
            return answer(Answer::Hello(hello));
        }
        let first = match self.ahead.take() {
            Some(first) => first,
            None => match self.answers.recv().await {
                Some(first) => first,
                None => return self.failure.recv().await.map(Err),
            },
        };
        let published = Arc::clone(&first.published);
        let mut outcomes = Vec::with_capacity(first.outcomes.len());
        let mut group = Some(first);
        while let Some(Sequenced { outcomes: more, held, .. }) = group.take() {
            for (notice, outcome) in more {
                if let Outcome::Refused(refusal) = &outcome {
                    self.refusals.tell(notice, refusal);
                }
                match wire_outcome(&self.hub, &published, notice, outcome) {
                    Ok(outcome) => outcomes.push(outcome),
                    Err(status) => return Some(Err(status)),
                }
            }
            // The connection takes this answer now: the stream may send as much again.
            drop(held);
            match self.answers.try_recv() {
                Ok(next) if Arc::ptr_eq(&next.published, &published) => group = Some(next),
                Ok(next) => self.ahead = Some(next),
                Err(_) => {}
            }
        }
        let answered_at = Some(timestamp_message(self.hub.clock.now()));
        let checkpoint = published.checkpoint.clone();
        answer(Answer::Outcomes(v1::PublishOutcomes { checkpoint, outcomes, answered_at }))
    }
}

/// What the log was told of one stream's refusals.
struct Refusals {
    member: MemberCode,
    told: HashSet<(NoticeId, &'static str)>,
}

impl Refusals {
    /// One line for each envelope and reason, however often it comes again, and no more than
    /// [`TOLD`] for one stream.
    fn tell(&mut self, notice: NoticeId, refusal: &Refusal) {
        let (member, reason, retryable) = (self.member, refusal.reason(), refusal.reason().is_retryable());
        if self.told.len() >= TOLD || !self.told.insert((notice, reason.code())) {
            return;
        }
        tracing::warn!(%member, %notice, %reason, retryable, "an envelope is refused");
        if self.told.len() == TOLD {
            tracing::warn!(%member, "more refusals of this stream are counted and not told");
        }
    }
}

fn wire_outcome(
    hub: &Hub,
    published: &Published,
    notice: NoticeId,
    outcome: Outcome,
) -> Result<v1::PublishOutcome, Status> {
    let outcome = match outcome {
        Outcome::Accepted(seq, stamp) => WireOutcome::Receipted(receipted(published, seq, stamp, false)?),
        Outcome::Repeated(seq) => {
            let record = hub.reader.record(seq).map_err(|error| super::unreadable(&error))?;
            WireOutcome::Receipted(receipted(published, seq, record.stamp(), true)?)
        }
        Outcome::Refused(refusal) => {
            hub.stats.refused();
            WireOutcome::Refused(v1::Refused {
                reason: refusal.reason().into(),
                message: refusal.to_string(),
                retryable: refusal.reason().is_retryable(),
            })
        }
    };
    Ok(v1::PublishOutcome { notice_id: Bytes::copy_from_slice(notice.as_bytes()), outcome: Some(outcome) })
}

fn receipted(
    published: &Published,
    seq: Seq,
    stamp: Stamp,
    repeated_request: bool,
) -> Result<v1::Receipted, Status> {
    Ok(v1::Receipted {
        place: Some(place(seq, stamp)),
        inclusion_proof: inclusion(&published.tree, seq, published.head.size)
            .map_err(|error| super::unreadable(&error))?,
        repeated_request,
    })
}

fn not_an_envelope(refusal: &Refusal) -> Status {
    status::Refusal::new(refusal.reason(), format!("not an envelope: {refusal}")).into()
}

fn too_many_streams() -> Status {
    let message = "this member has as many publish streams as it may have; use those, or close some";
    status::Refusal::new(Reason::TooManyStreams, message).into()
}
