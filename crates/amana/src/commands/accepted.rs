//! Waiting for the hub's word about a notice.

use amana_types::labels::Word;
use amana_wire::v1;

use super::call;
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::settings::Settings;
use crate::show;

pub(crate) type Node = v1::notice_service_client::NoticeServiceClient<tonic::transport::Channel>;

/// Waits until the hub's log has a notice, or has refused it.
pub(crate) async fn accepted(node: &mut Node, id: &str, settings: &Settings) -> Result<(), Failure> {
    const STEP: std::time::Duration = std::time::Duration::from_millis(50);
    let waiting = async {
        loop {
            let request = v1::ListReceiptsRequest { notice_id: id.to_owned() };
            let answer = call::within(settings.timeout, node.list_receipts(request)).await?;
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
    note(&show::done::about(Word::InTheLogAt, answer.log_index.unwrap_or_default(), settings.out.lang));
    Ok(())
}
