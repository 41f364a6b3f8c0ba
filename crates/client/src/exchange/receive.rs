//! Receiving what is meant for a member, each record proven before anyone sees it.

use amana_log::{
    InclusionProof, LeafHash, LeafIndex, LeafSalt, PartTooLong, Receipt, TreeSize, VerifiedCheckpoint,
};
use amana_seal::directory::entry_leaf;
use amana_seal::envelope::AcceptRecord;
use amana_seal::receipt::receipt_leaf;
use amana_seal::review::decision_leaf;
use amana_types::{Seq, Timestamp};
use amana_wire::convert::timestamp;
use amana_wire::v1;
use amana_wire::v1::deliver_records_request::Request;
use amana_wire::v1::deliver_records_response::Response;
use amana_wire::v1::delivery::Record;
use amana_wire::v1::exchange_service_client::ExchangeServiceClient;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::Channel;

use super::session::{Place, greeted, hello};
use crate::ClientError;
use crate::auditor::{AuditError, Auditor, includes};

/// How many acknowledgements may wait to be sent.
const ACKNOWLEDGEMENTS: usize = 64;

/// A receive stream of one member.
#[derive(Debug)]
pub struct Receiver {
    requests: mpsc::Sender<v1::DeliverRecordsRequest>,
    stream: Streaming<v1::DeliverRecordsResponse>,
    auditor: Auditor,
    next: Seq,
}

/// A record that is shown to be in the hub's log.
#[derive(Clone, Debug)]
pub struct Proven<T> {
    /// Its place in the log.
    pub index: Seq,
    /// When the hub took it in.
    pub accepted_at: Timestamp,
    /// What blinds its leaf.
    pub leaf_salt: LeafSalt,
    /// The portable proof that it is in the log.
    pub receipt: Receipt,
    /// The record.
    pub record: T,
}

/// A receipt as its signer made it; the signature is for the reader to verify.
#[derive(Clone, Debug)]
pub struct SignedReceipt {
    /// Canonical bytes.
    pub body: Bytes,
    /// Ed25519.
    pub signature: Bytes,
}

/// A decision as the review desk made it; the signature is for the reader to verify.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// Canonical bytes.
    pub body: Bytes,
    /// Ed25519.
    pub signature: Bytes,
    /// The envelope that it lets this member have, shown to be in the log at its own place.
    pub envelope: Option<Proven<v1::EnvelopeDelivery>>,
}

/// What comes down a receive stream.
#[derive(Debug)]
pub enum Event {
    /// The log grew, and only grew. Nothing for this member lies below `complete_below` that did not come.
    Head {
        /// The new head.
        checkpoint: VerifiedCheckpoint,
        /// The first place about which nothing is said yet.
        complete_below: Seq,
        /// What this member acknowledged below this is durable at the hub, with its receipts.
        acknowledged_below: Seq,
        /// What the hub says its clock showed. Not proven: for telling whose clock is off.
        sent_at: Timestamp,
    },
    /// An envelope for this member.
    Envelope(Box<Proven<v1::EnvelopeDelivery>>),
    /// What is left of an envelope for this member that its sender withdrew.
    Erased(Box<Proven<v1::ErasedDelivery>>),
    /// A decision of the review desk.
    Review(Box<Proven<Reviewed>>),
    /// A receipt for an envelope of this member's.
    Receipt(Proven<SignedReceipt>),
    /// A directory entry.
    Directory(Proven<Bytes>),
    /// A record of a kind that this version does not know: its leaf is in the log, and that is all.
    Unknown(Proven<()>),
}

impl Receiver {
    /// Opens the stream at the first place not yet handled, with at most `window` records under way.
    ///
    /// # Errors
    /// [`ClientError::Remote`] when the hub refuses the caller.
    pub async fn open(
        channel: Channel,
        auditor: Auditor,
        cursor: Seq,
        window: u32,
    ) -> Result<Self, ClientError> {
        let (requests, outgoing) = mpsc::channel(ACKNOWLEDGEMENTS);
        let verified_size = auditor.size().get();
        let opening = v1::DeliveryOpening { cursor: cursor.0, window, verified_size };
        for first in [Request::Hello(hello(auditor.head())), Request::Opening(opening)] {
            let first = v1::DeliverRecordsRequest { request: Some(first) };
            requests.try_send(first).map_err(|_| ClientError::Closed { peer: "hub" })?;
        }
        let mut hub = ExchangeServiceClient::new(channel)
            .max_decoding_message_size(amana_types::limits::MESSAGE_BYTES)
            .max_encoding_message_size(amana_types::limits::MESSAGE_BYTES);
        let mut stream = hub.deliver_records(ReceiverStream::new(outgoing)).await?.into_inner();
        greeted(match stream.message().await?.and_then(|first| first.response) {
            Some(Response::Hello(hello)) => Some(hello),
            _ => None,
        })?;
        Ok(Self { requests, stream, auditor, next: cursor })
    }

    /// The next event, proven; `None` when the hub ended the stream in order.
    ///
    /// # Errors
    /// [`ClientError::Audit`] when the hub's log contradicts itself or a proof does not hold;
    /// [`ClientError::Malformed`] when a record comes out of order. The stream must then be left.
    pub async fn next(&mut self) -> Result<Option<Event>, ClientError> {
        let Some(response) = self.stream.message().await? else { return Ok(None) };
        match response.response.ok_or(ClientError::hub("an empty response"))? {
            Response::Head(head) => self.head(&head).map(Some),
            Response::Delivery(delivery) => self.delivery(delivery).map(Some),
            Response::Hello(_) => Err(ClientError::hub("a second Hello")),
        }
    }

    /// Tells the hub that everything below `cursor` is durable here, with receipts signed for it.
    ///
    /// # Errors
    /// [`ClientError::Closed`] when the stream has ended.
    pub async fn acknowledge(&self, cursor: Seq, receipts: Vec<SignedReceipt>) -> Result<(), ClientError> {
        let receipts = receipts
            .into_iter()
            .map(|r| v1::SignedReceipt { body: r.body, signature: r.signature })
            .collect();
        let acknowledgement = v1::Acknowledgement { cursor: cursor.0, receipts };
        let request = v1::DeliverRecordsRequest { request: Some(Request::Acknowledgement(acknowledgement)) };
        self.requests.send(request).await.map_err(|_| ClientError::Closed { peer: "hub" })
    }

    /// What this stream has come to believe of the log.
    #[must_use]
    pub const fn auditor(&self) -> &Auditor {
        &self.auditor
    }

    fn head(&mut self, head: &v1::HeadUpdate) -> Result<Event, ClientError> {
        let checkpoint = self.auditor.advance(&head.checkpoint, &head.consistency_proof)?.clone();
        if TreeSize::new(head.complete_below) > checkpoint.head().size {
            return Err(ClientError::hub("complete_below beyond its own checkpoint"));
        }
        let (complete_below, acknowledged_below) = (Seq(head.complete_below), Seq(head.acknowledged_below));
        let sent_at = head.sent_at.map(timestamp).unwrap_or_default();
        Ok(Event::Head { checkpoint, complete_below, acknowledged_below, sent_at })
    }

    fn delivery(&mut self, delivery: v1::Delivery) -> Result<Event, ClientError> {
        let place = Place::read(delivery.place.as_ref())?;
        if place.index < self.next {
            return Err(ClientError::hub("a record out of order"));
        }
        // Of a record that is known, its leaf is recomputed, so that nothing else can be what was logged.
        let said =
            LeafHash::try_from(delivery.leaf_hash.as_ref()).map_err(|_| ClientError::hub("leaf hash"))?;
        let leaf = delivery.record.as_ref().map_or(Ok(said), |record| leaf(record, place))?;
        if leaf != said {
            return Err(ClientError::hub("a leaf hash of something else"));
        }
        let receipt = self.proven(leaf, place, &delivery.inclusion_proof)?;
        self.next = place.index.next();
        let passed = match &delivery.record {
            Some(Record::Review(review)) => self.passed(review.envelope.as_ref())?,
            _ => None,
        };
        Ok(event(proven(place, receipt, delivery.record), passed))
    }

    /// Proves a leaf to be in the log at that place.
    fn proven(&self, leaf: LeafHash, place: Place, proof: &[Bytes]) -> Result<Receipt, ClientError> {
        let head = self.auditor.head().ok_or(AuditError::NoHead)?;
        includes(head, leaf, place.index.0, proof)?;
        let proof = InclusionProof::from_slices(proof.iter().map(Bytes::as_ref)).map_err(AuditError::from)?;
        let checkpoint = head.note().clone();
        Ok(Receipt { index: LeafIndex::new(place.index.0), proof, checkpoint, extra: None })
    }

    /// An envelope that came with a decision, proven at its own place.
    fn passed(&self, passed: Option<&v1::PassedEnvelope>) -> Result<Option<Passed>, ClientError> {
        let Some(v1::PassedEnvelope { place, inclusion_proof, envelope }) = passed else { return Ok(None) };
        let place = Place::read(place.as_ref())?;
        let envelope = envelope.clone().ok_or(ClientError::hub("a passed envelope"))?;
        let receipt = self.proven(envelope_leaf(&envelope, place)?, place, inclusion_proof)?;
        Ok(Some(proven(place, receipt, envelope)))
    }
}

/// An envelope that came with a decision.
type Passed = Proven<v1::EnvelopeDelivery>;

fn proven<T>(place: Place, receipt: Receipt, record: T) -> Proven<T> {
    let Place { index, accepted_at, leaf_salt } = place;
    Proven { index, accepted_at, leaf_salt, receipt, record }
}

impl<T> Proven<T> {
    /// The same with another view of the record.
    fn map<U>(self, view: impl FnOnce(T) -> U) -> Proven<U> {
        let Self { index, accepted_at, leaf_salt, receipt, record } = self;
        Proven { index, accepted_at, leaf_salt, receipt, record: view(record) }
    }
}

fn envelope_leaf(envelope: &v1::EnvelopeDelivery, place: Place) -> Result<LeafHash, ClientError> {
    let v1::EnvelopeDelivery { header, slots_root, depth, signature, .. } = envelope;
    let record =
        AcceptRecord { header, slots_root, depth: *depth, signature, accepted_at: place.accepted_at };
    record.leaf(&place.leaf_salt).map_err(|_| ClientError::hub("leaf"))
}

/// Recomputes the leaf from what came.
fn leaf(record: &Record, place: Place) -> Result<LeafHash, ClientError> {
    let Place { accepted_at, leaf_salt: salt, .. } = place;
    let leaf: Result<LeafHash, PartTooLong> = match record {
        Record::Envelope(envelope) => return envelope_leaf(envelope, place),
        Record::Erased(v1::ErasedDelivery { header, slots_root, depth, signature }) => {
            AcceptRecord { header, slots_root, depth: *depth, signature, accepted_at }.leaf(&salt)
        }
        Record::Receipt(r) => {
            let receipt = r.receipt.as_ref().ok_or(ClientError::hub("receipt"))?;
            receipt_leaf(&salt, &receipt.body, &receipt.signature, accepted_at)
        }
        Record::Directory(r) => entry_leaf(&salt, &r.entry, accepted_at),
        Record::Review(r) => {
            let decision = r.decision.as_ref().ok_or(ClientError::hub("decision"))?;
            decision_leaf(&salt, &decision.body, &decision.signature, accepted_at)
        }
    };
    leaf.map_err(|_| ClientError::hub("leaf"))
}

fn event(mut proven: Proven<Option<Record>>, passed: Option<Passed>) -> Event {
    match proven.record.take() {
        Some(Record::Review(record)) => {
            let signed = record.decision.unwrap_or_default();
            let record = Reviewed { body: signed.body, signature: signed.signature, envelope: passed };
            Event::Review(Box::new(proven.map(|_| record)))
        }
        Some(Record::Envelope(record)) => Event::Envelope(Box::new(proven.map(|_| record))),
        Some(Record::Erased(record)) => Event::Erased(Box::new(proven.map(|_| record))),
        Some(Record::Receipt(record)) => {
            let signed = record.receipt.unwrap_or_default();
            let record = SignedReceipt { body: signed.body, signature: signed.signature };
            Event::Receipt(proven.map(|_| record))
        }
        Some(Record::Directory(record)) => Event::Directory(proven.map(|_| record.entry)),
        None => Event::Unknown(proven.map(|_| ())),
    }
}
