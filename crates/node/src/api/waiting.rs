//! Why things wait, for those who ask.

use amana_notice::reply::DueKind;
use amana_types::{NoticeId, Timestamp};
use amana_wire::convert::{error_reason, timestamp_message};
use amana_wire::v1;

use crate::api::agency::AgencyApi;
use crate::work::waits::{Cause, Item, Queue, Wait};

impl AgencyApi {
    /// Why something about a notice has not gone out; `queued` says whether the hub has not answered to it.
    pub(crate) fn waits_for(&self, notice: NoticeId, queued: bool) -> Option<v1::Cause> {
        let wait = self.waits.about(notice).map(cause);
        wait.or_else(|| self.hub.fault().filter(|_| queued).map(|(cause, since)| lost(cause, since)))
    }

    /// All that waits for a reason of its own.
    pub(crate) fn waiting(&self) -> Vec<(Item, Wait)> {
        self.waits.all()
    }

    /// What of ours does not go out by itself, and since when.
    pub(crate) fn not_sent(&self) -> Vec<(DueKind, NoticeId, Timestamp)> {
        let ours = |queue| matches!(queue, Queue::Outbox | Queue::Uploads | Queue::Orders | Queue::Decisions);
        let stuck = self.waits.all().into_iter();
        let stuck = stuck.filter(|(item, wait)| wait.cause.needs_somebody && ours(item.queue));
        stuck.map(|(item, wait)| (DueKind::NotSent, item.notice, wait.since)).collect()
    }
}

/// One thing that waits, as a status lists it.
pub(crate) fn shown((item, wait): (Item, Wait)) -> v1::Waiting {
    let waiting_in = match item.queue {
        Queue::Outbox => v1::WaitingIn::Outbox,
        Queue::Uploads => v1::WaitingIn::Uploads,
        Queue::Fetches => v1::WaitingIn::Fetches,
        Queue::Orders => v1::WaitingIn::Orders,
        Queue::Decisions => v1::WaitingIn::Decisions,
        Queue::Followers => v1::WaitingIn::Followers,
        Queue::Expiry => v1::WaitingIn::Expiry,
    };
    let notice_id = item.notice.to_string();
    v1::Waiting { notice_id, waiting_in: waiting_in.into(), cause: Some(cause(wait)) }
}

/// Why there is no connection to the hub.
pub(crate) fn lost(Cause { reason: code, message, needs_somebody }: Cause, since: Timestamp) -> v1::Cause {
    let (reason, since) = (error_reason(&code), Some(timestamp_message(since)));
    let metadata = (reason == 0).then_some(("reason".to_owned(), code)).into_iter().collect();
    v1::Cause { reason, message, since, next_try: None, metadata, attempts: 0, needs_somebody }
}

fn cause(wait: Wait) -> v1::Cause {
    let Wait { cause, since, next_try, attempts, .. } = wait;
    let next_try = next_try.map(timestamp_message);
    v1::Cause { next_try, attempts, ..lost(cause, since) }
}
