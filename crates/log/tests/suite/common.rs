//! What several test files need: vectors, a key pair, and the tree as the RFC words it.

use std::collections::HashMap;
use std::path::Path;

use amana_log::{
    Checkpoint, KeyName, LeafHash, LogKey, MemoryTree, NodeHash, RootHash, TreeHead, leaf_hash, node_hash,
};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::Value;

pub(crate) fn vectors(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap()
}

pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let byte = |place| u8::from_str_radix(&digits[place..place + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}

pub(crate) fn hash_of<H: for<'a> TryFrom<&'a [u8], Error: std::fmt::Debug>>(digits: &str) -> H {
    H::try_from(&hex(digits)).unwrap()
}

/// Leaf number `place` of the trees that tests build.
pub(crate) fn leaf(place: u64) -> LeafHash {
    leaf_hash(&place.to_be_bytes())
}

pub(crate) fn tree_of(size: u64) -> MemoryTree {
    let mut tree = MemoryTree::new();
    tree.extend((0..size).map(leaf));
    tree
}

/// The definitions of RFC 9162 §2.1 taken literally, remembering what was computed.
#[derive(Default)]
pub(crate) struct Naive {
    roots: HashMap<(u64, u64), NodeHash>,
}

impl Naive {
    /// MTH(D[start:end]), §2.1.1.
    pub(crate) fn root(&mut self, start: u64, end: u64) -> NodeHash {
        if end - start == 1 {
            return leaf(start).into();
        }
        if let Some(known) = self.roots.get(&(start, end)) {
            return *known;
        }
        let middle = start + split(end - start);
        let root = node_hash(&self.root(start, middle), &self.root(middle, end));
        self.roots.insert((start, end), root);
        root
    }

    pub(crate) fn head(&mut self, size: u64) -> TreeHead {
        let root = if size == 0 { RootHash::of_empty_tree() } else { RootHash::from(self.root(0, size)) };
        TreeHead { size: amana_log::TreeSize::new(size), root }
    }

    /// PATH(m, D[start:end]), §2.1.3.1, with m counted from the tree's start.
    pub(crate) fn path(&mut self, index: u64, start: u64, end: u64) -> Vec<NodeHash> {
        if end - start == 1 {
            return Vec::new();
        }
        let middle = start + split(end - start);
        let (mut path, sibling) = if index < middle {
            (self.path(index, start, middle), self.root(middle, end))
        } else {
            (self.path(index, middle, end), self.root(start, middle))
        };
        path.push(sibling);
        path
    }

    /// SUBPROOF(m, D[start:end], b), §2.1.4.1, with m counted from the tree's start.
    pub(crate) fn subproof(&mut self, old: u64, start: u64, end: u64, whole: bool) -> Vec<NodeHash> {
        if old == end {
            return if whole { Vec::new() } else { vec![self.root(start, end)] };
        }
        let middle = start + split(end - start);
        let (mut proof, sibling) = if old <= middle {
            (self.subproof(old, start, middle, whole), self.root(middle, end))
        } else {
            (self.subproof(old, middle, end, false), self.root(start, middle))
        };
        proof.push(sibling);
        proof
    }
}

/// The greatest power of two below `length`.
fn split(length: u64) -> u64 {
    let mut power = 1;
    while power * 2 < length {
        power *= 2;
    }
    power
}

/// A log with a fixed key.
pub(crate) struct TestLog {
    pub(crate) pair: Ed25519KeyPair,
    pub(crate) origin: KeyName,
    pub(crate) key: LogKey,
}

impl TestLog {
    pub(crate) fn new(seed: u8) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let origin = KeyName::of_audit_log("exercise").unwrap();
        let key = LogKey::new(origin.clone(), public_key(&pair));
        Self { pair, origin, key }
    }

    pub(crate) fn sign(&self, head: TreeHead) -> amana_log::SignedNote {
        Checkpoint { origin: self.origin.clone(), head }.sign(&self.pair)
    }
}

pub(crate) fn public_key(pair: &Ed25519KeyPair) -> [u8; 32] {
    pair.public_key().as_ref().try_into().unwrap()
}

/// Every way to change one bit.
pub(crate) fn bit_flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        changed
    })
}
