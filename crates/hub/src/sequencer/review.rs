//! The review desk's decisions, put into the one order.
//!
//! A pass is delivered at its own place in the log, together with the envelope, so that cursors only grow. The
//! `seq` of a receipt is therefore the place of delivery: the pass's for a recipient, the envelope's own at the
//! desk. Rejected: delivering the envelope at its old place, which the recipient's cursor has passed.

use std::sync::Arc;

use amana_seal::envelope::header_hash;
use amana_seal::review::{ReviewDecision, Ruling, verify_decision};
use amana_types::{MemberCode, NoticeId, Seq};

use super::group::{Group, Pending};
use super::work::{Decision, DecisionRefusal};
use crate::ledger::LedgerError;
use crate::record::{Accept, Record, Review};

impl Group<'_> {
    pub(super) fn decision(&mut self, decision: Decision) -> Result<(), LedgerError> {
        let Decision { body, signature, answer } = decision;
        match self.judge(&body, &signature)? {
            Ok((decided, accept)) => {
                let refused = decided.ruling != Ruling::Pass;
                let recipients = accept.slots.iter().map(|slot| slot.recipient);
                let recipients: Vec<MemberCode> =
                    recipients.filter(|member| !refused && *member != decided.desk).collect();
                let (of, stamp, weight) = (decided.envelope.seq, self.stamp(), body.len());
                let ReviewDecision { desk, sender, .. } = decided;
                let record = Review { stamp, of, desk, sender, recipients, body, signature };
                match self.push(Record::Review(Arc::new(record)), weight) {
                    Ok(seq) => {
                        self.erases(seq);
                        self.wait(Pending::Decision { answer, seq });
                    }
                    Err(why) => drop(answer.send(Err(why.into()))),
                }
            }
            // Whoever asked may have left; then nobody wants to know.
            Err(refused) => drop(answer.send(Err(refused))),
        }
        Ok(())
    }

    /// Whether a decision counts at the next place, and what it is about.
    fn judge(
        &self,
        body: &[u8],
        signature: &[u8],
    ) -> Result<Result<(ReviewDecision, Arc<Accept>), DecisionRefusal>, LedgerError> {
        let (directory, next) = self.place();
        let decided = match verify_decision(body, signature, directory, next) {
            Ok(decided) => decided,
            Err(refused) => return Ok(Err(refused.into())),
        };
        let about = decided.envelope;
        let Some(accept) = self.accepted(about.id)? else { return Ok(Err(DecisionRefusal::NotHeld)) };
        let slot = accept.slots.iter().find(|slot| slot.recipient == decided.desk);
        let that_one = accept.held
            && accept.sender == decided.sender
            && header_hash(&accept.header) == about.header_hash
            && self.place_of(about.id)? == Some(about.seq);
        if !that_one || slot.is_none() {
            return Ok(Err(DecisionRefusal::NotHeld));
        }
        if accept.erased || !self.is_held(about.seq) || self.is_settled_here(about.seq, about.id) {
            return Ok(Err(DecisionRefusal::Over));
        }
        Ok(Ok((decided, accept)))
    }

    /// Whether it was decided, or withdrawn, by a record of this very group.
    fn is_settled_here(&self, of: Seq, id: NoticeId) -> bool {
        self.records().any(|record| match record {
            Record::Review(review) => review.of == of,
            Record::Accept(accept) => accept.withdraws == Some(id),
            _ => false,
        })
    }
}
