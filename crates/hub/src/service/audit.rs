//! `AuditService`: the whole journal read again, with progress.

use std::pin::Pin;
use std::sync::Arc;

use amana_types::Reason;
use amana_wire::status::Refusal;
use amana_wire::v1;
use amana_wire::v1::audit_service_server::AuditService;
use futures_util::{Stream, stream};
use tonic::{Request, Response, Status};

use super::{OperatorCalls, draining};
use crate::verification::{Progress, Started};

#[tonic::async_trait]
impl AuditService for OperatorCalls {
    type WatchVerificationStream =
        Pin<Box<dyn Stream<Item = Result<v1::WatchVerificationResponse, Status>> + Send>>;

    async fn start_verification(
        &self,
        request: Request<v1::StartVerificationRequest>,
    ) -> Result<Response<v1::StartVerificationResponse>, Status> {
        self.0.operator(&request)?;
        let hub = Arc::clone(&self.0);
        let head = hub.published().head;
        let Started { number: verification, at_work } =
            hub.verification.start(head.size.get(), hub.clock.now());
        let repeated_request = at_work.is_none();
        if let Some(at_work) = at_work {
            tokio::task::spawn_blocking(move || {
                let found = hub.reader.check(head, |checked| at_work.reached(checked));
                at_work.ended(found);
            });
        }
        Ok(Response::new(v1::StartVerificationResponse { verification, repeated_request }))
    }

    async fn watch_verification(
        &self,
        request: Request<v1::WatchVerificationRequest>,
    ) -> Result<Response<Self::WatchVerificationStream>, Status> {
        self.0.operator(&request)?;
        let mut watched = self.0.verification.watch(request.into_inner().verification).ok_or_else(unknown)?;
        watched.mark_changed();
        let shutdown = self.0.shutdown.clone();
        let answers = stream::unfold(Some(watched), move |watched| {
            let shutdown = shutdown.clone();
            async move {
                let mut watched = watched?;
                tokio::select! {
                    changed = watched.changed() => changed.ok()?,
                    () = shutdown.triggered() => return Some((Err(draining()), None)),
                }
                let progress = watched.borrow_and_update().clone();
                let goes_on = progress.ended.is_none();
                Some((Ok(response(progress)), goes_on.then_some(watched)))
            }
        });
        Ok(Response::new(Box::pin(answers)))
    }
}

fn response(progress: Progress) -> v1::WatchVerificationResponse {
    let Progress { checked, total, ended } = progress;
    let (state, finding) = match ended {
        None => (v1::VerificationState::Running, String::new()),
        Some(Ok(())) => (v1::VerificationState::Holds, String::new()),
        Some(Err(finding)) => (v1::VerificationState::Differs, finding),
    };
    let state = state.into();
    v1::WatchVerificationResponse { state, checked_records: checked, total_records: total, finding }
}

fn unknown() -> Status {
    let message =
        "there is no such verification: another was started since, or the hub was restarted; start one";
    Refusal::new(Reason::VerificationNotFound, message).into()
}
