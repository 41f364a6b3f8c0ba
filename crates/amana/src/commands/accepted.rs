//! Waiting for the hub's word about a notice.

use amana_client::delivery_service;
use amana_types::labels::Word;
use amana_wire::v1;
use tonic::transport::Channel;

use super::call;
use super::reason::access;
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::settings::Settings;
use crate::show;

/// Waits until the hub's log has a notice, or has refused it.
pub(crate) async fn accepted(channel: Channel, id: &str, settings: &Settings) -> Result<(), Failure> {
    const STEP: std::time::Duration = std::time::Duration::from_millis(50);
    let mut node = delivery_service(channel);
    let waiting = async {
        loop {
            let request = v1::GetDeliveryRequest { access: access(settings), notice_id: id.to_owned() };
            let answer = call::within(settings.timeout, node.get_delivery(request)).await?;
            match answer.state() {
                v1::DeliveryState::Queued | v1::DeliveryState::Unspecified => tokio::time::sleep(STEP).await,
                v1::DeliveryState::Refused => return Err(Failure::new(Exit::Refused, answer.message)),
                _ => return Ok(answer),
            }
        }
    };
    let answer = tokio::time::timeout(settings.timeout, waiting).await.map_err(|_| {
        Failure::new(Exit::Unavailable, "the hub has not taken it yet").hint(
            "it is safe in the node's outbox and goes when the hub can be reached: do not publish it again",
        )
    })??;
    let index = answer.log_place.map_or(0, |place| place.index);
    note(&show::done::about(Word::InTheLogAt, index, settings.out.lang));
    Ok(())
}
