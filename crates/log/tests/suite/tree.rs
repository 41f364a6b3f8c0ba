//! The tree against the RFC's own recursive words, at many sizes, and against tampering.

use std::sync::{LazyLock, Mutex};

use crate::common::{Naive, bit_flips, leaf, tree_of};
use amana_log::{
    ConsistencyError, ConsistencyProof, Frontier, InclusionError, InclusionProof, LeafHash, LeafIndex,
    MemoryTree, ProveError, RootHash, TileSource, TreeHead, TreeSize, head_at, prove_consistency,
    prove_inclusion, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

/// Crosses the first tile of level 0 and is not round.
const SMALL: u64 = 300;
/// Crosses the first tile of level 1.
const LARGE: u64 = 66_000;

static LARGE_TREE: LazyLock<MemoryTree> = LazyLock::new(|| tree_of(LARGE));
/// Shared by the cases of a property, since most subtrees are the same at every size.
static NAIVE: LazyLock<Mutex<Naive>> = LazyLock::new(Mutex::default);

fn size(leaves: u64) -> TreeSize {
    TreeSize::new(leaves)
}

#[test]
fn every_root_up_to_300_is_the_recursive_one() {
    let (mut naive, mut tree) = (Naive::default(), MemoryTree::new());
    for leaves in 0..=SMALL {
        assert_eq!(tree.head(), naive.head(leaves));
        tree.append(leaf(leaves));
    }
    for leaves in 0..=SMALL {
        assert_eq!(head_at(&tree, size(leaves)).unwrap(), naive.head(leaves));
    }
}

#[test]
fn every_inclusion_proof_up_to_300_is_the_recursive_one_and_verifies() {
    let (mut naive, tree) = (Naive::default(), tree_of(SMALL));
    for leaves in 1..=SMALL {
        let head = naive.head(leaves);
        for index in 0..leaves {
            let proof = prove_inclusion(&tree, LeafIndex::new(index), size(leaves)).unwrap();
            assert_eq!(proof.hashes(), naive.path(index, 0, leaves));
            verify_inclusion(&leaf(index), LeafIndex::new(index), &proof, &head).unwrap();
        }
    }
}

#[test]
fn every_consistency_proof_up_to_300_is_the_recursive_one_and_verifies() {
    let (mut naive, tree) = (Naive::default(), tree_of(SMALL));
    for new in 1..=SMALL {
        for old in 0..=new {
            let proof = prove_consistency(&tree, size(old), size(new)).unwrap();
            let expected = if old == 0 { Vec::new() } else { naive.subproof(old, 0, new, true) };
            assert_eq!(proof.hashes(), expected);
            verify_consistency(&naive.head(old), &naive.head(new), &proof).unwrap();
        }
    }
}

#[test]
fn any_bit_flipped_in_an_inclusion_proof_is_refused() {
    let tree = tree_of(SMALL);
    for leaves in [1, 2, 3, 7, 8, 255, 256, 257, 300] {
        let head = head_at(&tree, size(leaves)).unwrap();
        for index in [0, leaves / 2, leaves - 1] {
            let at = LeafIndex::new(index);
            let proof = prove_inclusion(&tree, at, size(leaves)).unwrap();
            for bytes in bit_flips(&proof.to_bytes()) {
                let changed = InclusionProof::from_bytes(&bytes).unwrap();
                assert!(verify_inclusion(&leaf(index), at, &changed, &head).is_err());
            }
            for bytes in bit_flips(leaf(index).as_bytes()) {
                let changed = LeafHash::try_from(bytes.as_slice()).unwrap();
                assert!(verify_inclusion(&changed, at, &proof, &head).is_err());
            }
            for bytes in bit_flips(head.root.as_bytes()) {
                let changed = TreeHead { root: RootHash::try_from(bytes.as_slice()).unwrap(), ..head };
                assert!(verify_inclusion(&leaf(index), at, &proof, &changed).is_err());
            }
            for other in (0..leaves + 2).filter(|other| *other != index) {
                assert!(verify_inclusion(&leaf(index), LeafIndex::new(other), &proof, &head).is_err());
            }
        }
    }
}

#[test]
fn any_bit_flipped_in_a_consistency_proof_is_refused() {
    let tree = tree_of(SMALL);
    for (old, new) in [(1, 2), (3, 7), (4, 8), (6, 8), (255, 256), (256, 257), (257, 300), (128, 300)] {
        let heads = [old, new].map(|leaves| head_at(&tree, size(leaves)).unwrap());
        let proof = prove_consistency(&tree, size(old), size(new)).unwrap();
        for bytes in bit_flips(&proof.to_bytes()) {
            let changed = ConsistencyProof::from_bytes(&bytes).unwrap();
            assert!(verify_consistency(&heads[0], &heads[1], &changed).is_err());
        }
        for place in 0..2 {
            for bytes in bit_flips(heads[place].root.as_bytes()) {
                let mut changed = heads;
                changed[place].root = RootHash::try_from(bytes.as_slice()).unwrap();
                assert!(verify_consistency(&changed[0], &changed[1], &proof).is_err());
            }
        }
    }
}

#[test]
fn proofs_of_a_wrong_length_are_refused_as_such() {
    let tree = tree_of(8);
    let (old, new) = (head_at(&tree, size(6)).unwrap(), tree.head());
    let inclusion = prove_inclusion(&tree, LeafIndex::new(5), size(8)).unwrap();
    let consistency = prove_consistency(&tree, size(6), size(8)).unwrap();
    for length in [0, 1, 2, 4] {
        let mut hashes = inclusion.hashes().to_vec();
        hashes.resize(length, hashes[0]);
        let proof = InclusionProof::from_hashes(hashes);
        let refused = verify_inclusion(&leaf(5), LeafIndex::new(5), &proof, &new);
        assert_eq!(refused, Err(InclusionError::WrongLength));
        let mut hashes = consistency.hashes().to_vec();
        hashes.resize(length, hashes[0]);
        let refused = verify_consistency(&old, &new, &ConsistencyProof::from_hashes(hashes));
        assert_eq!(refused, Err(ConsistencyError::WrongLength));
    }
    let endless = InclusionProof::from_hashes(vec![inclusion.hashes()[0]; 1000]);
    assert!(verify_inclusion(&leaf(5), LeafIndex::new(5), &endless, &new).is_err());
}

#[test]
fn equal_and_empty_trees_need_an_empty_proof() {
    let tree = tree_of(3);
    let (none, head) = (ConsistencyProof::default(), tree.head());
    let (empty, other) = (TreeHead::of_empty_tree(), TreeHead { root: RootHash::new([9; 32]), ..head });
    assert_eq!(verify_consistency(&head, &head, &none), Ok(()));
    assert_eq!(verify_consistency(&empty, &head, &none), Ok(()));
    assert_eq!(verify_consistency(&head, &other, &none), Err(ConsistencyError::OtherNewRoot));
    let false_empty = TreeHead { root: other.root, ..empty };
    assert_eq!(verify_consistency(&false_empty, &head, &none), Err(ConsistencyError::OtherOldRoot));
    let stray = ConsistencyProof::from_bytes(&[0; 32]).unwrap();
    assert_eq!(verify_consistency(&head, &head, &stray), Err(ConsistencyError::WrongLength));
    assert_eq!(verify_consistency(&empty, &head, &stray), Err(ConsistencyError::WrongLength));
    let shrunk = verify_consistency(&head, &empty, &none);
    assert_eq!(shrunk, Err(ConsistencyError::Shrunk { old: head, new: empty }));
}

#[test]
fn what_lies_beyond_the_tree_is_refused() {
    let tree = tree_of(5);
    let beyond = prove_inclusion(&tree, LeafIndex::new(5), size(5));
    assert!(matches!(beyond, Err(ProveError::BeyondTree { wanted: 5, .. })));
    let beyond = prove_consistency(&tree, size(6), size(5));
    assert!(matches!(beyond, Err(ProveError::BeyondTree { wanted: 6, .. })));
    assert!(matches!(head_at(&tree, size(6)), Err(ProveError::TooNarrow { .. })));
    assert!(matches!(head_at(&tree, size(257)), Err(ProveError::Source { .. })));
    assert!(matches!(head_at(&tree, size(u64::MAX)), Err(ProveError::Source { .. })));
}

#[test]
fn a_frontier_resumes_at_any_size_and_goes_on_as_before() {
    let whole = &*LARGE_TREE;
    for leaves in [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_800] {
        let mut frontier = Frontier::resume(whole, size(leaves)).unwrap();
        assert_eq!(frontier.head(), head_at(whole, size(leaves)).unwrap());
        for place in leaves..leaves + 200 {
            for full in frontier.append(leaf(place)) {
                let known = whole.tile(full.id, full.tile.width().unwrap()).unwrap();
                assert_eq!(full.tile.as_bytes(), known.as_bytes());
            }
        }
        assert_eq!(frontier.head(), head_at(whole, size(leaves + 200)).unwrap());
        for (id, tile) in frontier.partial_tiles() {
            assert_eq!(tile.width(), id.width_in(size(leaves + 200)));
            let known = whole.tile(id, tile.width().unwrap()).unwrap();
            assert!(known.as_bytes().starts_with(tile.as_bytes()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn proofs_across_tiles_are_the_recursive_ones(leaves in 1..=LARGE, pick in any::<u64>(), older in any::<u64>()) {
        let (tree, mut naive) = (&*LARGE_TREE, NAIVE.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
        let (index, old) = (pick % leaves, older % leaves + 1);
        let head = naive.head(leaves);
        prop_assert_eq!(head_at(tree, size(leaves)).unwrap(), head);
        let inclusion = prove_inclusion(tree, LeafIndex::new(index), size(leaves)).unwrap();
        prop_assert_eq!(inclusion.hashes(), naive.path(index, 0, leaves));
        prop_assert!(verify_inclusion(&leaf(index), LeafIndex::new(index), &inclusion, &head).is_ok());
        let consistency = prove_consistency(tree, size(old), size(leaves)).unwrap();
        prop_assert_eq!(consistency.hashes(), naive.subproof(old, 0, leaves, true));
        prop_assert!(verify_consistency(&naive.head(old), &head, &consistency).is_ok());
    }

    #[test]
    fn random_proofs_never_verify(
        hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..12),
        index in any::<u64>(), leaves in 2_u64.., old in 1_u64..,
    ) {
        let bytes = hashes.concat();
        let head = TreeHead { size: size(leaves), root: RootHash::new([1; 32]) };
        let inclusion = InclusionProof::from_bytes(&bytes).unwrap();
        prop_assert!(verify_inclusion(&leaf(0), LeafIndex::new(index), &inclusion, &head).is_err());
        let older = TreeHead { size: size(old % (leaves - 1) + 1), root: RootHash::new([2; 32]) };
        let consistency = ConsistencyProof::from_bytes(&bytes).unwrap();
        prop_assert!(verify_consistency(&older, &head, &consistency).is_err());
    }
}
