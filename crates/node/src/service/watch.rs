//! Following notices and replies as they come in.

use std::sync::Arc;

use amana_policy::{Permit, Reading};
use amana_types::{Action, NoticeId, Seq};
use amana_wire::v1;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status};

use super::api::{AgencyApi, blocking};
use super::error::{CallError, status};
use super::read::reading;
use crate::access::gate::BookError;
use crate::ledger::writer::WriteError;
use crate::notice::arrivals::{Arrival, Arrived};

/// Notices that may wait for a slow reader; then only that reader waits.
const WAITING: usize = 16;
/// Notices read at once.
const AT_ONCE: usize = 32;

type Answer = Result<v1::WatchResponse, Status>;

/// Begins to follow from the place asked for.
pub(super) fn start(
    api: &Arc<AgencyApi>,
    request: &Request<v1::WatchRequest>,
) -> Result<ReceiverStream<Answer>, CallError> {
    let message = request.get_ref();
    let permit = api.gate.permit(request, Action::Watch, message.reason.as_ref())?;
    let reading = reading(&permit)?;
    let (answers, stream) = mpsc::channel(WAITING);
    let from = Seq(message.after_position);
    let api = Arc::clone(api);
    tokio::spawn(async move {
        if let Err(error) = follow(&api, &permit, reading, from, &answers).await {
            let _ = answers.send(Err(status(error))).await; // the reader may have gone
        }
    });
    Ok(ReceiverStream::new(stream))
}

/// Sends what came in, then waits for more; ends when the reader is gone.
async fn follow(
    api: &AgencyApi,
    permit: &Permit,
    reading: Reading,
    mut from: Seq,
    answers: &mpsc::Sender<Answer>,
) -> Result<(), CallError> {
    let (mut progress, own) = (api.ledger_writer.progress(), api.own);
    loop {
        progress.borrow_and_update();
        let again = reading.clone();
        let more = blocking(&api.cases, move |cases| Ok(cases.arrivals((&again, own), from, AT_ONCE)?));
        let Some((found, next)) = more.await? else {
            tokio::select! {
                changed = progress.changed() => changed.map_err(|_| BookError::from(WriteError::Stopped))?,
                () = answers.closed() => return Ok(()),
                () = api.shutdown.triggered() => return Err(BookError::from(WriteError::Stopped).into()),
            }
            continue;
        };
        from = next;
        let shown: Vec<NoticeId> = found.iter().map(|arrival| arrival.notice).collect();
        if !shown.is_empty() {
            api.gate.write_down(permit, &shown).await?;
        }
        for Arrival { at, what, .. } in found {
            let (notice, reply) = match what {
                Arrived::Notice(notice) => (Some(*notice), None),
                Arrived::Reply(reply) => (None, Some(*reply)),
            };
            let response = v1::WatchResponse { position: at.next().0, notice, reply };
            if answers.send(Ok(response)).await.is_err() {
                return Ok(());
            }
        }
    }
}
