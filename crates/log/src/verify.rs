//! Verifying proofs: RFC 9162 §2.1.3.2 and §2.1.4.2.

use crate::hash::{LeafHash, NodeHash, RootHash, node_hash};
use crate::proof::{ConsistencyProof, InclusionProof};
use crate::size::{LeafIndex, TreeHead};

/// Checks that the leaf is in the tree at this index (RFC 9162 §2.1.3.2).
///
/// # Errors
/// [`InclusionError`]: nothing may then be concluded about the leaf.
pub fn verify_inclusion(
    leaf: &LeafHash,
    index: LeafIndex,
    proof: &InclusionProof,
    head: &TreeHead,
) -> Result<(), InclusionError> {
    if index.get() >= head.size.get() {
        return Err(InclusionError::BeyondTree { index, head: *head });
    }
    // The RFC's names: fn walks up from the leaf, sn from the last leaf, r is the hash so far.
    let mut from_leaf = index.get();
    let mut from_last = head.size.get() - 1;
    let mut root = NodeHash::from(*leaf);
    for sibling in proof.hashes() {
        if from_last == 0 {
            return Err(InclusionError::WrongLength);
        }
        if from_leaf % 2 == 1 || from_leaf == from_last {
            root = node_hash(sibling, &root);
            skip_levels_without_sibling(&mut from_leaf, &mut from_last);
        } else {
            root = node_hash(&root, sibling);
        }
        from_leaf >>= 1;
        from_last >>= 1;
    }
    if from_last != 0 {
        return Err(InclusionError::WrongLength);
    }
    if RootHash::from(root) != head.root {
        return Err(InclusionError::OtherRoot);
    }
    Ok(())
}

/// Checks that the old tree is a prefix of the new one (RFC 9162 §2.1.4.2).
///
/// The RFC leaves two cases to the caller; both want an empty proof here: equal sizes, whose
/// roots must be equal, and an empty old tree, which is a prefix of every tree.
///
/// # Errors
/// [`ConsistencyError`]: the new head must then not be trusted.
pub fn verify_consistency(
    old: &TreeHead,
    new: &TreeHead,
    proof: &ConsistencyProof,
) -> Result<(), ConsistencyError> {
    if old.size > new.size {
        return Err(ConsistencyError::Shrunk { old: *old, new: *new });
    }
    if old.size == new.size || old.size.get() == 0 {
        return verify_without_proof(old, new, proof);
    }
    // An old tree that is one complete subtree is its own first hash.
    let mut path = proof.hashes().iter();
    let start = if old.size.get().is_power_of_two() {
        NodeHash::new(*old.root.as_bytes())
    } else {
        *path.next().ok_or(ConsistencyError::WrongLength)?
    };
    // The RFC's names: fn and sn as above, fr and sr the roots so far.
    let mut from_old = old.size.get() - 1;
    let mut from_new = new.size.get() - 1;
    let shift = from_old.trailing_ones();
    from_old = from_old.checked_shr(shift).unwrap_or(0);
    from_new = from_new.checked_shr(shift).unwrap_or(0);
    let (mut old_root, mut new_root) = (start, start);
    for hash in path {
        if from_new == 0 {
            return Err(ConsistencyError::WrongLength);
        }
        if from_old % 2 == 1 || from_old == from_new {
            old_root = node_hash(hash, &old_root);
            new_root = node_hash(hash, &new_root);
            skip_levels_without_sibling(&mut from_old, &mut from_new);
        } else {
            new_root = node_hash(&new_root, hash);
        }
        from_old >>= 1;
        from_new >>= 1;
    }
    if from_new != 0 {
        return Err(ConsistencyError::WrongLength);
    }
    if RootHash::from(old_root) != old.root {
        return Err(ConsistencyError::OtherOldRoot);
    }
    if RootHash::from(new_root) != new.root {
        return Err(ConsistencyError::OtherNewRoot);
    }
    Ok(())
}

fn verify_without_proof(
    old: &TreeHead,
    new: &TreeHead,
    proof: &ConsistencyProof,
) -> Result<(), ConsistencyError> {
    if old.size.get() == 0 && old.root != RootHash::of_empty_tree() {
        return Err(ConsistencyError::OtherOldRoot);
    }
    if old.size == new.size && old.root != new.root {
        return Err(ConsistencyError::OtherNewRoot);
    }
    if !proof.hashes().is_empty() {
        return Err(ConsistencyError::WrongLength);
    }
    Ok(())
}

/// Walks up while the node is the last of its level without a right sibling.
fn skip_levels_without_sibling(node: &mut u64, last: &mut u64) {
    while node.is_multiple_of(2) && *node != 0 {
        *node >>= 1;
        *last >>= 1;
    }
}

/// Why a leaf is not shown to be in a tree. The log, or whoever passed the proof on, is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InclusionError {
    /// The tree has no such leaf.
    #[error("leaf {index} lies beyond the tree of {} leaves; ask for a newer checkpoint", head.size)]
    BeyondTree {
        /// The leaf.
        index: LeafIndex,
        /// The tree.
        head: TreeHead,
    },
    /// The proof has more or fewer hashes than this leaf and size need.
    #[error("the inclusion proof has a wrong number of hashes; do not trust what it came with")]
    WrongLength,
    /// The proof leads to another root.
    #[error("the inclusion proof leads to another root; do not trust what it came with")]
    OtherRoot,
}

/// Why a new head is not shown to extend an old one. The log is at fault, or whoever stands
/// between: keep both heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConsistencyError {
    /// The new tree has fewer leaves.
    #[error("the tree shrank from {} to {} leaves; keep both heads as evidence", old.size, new.size)]
    Shrunk {
        /// The head known.
        old: TreeHead,
        /// The head offered.
        new: TreeHead,
    },
    /// The proof has more or fewer hashes than these sizes need.
    #[error("the consistency proof has a wrong number of hashes; keep the old head")]
    WrongLength,
    /// The proof does not lead to the old root.
    #[error("the consistency proof does not lead to the old root; keep the old head")]
    OtherOldRoot,
    /// The proof does not lead to the new root.
    #[error("the consistency proof does not lead to the new root; keep the old head")]
    OtherNewRoot,
}
