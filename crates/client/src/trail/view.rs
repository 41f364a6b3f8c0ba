//! What a verified trail tells, in the messages of the contract.

use amana_wire::convert::{number, timestamp_message};
use amana_wire::v1;

use super::{Step, Verified};

impl From<&Verified> for v1::TrailView {
    fn from(verified: &Verified) -> Self {
        Self {
            notice_id: verified.notice().to_string(),
            sender: verified.sender().to_string(),
            maker: verified.maker().to_string(),
            made: Some(timestamp_message(verified.made())),
            steps: verified.steps().iter().map(v1::TrailStep::from).collect(),
            log_size: verified.head().size.get(),
            heads_joined: verified.is_joined(),
        }
    }
}

impl From<&Step> for v1::TrailStep {
    fn from(step: &Step) -> Self {
        Self {
            event: number(step.event),
            at: Some(timestamp_message(step.at)),
            member: step.member.to_string(),
            log_index: step.index.map(|index| index.0),
            logged: step.logged.map(timestamp_message),
            other_notice_id: step.other.map(|id| id.to_string()).unwrap_or_default(),
            ground: step.ground.clone(),
        }
    }
}
