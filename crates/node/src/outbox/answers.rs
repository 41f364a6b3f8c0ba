//! The answering half of a publish stream. One answer never costs another: what the hub took is written
//! down, whatever it said about the rest.

use amana_client::exchange::{Answer, PublishAnswers, Receipted, Refused};
use amana_client::proof::AcceptedLeaf;
use amana_types::Reason;

use super::flight::{Flight, Sent};
use super::remedy::{Course, Remedy, Timing};
use super::{SessionError, Uplink};
use crate::fold::parts::Proven;
use crate::fold::record::Verdict;
use crate::ledger::bounded::{self, MESSAGE_BYTES, REASON_BYTES};
use crate::ledger::writer::Draft;
use crate::work::waits::{Cause, Item};

impl Uplink {
    pub(crate) async fn take_answers(
        &self,
        mut answers: PublishAnswers,
        flight: &Flight,
    ) -> Result<(), SessionError> {
        while let Some(group) = answers.next().await? {
            if let Some(now) = answers.hub_time() {
                self.hub.says_it_is(now);
            }
            let (mut drafts, mut taken): (Vec<Draft>, Vec<Item>) =
                (Vec::with_capacity(group.len()), Vec::new());
            for answer in group {
                let Some(Sent { item, leaf, .. }) = flight.answered(answer.notice()) else { continue };
                match answer {
                    Answer::Receipted(receipted) => {
                        drafts.push(self.accepted(receipted, leaf));
                        taken.push(item);
                    }
                    Answer::Unproven(_, error) => {
                        self.waits.failed(item, Cause::lasting(Reason::HubAnswer, error));
                    }
                    Answer::Refused(refused) => {
                        let last_word = self.refused(item, refused, flight);
                        taken.extend((!last_word.is_empty()).then_some(item));
                        drafts.extend(last_word);
                    }
                }
            }
            if !drafts.is_empty() {
                self.ledger_writer.write(drafts).await?;
            }
            taken.into_iter().for_each(|item| self.waits.settled(item));
            flight.bell.notify_waiters();
        }
        Ok(())
    }

    fn accepted(&self, receipted: Receipted, mut leaf: AcceptedLeaf) -> Draft {
        leaf.leaf_salt = *receipted.leaf_salt.as_bytes();
        leaf.accepted_at = receipted.accepted_at;
        let mut receipt = receipted.receipt;
        receipt.checkpoint = bounded::note(&receipt.checkpoint, &self.hub.log_key);
        receipt.extra = Some(leaf.encode());
        let proven = Proven {
            index: receipted.index,
            accepted_at: receipted.accepted_at,
            proof: receipt.to_string().into_bytes(),
        };
        self.outcome(receipted.notice, Verdict::Accepted(proven))
    }

    /// What to do about a refusal: put it off, note what has to be done first, or give the record of the
    /// last word.
    fn refused(&self, item: Item, refused: Refused, flight: &Flight) -> Vec<Draft> {
        let directory = self.holdings.state().read().base.directory.head;
        match Course::of(&refused, directory) {
            Course::Later(cause) => {
                self.waits.failed(item, cause);
                Vec::new()
            }
            Course::First(remedy, cause) => {
                let timing = self
                    .hub
                    .time()
                    .filter(|_| remedy == Remedy::Clock)
                    .map(|hub| Timing::of(item.id().timestamp(), self.clock.now(), hub));
                self.waits.failed(item, timing.map_or(cause, Timing::cause));
                // One that the hub should take by its own clock goes again as it is, after its wait.
                if timing != Some(Timing::Send) {
                    flight.needs(item, remedy);
                }
                // The first time it helps at once, if at all.
                if remedy == Remedy::Bring && self.waits.get(item).is_none_or(|wait| wait.attempts == 1) {
                    self.waits.hurry(item);
                }
                Vec::new()
            }
            Course::Over => {
                let Refused { notice, reason, message, .. } = refused;
                tracing::warn!(%notice, reason, "the hub refused a notice");
                let (reason, message) =
                    (bounded::text(reason, REASON_BYTES), bounded::text(message, MESSAGE_BYTES));
                self.refused_for_good(notice, reason, message)
            }
        }
    }
}
