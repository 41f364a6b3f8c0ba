//! What an operator has to look at, as long as the hub runs: what still holds after a restart is seen again.

use std::sync::{Mutex, PoisonError};

use amana_types::{MemberCode, Timestamp};
use amana_wire::convert::timestamp_message;
use amana_wire::v1::{HubAlarm, HubAlarmKind};
use bytes::Bytes;

/// The most that are kept; whoever shows more than that has been seen.
const MOST: usize = 64;

/// The alarms of a hub.
#[derive(Default)]
pub(crate) struct Alarms(Mutex<Vec<HubAlarm>>);

impl Alarms {
    /// Somebody has seen a head, signed with the log's key, that does not fit the log.
    pub(crate) fn log_contradicts_itself(&self, member: MemberCode, evidence: Bytes, now: Timestamp) {
        let mut alarms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if alarms.len() >= MOST || alarms.iter().any(|alarm| alarm.evidence == evidence) {
            return;
        }
        tracing::error!(%member, "a member has seen a head of this log that does not fit it; see `amana hub status`");
        alarms.push(HubAlarm {
            kind: HubAlarmKind::LogContradictsItself.into(),
            since: Some(timestamp_message(now)),
            member: member.to_string(),
            message:
                "a head of this log, signed with its key, does not fit it: it was rolled back or forked, or \
                      the key is in other hands; keep the evidence and stop the hub until it is known which"
                    .to_owned(),
            evidence,
        });
    }

    /// All of them, oldest first.
    pub(crate) fn all(&self) -> Vec<HubAlarm> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
