//! Submitting envelopes, many in flight, and believing only answers that are proven.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use amana_log::{InclusionProof, LeafIndex, LeafSalt, LogKey, Receipt, SignedNote, VerifiedCheckpoint};
use amana_seal::envelope::AcceptRecord;
use amana_types::{NoticeId, Reason, Seq, Timestamp};
use amana_wire::convert::{known, timestamp};
use amana_wire::v1;
use amana_wire::v1::exchange_service_client::ExchangeServiceClient;
use amana_wire::v1::publish_envelopes_request::Request;
use amana_wire::v1::publish_envelopes_response::Response;
use amana_wire::v1::publish_outcome::Outcome;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::Channel;

use super::session::{Place, greeted, hello};
use crate::ClientError;
use crate::auditor::{Auditor, includes};

/// What is needed of a submitted envelope to recompute its leaf. Shares the envelope's memory.
#[derive(Clone, Debug)]
pub struct Submitted {
    header: Bytes,
    slots_root: Bytes,
    depth: u32,
    signature: Bytes,
}

type Waiting = Arc<Mutex<HashMap<NoticeId, Submitted>>>;

/// The half of a publish stream that submits. Closing it lets the answers end.
#[derive(Debug)]
pub struct PublishSender {
    requests: mpsc::Sender<v1::PublishEnvelopesRequest>,
    waiting: Waiting,
}

/// The half of a publish stream that answers.
#[derive(Debug)]
pub struct PublishAnswers {
    stream: Streaming<v1::PublishEnvelopesResponse>,
    waiting: Waiting,
    log: Auditor,
    hub_time: Option<Timestamp>,
}

/// What became of one envelope.
#[derive(Debug)]
pub enum Answer {
    /// It is in the hub's journal and log, and this proves it.
    Receipted(Receipted),
    /// The hub did not take it.
    Refused(Refused),
    /// The hub says that it took it, and that does not hold: submit it again.
    Unproven(NoticeId, ClientError),
}

impl Answer {
    /// The envelope that it is about.
    #[must_use]
    pub const fn notice(&self) -> NoticeId {
        match self {
            Self::Receipted(Receipted { notice, .. })
            | Self::Refused(Refused { notice, .. })
            | Self::Unproven(notice, _) => *notice,
        }
    }
}

/// The hub's proven word that it holds an envelope.
#[derive(Debug)]
pub struct Receipted {
    /// The envelope.
    pub notice: NoticeId,
    /// Its place in the log.
    pub index: Seq,
    /// When the hub took it in.
    pub accepted_at: Timestamp,
    /// What blinds its leaf.
    pub leaf_salt: LeafSalt,
    /// The proof. Whoever hands it on adds what recomputes its leaf: see [`AcceptedLeaf`](crate::proof::AcceptedLeaf).
    pub receipt: Receipt,
    /// Whether it had been accepted before.
    pub repeated: bool,
}

/// The hub's word that it did not take an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The envelope.
    pub notice: NoticeId,
    /// Stable, for programs.
    pub reason: String,
    /// For people.
    pub message: String,
    /// Whether the same bytes can be taken later.
    pub retryable: bool,
}

/// Opens a publish stream with at most `in_flight` envelopes waiting to be sent.
///
/// # Errors
/// [`ClientError::Remote`] when the hub refuses the caller.
pub async fn open_publish(
    channel: Channel,
    key: LogKey,
    in_flight: usize,
) -> Result<(PublishSender, PublishAnswers), ClientError> {
    let (requests, outgoing) = mpsc::channel(in_flight.max(1));
    let mut hub = ExchangeServiceClient::new(channel)
        .max_decoding_message_size(amana_types::limits::MESSAGE_BYTES)
        .max_encoding_message_size(amana_types::limits::MESSAGE_BYTES);
    requests
        .try_send(request(Request::Hello(hello(None))))
        .map_err(|_| ClientError::Closed { peer: "hub" })?;
    let mut stream = hub.publish_envelopes(ReceiverStream::new(outgoing)).await?.into_inner();
    greeted(match stream.message().await?.and_then(|first| first.response) {
        Some(Response::Hello(hello)) => Some(hello),
        _ => None,
    })?;
    let waiting = Waiting::default();
    let sender = PublishSender { requests, waiting: Arc::clone(&waiting) };
    Ok((sender, PublishAnswers { stream, waiting, log: Auditor::new(key), hub_time: None }))
}

fn request(request: Request) -> v1::PublishEnvelopesRequest {
    v1::PublishEnvelopesRequest { request: Some(request) }
}

impl PublishSender {
    /// Submits an envelope; waits while too many are under way.
    ///
    /// # Errors
    /// [`ClientError::Closed`] when the stream has ended: submit it again on a new one.
    pub async fn submit(&self, notice: NoticeId, envelope: v1::Envelope) -> Result<(), ClientError> {
        let submitted = Submitted {
            header: envelope.header.clone(),
            slots_root: envelope.slots_root.clone(),
            depth: envelope.depth,
            signature: envelope.signature.clone(),
        };
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(notice, submitted);
        let request = request(Request::Envelope(envelope));
        self.requests.send(request).await.map_err(|_| ClientError::Closed { peer: "hub" })
    }
}

impl PublishAnswers {
    /// What the hub said its clock showed at its last answer. Not proven: for telling whose clock is off.
    #[must_use]
    pub const fn hub_time(&self) -> Option<Timestamp> {
        self.hub_time
    }

    /// The next group of answers, each proven or [`Answer::Unproven`]: one that does not hold costs no
    /// other. `None` when the hub has answered all and the stream ended.
    ///
    /// # Errors
    /// [`ClientError::Audit`] when the hub's head does not hold: nothing may then be taken as accepted.
    pub async fn next(&mut self) -> Result<Option<Vec<Answer>>, ClientError> {
        let Some(response) = self.stream.message().await? else { return Ok(None) };
        let Some(Response::Outcomes(response)) = response.response else {
            return Err(ClientError::hub("an answer without outcomes"));
        };
        self.hub_time = response.answered_at.map(timestamp);
        let accepted = response.outcomes.iter().any(|o| matches!(o.outcome, Some(Outcome::Receipted(_))));
        let head = accepted.then(|| self.log.open(&response.checkpoint)).transpose()?;
        response
            .outcomes
            .into_iter()
            .map(|outcome| self.answer(head.as_ref(), outcome))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn answer(
        &self,
        head: Option<&VerifiedCheckpoint>,
        outcome: v1::PublishOutcome,
    ) -> Result<Answer, ClientError> {
        let notice = NoticeId::from_bytes(&outcome.notice_id).map_err(|_| ClientError::hub("notice id"))?;
        let submitted = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&notice);
        match (outcome.outcome, submitted, head) {
            (Some(Outcome::Refused(refused)), ..) => Ok(Answer::Refused(Refused {
                notice,
                reason: reason(refused.reason),
                message: refused.message,
                retryable: refused.retryable,
            })),
            (Some(Outcome::Receipted(receipted)), Some(submitted), Some(head)) => {
                let proven = prove(notice, &submitted, head, receipted);
                Ok(proven.map_or_else(|error| Answer::Unproven(notice, error), Answer::Receipted))
            }
            (Some(_), None, _) => Err(ClientError::hub("an answer to what was not asked")),
            (None, ..) | (_, _, None) => {
                Ok(Answer::Unproven(notice, ClientError::hub("an outcome without a verdict")))
            }
        }
    }
}

/// The code of a reason; of one that is unknown here, its number.
fn reason(number: i32) -> String {
    known::<Reason>(number).map_or_else(|| format!("REASON_{number}"), |reason| reason.to_string())
}

/// Recomputes the leaf of what was submitted and finds it in the hub's signed tree.
fn prove(
    notice: NoticeId,
    submitted: &Submitted,
    head: &VerifiedCheckpoint,
    receipted: v1::Receipted,
) -> Result<Receipted, ClientError> {
    let Place { index, accepted_at, leaf_salt } = Place::read(receipted.place.as_ref())?;
    let record = AcceptRecord {
        header: &submitted.header,
        slots_root: &submitted.slots_root,
        depth: submitted.depth,
        signature: &submitted.signature,
        accepted_at,
    };
    let leaf = record.leaf(&leaf_salt).map_err(|_| ClientError::hub("leaf"))?;
    let proven = includes(head, leaf, index.0, &receipted.inclusion_proof)?;
    let proof = InclusionProof::from_slices(receipted.inclusion_proof.iter().map(Bytes::as_ref))
        .map_err(crate::auditor::AuditError::from)?;
    let checkpoint: SignedNote = head.note().clone();
    Ok(Receipted {
        notice,
        index: Seq(proven.index().get()),
        accepted_at,
        leaf_salt,
        receipt: Receipt { index: LeafIndex::new(index.0), proof, checkpoint, extra: None },
        repeated: receipted.repeated_request,
    })
}
