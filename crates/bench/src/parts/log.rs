//! The audit log at a million leaves.

use std::hint::black_box;

use amana_log::{
    Frontier, InclusionProof, LeafHash, LeafIndex, MemoryTree, leaf_hash, prove_inclusion, verify_inclusion,
};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::measure::{Compared, Outcome};

/// Leaves of the tree.
const LEAVES: u64 = 1_000_000;
/// Bytes of one entry, and of what is hashed for it: one byte more (RFC 9162 §2.1.1).
const ENTRY_BYTES: usize = 300;
/// Bytes hashed for an inner node.
const NODE_BYTES: usize = 1 + 2 * 32;
/// How many different proofs are verified.
const PROOFS: u64 = 1024;
/// Leaves below this one have a sibling on every level of the tree.
const FULL_LEAVES: u64 = 1 << 19;

pub(crate) fn tree() -> Outcome<Vec<Value>> {
    let leaves: Vec<LeafHash> = (0..LEAVES).map(|n| leaf_hash(&n.to_be_bytes())).collect();
    let mut tree = MemoryTree::new();
    tree.extend(leaves.iter().copied());
    Ok(vec![append(&tree)?, prove(&tree, &leaves)?, verify(&tree, &leaves)?])
}

/// One entry hashed and appended, beside one leaf and one node hashed by ring: the average of a tree.
fn append(tree: &MemoryTree) -> Outcome<Value> {
    let mut frontier = Frontier::resume(tree, tree.size())?;
    let mut entry = [0; ENTRY_BYTES];
    let mut places = places();
    let (leaf, node) = ([1; 1 + ENTRY_BYTES], [2; NODE_BYTES]);
    let ceiling = || {
        black_box(digest(&SHA256, black_box(&leaf)));
        black_box(digest(&SHA256, black_box(&node)));
        Ok(())
    };
    let part = || {
        let number = places.next().unwrap_or_default().to_be_bytes();
        entry.iter_mut().zip(number).for_each(|(to, from)| *to = from);
        black_box(frontier.append(leaf_hash(&entry)));
        Ok(())
    };
    Ok(Compared::often(ceiling, part)?.view(json!({ "what": "append", "entry_bytes": ENTRY_BYTES })))
}

/// An inclusion proof, beside its hashes copied out of a tree that lies in memory whole.
fn prove(tree: &MemoryTree, leaves: &[LeafHash]) -> Outcome<Value> {
    let levels = levels(leaves);
    let (mut ours, mut theirs) = (places(), places());
    let ceiling = || {
        let place = usize::try_from(theirs.next().unwrap_or_default())?;
        let sibling = |(height, level): (usize, &Vec<[u8; 32]>)| level.get((place >> height) ^ 1).copied();
        black_box(levels.iter().enumerate().filter_map(sibling).collect::<Vec<_>>());
        Ok(())
    };
    let part = || {
        let index = LeafIndex::new(ours.next().unwrap_or_default());
        black_box(prove_inclusion(tree, index, tree.size())?);
        Ok(())
    };
    Ok(Compared::often(ceiling, part)?.view(json!({ "what": "prove inclusion", "leaves": LEAVES })))
}

/// An inclusion proof verified, beside as many nodes hashed by ring.
fn verify(tree: &MemoryTree, leaves: &[LeafHash]) -> Outcome<Value> {
    let head = tree.head();
    let mut proofs: Vec<(LeafHash, LeafIndex, InclusionProof)> = Vec::new();
    for place in places().take(usize::try_from(PROOFS)?) {
        let index = LeafIndex::new(place);
        let leaf = leaves.get(usize::try_from(place)?).ok_or("no such leaf")?;
        proofs.push((*leaf, index, prove_inclusion(tree, index, tree.size())?));
    }
    let hashes = proofs.first().map_or(0, |(_, _, proof)| proof.hashes().len());
    let mut next = proofs.iter().cycle();
    let node = [2; NODE_BYTES];
    let ceiling = || {
        for _ in 0..hashes {
            black_box(digest(&SHA256, black_box(&node)));
        }
        Ok(())
    };
    let part = || {
        let (leaf, index, proof) = next.next().ok_or("no proof")?;
        Ok(verify_inclusion(leaf, *index, proof, &head)?)
    };
    let facts = json!({ "what": "verify inclusion", "leaves": LEAVES, "hashes": hashes });
    Ok(Compared::often(ceiling, part)?.view(facts))
}

/// All nodes of the tree by level, leaves first, where a plain program would have them.
fn levels(leaves: &[LeafHash]) -> Vec<Vec<[u8; 32]>> {
    let mut level: Vec<[u8; 32]> = leaves.iter().map(|leaf| *leaf.as_bytes()).collect();
    let mut levels = Vec::new();
    while level.len() > 1 {
        // What the nodes say does not matter to copying them.
        let above = level.chunks(2).filter_map(|pair| pair.first().copied()).collect();
        levels.push(std::mem::replace(&mut level, above));
    }
    levels
}

/// Leaves here and there, the same in every run.
fn places() -> impl Iterator<Item = u64> {
    let step = |state: &u64| {
        Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407))
    };
    std::iter::successors(Some(1), step).map(|state: u64| (state >> 33) % FULL_LEAVES)
}
