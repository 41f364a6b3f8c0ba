//! What is said first on every stream, and `MembershipService`, which says it without one.

use std::sync::Arc;
use std::time::Duration;

use amana_log::{SignedNote, VerifiedCheckpoint};
use amana_types::MemberCode;
use amana_types::limits::{ATTACHMENT_PIECE_BYTES, MESSAGE_BYTES, RECEIPTS_PER_RECORD};
use amana_wire::session::{self, SEEN_HEADS};
use amana_wire::status::Refusal;
use amana_wire::v1;
use amana_wire::v1::membership_service_server::MembershipService;
use tokio::time::timeout;
use tonic::{Request, Response, Status, Streaming};

use super::{Hub, draining, fault, invalid, unreadable};
use crate::ledger::LedgerError;

/// How long a member may take to say hello, and then where it is.
pub(super) const OPENING: Duration = Duration::from_secs(10);

/// The largest window of a delivery stream.
pub(super) const MOST_WINDOW: u32 = 1024;

/// The service for members.
pub(crate) struct MembershipCalls(pub(crate) Arc<Hub>);

#[tonic::async_trait]
impl MembershipService for MembershipCalls {
    async fn get_limits(
        &self,
        request: Request<v1::GetLimitsRequest>,
    ) -> Result<Response<v1::GetLimitsResponse>, Status> {
        let member = self.0.member(&request)?;
        understand(&self.0, member, request.into_inner().hello).await?;
        Ok(Response::new(v1::GetLimitsResponse { hello: Some(hello(&self.0)) }))
    }
}

/// What this hub says first.
pub(super) fn hello(hub: &Hub) -> v1::Hello {
    let limits = v1::Limits {
        message_bytes: MESSAGE_BYTES as u64,
        envelopes_in_flight: u32::try_from(hub.limits.in_flight).unwrap_or(u32::MAX),
        delivery_window: MOST_WINDOW,
        delivery_window_bytes: hub.limits.delivery_window_bytes as u64,
        receipts_per_acknowledgement: RECEIPTS_PER_RECORD as u32,
        piece_bytes: ATTACHMENT_PIECE_BYTES as u32,
        pending_blob_bytes: hub.limits.attachment_pending_bytes,
    };
    session::hello(limits, Vec::new())
}

/// Waits for what a member says first on a stream.
pub(super) async fn greeted<T>(
    hub: &Arc<Hub>,
    member: MemberCode,
    requests: &mut Streaming<T>,
    hello: impl FnOnce(T) -> Option<v1::Hello>,
) -> Result<(), Status> {
    let first = tokio::select! {
        first = timeout(OPENING, requests.message()) => first,
        () = hub.shutdown.triggered() => return Err(draining()),
    };
    let first = first.map_err(|_| invalid("say Hello within ten seconds"))??;
    understand(hub, member, first.and_then(hello)).await
}

/// Whether a member is understood, and the heads that it has seen fit the log.
pub(super) async fn understand(
    hub: &Arc<Hub>,
    member: MemberCode,
    hello: Option<v1::Hello>,
) -> Result<(), Status> {
    let hello = hello.ok_or_else(|| invalid("Hello comes first"))?;
    session::understand(&hello).map_err(Refusal::from)?;
    if hello.seen_heads.len() > SEEN_HEADS {
        return Err(invalid("at most 8 seen heads go with one Hello"));
    }
    let heads = hello.seen_heads.iter().map(|note| SignedNote::parse(note).map(|head| (head, note.clone())));
    let heads: Vec<_> =
        heads.collect::<Result<_, _>>().map_err(|_| invalid("a seen head is no signed checkpoint"))?;
    if heads.is_empty() {
        return Ok(());
    }
    let hub = Arc::clone(hub);
    let comparing = move || {
        heads.into_iter().try_for_each(|(head, note)| {
            if !fits(&hub, head)? {
                hub.alarms.log_contradicts_itself(member, note, hub.clock.now());
            }
            Ok(())
        })
    };
    let compared = tokio::task::spawn_blocking(comparing).await.map_err(|_| fault("comparing heads"))?;
    compared.map_err(|error: LedgerError| unreadable(&error))
}

/// Whether the log has or had that head. One that its key did not sign says nothing about it.
fn fits(hub: &Hub, head: SignedNote) -> Result<bool, LedgerError> {
    let Ok(seen) = VerifiedCheckpoint::open(head, &hub.log_key) else { return Ok(true) };
    let published = hub.published();
    let seen = seen.head();
    Ok(seen.size <= published.head.size && published.tree.head_at(seen.size)? == *seen)
}
