//! The review desk's decisions, as they come in.

use std::sync::Arc;

use amana_types::{MemberCode, Reason};
use amana_wire::status::Refusal;
use amana_wire::v1;
use tokio::sync::oneshot;
use tonic::Status;

use super::{Hub, disk_full, draining, unwritable};
use crate::sequencer::{Decision, DecisionRefusal, Work};

/// Puts a decision into the order and waits for its place. Only the review desk is heard: whether it
/// signed, and what, is judged at its place in the log.
pub(super) async fn submit(
    hub: &Arc<Hub>,
    member: MemberCode,
    request: v1::SubmitDecisionRequest,
) -> Result<v1::SubmitDecisionResponse, Status> {
    let desk = hub.published().directory().review_desk().map(|desk| desk.code);
    if desk != Some(member) {
        let message = "only the exchange's review desk decides";
        return Err(Refusal::new(Reason::NotTheReviewDesk, message).into());
    }
    let v1::SignedDecision { body, signature } = request.decision.unwrap_or_default();
    let (answer, taken) = oneshot::channel();
    let work = Work::Decision(Decision { body, signature, answer });
    hub.sequencer.work.send(work).await.map_err(|_| draining())?;
    match taken.await.unwrap_or(Err(DecisionRefusal::Stopping)) {
        Ok(taken) => Ok(v1::SubmitDecisionResponse { index: taken.seq.0 }),
        Err(why) => Err(refused(&why)),
    }
}

fn refused(why: &DecisionRefusal) -> Status {
    let reason = match why {
        DecisionRefusal::Refused(_) => Reason::DecisionRefused,
        DecisionRefusal::NotHeld => Reason::NotHeld,
        DecisionRefusal::Over => Reason::ReviewOver,
        DecisionRefusal::Record(why) => return unwritable(why),
        DecisionRefusal::DiskFull => return disk_full(),
        DecisionRefusal::Stopping => return draining(),
    };
    Refusal::new(reason, why.to_string()).into()
}
