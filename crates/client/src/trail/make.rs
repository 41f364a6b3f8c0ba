//! Putting a trail together from what its maker kept.

use std::collections::{BTreeMap, BTreeSet};

use amana_log::{Checkpoint, ConsistencyProof, InclusionProof, SignedNote, TreeHead, TreeSize};
use amana_types::{ExchangeName, KeyId, MemberCode, NoticeId, Seq, Timestamp};

use super::codec::in_order;
use super::{Evidence, Head, Logged, Said, Trail};

/// A record of the log as it was proven when it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// Its place.
    pub index: Seq,
    /// When the hub took it in.
    pub accepted_at: Timestamp,
    /// What blinds its leaf.
    pub leaf_salt: [u8; 32],
    /// Siblings from its leaf to the root.
    pub path: InclusionProof,
    /// The checkpoint that it was proven against.
    pub checkpoint: SignedNote,
    /// The record.
    pub record: T,
}

/// What a trail is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The exchange.
    pub exchange: ExchangeName,
    /// Who tells it.
    pub maker: MemberCode,
    /// The maker's signing key.
    pub key: KeyId,
    /// When.
    pub made: Timestamp,
    /// The notice.
    pub notice: NoticeId,
    /// The newest checkpoint that the maker believes.
    pub newest: Option<SignedNote>,
    /// Entries of the directory.
    pub directory: Vec<Found<Vec<u8>>>,
    /// What is in the log about the notice.
    pub evidence: Vec<Found<Evidence>>,
    /// At its owner: whom it was sealed for.
    pub recipients: BTreeSet<MemberCode>,
    /// What happened at the maker.
    pub said: Vec<Said>,
}

impl Parts {
    /// Puts the parts into the order of a trail: one head for each size, and no record twice.
    #[must_use]
    pub fn assemble(self) -> Trail {
        let mut heads: BTreeMap<TreeSize, SignedNote> = BTreeMap::new();
        let directory_notes = self.directory.iter().map(|found| &found.checkpoint);
        let evidence_notes = self.evidence.iter().map(|found| &found.checkpoint);
        for note in directory_notes.chain(evidence_notes).chain(&self.newest) {
            heads.entry(size_of(note)).or_insert_with(|| note.clone());
        }
        let sizes: BTreeMap<TreeSize, usize> = heads.keys().copied().zip(0..).collect();
        Trail {
            exchange: self.exchange,
            maker: self.maker,
            key: self.key,
            made: self.made,
            notice: self.notice,
            directory: logged(self.directory, &sizes),
            evidence: logged(self.evidence, &sizes),
            heads: heads.into_values().map(|note| Head { note, consistency: None }).collect(),
            recipients: self.recipients,
            said: in_order(self.said),
        }
    }
}

impl Trail {
    /// Each head but the first with the one before it: what a consistency proof has to join.
    #[must_use]
    pub fn joints(&self) -> Vec<(TreeHead, TreeHead)> {
        let heads: Vec<Option<TreeHead>> =
            self.heads.iter().map(|head| Checkpoint::parse(head.note.text()).ok().map(|c| c.head)).collect();
        heads
            .iter()
            .zip(heads.iter().skip(1))
            .filter_map(|(first, second)| Some(((*first)?, (*second)?)))
            .collect()
    }

    /// Joins the heads by these proofs, in the order of [`Self::joints`].
    pub fn join(&mut self, proofs: Vec<Option<ConsistencyProof>>) {
        for (head, proof) in self.heads.iter_mut().skip(1).zip(proofs) {
            head.consistency = proof;
        }
    }
}

/// A note that is no checkpoint sorts first, and is refused by whoever verifies.
fn size_of(note: &SignedNote) -> TreeSize {
    Checkpoint::parse(note.text()).map_or(TreeSize::EMPTY, |checkpoint| checkpoint.head.size)
}

fn logged<T>(found: Vec<Found<T>>, sizes: &BTreeMap<TreeSize, usize>) -> Vec<Logged<T>> {
    let in_order: BTreeMap<Seq, Found<T>> = found.into_iter().map(|found| (found.index, found)).collect();
    let place = |note: &SignedNote| sizes.get(&size_of(note)).copied().unwrap_or_default();
    in_order
        .into_values()
        .map(|Found { index, accepted_at, leaf_salt, path, checkpoint, record }| {
            let head = place(&checkpoint);
            Logged { index, accepted_at, leaf_salt, head, path, record }
        })
        .collect()
}
