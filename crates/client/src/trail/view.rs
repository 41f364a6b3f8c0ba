//! What a verified trail tells, in the messages of the contract.

use amana_types::ExchangeName;
use amana_types::life::Ground;
use amana_types::review::ReviewGround;
use amana_types::trail::TrailEvent;
use amana_wire::convert::{number, timestamp_message};
use amana_wire::v1;

use super::{Step, Verified};

impl From<&Verified> for v1::TrailView {
    fn from(verified: &Verified) -> Self {
        Self {
            notice_id: verified.notice().to_string(),
            sender: verified.sender().to_string(),
            maker: verified.maker().to_string(),
            made_at: Some(timestamp_message(verified.made())),
            steps: verified.steps().iter().map(|step| told(step, verified.exchange())).collect(),
            log_size: verified.head().size.get(),
            heads_joined: verified.is_joined(),
        }
    }
}

fn told(step: &Step, exchange: &ExchangeName) -> v1::TrailStep {
    let log_place = step.index.map(|index| v1::LogPlace {
        log: exchange.to_string(),
        index: index.0,
        logged_at: step.logged.map(timestamp_message),
    });
    let (withdrawal, review) = match step.event {
        TrailEvent::Refused => ("", step.ground.as_str()),
        _ => (step.ground.as_str(), ""),
    };
    v1::TrailStep {
        event: number(step.event),
        happened_at: Some(timestamp_message(step.at)),
        member: step.member.to_string(),
        log_place,
        other_notice_id: step.other.map(|id| id.to_string()).unwrap_or_default(),
        withdrawal_ground: withdrawal.parse::<Ground>().map(number).unwrap_or_default(),
        review_ground: review.parse::<ReviewGround>().map(number).unwrap_or_default(),
    }
}
