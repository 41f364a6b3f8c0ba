//! The last word about an envelope.

use amana_seal::envelope::{Header, Kind};
use amana_types::{AlarmKind, NoticeId, Timestamp};
use amana_wire::v1;
use prost::Message as _;

use super::Uplink;
use crate::fold::record::{Alarm, Outcome, Verdict};
use crate::ledger::writer::Draft;
use crate::subjects::Record;

impl Uplink {
    /// The records of a refusal for good. An order that does not go out leaves a notice as it is, so
    /// somebody has to hear of it.
    pub(crate) fn refused_for_good(&self, id: NoticeId, reason: String, message: String) -> Vec<Draft> {
        let at = self.holdings.state().read().base.outbox_ids.get(&id).copied();
        // What does not read raises no alarm; that it was refused is written down all the same.
        let record = at.and_then(|at| self.holdings.record(at).ok());
        let alarm = record.and_then(|record| alarm_about(&record, &reason, self.clock.now()));
        let alarm = alarm.map(|alarm| Record::Alarm(alarm).into());
        let outcome = self.outcome(id, Verdict::Refused { reason, message });
        std::iter::once(outcome).chain(alarm).collect()
    }

    pub(crate) fn outcome(&self, id: NoticeId, verdict: Verdict) -> Draft {
        Record::Outcome(Outcome { id, at: self.clock.now(), verdict }).into()
    }
}

fn alarm_about(record: &Record, reason: &str, at: Timestamp) -> Option<Alarm> {
    let Record::Recall(recall) = record else { return None };
    let suspends = v1::Envelope::decode(recall.envelope.as_slice())
        .ok()
        .and_then(|envelope| Header::decode(&envelope.header).ok())
        .is_some_and(|header| header.kind == Kind::Suspension);
    let (what, kind) = match suspends {
        true => ("suspension or resumption", AlarmKind::SuspensionNotSent),
        false => ("withdrawal", AlarmKind::WithdrawalNotSent),
    };
    let message = format!(
        "the {what} of {} was refused ({reason}): its recipients keep it as it was; tell them by another way, \
         and ask the exchange",
        recall.notice
    );
    Some(Alarm { at, reason: kind.code().to_owned(), message })
}

#[cfg(test)]
#[path = "last_word_tests.rs"]
mod tests;
