//! Decisions of the review desk as they come in, each with the envelope that it lets us have.
//!
//! A refused notice stays at its sender and at the desk until it expires. The hub overwrites its sealed bytes as it
//! does with a withdrawal's.

use amana_client::exchange::{Proven as Logged, Reviewed as Delivered};
use amana_seal::envelope::header_hash;
use amana_seal::review::{ReviewDecision, Ruling, verify_decision};
use amana_types::{Directory, MemberCode, Reason};
use amana_wire::v1;

use crate::fold::rows::Way;
use crate::inbox::arrival::{Pass, Passed};
use crate::inbox::{Downlink, SessionError};
use crate::review::record::Reviewed;
use crate::subjects::Record;

/// A decision that is none about what came with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum NotThat {
    #[error("the decision is about another envelope than the one that came with it, or lets nobody have it")]
    Envelope,
    #[error("the decision is neither ours nor about a notice of ours, and nothing came with it")]
    Stray,
}

impl Downlink {
    /// A decision counts if the directory's one active review desk, at this place in the log, signed it.
    pub(crate) fn review(
        &self,
        directory: &Directory,
        delivered: Logged<Delivered>,
    ) -> Result<Passed, SessionError> {
        let (accepted_at, inclusion) = (delivered.accepted_at, self.inclusion_of(&delivered));
        let Logged { index, record: Delivered { body, signature, envelope }, .. } = delivered;
        let aside = |detail: &dyn std::fmt::Display| {
            let evidence = [body.as_ref(), signature.as_ref()].concat();
            Passed {
                drafts: vec![self.quarantine(index, Reason::DecisionRefused, detail, evidence)],
                envelope: None,
            }
        };
        let decision = match verify_decision(&body, &signature, directory, index) {
            Ok(decision) => decision,
            Err(refused) => return Ok(aside(&refused)),
        };
        let ours = match self.holdings.locate(decision.envelope.id)? {
            Some(located) => located.way == Way::Sent && located.header_hash == decision.envelope.header_hash,
            None => false,
        };
        if let Err(wrong) = judge(&decision, envelope.as_ref(), self.own, ours) {
            return Ok(aside(&wrong));
        }
        let record = Reviewed {
            index,
            notice: decision.envelope.id,
            refused: decision.ruling != Ruling::Pass,
            accepted_at,
            inclusion,
            body: body.to_vec(),
            signature: signature.to_vec(),
        };
        let drafts = vec![Record::Reviewed(record).into()];
        let pass = Pass { index, at: decision.at };
        Ok(Passed { drafts, envelope: envelope.map(|envelope| (Box::new(envelope), pass)) })
    }
}

/// Whether a decision is about what came with it, or about a notice of ours, or our own.
fn judge(
    decision: &ReviewDecision,
    envelope: Option<&Logged<v1::EnvelopeDelivery>>,
    own: MemberCode,
    ours: bool,
) -> Result<(), NotThat> {
    let Some(passed) = envelope else {
        return if ours || decision.desk == own { Ok(()) } else { Err(NotThat::Stray) };
    };
    let that_one = decision.ruling == Ruling::Pass
        && decision.envelope.seq == passed.index
        && decision.envelope.header_hash == header_hash(&passed.record.header);
    if that_one { Ok(()) } else { Err(NotThat::Envelope) }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
