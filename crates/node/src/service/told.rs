//! The trail of a notice, as a stream: what it tells, then its file in parts.

use std::sync::Arc;

use amana_client::trail::Trust;
use amana_types::Action;
use amana_types::limits::TRAIL_PART_BYTES;
use amana_wire::v1;
use amana_wire::v1::trail_response::Part;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status};

use super::api::{AgencyApi, blocking, notice_id};
use super::error::CallError;
use crate::trail::life::{Teller, Told};

/// Parts that may wait for a slow reader.
const WAITING: usize = 4;

type Answer = Result<v1::TrailResponse, Status>;

/// Tells the trail of a notice.
pub(super) async fn start(
    api: &Arc<AgencyApi>,
    request: Request<v1::TrailRequest>,
) -> Result<ReceiverStream<Answer>, CallError> {
    api.gate.permit(&request, Action::Prove, None)?;
    let id = notice_id(&request.get_ref().notice_id)?;
    let life = blocking(&api.cases, move |cases| Ok(cases.life(id)?)).await?;
    let life = life.ok_or(CallError::NotFound)?.ok_or(CallError::NotInLog)?;
    let trust = Trust {
        exchange: api.exchange.clone(),
        root_keys: api.cases.holdings.state().read().base.directory.root_keys.clone(),
        log_key: api.hub.log_key.clone(),
    };
    let teller = Teller { own: api.own, keys: &api.keys, trust: &trust, now: api.clock.now() };
    let Told { file, verified } = life.tell(id, teller, &api.hub).await?;
    let (parts, stream) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let view = Part::View(v1::TrailView::from(&verified));
        let file = Bytes::from(file);
        let chunks = (0..file.len()).step_by(TRAIL_PART_BYTES);
        let chunk = |from: usize| file.slice(from..file.len().min(from + TRAIL_PART_BYTES));
        for part in std::iter::once(view).chain(chunks.map(|from| Part::File(chunk(from)))) {
            if parts.send(Ok(v1::TrailResponse { part: Some(part) })).await.is_err() {
                return; // the reader has gone
            }
        }
    });
    Ok(ReceiverStream::new(stream))
}
