//! Groups as the operator sees them: who takes part and how much was addressed to them, never what.

use amana_types::Timestamp;
use amana_wire::convert::group_message;
use amana_wire::v1;

use crate::machine::State;

/// Every group with its traffic, by name.
pub(super) fn traffic(state: &State, now: Timestamp) -> v1::ListGroupTrafficResponse {
    let groups = state.directory.groups.values().map(|group| {
        let senders: Vec<v1::SenderTraffic> = state
            .traffic(&group.terms.name)
            .map(|(sender, notices)| v1::SenderTraffic { sender: sender.to_string(), notices })
            .collect();
        let notices = senders.iter().map(|sender| sender.notices).sum();
        v1::GroupTraffic { group: Some(group_message(group, now)), notices, senders }
    });
    v1::ListGroupTrafficResponse { groups: groups.collect() }
}
