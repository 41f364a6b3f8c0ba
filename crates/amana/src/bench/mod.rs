//! `amana bench`: what the exchange does on this machine, as JSON.
//!
//! A hub in a process of its own, real members, real TLS, a real data sync for each group. In the same
//! run the ceiling is measured: the same stream with signature verification only, nothing stored.

mod added;
mod ceiling;
mod load;
mod party;
mod receive;

use std::sync::Arc;

use amana_types::{Directory, MemberCode};
use amana_wire::v1;
use serde_json::{Value, json};
use tonic::transport::Channel;
use zeroize::Zeroizing;

use crate::args::BenchArgs;
use crate::demo::exchange::Exchange;
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::settings::Settings;
use ceiling::Signatures;
use load::Measured;
use party::Party;

/// Recipients of one notice, and how many notices of that kind at most.
const RECIPIENTS: [(usize, usize); 3] = [(1, usize::MAX), (8, 4_000), (195, 200)];
/// Envelopes under way on each stream, and how many notices at most.
const IN_FLIGHT: [(usize, usize); 3] = [(1, 2_000), (64, usize::MAX), (256, usize::MAX)];

/// Notices of each kind whose added time at the hub is measured, at most, and to how many they go.
const ADDED: usize = 500;
const ADDED_RECIPIENTS: usize = 8;

pub(crate) async fn run(args: BenchArgs, settings: &Settings) -> Result<(), Failure> {
    let dir = tempfile::tempdir().map_err(|error| Failure::new(Exit::Failed, error))?;
    let exchange = Exchange::create(dir.path(), "bench.example")?;
    let hub = exchange.run_hub().await?;
    note("bench: enrolling 196 members");
    let bench = Bench::new(&exchange, &args).await?;
    let mut publishes = Vec::new();
    for (recipients, most) in RECIPIENTS {
        for (in_flight, at_most) in IN_FLIGHT {
            let count = (args.notices as usize).min(most).min(at_most);
            publishes.push(bench.publish(recipients, in_flight, count).await?);
        }
    }
    let ceiling = bench.ceiling(Signatures::OneByOne, args.notices as usize).await?;
    let best = bench.publish(1, 256, args.notices as usize).await?;
    let together = bench.ceiling(Signatures::Together, args.notices as usize).await?;
    let status =
        exchange.operator_calls().await?.status().await.map_err(|e| crate::commands::call::failed(&e))?;
    let deliveries = receive::drain(bench.first_receiver.connect().await?, u64::from(args.notices)).await?;
    let added = bench.added(&exchange, (args.notices as usize).min(ADDED)).await?;
    let figures = json!({
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "connections": args.connections,
        "publish": publishes,
        "ceiling": ceiling,
        "ceiling_together": together,
        "beside_ceiling": best,
        "ratio_to_ceiling": ratio(&best, &ceiling),
        "ratio_to_ceiling_together": ratio(&best, &together),
        "added_hub_time": added,
        "deliveries_per_second": deliveries.round(),
        "bytes_per_notice_on_disk": status.journal_bytes.checked_div(status.accepted_total),
        "accepted": status.accepted_total,
        "hub_resident_bytes": status.resident_memory_bytes,
    });
    hub.stop().await?;
    settings.out.text(&format!("{figures:#}"))
}

fn rate(view: &Value) -> f64 {
    view.get("per_second").and_then(Value::as_f64).unwrap_or_default()
}

fn ratio(one: &Value, other: &Value) -> f64 {
    (rate(one) / rate(other).max(f64::EPSILON) * 1000.0).round() / 1000.0
}

/// One sender with its streams, and everybody it can write to.
struct Bench {
    sender: Arc<Party>,
    invitation: Zeroizing<String>,
    first_receiver: Party,
    directory: Arc<Directory>,
    recipients: Vec<MemberCode>,
    channels: Vec<Channel>,
}

impl Bench {
    async fn new(exchange: &Exchange, args: &BenchArgs) -> Result<Self, Failure> {
        let invitation = exchange.invite("XA", "Sender", false)?;
        let sender = Arc::new(Party::enrol(&invitation).await?);
        let mut receivers = Vec::new();
        for code in codes().take(195) {
            receivers.push(Party::enrol(&exchange.invite(&code, "Receiver", false)?).await?);
        }
        let directory = Arc::new(sender.directory(&invitation).await?);
        let recipients = receivers.iter().map(|party| party.code).collect();
        let mut channels = Vec::new();
        for _ in 0..args.connections {
            channels.push(sender.connect().await?);
        }
        Ok(Self {
            sender,
            invitation,
            first_receiver: receivers.swap_remove(0),
            directory,
            recipients,
            channels,
        })
    }

    /// Publishes sealed notices; what sealing costs is outside the measurement.
    async fn publish(&self, recipients: usize, in_flight: usize, count: usize) -> Result<Value, Failure> {
        let to: Vec<MemberCode> = self.recipients.iter().copied().take(recipients).collect();
        let ready = party::seal_many(&self.sender, &self.directory, &to, count).await?;
        let bytes: usize = ready.iter().take(1).map(|(_, envelope)| sealed_bytes(envelope)).sum();
        note(&format!("bench: {count} notices to {recipients}, {in_flight} in flight on each stream"));
        let mut measured: Measured = load::publish(&self.channels, ready, in_flight).await?;
        let mut view = measured.view();
        if let Some(fields) = view.as_object_mut() {
            fields.insert("recipients".to_owned(), json!(recipients));
            fields.insert("in_flight_per_stream".to_owned(), json!(in_flight));
            fields.insert("envelope_bytes".to_owned(), json!(bytes));
        }
        Ok(view)
    }

    /// What the hub does more for notices that are not plain.
    async fn added(&self, exchange: &Exchange, count: usize) -> Result<Value, Failure> {
        let others = codes().skip(self.recipients.len()).take(ADDED_RECIPIENTS);
        added::measure(exchange, (Arc::clone(&self.sender), &self.invitation), others, count).await
    }

    /// The same load on a server that verifies and stores nothing.
    async fn ceiling(&self, how: Signatures, count: usize) -> Result<Value, Failure> {
        let ready =
            party::seal_many(&self.sender, &self.directory, &[self.first_receiver.code], count).await?;
        note("bench: the ceiling: verification only");
        let server = ceiling::Running::start(Arc::clone(&self.directory), how).await?;
        let mut channels = Vec::new();
        for _ in 0..self.channels.len() {
            channels.push(server.connect(&self.sender).await?);
        }
        Ok(load::publish(&channels, ready, 256).await?.view())
    }
}

/// Codes of members: every pair of letters but those of the sender and the review desk.
fn codes() -> impl Iterator<Item = String> {
    let letters = || (b'A'..=b'Z').map(char::from);
    letters()
        .flat_map(move |a| letters().map(move |b| format!("{a}{b}")))
        .filter(|code| code != "XA" && code != "XD")
}

/// The bytes of an envelope's parts, the framing not counted.
fn sealed_bytes(envelope: &v1::Envelope) -> usize {
    let slots: usize = envelope.slots.iter().map(|slot| slot.sealed.len()).sum();
    let sections: usize = envelope.sections.iter().map(bytes::Bytes::len).sum();
    envelope.header.len() + envelope.addressing.len() + slots + sections
}
