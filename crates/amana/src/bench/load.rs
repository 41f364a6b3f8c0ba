//! The load: many streams, each with so many envelopes under way.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use amana_types::Seq;
use amana_types::limits::MESSAGE_BYTES;
use amana_wire::session;
use amana_wire::v1;
use amana_wire::v1::exchange_service_client::ExchangeServiceClient;
use amana_wire::v1::publish_envelopes_request::Request;
use amana_wire::v1::publish_envelopes_response::Response;
use amana_wire::v1::publish_outcome::Outcome;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::Channel;

use super::party::Ready;
use crate::exit::{Exit, Failure};

/// How long each of many things took.
#[derive(Default)]
pub(super) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(super) fn push(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// What `share` of them stayed below, in microseconds.
    pub(super) fn percentile(&mut self, share: f64) -> u64 {
        self.0.sort_unstable();
        let place = (self.0.len() as f64 * share) as usize;
        let at = self.0.get(place.min(self.0.len().saturating_sub(1)));
        at.map_or(0, |took| u64::try_from(took.as_micros()).unwrap_or(u64::MAX))
    }
}

/// What one measurement showed.
#[derive(Default)]
pub(super) struct Measured {
    pub(super) answered: usize,
    pub(super) refused: usize,
    pub(super) took: Duration,
    latencies: Latencies,
}

impl Measured {
    /// Answers a second.
    pub(super) fn rate(&self) -> f64 {
        self.answered as f64 / self.took.as_secs_f64().max(f64::EPSILON)
    }

    pub(super) fn view(&mut self) -> Value {
        json!({
            "acked": self.answered,
            "refused": self.refused,
            "per_second": self.rate().round(),
            "p50_us": self.latencies.percentile(0.5),
            "p99_us": self.latencies.percentile(0.99),
        })
    }
}

/// Publishes all envelopes over these channels, `in_flight` on each, and waits for every answer.
pub(super) async fn publish(
    channels: &[Channel],
    envelopes: Vec<Ready>,
    in_flight: usize,
) -> Result<Measured, Failure> {
    // Dealt out like cards: notices are published about in the order in which they are written.
    let mut shares: Vec<Vec<Ready>> = channels.iter().map(|_| Vec::new()).collect();
    for (n, envelope) in envelopes.into_iter().enumerate() {
        let place = n % channels.len().max(1);
        shares.get_mut(place).map(|share| share.push(envelope)).ok_or_else(|| failed(&"no connections"))?;
    }
    let start = Instant::now();
    let streams: Vec<_> = (channels.iter().zip(shares))
        .map(|(channel, own)| tokio::spawn(one_stream(channel.clone(), own, in_flight)))
        .collect();
    let mut all = Measured::default();
    for stream in streams {
        let one = stream.await.map_err(|error| failed(&error))??;
        all.answered += one.answered;
        all.refused += one.refused;
        all.latencies.0.extend(one.latencies.0);
    }
    all.took = start.elapsed();
    Ok(all)
}

fn failed(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, format_args!("bench: {error}"))
}

/// One publish stream.
pub(super) struct Line {
    requests: mpsc::Sender<v1::PublishEnvelopesRequest>,
    answers: Streaming<v1::PublishEnvelopesResponse>,
}

impl Line {
    /// Opens a stream on which so many envelopes may wait to be sent.
    pub(super) async fn open(channel: Channel, in_flight: usize) -> Result<Self, Failure> {
        let (requests, outgoing) = mpsc::channel(in_flight);
        let mut hub = ExchangeServiceClient::new(channel)
            .max_decoding_message_size(MESSAGE_BYTES)
            .max_encoding_message_size(MESSAGE_BYTES);
        let answers = hub.publish_envelopes(ReceiverStream::new(outgoing)).await;
        let mut line = Self { requests, answers: answers.map_err(|e| failed(&e))?.into_inner() };
        line.send(Request::Hello(session::hello(v1::Limits::default(), Vec::new()))).await?;
        match line.answer().await? {
            Response::Hello(_) => Ok(line),
            Response::Outcomes(_) => Err(failed(&"the hub did not begin with Hello")),
        }
    }

    async fn send(&self, request: Request) -> Result<(), Failure> {
        let request = v1::PublishEnvelopesRequest { request: Some(request) };
        self.requests.send(request).await.map_err(|_| failed(&"the hub closed the stream"))
    }

    async fn next(&mut self) -> Result<Vec<v1::PublishOutcome>, Failure> {
        match self.answer().await? {
            Response::Outcomes(outcomes) => Ok(outcomes.outcomes),
            Response::Hello(_) => Err(failed(&"a second Hello")),
        }
    }

    async fn answer(&mut self) -> Result<Response, Failure> {
        let answer = self.answers.message().await.map_err(|e| failed(&e))?;
        answer.and_then(|answer| answer.response).ok_or_else(|| failed(&"the hub closed the stream"))
    }

    /// Publishes one envelope while no other is under way; answers its place in the log.
    pub(super) async fn publish(&mut self, envelope: v1::Envelope) -> Result<Seq, Failure> {
        self.send(Request::Envelope(envelope)).await?;
        match self.next().await?.into_iter().next().and_then(|answered| answered.outcome) {
            Some(Outcome::Receipted(receipted)) => Ok(Seq(receipted.place.unwrap_or_default().index)),
            Some(Outcome::Refused(refused)) => Err(failed(&refused.message)),
            None => Err(failed(&"an outcome without a verdict")),
        }
    }
}

async fn one_stream(channel: Channel, envelopes: Vec<Ready>, in_flight: usize) -> Result<Measured, Failure> {
    let count = envelopes.len();
    let mut line = Line::open(channel, in_flight).await?;
    let mut sent: HashMap<Bytes, Instant> = HashMap::with_capacity(in_flight);
    let mut measured = Measured::default();
    let mut waiting = envelopes.into_iter();
    let mut room = in_flight;
    while measured.answered + measured.refused < count {
        for (id, envelope) in waiting.by_ref().take(room) {
            sent.insert(Bytes::copy_from_slice(id.as_bytes()), Instant::now());
            line.send(Request::Envelope(envelope)).await?;
        }
        let outcomes = line.next().await?;
        room = outcomes.len();
        for outcome in outcomes {
            if let Some(at) = sent.remove(&outcome.notice_id) {
                measured.latencies.push(at.elapsed());
            }
            match outcome.outcome {
                Some(Outcome::Receipted(_)) => measured.answered += 1,
                _ => measured.refused += 1,
            }
        }
    }
    Ok(measured)
}
