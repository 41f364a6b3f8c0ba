//! A relay between members and the hub that changes what the hub says on a stream: what another version of it
//! would say, to the byte.

use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

use amana_wire::v1;
use amana_wire::v1::deliver_records_response::Response as Delivered;
use amana_wire::v1::delivery::Record;
use amana_wire::v1::publish_envelopes_response::Response as Published;
use bytes::{Buf, BufMut, Bytes};
use futures_util::{Stream, StreamExt};
use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::{BoxFuture, Context, Poll, Service, StdError, http};
use tonic::server::{NamedService, StreamingService};
use tonic::transport::Channel;
use tonic::{Request, Response, Status, Streaming};

/// What becomes of an answer of the hub.
type Change = Arc<dyn Fn(Bytes) -> Bytes + Send + Sync>;

/// Stands for the hub's `ExchangeService`.
#[derive(Clone)]
pub(crate) struct Relay {
    hub: Channel,
    change: Change,
}

impl Relay {
    /// Passes on to the hub over that channel, and changes what it answers.
    pub(crate) fn new(hub: Channel, change: impl Fn(Bytes) -> Bytes + Send + Sync + 'static) -> Self {
        Self { hub, change: Arc::new(change) }
    }
}

/// The answer with another version of the protocol in its Hello.
pub(crate) fn of_tomorrow(answer: Bytes) -> Bytes {
    let later = |hello: &mut v1::Hello| hello.protocol += 1;
    if let Ok(v1::DeliverRecordsResponse { response: Some(Delivered::Hello(mut hello)) }) =
        v1::DeliverRecordsResponse::decode(answer.clone())
    {
        later(&mut hello);
        return v1::DeliverRecordsResponse { response: Some(Delivered::Hello(hello)) }.encode_to_vec().into();
    }
    match v1::PublishEnvelopesResponse::decode(answer.clone()) {
        Ok(v1::PublishEnvelopesResponse { response: Some(Published::Hello(mut hello)) }) => {
            later(&mut hello);
            v1::PublishEnvelopesResponse { response: Some(Published::Hello(hello)) }.encode_to_vec().into()
        }
        _ => answer,
    }
}

/// The delivery in an answer, if it is one of an envelope.
pub(crate) fn envelope(answer: &Bytes) -> Option<v1::Delivery> {
    match v1::DeliverRecordsResponse::decode(answer.clone()).ok()?.response? {
        Delivered::Delivery(delivery) if matches!(delivery.record, Some(Record::Envelope(_))) => {
            Some(delivery)
        }
        _ => None,
    }
}

/// An answer that delivers this.
pub(crate) fn answer(delivery: v1::Delivery) -> Bytes {
    v1::DeliverRecordsResponse { response: Some(Delivered::Delivery(delivery)) }.encode_to_vec().into()
}

/// The delivery as an answer, its record of a kind that nobody knows yet.
pub(crate) fn of_unknown_kind(mut delivery: v1::Delivery) -> Bytes {
    const UNKNOWN: u32 = 1000;
    const DELIVERY: u32 = 3;
    delivery.record = None;
    let mut bytes = delivery.encode_to_vec();
    part(UNKNOWN, b"what nobody knows yet", &mut bytes);
    let mut answer = Vec::new();
    part(DELIVERY, &bytes, &mut answer);
    let known = v1::DeliverRecordsResponse::decode(answer.as_slice()).unwrap();
    assert_eq!(
        known.response,
        Some(Delivered::Delivery(delivery)),
        "the control: it is there, without a record"
    );
    answer.into()
}

fn part(number: u32, content: &[u8], into: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, into);
    encode_varint(content.len() as u64, into);
    into.extend_from_slice(content);
}

impl NamedService for Relay {
    const NAME: &'static str = "amana.exchange.v1.ExchangeService";
}

impl Service<http::Request<tonic::body::Body>> for Relay {
    type Response = http::Response<tonic::body::Body>;
    type Error = std::convert::Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<tonic::body::Body>) -> Self::Future {
        let call = Call { relay: self.clone(), path: request.uri().path().parse().unwrap() };
        Box::pin(async move { Ok(tonic::server::Grpc::new(Raw).streaming(call, request).await) })
    }
}

/// One call on its way to the hub.
struct Call {
    relay: Relay,
    path: http::uri::PathAndQuery,
}

impl StreamingService<Bytes> for Call {
    type Response = Bytes;
    type ResponseStream = Pin<Box<dyn Stream<Item = Result<Bytes, Status>> + Send>>;
    type Future = BoxFuture<Response<Self::ResponseStream>, Status>;

    fn call(&mut self, request: Request<Streaming<Bytes>>) -> Self::Future {
        let (Relay { hub, change }, path) = (self.relay.clone(), self.path.clone());
        Box::pin(async move {
            let mut hub = tonic::client::Grpc::new(hub);
            hub.ready().await.map_err(|error| Status::unavailable(StdError::from(error).to_string()))?;
            // A member that goes away ends its requests.
            let requests = request.into_inner().take_while(|request| ready(request.is_ok()));
            let requests = requests.filter_map(|request| ready(request.ok()));
            let answers = hub.streaming(Request::new(requests), path, Raw).await?;
            let changed = answers.into_inner().map(move |answer| answer.map(|bytes| change(bytes)));
            Ok(Response::new(Box::pin(changed) as Self::ResponseStream))
        })
    }
}

/// Messages as the bytes that they are.
#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
