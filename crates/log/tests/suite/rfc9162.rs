//! The published reference tree of RFC 6962 and RFC 9162.

use crate::common::{hash_of, hex, text, vectors};
use amana_log::{
    ConsistencyProof, InclusionProof, LeafHash, LeafIndex, MemoryTree, RootHash, TreeHead, TreeSize, head_at,
    leaf_hash, prove_consistency, prove_inclusion, verify_consistency, verify_inclusion,
};
use serde_json::Value;

fn tree() -> (Value, MemoryTree, Vec<TreeHead>) {
    let vectors = vectors("rfc9162.json");
    let mut tree = MemoryTree::new();
    let mut heads = vec![tree.head()];
    for leaf in vectors["leaves"].as_array().unwrap() {
        tree.append(leaf_hash(&hex(text(leaf, "data"))));
        heads.push(tree.head());
    }
    (vectors, tree, heads)
}

fn proof_slices(case: &Value) -> Vec<Vec<u8>> {
    case["proof"].as_array().unwrap().iter().map(|hash| hex(hash.as_str().unwrap())).collect()
}

#[test]
fn leaves_and_roots_are_the_published_ones() {
    let (vectors, tree, heads) = tree();
    assert_eq!(heads[0].root, hash_of::<RootHash>(text(&vectors, "empty_root")));
    let single = &vectors["single"];
    assert_eq!(leaf_hash(&hex(text(single, "data"))), hash_of::<LeafHash>(text(single, "hash")));
    for leaf in vectors["leaves"].as_array().unwrap() {
        assert_eq!(leaf_hash(&hex(text(leaf, "data"))), hash_of::<LeafHash>(text(leaf, "hash")));
    }
    let roots = vectors["roots"].as_array().unwrap();
    assert_eq!(roots.len(), 8);
    for (head, root) in heads[1..].iter().zip(roots) {
        assert_eq!(head.root, hash_of::<RootHash>(root.as_str().unwrap()));
        assert_eq!(head_at(&tree, head.size).unwrap(), *head);
    }
}

#[test]
fn inclusion_proofs_are_the_published_ones_and_verify() {
    let (vectors, tree, heads) = tree();
    let cases = vectors["inclusion"].as_array().unwrap();
    assert_eq!(cases.len(), 36);
    for case in cases {
        let (index, size) = (case["index"].as_u64().unwrap(), case["size"].as_u64().unwrap());
        let slices = proof_slices(case);
        let published = InclusionProof::from_slices(slices.iter().map(Vec::as_slice)).unwrap();
        let index_in_log = LeafIndex::new(index);
        assert_eq!(prove_inclusion(&tree, index_in_log, TreeSize::new(size)).unwrap(), published);
        let leaf = hash_of::<LeafHash>(text(&vectors["leaves"][index as usize], "hash"));
        verify_inclusion(&leaf, index_in_log, &published, &heads[size as usize]).unwrap();
    }
}

#[test]
fn consistency_proofs_are_the_published_ones_and_verify() {
    let (vectors, tree, heads) = tree();
    let cases = vectors["consistency"].as_array().unwrap();
    assert_eq!(cases.len(), 36);
    for case in cases {
        let (old, new) = (case["old"].as_u64().unwrap(), case["new"].as_u64().unwrap());
        let slices = proof_slices(case);
        let published = ConsistencyProof::from_slices(slices.iter().map(Vec::as_slice)).unwrap();
        let built = prove_consistency(&tree, TreeSize::new(old), TreeSize::new(new)).unwrap();
        assert_eq!(built, published);
        verify_consistency(&heads[old as usize], &heads[new as usize], &published).unwrap();
    }
}
