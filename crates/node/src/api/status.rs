//! `NodeService` of the contract: how the node itself is.

use std::collections::BTreeMap;

use amana_log::SignedNote;
use amana_policy::Permit;
use amana_types::MemberCode;
use amana_wire::v1;
use amana_wire::v1::node_service_server::NodeService;

use crate::api::agency::AgencyApi;
use crate::api::call::service;
use crate::api::error::CallError;
use crate::api::waiting;
use crate::fold::pairs::Heard;
use crate::work::rounds::Health;

service! {
    NodeCalls: NodeService [] {
        get_node_status(GetNodeStatusRequest) -> v1::GetNodeStatusResponse: Status;
    }
}

impl AgencyApi {
    async fn get_node_status(
        &self,
        _: Permit,
        _: v1::GetNodeStatusRequest,
    ) -> Result<v1::GetNodeStatusResponse, CallError> {
        let waits = self.waiting();
        let needs_somebody = waits.iter().filter(|(_, wait)| wait.cause.needs_somebody).count();
        let state = self.cases.holdings.state().read();
        let waiting = state.base.outbox.values().filter(|waiting| waiting.accepted.is_none()).count();
        Ok(v1::GetNodeStatusResponse {
            member: self.own.to_string(),
            exchange: self.exchange.to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            hub_connected: self.hub.is_connected(),
            outbox_waiting: waiting as u64,
            inbox_total: state.base.received,
            verified_log_size: state.base.checkpoint.as_deref().and_then(log_size).unwrap_or_default(),
            next_log_index: state.base.cursor.0,
            alarms: alarms(state.base.alarm.as_deref(), &self.troubles),
            sequence_breaks: sequence_breaks(&state.base.heard),
            waiting_total: waits.len() as u64,
            waiting_needs_somebody: needs_somebody as u64,
            clock_ahead_ms: self.hub.ahead_ms(self.clock.now()),
            hub: self.hub.fault().map(|(cause, since)| waiting::lost(cause, since)),
        })
    }
}

/// What the administrator must look at: the newest alarm of the journal, and what fails at present.
fn alarms(newest: Option<&str>, troubles: &Health) -> Vec<v1::Alarm> {
    let alarm = |id: &str, kind: v1::AlarmKind, message| {
        let (id, kind) = (id.to_owned(), kind.into());
        v1::Alarm { id, kind, message, since: None, acknowledged: false }
    };
    let newest = newest.map(|text| alarm("exchange", v1::AlarmKind::Exchange, text.to_owned()));
    let failing = troubles.failing();
    let failing = failing.into_iter().map(|(part, message)| alarm(part, v1::AlarmKind::NodePart, message));
    newest.into_iter().chain(failing).collect()
}

/// The senders whose sequence broke.
fn sequence_breaks(heard: &BTreeMap<MemberCode, Heard>) -> Vec<v1::SequenceBreaks> {
    let broken = heard.iter().filter(|(_, heard)| heard.breaks() > 0);
    broken
        .map(|(sender, heard)| v1::SequenceBreaks { sender: sender.to_string(), breaks: heard.breaks() })
        .collect()
}

/// The size that a checkpoint states.
fn log_size(note: &[u8]) -> Option<u64> {
    let note = SignedNote::parse(note).ok()?;
    amana_log::Checkpoint::parse(note.text()).ok().map(|checkpoint| checkpoint.head.size.get())
}
