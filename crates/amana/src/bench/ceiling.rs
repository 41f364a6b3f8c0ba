//! The ceiling: the same stream, verified by the same code, and nothing stored.

use std::pin::Pin;
use std::sync::Arc;

use amana_kit::certs::{Authority, CertificateRequest, TlsKey, Validity};
use amana_kit::clock::SystemClock;
use amana_kit::connect::{ServerAddress, connect};
use amana_kit::identity::{Principal, Realm, ServerIdentity};
use amana_kit::random::SystemRandom;
use amana_kit::serve::{ListenLimits, Listener, serve, server_limits};
use amana_kit::shutdown::Shutdown;
use amana_kit::tls::{ClientTls, Clients, Credentials, KeyExchange, ServerTls, ServerTrust};
use amana_seal::SignerKey;
use amana_seal::envelope::{
    EnvelopeRef, GrantedSections, ReceivedEnvelope, SlotRef, VerifiedEnvelope, verify_together,
};
use amana_types::limits::MESSAGE_BYTES;
use amana_types::{Clock, Directory, Duration, HpkeEpoch, Seq};
use amana_wire::session;
use amana_wire::v1;
use amana_wire::v1::exchange_service_server::{ExchangeService, ExchangeServiceServer};
use amana_wire::v1::publish_envelopes_request::Request as Sent;
use amana_wire::v1::publish_envelopes_response::Response as Answer;
use amana_wire::v1::publish_outcome::Outcome;
use futures_util::StreamExt;
use tokio_stream::Stream;
use tonic::transport::{Channel, Server};
use tonic::{Request, Response, Status, Streaming};

use super::party::Party;
use crate::exit::{Exit, Failure};

/// How signatures are verified.
#[derive(Clone, Copy)]
pub(super) enum Signatures {
    /// Strictly, each by itself, as recipients do.
    OneByOne,
    /// As many at once as have come, as the hub does.
    Together,
}

/// Answers every envelope whose signature and hashes hold.
pub(super) struct VerifyOnly {
    directory: Arc<Directory>,
    how: Signatures,
}

/// The most outcomes in one answer, as many as the hub puts into a group.
const GROUP: usize = 512;

impl VerifyOnly {
    fn service(self) -> ExchangeServiceServer<Self> {
        ExchangeServiceServer::new(self)
            .max_decoding_message_size(MESSAGE_BYTES)
            .max_encoding_message_size(MESSAGE_BYTES)
    }
}

/// The ceiling, listening on the loopback with TLS as the hub's.
pub(super) struct Running {
    address: ServerAddress,
    authority: Authority,
    shutdown: Shutdown,
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, format_args!("bench: the ceiling: {error}"))
}

impl Running {
    pub(super) async fn start(directory: Arc<Directory>, how: Signatures) -> Result<Self, Failure> {
        let realm = Realm::Exchange(directory.exchange.clone());
        let validity = Validity::starting(SystemClock.now(), Duration::from_days(1));
        let authority =
            Authority::create(realm.clone(), TlsKey::generate().map_err(failed)?, validity, &SystemRandom)
                .map_err(failed)?;
        let key = TlsKey::generate().map_err(failed)?;
        let hub = ServerIdentity::Hub(directory.exchange.clone());
        let issued = authority.issue_server(&hub, &[], &key, validity, &SystemRandom).map_err(failed)?;
        let credentials = Credentials::new(issued.chain(), &key).map_err(failed)?;
        let clients = Clients::Required { authority: authority.certificate().clone(), realm };
        let tls = ServerTls::new(&credentials, clients, KeyExchange::HybridOnly).map_err(failed)?;
        let anywhere = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = Listener::bind(anywhere, tls, ListenLimits::default()).await.map_err(failed)?;
        let address = ServerAddress::from(listener.address());
        let shutdown = Shutdown::new();
        let router = server_limits(Server::builder()).add_service(VerifyOnly { directory, how }.service());
        let until = shutdown.clone();
        tokio::spawn(async move { serve(router, listener, &until, std::time::Duration::ZERO).await });
        Ok(Self { address, authority, shutdown })
    }

    /// A connection of its own, with a certificate of this server's authority.
    pub(super) async fn connect(&self, party: &Party) -> Result<Channel, Failure> {
        let key = TlsKey::generate().map_err(failed)?;
        let validity = Validity::starting(SystemClock.now(), Duration::from_days(1));
        let request = CertificateRequest::create(&key).map_err(failed)?;
        let principal = Principal::Member(party.code);
        let issued =
            self.authority.issue_client(&principal, &request, validity, &SystemRandom).map_err(failed)?;
        let credentials = Credentials::new(issued.chain(), &key).map_err(failed)?;
        let trust = ServerTrust::Authority(self.authority.certificate().clone());
        let Realm::Exchange(exchange) = self.authority.realm().clone() else {
            return Err(failed("an authority of another realm"));
        };
        let hub = ServerIdentity::Hub(exchange);
        let tls = ClientTls::new(hub, trust, Some(&credentials), KeyExchange::HybridOnly).map_err(failed)?;
        connect(&self.address, &tls).await.map_err(failed)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shutdown.trigger();
    }
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl ExchangeService for VerifyOnly {
    type PublishEnvelopesStream = Answers<v1::PublishEnvelopesResponse>;
    type DeliverRecordsStream = Answers<v1::DeliverRecordsResponse>;

    async fn publish_envelopes(
        &self,
        request: Request<Streaming<v1::PublishEnvelopesRequest>>,
    ) -> Result<Response<Self::PublishEnvelopesStream>, Status> {
        let directory = Arc::clone(&self.directory);
        let how = self.how;
        let hello = session::hello(v1::Limits::default(), Vec::new());
        // The first is the sender's Hello, which waits for ours.
        let requests = request.into_inner().skip(1);
        let answers = requests
            .ready_chunks(GROUP)
            .map(move |group| verify(how, &directory, &group.into_iter().collect::<Result<Vec<_>, _>>()?))
            .map(|outcomes| outcomes.map(Answer::Outcomes));
        let answers = tokio_stream::once(Ok::<_, Status>(Answer::Hello(hello))).chain(answers);
        let answers = answers.map(|answer| Ok(v1::PublishEnvelopesResponse { response: Some(answer?) }));
        Ok(Response::new(Box::pin(answers)))
    }

    async fn deliver_records(
        &self,
        _request: Request<Streaming<v1::DeliverRecordsRequest>>,
    ) -> Result<Response<Self::DeliverRecordsStream>, Status> {
        Err(Status::unimplemented("the ceiling stores nothing, so it delivers nothing"))
    }

    async fn submit_decision(
        &self,
        _request: Request<v1::SubmitDecisionRequest>,
    ) -> Result<Response<v1::SubmitDecisionResponse>, Status> {
        Err(Status::unimplemented("the ceiling holds nothing, so nothing is decided"))
    }
}

/// Verifies a group and answers it.
fn verify(
    how: Signatures,
    directory: &Directory,
    group: &[v1::PublishEnvelopesRequest],
) -> Result<v1::PublishOutcomes, Status> {
    let read = group.iter().map(|request| read(directory, request)).collect::<Result<Vec<_>, _>>()?;
    let verified = match how {
        Signatures::OneByOne => {
            read.into_iter().map(|(envelope, sender)| envelope.verify(&sender)).collect::<Vec<_>>()
        }
        Signatures::Together => verify_together(read),
    };
    let outcomes = verified.into_iter().map(|one| one.map(|one| receipted(&one)).map_err(refused));
    let outcomes = outcomes.collect::<Result<_, _>>()?;
    Ok(v1::PublishOutcomes { checkpoint: bytes::Bytes::new(), outcomes, answered_at: None })
}

fn refused(why: impl std::fmt::Display) -> Status {
    Status::invalid_argument(why.to_string())
}

fn read<'a>(
    directory: &Directory,
    request: &'a v1::PublishEnvelopesRequest,
) -> Result<(ReceivedEnvelope<'a>, SignerKey), Status> {
    let Some(Sent::Envelope(envelope)) = &request.request else { return Err(refused("no envelope")) };
    let parts = borrowed(envelope).ok_or_else(|| refused("not an envelope"))?;
    let received = ReceivedEnvelope::parse(parts).map_err(refused)?;
    let header = received.header();
    let sender = SignerKey::find(directory, header.sender, header.sender_key, Seq(u64::MAX - 1));
    Ok((received, sender.map_err(refused)?))
}

fn receipted(verified: &VerifiedEnvelope) -> v1::PublishOutcome {
    let accepted_at_unix_ms = SystemClock.now().unix_millis();
    let place = v1::LeafPlace { accepted_at_unix_ms, ..v1::LeafPlace::default() };
    let receipted = v1::Receipted { place: Some(place), ..v1::Receipted::default() };
    v1::PublishOutcome {
        notice_id: bytes::Bytes::copy_from_slice(verified.header().id.as_bytes()),
        outcome: Some(Outcome::Receipted(receipted)),
    }
}

/// The envelope as the verifying code takes it. Nothing is copied.
fn borrowed(envelope: &v1::Envelope) -> Option<EnvelopeRef<'_>> {
    let slots = envelope.slots.iter().map(|slot| {
        let recipient = slot.recipient.parse().ok()?;
        let granted = GrantedSections::of_bits(slot.granted_sections)?;
        Some(SlotRef { recipient, epoch: HpkeEpoch(slot.key_epoch), granted, bytes: &slot.sealed })
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
