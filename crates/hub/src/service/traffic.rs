//! `TrafficService`: groups as the operator sees them, who takes part and how much was addressed to them, never what.

use amana_types::Timestamp;
use amana_wire::convert::group_message;
use amana_wire::v1;
use amana_wire::v1::traffic_service_server::TrafficService;
use tonic::{Request, Response, Status};

use super::OperatorCalls;
use crate::machine::State;

#[tonic::async_trait]
impl TrafficService for OperatorCalls {
    async fn list_group_traffic(
        &self,
        request: Request<v1::ListGroupTrafficRequest>,
    ) -> Result<Response<v1::ListGroupTrafficResponse>, Status> {
        self.0.operator(&request)?;
        Ok(Response::new(traffic(&self.0.published().state, self.0.clock.now())))
    }
}

/// Every group with its traffic, by name.
fn traffic(state: &State, now: Timestamp) -> v1::ListGroupTrafficResponse {
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
