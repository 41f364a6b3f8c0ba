//! `EventService` of the contract: notices and replies as they come in.

use std::sync::Arc;

use amana_policy::{Permit, Reading};
use amana_types::{NoticeId, Seq};
use amana_wire::v1;
use amana_wire::v1::event_service_server::EventService;
use amana_wire::v1::watch_events_response::Event;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use crate::access::gate::BookError;
use crate::api::agency::{AgencyApi, Out, blocking};
use crate::api::call::{language, service};
use crate::api::error::{CallError, status};
use crate::ledger::writer::WriteError;
use crate::notice::arrivals::{Arrival, Arrived};
use crate::notice::showing::reading;

/// Notices that may wait for a slow reader; then only that reader waits.
const WAITING: usize = 16;
/// Notices read at once.
const AT_ONCE: usize = 32;

/// What a cursor holds for: any caller, at this node.
const CURSOR: &[u8] = b"cursor";

type Answer = Result<v1::WatchEventsResponse, Status>;

service! {
    EventCalls: EventService [WatchEventsStream = v1::WatchEventsResponse] {
        watch_events(WatchEventsRequest) -> Out<v1::WatchEventsResponse>: Watch;
    }
}

impl AgencyApi {
    /// Begins to follow from the place asked for.
    async fn watch_events(
        self: &Arc<Self>,
        permit: Permit,
        message: v1::WatchEventsRequest,
    ) -> Result<Out<v1::WatchEventsResponse>, CallError> {
        let (reading, language) = (reading(&permit)?, language(message.access.as_ref()));
        let from = Seq(self.place(CURSOR, &message.cursor)?.unwrap_or_default());
        let (answers, stream) = mpsc::channel(WAITING);
        let api = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = follow(&api, &permit, reading, from, &answers).await {
                let _ = answers.send(Err(status(error, language))).await; // the reader may have gone
            }
        });
        Ok(Box::pin(ReceiverStream::new(stream)))
    }
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
            let event = match what {
                Arrived::Notice(notice) => Event::Notice(*notice),
                Arrived::Reply(reply) => Event::Reply(*reply),
            };
            let cursor = api.token(CURSOR, at.next().0);
            let response = v1::WatchEventsResponse { cursor, event: Some(event) };
            if answers.send(Ok(response)).await.is_err() {
                return Ok(());
            }
        }
    }
}
