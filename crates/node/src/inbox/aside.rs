//! What the inbox writes down of whatever it was delivered: where it is in the exchange's log, and what is set aside.

use amana_client::exchange::Proven as Logged;
use amana_client::proof::AcceptedLeaf;
use amana_types::{AlarmKind, Reason, Seq};
use amana_wire::v1;
use prost::Message as _;

use super::Downlink;
use crate::fold::parts::{Inclusion, Proven};
use crate::fold::record::{Alarm, Quarantined};
use crate::ledger::bounded::{self, EVIDENCE_BYTES, MESSAGE_BYTES};
use crate::ledger::writer::Draft;
use crate::subjects::Record;

impl Downlink {
    /// What is kept of the proof of a record that keeps its parts itself.
    pub(crate) fn inclusion_of<T>(&self, logged: &Logged<T>) -> Inclusion {
        Inclusion {
            leaf_salt: *logged.leaf_salt.as_bytes(),
            path: logged.receipt.proof.to_bytes(),
            checkpoint: bounded::note(&logged.receipt.checkpoint, &self.hub.log_key).as_str().into(),
        }
    }

    /// Where the envelope is in the exchange's log, with the proof that a reader can take away.
    pub(crate) fn proven(&self, logged: Logged<v1::EnvelopeDelivery>) -> Proven {
        let Logged { index, accepted_at, leaf_salt, mut receipt, record } = logged;
        let leaf = AcceptedLeaf {
            leaf_salt: *leaf_salt.as_bytes(),
            accepted_at,
            header: record.header.into(),
            slots_root: record.slots_root.into(),
            depth: record.depth,
            signature: record.signature.into(),
        };
        receipt.checkpoint = bounded::note(&receipt.checkpoint, &self.hub.log_key);
        receipt.extra = Some(leaf.encode());
        Proven { index, accepted_at, proof: receipt.to_string().into_bytes() }
    }

    /// A record of a kind that this version does not know. It is in the log, and that is all that can be said;
    /// what follows must not wait for it.
    pub(crate) fn unknown(&self, index: Seq) -> Draft {
        let message = format!(
            "the hub delivered record {index} of a kind that this version does not know, and it was skipped; \
             update this node, and ask the exchange what it was"
        );
        tracing::error!(%index, "a record of an unknown kind was skipped");
        let reason = AlarmKind::RecordUnknown.code().to_owned();
        Record::Alarm(Alarm { at: self.clock.now(), reason, message }).into()
    }

    pub(crate) fn quarantine(
        &self,
        index: Seq,
        reason: Reason,
        detail: &dyn std::fmt::Display,
        evidence: Vec<u8>,
    ) -> Draft {
        let detail = bounded::text(detail.to_string(), MESSAGE_BYTES);
        tracing::warn!(%index, %reason, detail, "a delivery is set aside");
        Record::Quarantined(Quarantined {
            index,
            at: self.clock.now(),
            reason: reason.code().to_owned(),
            detail,
            evidence: bounded::bytes(evidence, EVIDENCE_BYTES),
        })
        .into()
    }
}

/// What is kept of an envelope that was set aside: what its sender signed, and the signature.
pub(crate) fn evidence(envelope: &v1::EnvelopeDelivery) -> Vec<u8> {
    let kept = v1::EnvelopeDelivery { sections: Vec::new(), ..envelope.clone() };
    kept.encode_to_vec()
}
