//! What a node believes when the log goes on, goes back, or forks.

use crate::common::{TestLog, tree_of};
use amana_log::{
    ConsistencyError, ConsistencyProof, Evidence, EvidenceError, Finding, JudgeError, Judgement, KnownHead,
    MemoryTree, OpenError, SignedNote, TreeSize, leaf_hash, prove_consistency,
};

fn known(log: &TestLog, tree: &MemoryTree) -> KnownHead {
    KnownHead::trust(log.sign(tree.head()), log.key.clone()).unwrap()
}

fn proof(tree: &MemoryTree, old: u64) -> ConsistencyProof {
    prove_consistency(tree, TreeSize::new(old), tree.size()).unwrap()
}

/// A tree that is another from leaf 3 on.
fn forked(leaves: u64) -> MemoryTree {
    let mut tree = tree_of(3);
    tree.extend((3..leaves).map(|place| leaf_hash(format!("other {place}").as_bytes())));
    tree
}

#[test]
fn a_log_that_only_grows_is_followed() {
    let log = TestLog::new(1);
    let mut head = known(&log, &tree_of(0));
    let mut old = 0;
    for leaves in [1, 2, 7, 8, 256, 300] {
        let tree = tree_of(leaves);
        let Judgement::Advance(next) = head.judge(log.sign(tree.head()), &proof(&tree, old)).unwrap() else {
            panic!("a larger head is an advance");
        };
        assert_eq!(*next.checkpoint().head(), tree.head());
        let again = next.judge(log.sign(tree.head()), &ConsistencyProof::default());
        assert_eq!(again, Ok(Judgement::Same));
        // What is kept on disk is the note alone.
        let note = SignedNote::parse(next.checkpoint().note().as_str().as_bytes()).unwrap();
        assert_eq!(KnownHead::trust(note, log.key.clone()).unwrap(), next);
        (head, old) = (next, leaves);
    }
}

#[test]
fn a_smaller_head_is_a_rollback() {
    let log = TestLog::new(1);
    let head = known(&log, &tree_of(8));
    let refused = head.judge(log.sign(tree_of(5).head()), &ConsistencyProof::default()).unwrap_err();
    let JudgeError::Rollback(evidence) = &refused else { panic!("{refused}") };
    assert_eq!(evidence.verify(&log.key), Ok(Finding::Rollback));
    assert_eq!(evidence.known, *head.checkpoint().note());
}

#[test]
fn another_root_for_the_same_size_is_a_fork() {
    let log = TestLog::new(1);
    let head = known(&log, &tree_of(8));
    let refused = head.judge(log.sign(forked(8).head()), &ConsistencyProof::default()).unwrap_err();
    let JudgeError::Fork(evidence) = &refused else { panic!("{refused}") };
    assert_eq!(evidence.verify(&log.key), Ok(Finding::Fork));
}

#[test]
fn a_larger_head_of_another_history_has_no_proof() {
    let log = TestLog::new(1);
    let head = known(&log, &tree_of(8));
    let tree = forked(20);
    let refused = head.judge(log.sign(tree.head()), &proof(&tree, 8)).unwrap_err();
    let JudgeError::BadProof { evidence, cause } = &refused else { panic!("{refused}") };
    assert_eq!(*cause, ConsistencyError::OtherNewRoot);
    assert_eq!(evidence.verify(&log.key), Ok(Finding::BadProof));
    assert_eq!(evidence.proof, proof(&tree, 8));
}

#[test]
fn what_the_log_did_not_sign_accuses_nobody() {
    let (log, stranger) = (TestLog::new(1), TestLog::new(2));
    let head = known(&log, &tree_of(8));
    let refused = head.judge(stranger.sign(forked(8).head()), &ConsistencyProof::default()).unwrap_err();
    assert!(matches!(refused, JudgeError::Open(OpenError::NotSigned { .. })));
    assert_eq!(refused.evidence(), None);
}

fn evidence(log: &TestLog) -> Evidence {
    let tree = forked(20);
    let refused = known(log, &tree_of(8)).judge(log.sign(tree.head()), &proof(&tree, 8)).unwrap_err();
    refused.evidence().unwrap().clone()
}

#[test]
fn evidence_round_trips_as_text() {
    let log = TestLog::new(1);
    let kept = evidence(&log);
    let file = kept.to_string();
    let read = Evidence::parse(file.as_bytes()).unwrap();
    assert_eq!(read, kept);
    assert_eq!(read.verify(&log.key), Ok(Finding::BadProof));
    assert_eq!(read.verify(&TestLog::new(2).key), Err(EvidenceError::OtherKey));
    for end in 0..file.len() {
        assert_eq!(Evidence::parse(&file.as_bytes()[..end]), Err(EvidenceError::Text), "{end}");
    }
    let longer = format!("{file}\n");
    assert_eq!(Evidence::parse(longer.as_bytes()), Err(EvidenceError::Text));
}

#[test]
fn unfounded_evidence_is_dismissed() {
    let log = TestLog::new(1);
    let (older, newer) = (tree_of(8), tree_of(20));
    let honest = Evidence {
        finding: Finding::BadProof,
        log_key: log.key.clone(),
        known: log.sign(older.head()),
        seen: log.sign(newer.head()),
        proof: proof(&newer, 8),
    };
    assert_eq!(honest.verify(&log.key), Err(EvidenceError::Unfounded));
    let same = Evidence { finding: Finding::Fork, seen: honest.known.clone(), ..honest.clone() };
    assert_eq!(same.verify(&log.key), Err(EvidenceError::Unfounded));
    let renamed = Evidence { finding: Finding::Fork, ..evidence(&log) };
    assert_eq!(renamed.verify(&log.key), Err(EvidenceError::Unfounded));
    let forged = Evidence { seen: TestLog::new(2).sign(forked(8).head()), ..honest };
    assert!(matches!(forged.verify(&log.key), Err(EvidenceError::Open(_))));
}
