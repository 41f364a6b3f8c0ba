//! Receipts as files.

use crate::common::{TestLog, bit_flips, hash_of, leaf, text, tree_of, vectors};
use amana_log::{LeafHash, LeafIndex, LogKey, Receipt, ReceiptError, prove_inclusion};

fn receipt(log: &TestLog, index: u64, leaves: u64) -> Receipt {
    let tree = tree_of(leaves);
    let index = LeafIndex::new(index);
    let proof = prove_inclusion(&tree, index, tree.size()).unwrap();
    Receipt { index, proof, checkpoint: log.sign(tree.head()), extra: None }
}

#[test]
fn a_receipt_by_another_implementation_verifies_and_is_written_the_same() {
    let vectors = vectors("amana.json");
    let file = text(&vectors, "receipt");
    let receipt = Receipt::parse(file.as_bytes()).unwrap();
    assert_eq!(receipt.to_string(), file);
    assert_eq!(receipt.extra.as_deref(), Some(b"salt".as_slice()));
    let key: LogKey = text(&vectors, "log_vkey").parse().unwrap();
    let leaf = hash_of::<LeafHash>(text(&vectors, "leaf_hash"));
    let shown = receipt.verify(leaf, &key).unwrap();
    assert_eq!((*shown.leaf(), shown.index().get(), shown.head().size.get()), (leaf, 5, 8));
}

#[test]
fn receipts_of_the_first_leaf_and_of_a_lone_one_round_trip() {
    let log = TestLog::new(1);
    for (index, leaves) in [(0, 1), (0, 300), (299, 300)] {
        let receipt = receipt(&log, index, leaves);
        let read = Receipt::parse(receipt.to_string().as_bytes()).unwrap();
        assert_eq!(read, receipt);
        assert!(read.verify(leaf(index), &log.key).is_ok());
        assert!(read.verify(leaf(index + 1), &log.key).is_err());
        assert!(read.verify(leaf(index), &TestLog::new(2).key).is_err());
    }
}

#[test]
fn any_bit_flipped_in_a_receipt_is_refused() {
    let log = TestLog::new(1);
    let file = receipt(&log, 5, 8).to_string();
    for bytes in bit_flips(file.as_bytes()) {
        let verified = Receipt::parse(&bytes).and_then(|receipt| receipt.verify(leaf(5), &log.key));
        assert!(verified.is_err(), "{}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn a_receipt_is_read_in_one_spelling_only() {
    let file = receipt(&TestLog::new(1), 5, 8).to_string();
    let refused = |from: &str, to: &str| Receipt::parse(file.replacen(from, to, 1).as_bytes()).unwrap_err();
    assert_eq!(refused("@v1", "@v2"), ReceiptError::Header);
    assert_eq!(refused("index 5", "index 05"), ReceiptError::Index);
    assert_eq!(refused("index 5", "index  5"), ReceiptError::Index);
    assert_eq!(refused("index 5\n", ""), ReceiptError::Index);
    assert_eq!(refused("index 5", "extra !\nindex 5"), ReceiptError::Extra);
    assert_eq!(refused("index 5", "index 5\nextra AAAA"), ReceiptError::Proof);
    assert_eq!(refused("index 5", "index 5\nAAAA"), ReceiptError::Proof);
    assert_eq!(refused("\n\n", "\n"), ReceiptError::Proof);
    let (head, _) = file.split_once("\n\n").unwrap();
    assert_eq!(Receipt::parse(head.as_bytes()), Err(ReceiptError::NoCheckpoint));
    let hash = "A".repeat(43) + "=\n";
    assert_eq!(refused("\n\n", &format!("\n{}\n", hash.repeat(63))), ReceiptError::Proof);
    let crlf = file.replace('\n', "\r\n");
    assert!(Receipt::parse(crlf.as_bytes()).is_err());
}
