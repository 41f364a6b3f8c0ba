//! The load: many streams, each with so many envelopes under way.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use amana_types::limits::MESSAGE_BYTES;
use amana_wire::v1;
use amana_wire::v1::exchange_service_client::ExchangeServiceClient;
use amana_wire::v1::publish_outcome::Outcome;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;

use super::party::Ready;
use crate::exit::{Exit, Failure};

/// What one measurement showed.
pub(super) struct Measured {
    pub(super) answered: usize,
    pub(super) refused: usize,
    pub(super) took: Duration,
    latencies: Vec<Duration>,
}

impl Measured {
    /// Answers a second.
    pub(super) fn rate(&self) -> f64 {
        self.answered as f64 / self.took.as_secs_f64().max(f64::EPSILON)
    }

    /// The latency that `share` of the answers stayed below, in microseconds.
    fn percentile(&self, share: f64) -> u128 {
        let place = (self.latencies.len() as f64 * share) as usize;
        self.latencies.get(place.min(self.latencies.len().saturating_sub(1))).map_or(0, Duration::as_micros)
    }

    pub(super) fn view(&self) -> Value {
        json!({
            "acked": self.answered,
            "refused": self.refused,
            "per_second": self.rate().round(),
            "p50_us": self.percentile(0.5) as u64,
            "p99_us": self.percentile(0.99) as u64,
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
    let mut all = Measured { answered: 0, refused: 0, took: Duration::ZERO, latencies: Vec::new() };
    for stream in streams {
        let one = stream.await.map_err(|error| failed(&error))??;
        all.answered += one.answered;
        all.refused += one.refused;
        all.latencies.extend(one.latencies);
    }
    all.took = start.elapsed();
    all.latencies.sort_unstable();
    Ok(all)
}

fn failed(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, format_args!("bench: {error}"))
}

async fn one_stream(channel: Channel, envelopes: Vec<Ready>, in_flight: usize) -> Result<Measured, Failure> {
    let count = envelopes.len();
    let (requests, outgoing) = mpsc::channel(in_flight);
    let mut hub = ExchangeServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES)
        .max_encoding_message_size(MESSAGE_BYTES);
    let mut answers = hub.publish(ReceiverStream::new(outgoing)).await.map_err(|e| failed(&e))?.into_inner();
    let mut sent: HashMap<Bytes, Instant> = HashMap::with_capacity(in_flight);
    let mut measured =
        Measured { answered: 0, refused: 0, took: Duration::ZERO, latencies: Vec::with_capacity(count) };
    let mut waiting = envelopes.into_iter();
    let mut room = in_flight;
    while measured.answered + measured.refused < count {
        for (id, envelope) in waiting.by_ref().take(room) {
            sent.insert(Bytes::copy_from_slice(id.as_bytes()), Instant::now());
            let request = v1::PublishRequest { envelope: Some(envelope) };
            requests.send(request).await.map_err(|_| failed(&"the hub closed the stream"))?;
        }
        let answer = answers.message().await.map_err(|e| failed(&e))?;
        let answer = answer.ok_or_else(|| failed(&"the hub closed the stream"))?;
        room = answer.outcomes.len();
        for outcome in answer.outcomes {
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
