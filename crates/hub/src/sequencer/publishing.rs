//! The state of the log as everybody sees it after a group.

use amana_log::{Checkpoint, KeyName};
use bytes::Bytes;
use ring::signature::Ed25519KeyPair;

use crate::ledger::HubLedger;
use crate::published::Published;

/// Signs the audit log's checkpoints.
pub(crate) struct LogSigner {
    pub(crate) origin: KeyName,
    pub(crate) pair: Ed25519KeyPair,
}

/// Signs the head of what the ledger holds.
pub(super) fn publish(ledger: &HubLedger, signer: &LogSigner) -> Published {
    let tree = ledger.tree().clone();
    let head = tree.head();
    let note = Checkpoint { origin: signer.origin.clone(), head }.sign(&signer.pair);
    let checkpoint = Bytes::copy_from_slice(note.as_str().as_bytes());
    Published { head, checkpoint, tree, state: ledger.state().clone() }
}
