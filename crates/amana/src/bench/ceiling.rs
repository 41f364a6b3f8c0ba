//! The ceiling: the same stream, verified by the same code, and nothing stored.

use std::pin::Pin;
use std::sync::Arc;

use amana_kit::clock::SystemClock;
use amana_types::limits::MESSAGE_BYTES;
use amana_types::{Clock, Directory, HpkeEpoch, Seq};
use amana_wire::v1;
use amana_wire::v1::exchange_service_server::{ExchangeService, ExchangeServiceServer};
use amana_wire::v1::publish_outcome::Outcome;
use amana_seal::SignerKey;
use amana_seal::envelope::{EnvelopeRef, SlotRef, verify_at_hub};
use futures_util::StreamExt;
use tokio_stream::Stream;
use tonic::{Request, Response, Status, Streaming};

/// Answers every envelope whose signature and hashes hold.
pub(super) struct VerifyOnly(Arc<Directory>);

/// The most outcomes in one answer, as many as the hub puts into a group.
const GROUP: usize = 512;

impl VerifyOnly {
    pub(super) fn service(directory: Arc<Directory>) -> ExchangeServiceServer<Self> {
        ExchangeServiceServer::new(Self(directory))
            .max_decoding_message_size(MESSAGE_BYTES)
            .max_encoding_message_size(MESSAGE_BYTES)
    }
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl ExchangeService for VerifyOnly {
    type PublishStream = Answers<v1::PublishResponse>;
    type ReceiveStream = Answers<v1::ReceiveResponse>;

    async fn publish(
        &self,
        request: Request<Streaming<v1::PublishRequest>>,
    ) -> Result<Response<Self::PublishStream>, Status> {
        let directory = Arc::clone(&self.0);
        let answers = request.into_inner().ready_chunks(GROUP).map(move |group| {
            let outcomes = group.into_iter().map(|one| verify(&directory, &one?)).collect::<Result<_, _>>()?;
            Ok(v1::PublishResponse { checkpoint: bytes::Bytes::new(), outcomes })
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn receive(
        &self,
        _request: Request<Streaming<v1::ReceiveRequest>>,
    ) -> Result<Response<Self::ReceiveStream>, Status> {
        Err(Status::unimplemented("the ceiling stores nothing, so it delivers nothing"))
    }
}

fn verify(directory: &Directory, request: &v1::PublishRequest) -> Result<v1::PublishOutcome, Status> {
    let envelope = request.envelope.as_ref().ok_or_else(|| Status::invalid_argument("no envelope"))?;
    let parts = borrowed(envelope).ok_or_else(|| Status::invalid_argument("not an envelope"))?;
    let verified = verify_at_hub(parts, |header| {
        SignerKey::find(directory, header.sender, header.sender_key, Seq(u64::MAX - 1))
    })
    .map_err(|error| Status::invalid_argument(error.to_string()))?;
    let receipted = v1::Receipted { accepted_at: SystemClock.now().unix_millis(), ..v1::Receipted::default() };
    Ok(v1::PublishOutcome {
        notice_id: bytes::Bytes::copy_from_slice(verified.header().id.as_bytes()),
        outcome: Some(Outcome::Receipted(receipted)),
    })
}

/// The envelope as the verifying code takes it. Nothing is copied.
fn borrowed(envelope: &v1::Envelope) -> Option<EnvelopeRef<'_>> {
    let slots = envelope.slots.iter().map(|slot| {
        let recipient = slot.recipient.parse().ok()?;
        Some(SlotRef { recipient, epoch: HpkeEpoch(slot.key_epoch), bytes: &slot.sealed })
    });
    Some(EnvelopeRef {
        header: &envelope.header,
        slots_root: &envelope.slots_root,
        depth: envelope.depth,
        signature: &envelope.signature,
        addressing: &envelope.addressing,
        addressing_salt: &envelope.addressing_salt,
        slots: slots.collect::<Option<_>>()?,
        padding: envelope.padding_leaves.iter().map(AsRef::as_ref).collect(),
        sections: envelope.sections.iter().map(AsRef::as_ref).collect(),
    })
}
