//! Verifying a trail, in the order of the log.

use std::collections::BTreeSet;

use amana_log::{LeafHash, LeafIndex, LeafSalt, PartTooLong, VerifiedCheckpoint, verify_consistency};
use amana_seal::SignerKey;
use amana_seal::directory::{entry_leaf, fold};
use amana_seal::envelope::{AcceptRecord, ErasedRef, Header, Kind, Supersedes};
use amana_seal::receipt::{ReceiptState, Receipted, receipt_leaf, verify_receipt};
use amana_seal::review::{Ruling, decision_leaf, verify_decision};
use amana_seal::trail::verify_trail;
use amana_types::trail::TrailEvent;
use amana_types::{Digest, Directory, DirectoryHead, MemberCode, NoticeId, Seq, Timestamp};

use super::codec::Signed;
use super::steps::in_order;
use super::{Evidence, Head, Logged, Refused, Said, Step, Trail, TrailError, Trust, Verified};

/// Verifies the text of a trail with nothing but the exchange's public facts: that the log signed every
/// head and every record is in it, that each was signed by the member that it names with a key that
/// counted at its place, that all of it is about the notice, and that the maker signed the whole.
///
/// # Errors
/// [`TrailError`], with what does not hold and where.
pub fn verify(text: &[u8], trust: &Trust) -> Result<Verified, TrailError> {
    let Signed { trail, body, signature } = Signed::parse(text)?;
    if trail.exchange != trust.exchange {
        return Err(TrailError::Exchange { told: trail.exchange, trusted: trust.exchange.clone() });
    }
    let (heads, joined) = open_heads(&trail.heads, trust)?;
    let newest = heads.last().ok_or(TrailError::NoNotice(trail.notice))?;
    let mut court = Court::new(&trail, trust, &heads);
    let mut proven = Vec::with_capacity(trail.evidence.len());
    for (number, logged) in (1..).zip(&trail.evidence) {
        court.fold_below(logged.index)?;
        let (what, index) = (logged.record.name(), logged.index);
        let step = court.step(logged);
        proven.push(step.map_err(|cause| TrailError::Step {
            number,
            what,
            index,
            cause: Box::new(cause),
        })?);
    }
    court.fold_below(Seq(u64::MAX))?;
    let subject = court.subject.ok_or(TrailError::NoNotice(trail.notice))?;
    let maker = SignerKey::find(&court.directory, trail.maker, trail.key, Seq(newest.head().size.get()))?;
    if !verify_trail(&body, &signature, (trail.maker, trail.key), &maker) {
        return Err(TrailError::Signature(trail.maker));
    }
    let owed = owed(&trail, &subject, &proven);
    let said = trail.said.iter().map(|said| said_step(said, trail.maker)).collect();
    Ok(Verified {
        steps: in_order(proven, said, owed),
        sender: subject.sender,
        head: *newest.head(),
        heads: heads.len(),
        joined,
        exchange: trail.exchange,
        maker: trail.maker,
        made: trail.made,
        notice: trail.notice,
    })
}

/// Opens every head under the log's key; answers how many are shown to extend the one before.
fn open_heads(heads: &[Head], trust: &Trust) -> Result<(Vec<VerifiedCheckpoint>, usize), TrailError> {
    let mut opened: Vec<VerifiedCheckpoint> = Vec::with_capacity(heads.len());
    let mut joined = 0;
    for (number, head) in (1..).zip(heads) {
        let wrong = |cause: Refused| TrailError::Head { number, cause: Box::new(cause) };
        let this =
            VerifiedCheckpoint::open(head.note.clone(), &trust.log_key).map_err(|e| wrong(e.into()))?;
        match (opened.last(), &head.consistency) {
            (None, None) => {}
            (None, Some(_)) => return Err(wrong(Refused::Order)),
            (Some(before), _) if before.head().size >= this.head().size => return Err(wrong(Refused::Order)),
            (Some(_), None) => {}
            (Some(before), Some(proof)) => {
                verify_consistency(before.head(), this.head(), proof).map_err(|e| wrong(e.into()))?;
                joined += 1;
            }
        }
        opened.push(this);
    }
    Ok((opened, joined))
}

/// The notice that the trail is about, once it is proven.
#[derive(Clone, Copy)]
struct Subject {
    id: NoticeId,
    header_hash: Digest,
    sender: MemberCode,
}

/// What is known at a place of the log.
struct Court<'a> {
    trail: &'a Trail,
    heads: &'a [VerifiedCheckpoint],
    directory: Directory,
    /// Heads of the directory, by how many entries it had.
    chain: Vec<Digest>,
    /// The place of the evidence before.
    before: Option<Seq>,
    subject: Option<Subject>,
}

impl<'a> Court<'a> {
    fn new(trail: &'a Trail, trust: &Trust, heads: &'a [VerifiedCheckpoint]) -> Self {
        let directory = Directory::new(trust.exchange.clone(), trust.root_keys.clone());
        let chain = vec![directory.head.hash];
        Self { trail, heads, directory, chain, before: None, subject: None }
    }

    /// Folds the entries of the directory below a place.
    fn fold_below(&mut self, place: Seq) -> Result<(), TrailError> {
        while let Some(entry) = self.trail.directory.get(self.chain.len() - 1)
            && entry.index < place
        {
            let number = self.chain.len();
            self.entry(entry).map_err(|cause| TrailError::Directory {
                number,
                index: entry.index,
                cause: Box::new(cause),
            })?;
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Logged<Vec<u8>>) -> Result<(), Refused> {
        let before = self.chain.len().checked_sub(2).and_then(|n| self.trail.directory.get(n));
        if before.is_some_and(|before| before.index >= entry.index) {
            return Err(Refused::Order);
        }
        let leaf = entry_leaf(&LeafSalt::new(entry.leaf_salt), &entry.record, entry.accepted_at);
        self.includes(entry, leaf)?;
        fold(&mut self.directory, &entry.record, entry.index, entry.accepted_at)?;
        self.chain.push(self.directory.head.hash);
        Ok(())
    }

    fn includes<T>(&self, logged: &Logged<T>, leaf: Result<LeafHash, PartTooLong>) -> Result<(), Refused> {
        let head = self.heads.get(logged.head).ok_or(Refused::NoHead)?;
        let leaf = leaf.map_err(|_| Refused::TooLong)?;
        head.includes(leaf, LeafIndex::new(logged.index.0), &logged.path)?;
        Ok(())
    }

    /// Verifies one record about the notice, at its place.
    fn step(&mut self, logged: &Logged<Evidence>) -> Result<Step, Refused> {
        if self.before.is_some_and(|before| before >= logged.index) {
            return Err(Refused::Order);
        }
        self.before = Some(logged.index);
        match &logged.record {
            Evidence::Envelope { header, slots_root, depth, signature } => {
                let erased = ErasedRef { header, slots_root, depth: *depth, signature };
                self.envelope(logged, erased)
            }
            Evidence::Receipt { body, signature } => self.receipt(logged, body, signature),
            Evidence::Review { body, signature } => self.review(logged, body, signature),
        }
    }

    fn envelope(&mut self, logged: &Logged<Evidence>, envelope: ErasedRef<'_>) -> Result<Step, Refused> {
        let ErasedRef { header, slots_root, depth, signature } = envelope;
        let accepted_at = logged.accepted_at;
        let record = AcceptRecord { header, slots_root, depth, signature, accepted_at };
        self.includes(logged, record.leaf(&LeafSalt::new(logged.leaf_salt)))?;
        let signer = |header: &Header| {
            SignerKey::find(&self.directory, header.sender, header.sender_key, logged.index)
        };
        let (header, header_hash) = envelope.verify(signer)?;
        self.check_directory(header.directory)?;
        let (event, other) = match self.subject {
            None => (self.published(&header, header_hash)?, header.supersedes.map(|old| old.id)),
            Some(subject) => (self.followed(subject, &header)?, Some(header.id)),
        };
        Ok(logged_step(logged, event, header.sender, accepted_at, other, ""))
    }

    fn published(&mut self, header: &Header, header_hash: Digest) -> Result<TrailEvent, Refused> {
        if header.id != self.trail.notice || header.kind != Kind::Notice {
            return Err(self.other_notice());
        }
        self.subject = Some(Subject { id: header.id, header_hash, sender: header.sender });
        Ok(TrailEvent::Published)
    }

    /// What an envelope of the same sender does that names the notice by id and header hash.
    fn followed(&self, subject: Subject, header: &Header) -> Result<TrailEvent, Refused> {
        let names = Supersedes { id: subject.id, header_hash: subject.header_hash };
        if header.supersedes != Some(names) || header.sender != subject.sender {
            return Err(self.other_notice());
        }
        match header.kind {
            Kind::Notice => Ok(TrailEvent::Amended),
            Kind::Withdrawal => Ok(TrailEvent::Recalled),
            _ => Err(self.other_notice()),
        }
    }

    fn receipt(&self, logged: &Logged<Evidence>, body: &[u8], signature: &[u8]) -> Result<Step, Refused> {
        let leaf = receipt_leaf(&LeafSalt::new(logged.leaf_salt), body, signature, logged.accepted_at);
        self.includes(logged, leaf)?;
        let receipt = verify_receipt(body, signature, |receipt| {
            SignerKey::find(&self.directory, receipt.recipient, receipt.key, logged.index)
        })?;
        let subject = self.subject.ok_or(self.other_notice())?;
        let about = receipt.envelopes.iter().any(|envelope| is_about(&subject, envelope));
        if !about || receipt.sender != subject.sender {
            return Err(self.other_notice());
        }
        let event = match receipt.state {
            ReceiptState::Delivered => TrailEvent::Delivered,
            ReceiptState::Read => TrailEvent::Read,
            ReceiptState::Erased => TrailEvent::Erased,
        };
        Ok(logged_step(logged, event, receipt.recipient, receipt.at, None, ""))
    }

    fn review(&self, logged: &Logged<Evidence>, body: &[u8], signature: &[u8]) -> Result<Step, Refused> {
        let leaf = decision_leaf(&LeafSalt::new(logged.leaf_salt), body, signature, logged.accepted_at);
        self.includes(logged, leaf)?;
        let decision = verify_decision(body, signature, &self.directory, logged.index)?;
        let subject = self.subject.ok_or(self.other_notice())?;
        if !is_about(&subject, &decision.envelope) || decision.sender != subject.sender {
            return Err(self.other_notice());
        }
        let (event, ground) = match decision.ruling {
            Ruling::Pass => (TrailEvent::Passed, ""),
            Ruling::Refuse { ground, .. } => (TrailEvent::Refused, ground.code()),
        };
        Ok(logged_step(logged, event, decision.desk, decision.at, None, ground))
    }

    /// A sender's header names the directory that it used: so nobody leaves an entry out.
    fn check_directory(&self, used: DirectoryHead) -> Result<(), Refused> {
        let known = usize::try_from(used.entries).ok().and_then(|entries| self.chain.get(entries));
        if known == Some(&used.hash) { Ok(()) } else { Err(Refused::OtherDirectory) }
    }

    const fn other_notice(&self) -> Refused {
        Refused::OtherNotice(self.trail.notice)
    }
}

fn is_about(subject: &Subject, envelope: &Receipted) -> bool {
    envelope.id == subject.id && envelope.header_hash == subject.header_hash
}

fn logged_step(
    logged: &Logged<Evidence>,
    event: TrailEvent,
    member: MemberCode,
    at: Timestamp,
    other: Option<NoticeId>,
    ground: &str,
) -> Step {
    let (index, accepted_at) = (Some(logged.index), Some(logged.accepted_at));
    Step { event, at, member, index, logged: accepted_at, other, ground: ground.to_owned() }
}

fn said_step(said: &Said, maker: MemberCode) -> Step {
    let Said { at, event, ref ground } = *said;
    Step { event, at, member: maker, index: None, logged: None, other: None, ground: ground.clone() }
}

/// Who was sent the notice and has not signed that it is erased, since it ended at its owner.
fn owed(trail: &Trail, subject: &Subject, proven: &[Step]) -> Vec<Step> {
    let ended = trail.said.iter().find(|said| said.event.ends());
    let refused = proven.iter().any(|step| step.event == TrailEvent::Refused);
    let (Some(ended), false, true) = (ended, refused, trail.maker == subject.sender) else {
        return Vec::new();
    };
    let erased: BTreeSet<MemberCode> =
        proven.iter().filter(|step| step.event == TrailEvent::Erased).map(|step| step.member).collect();
    let owes = |member: &MemberCode| Step {
        event: TrailEvent::OwesErasure,
        at: ended.at,
        member: *member,
        index: None,
        logged: None,
        other: None,
        ground: String::new(),
    };
    trail.recipients.difference(&erased).map(owes).collect()
}
