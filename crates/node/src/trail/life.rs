//! Telling the life of a notice: what this node kept of it, with the proofs as they were verified on
//! arrival.
//!
//! The trail needs the hub for one thing only, that the heads of the log in it extend one another; when it
//! cannot be asked, the trail is made without and says so. Nothing here opens a case: a trail stays when
//! its notice is erased.
//!
//! A proof takes about 1 kB on disk and nothing in memory. What happened at this node, and whether a sealed word
//! suspends or resumes, is marked as this node's own word.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::time::Duration;

use amana_client::RemoteLog;
use amana_client::proof::AcceptedLeaf;
use amana_client::trail::{Evidence, Found, Parts, Said, Trail, Trust, Verified, verify};
use amana_log::{ConsistencyProof, InclusionProof, Receipt, SignedNote};
use amana_seal::envelope::{Header, Supersedes};
use amana_seal::keys::SigningKeyPair;
use amana_types::limits::{TRAIL_ENTRIES, TRAIL_STEPS};
use amana_types::trail::TrailEvent;
use amana_types::{MemberCode, NoticeId, Seq, Timestamp};

use crate::fold::load::directory_entries;
use crate::fold::parts::{Inclusion, Proven};
use crate::fold::record::{DirectoryIn, ReceiptIn};
use crate::fold::rows::{Cause, Encoded as _, Ended, Step, Way, follower_of, place_key};
use crate::fold::table::RowKind;
use crate::ledger::holdings::HoldingsError;
use crate::notice::reading::CaseReader;
use crate::notice::record::Received;
use crate::outbox::hub::HubLink;
use crate::review::record::Reviewed;
use crate::review::state::Standing;
use crate::subjects::Record;

/// How long the hub is asked in all whether the heads of a trail extend one another.
const ASKING: Duration = Duration::from_secs(5);
/// Questions to the hub that are under way at once.
const AT_ONCE: usize = 16;

/// What the node knows of a notice's life.
pub(crate) struct Life {
    evidence: Vec<Found<Evidence>>,
    directory: Vec<Found<Vec<u8>>>,
    recipients: BTreeSet<MemberCode>,
    said: Vec<Said>,
    newest: Option<SignedNote>,
}

/// A trail and what it tells.
pub(crate) struct Told {
    pub(crate) file: String,
    pub(crate) verified: Verified,
}

/// Who tells it.
pub(crate) struct Teller<'a> {
    pub(crate) own: MemberCode,
    pub(crate) keys: &'a SigningKeyPair,
    pub(crate) trust: &'a Trust,
    pub(crate) now: Timestamp,
}

impl CaseReader {
    /// What is kept of a notice; the outer nothing means that there is none here, the inner one that the
    /// hub has not taken it yet.
    pub(crate) fn life(&self, id: NoticeId) -> Result<Option<Option<Life>>, HoldingsError> {
        let Some(located) = self.holdings.locate(id)? else { return Ok(None) };
        let mut life = Life {
            evidence: Vec::new(),
            directory: self.directory()?,
            recipients: BTreeSet::new(),
            said: Vec::new(),
            newest: None,
        };
        match self.holdings.record(located.at)? {
            Record::Outgoing(put) => {
                let Some(Some(proven)) = self.proof(id)? else { return Ok(Some(None)) };
                life.evidence.push(accepted(&proven)?);
                life.recipients.extend(put.recipients.iter().map(|place| place.member));
                self.receipts(id, &mut life)?;
            }
            Record::Received(received) => self.of_received(id, &received, &mut life)?,
            _ => return Ok(None),
        }
        self.decided(id, &mut life)?;
        self.followed(id, &mut life)?;
        self.over(id, located.way, &mut life)?;
        // Read last: no head in it is larger.
        let note = self.holdings.state().read().base.checkpoint.clone();
        life.newest = note.and_then(|note| SignedNote::parse(&note).ok());
        Ok(Some(Some(life)))
    }

    /// The directory, entry by entry.
    fn directory(&self) -> Result<Vec<Found<Vec<u8>>>, HoldingsError> {
        let damaged = || HoldingsError::Row(RowKind::DIRECTORY.name());
        let rows = self.holdings.rows(RowKind::DIRECTORY, &[], Bound::Unbounded, 4 * TRAIL_ENTRIES)?;
        let entries = directory_entries(rows).map_err(|_| damaged())?;
        let found = |DirectoryIn { index, accepted_at, entry, inclusion }| {
            found(index, accepted_at, inclusion, entry).ok_or_else(damaged)
        };
        entries.into_iter().map(found).collect()
    }

    /// What recipients signed about a notice of ours.
    fn receipts(&self, id: NoticeId, life: &mut Life) -> Result<(), HoldingsError> {
        let damaged = || HoldingsError::Row(RowKind::STEP.name());
        for (_, value) in self.holdings.rows(RowKind::STEP, id.as_bytes(), Bound::Unbounded, TRAIL_STEPS)? {
            let step = Step::decode(&value).map_err(|_| damaged())?;
            let Record::Receipt(receipt) = self.holdings.record(step.place)? else { return Err(damaged()) };
            let ReceiptIn { index, accepted_at, body, signature, inclusion } = receipt;
            let evidence = Evidence::Receipt { body, signature };
            life.evidence.push(found(index, accepted_at, inclusion, evidence).ok_or_else(damaged)?);
        }
        Ok(())
    }

    /// What is proven of a notice that came, and what we did with it ourselves.
    fn of_received(&self, id: NoticeId, received: &Received, life: &mut Life) -> Result<(), HoldingsError> {
        life.evidence.push(accepted(&received.proven)?);
        life.said.push(said(received.received_at, TrailEvent::Delivered, ""));
        if let Some(at) = self.holdings.get::<Timestamp>(RowKind::ACKNOWLEDGED, id.as_bytes())? {
            life.said.push(said(at, TrailEvent::Read, ""));
        }
        Ok(())
    }

    /// The review desk's decision.
    fn decided(&self, id: NoticeId, life: &mut Life) -> Result<(), HoldingsError> {
        let review = self.holdings.review(id)?;
        if !matches!(review.standing, Standing::Passed | Standing::Refused) {
            return Ok(());
        }
        let damaged = || HoldingsError::Row(RowKind::REVIEW.name());
        let Record::Reviewed(reviewed) = self.holdings.record(review.place)? else { return Err(damaged()) };
        let Reviewed { index, accepted_at, body, signature, inclusion, .. } = reviewed;
        let evidence = Evidence::Review { body, signature };
        life.evidence.push(found(index, accepted_at, inclusion, evidence).ok_or_else(damaged)?);
        Ok(())
    }

    /// What supersedes it, as far as that is in the log.
    fn followed(&self, id: NoticeId, life: &mut Life) -> Result<(), HoldingsError> {
        for (key, value) in
            self.holdings.rows(RowKind::FOLLOWS, id.as_bytes(), Bound::Unbounded, TRAIL_STEPS)?
        {
            let damaged = || HoldingsError::Row(RowKind::FOLLOWS.name());
            let follower = follower_of(&key).ok_or_else(damaged)?;
            let place = Seq::decode(&value).map_err(|_| damaged())?;
            let proven = match self.holdings.record(place)? {
                Record::Recalled(recalled) => Some(recalled.proven),
                // What only some are told takes nothing back: who is left out of an amendment, or a suspension.
                Record::Recall(recall) => match self.holdings.record(recall.of)? {
                    Record::Withdrawn(_) => self.accepted_proof(follower)?,
                    _ => None,
                },
                _ => None,
            };
            if let Some(proven) = proven {
                let found = accepted(&proven)?;
                // Another member may have claimed to take it back: that is not of its life.
                let of = life.evidence.first().and_then(header_of).map(|notice| (notice.sender, id));
                let by = header_of(&found).and_then(|header| Some((header.sender, header.supersedes?.id)));
                life.evidence.extend((of == by).then_some(found));
            }
        }
        self.amended(id, life)
    }

    /// The versions that took its place, as far as they are in the log, and when it was suspended and
    /// resumed. That is said, not proven: the log does not show which of the two a word says.
    fn amended(&self, id: NoticeId, life: &mut Life) -> Result<(), HoldingsError> {
        let Some(version) = self.holdings.version(id)? else { return Ok(()) };
        let named = Supersedes { id, header_hash: version.header_hash };
        for after in self.holdings.successors(named, version.sender)?.iter().filter(|after| after.stands) {
            if let Some(Some(proven)) = self.proof(after.id)? {
                life.evidence.push(accepted(&proven)?);
            }
        }
        for (_, word) in self.holdings.words(&version)?.into_iter().take(TRAIL_STEPS) {
            let event = if word.suspended { TrailEvent::Suspended } else { TrailEvent::Resumed };
            life.said.push(said(word.at, event, ""));
        }
        Ok(())
    }

    /// How it ended here, and when its key was gone.
    fn over(&self, id: NoticeId, way: Way, life: &mut Life) -> Result<(), HoldingsError> {
        let Some(ended) = self.holdings.ended(id)? else { return Ok(()) };
        let Ended { cause, at, place } = ended;
        match (cause, way) {
            (Cause::Expired, _) => life.said.push(said(at, TrailEvent::Expired, "")),
            (Cause::Withdrawn, Way::Sent) => {
                let ground = self.ground(ended)?.map_or("", |ground| ground.code());
                life.said.push(said(at, TrailEvent::Withdrawn, ground));
            }
            // That it was withdrawn is proven by the withdrawal itself.
            (Cause::Withdrawn, Way::Received) => {}
        }
        if let Some(at) = self.holdings.get::<Timestamp>(RowKind::KEY_GONE, &place_key(place))? {
            life.said.push(said(at, TrailEvent::Erased, ""));
        }
        Ok(())
    }
}

impl Life {
    /// Puts the trail together, has the hub join its heads, and signs it. It is verified before anybody
    /// gets it: nothing leaves the house that would not hold outside.
    pub(crate) async fn tell(
        self,
        notice: NoticeId,
        teller: Teller<'_>,
        hub: &HubLink,
    ) -> Result<Told, amana_client::trail::TrailError> {
        let Teller { own, keys, trust, now } = teller;
        let parts = Parts {
            exchange: trust.exchange.clone(),
            maker: own,
            key: keys.id(),
            made: now,
            notice,
            newest: self.newest,
            directory: self.directory,
            evidence: self.evidence,
            recipients: self.recipients,
            said: self.said,
        };
        let mut trail = parts.assemble();
        join(&mut trail, hub).await;
        let file = trail.sign(keys);
        let verified = verify(file.as_bytes(), trust)?;
        Ok(Told { file, verified })
    }
}

/// Asks the hub for the proofs that join the heads; those that do not come, or do not hold, are left out.
async fn join(trail: &mut Trail, hub: &HubLink) {
    let joints = trail.joints();
    let mut proofs: Vec<Option<ConsistencyProof>> = vec![None; joints.len()];
    let asking = async {
        let log = RemoteLog::new(hub.connect().await.ok()?, hub.log_key.clone());
        for (joints, proofs) in joints.chunks(AT_ONCE).zip(proofs.chunks_mut(AT_ONCE)) {
            let asked = joints.iter().map(|(first, second)| {
                let mut log = log.clone();
                async move { log.consistency(first, second).await }
            });
            for (answer, proof) in futures_util::future::join_all(asked).await.into_iter().zip(proofs) {
                match answer {
                    Ok(answer) => *proof = Some(answer),
                    Err(error @ amana_client::ClientError::Audit(_)) => {
                        tracing::error!(%error, "the hub does not show that its log only grew");
                    }
                    Err(_) => return None,
                }
            }
        }
        Some(())
    };
    if !matches!(tokio::time::timeout(ASKING, asking).await, Ok(Some(()))) {
        tracing::info!("a trail is told whose heads are not all shown to extend one another");
    }
    trail.join(proofs);
}

fn header_of(found: &Found<Evidence>) -> Option<Header> {
    match &found.record {
        Evidence::Envelope { header, .. } => Header::decode(header).ok(),
        _ => None,
    }
}

fn said(at: Timestamp, event: TrailEvent, ground: &str) -> Said {
    Said { at, event, ground: ground.to_owned() }
}

fn found<T>(index: Seq, accepted_at: Timestamp, inclusion: Inclusion, record: T) -> Option<Found<T>> {
    let Inclusion { leaf_salt, path, checkpoint } = inclusion;
    let path = InclusionProof::from_bytes(&path).ok()?;
    let checkpoint = SignedNote::parse(&checkpoint).ok()?;
    Some(Found { index, accepted_at, leaf_salt, path, checkpoint, record })
}

/// The head of an envelope from its portable proof.
fn accepted(proven: &Proven) -> Result<Found<Evidence>, HoldingsError> {
    let damaged = || HoldingsError::Row("the proof of a notice");
    let receipt = Receipt::parse(&proven.proof).map_err(|_| damaged())?;
    let leaf = receipt.extra.as_deref().and_then(|extra| AcceptedLeaf::decode(extra).ok());
    let AcceptedLeaf { leaf_salt, accepted_at, header, slots_root, depth, signature } =
        leaf.ok_or_else(damaged)?;
    let record = Evidence::Envelope { header, slots_root, depth, signature };
    let (path, checkpoint) = (receipt.proof, receipt.checkpoint);
    Ok(Found { index: proven.index, accepted_at, leaf_salt, path, checkpoint, record })
}
