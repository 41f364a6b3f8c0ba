//! What the hub does more for a notice that is addressed to a group, held and passed, or has an attachment:
//! each kind beside a plain notice to the same members, in turns, one under way at a time, so that whatever
//! else the machine does slows all of them. What sealing and signing cost is outside the measurement.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use amana_client::directory;
use amana_client::exchange::{ReadAt, decide, deposit};
use amana_kit::clock::SystemClock;
use amana_kit::random::SystemRandom;
use amana_notice::AttachmentKey;
use amana_seal::attachment::{Sealer, Shape};
use amana_seal::directory::{Entry, GroupAnswer};
use amana_seal::envelope::{AttachmentHeader, header_hash};
use amana_seal::keys::SigningKeyPair;
use amana_seal::receipt::Receipted;
use amana_seal::review::{ReviewDecision, Ruling, SignedDecision};
use amana_types::group::{Answer, GroupKind};
use amana_types::{Addressing, Clock, Directory, GroupName, GroupTerms, MemberCode, MemberKind, Random, Seq};
use amana_types::{Language, Text};
use bytes::Bytes;
use serde_json::{Value, json};
use tonic::transport::Channel;

use super::load::{Latencies, Line};
use super::party::{Party, Ready, seal_as};
use crate::demo::exchange::Exchange;
use crate::exit::{Exit, Failure};
use crate::output::note;

const GROUP: &str = "BENCH";
/// Content of an attachment: sealed and padded it has 4 KiB and a little more.
const ATTACHMENT_BYTES: usize = 3_000;

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, format_args!("bench: added hub time: {error}"))
}

/// A sender, a group, a review desk.
struct Town {
    sender: Arc<Party>,
    desk: Party,
    members: BTreeSet<MemberCode>,
    directory: Directory,
    group: GroupName,
    line: Line,
    sender_channel: Channel,
    desk_channel: Channel,
}

/// Enrols a review desk and the members with these codes, makes a group of the latter, and measures with
/// `count` notices of each kind.
pub(super) async fn measure(
    exchange: &Exchange,
    (sender, invitation): (Arc<Party>, &str),
    codes: impl Iterator<Item = String>,
    count: usize,
) -> Result<Value, Failure> {
    note(&format!("bench: {count} notices each: plain, to a group, held and passed, with an attachment"));
    let mut town = Town::found(exchange, sender, invitation, codes).await?;
    let kinds = [Kind::Plain, Kind::Group, Kind::Held, Kind::Attachment];
    let mut took = kinds.map(|_| Latencies::default());
    let mut acknowledged = Latencies::default();
    for _ in 0..count {
        for (kind, latencies) in kinds.iter().zip(&mut took) {
            let one = town.publish(*kind).await?;
            latencies.push(one.whole);
            if let Some(held) = one.acknowledged {
                acknowledged.push(held);
            }
        }
    }
    let [mut plain, mut group, mut passed, mut attachment] = took;
    let base = [plain.percentile(0.5), plain.percentile(0.99)];
    Ok(json!({
        "notices": count,
        "recipients": town.members.len(),
        "in_flight": 1,
        "plain": { "p50_us": base[0], "p99_us": base[1] },
        "group": beside(&mut group, base),
        "held": beside(&mut acknowledged, base),
        "held_and_passed": beside(&mut passed, base),
        "attachment": beside(&mut attachment, base),
    }))
}

/// Percentiles, and what they are above those of a plain notice; less than nothing where chance has it.
fn beside(latencies: &mut Latencies, [p50, p99]: [u64; 2]) -> Value {
    let (own50, own99) = (latencies.percentile(0.5), latencies.percentile(0.99));
    let above = |own: u64, plain: u64| own.cast_signed().saturating_sub(plain.cast_signed());
    json!({
        "p50_us": own50,
        "p99_us": own99,
        "added_p50_us": above(own50, p50),
        "added_p99_us": above(own99, p99),
    })
}

/// What is particular about a notice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing: its recipients are named by code.
    Plain,
    /// It is addressed to a group.
    Group,
    /// It is held for the review desk, which passes it.
    Held,
    /// It has an attachment, which is brought first.
    Attachment,
}

/// How long a notice took the hub.
struct Took {
    whole: Duration,
    /// Of what is held, until it was acknowledged; the pass comes after that.
    acknowledged: Option<Duration>,
}

impl Town {
    async fn found(
        exchange: &Exchange,
        sender: Arc<Party>,
        invitation: &str,
        codes: impl Iterator<Item = String>,
    ) -> Result<Self, Failure> {
        let desk = exchange.invite_as("XD", "Review desk", MemberKind::ReviewDesk, false)?;
        let desk = Party::enrol(&desk).await?;
        let mut parties = Vec::new();
        for code in codes {
            let invitation = exchange.invite(&code, "Receiver", false)?;
            parties.push(Party::enrol_with_identity(&invitation).await?);
        }
        let members: BTreeSet<MemberCode> = parties.iter().map(|(party, _)| party.code).collect();
        let group: GroupName = GROUP.parse().map_err(failed)?;
        let known = sender.directory(invitation).await?;
        let terms = terms(&group, &members);
        let entry = exchange.operator().sign_group(terms, known.root_entries, &exchange.passphrase()?);
        let place = directory::submit(exchange.operator_channel().await?, entry.map_err(failed)?).await;
        let place = place.map_err(failed)?;
        for (party, identity) in &parties {
            accept((party, identity), &known, (&group, place)).await?;
        }
        let directory = sender.directory(invitation).await?;
        let sender_channel = sender.connect().await?;
        let line = Line::open(sender_channel.clone(), 1).await?;
        let desk_channel = desk.connect().await?;
        Ok(Self { sender, desk, members, directory, group, line, sender_channel, desk_channel })
    }

    /// Publishes one, and whatever belongs to it.
    async fn publish(&mut self, kind: Kind) -> Result<Took, Failure> {
        let attachment = if kind == Kind::Attachment { Some(sealed_attachment()?) } else { None };
        let (id, envelope) = self.seal(kind, attachment.as_ref().map(|(header, _)| *header))?;
        let header = header_hash(&envelope.header);
        let start = Instant::now();
        if let Some((header, sealed)) = attachment {
            deposit(self.sender_channel.clone(), header, read(sealed)).await.map_err(failed)?;
        }
        let seq = self.line.publish(envelope).await?;
        let acknowledged = start.elapsed();
        if kind != Kind::Held {
            return Ok(Took { whole: acknowledged, acknowledged: None });
        }
        let SignedDecision { bytes, signature } = self.pass(Receipted { seq, id, header_hash: header });
        let start = Instant::now();
        let signature = Bytes::copy_from_slice(&signature);
        decide(self.desk_channel.clone(), bytes.into(), signature).await.map_err(failed)?;
        Ok(Took { whole: acknowledged + start.elapsed(), acknowledged: Some(acknowledged) })
    }

    fn seal(&self, kind: Kind, attachment: Option<AttachmentHeader>) -> Result<Ready, Failure> {
        let mut addressing = Addressing::default();
        match kind {
            Kind::Group => drop(addressing.groups.insert(self.group.clone())),
            Kind::Plain | Kind::Held | Kind::Attachment => addressing.countries.clone_from(&self.members),
        }
        let held = kind == Kind::Held;
        let mut recipients = self.members.clone();
        recipients.extend(held.then_some(self.desk.code));
        let recipients: Vec<MemberCode> = recipients.into_iter().collect();
        let attachments: Vec<AttachmentHeader> = attachment.into_iter().collect();
        seal_as(&self.sender, &self.directory, &recipients, &addressing, (held, &attachments))
    }

    fn pass(&self, envelope: Receipted) -> SignedDecision {
        let decision = ReviewDecision {
            desk: self.desk.code,
            key: self.desk.signing.id(),
            sender: self.sender.code,
            envelope,
            ruling: Ruling::Pass,
            at: SystemClock.now(),
        };
        decision.sign(&self.desk.signing)
    }
}

fn terms(group: &GroupName, members: &BTreeSet<MemberCode>) -> GroupTerms {
    GroupTerms {
        name: group.clone(),
        kind: GroupKind::SpecialistGroup,
        title: vec![Text { language: Language::EN, text: "Measured".to_owned() }],
        description: Vec::new(),
        lead: None,
        invited: members.clone(),
        starts: None,
        ends: None,
    }
}

/// Accepts the invitation at that place in the log.
async fn accept(
    (party, identity): (&Party, &SigningKeyPair),
    known: &Directory,
    (group, invitation): (&GroupName, Seq),
) -> Result<(), Failure> {
    let answer = GroupAnswer {
        exchange: known.exchange.clone(),
        code: party.code,
        number: known.member_entries.get(&party.code).copied().unwrap_or_default(),
        group: group.clone(),
        invitation,
        answer: Answer::Accept,
    };
    let entry = Entry::Answer(answer.sign(identity)).encode();
    directory::submit(party.connect().await?, entry.into()).await.map(drop).map_err(failed)
}

fn sealed_attachment() -> Result<(AttachmentHeader, Bytes), Failure> {
    let shape = Shape::of(ATTACHMENT_BYTES as u64).ok_or_else(|| failed("the attachment is too long"))?;
    let key = AttachmentKey::new(SystemRandom.array());
    let (mut sealer, head) = Sealer::new(&key, &SystemRandom.array(), shape).map_err(failed)?;
    let mut sealed = head.to_vec();
    sealer.push(&[b'x'; ATTACHMENT_BYTES], &mut sealed).map_err(failed)?;
    let digest = sealer.finish(&mut sealed).map_err(failed)?.sealed;
    Ok((AttachmentHeader { sealed: digest, padded_bytes: shape.padded_bytes() }, sealed.into()))
}

fn read(sealed: Bytes) -> ReadAt {
    Arc::new(move |at, most| {
        let from = usize::try_from(at).unwrap_or(usize::MAX).min(sealed.len());
        Ok(sealed.slice(from..from.saturating_add(most).min(sealed.len())))
    })
}
