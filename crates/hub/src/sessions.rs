//! The open deliveries: one for each member, woken when there is something for it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use amana_types::MemberCode;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The open deliveries by member.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<MemberCode, Arc<Shared>>>);

#[derive(Default)]
struct Shared {
    bell: Notify,
    replaced: CancellationToken,
}

/// Whom a group of records is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    /// A directory entry is for all.
    pub(crate) everyone: bool,
    /// Members with records of their own.
    pub(crate) members: BTreeSet<MemberCode>,
}

impl Sessions {
    /// Opens the delivery of a member; one that was open before ends.
    pub(crate) fn open(self: &Arc<Self>, member: MemberCode) -> Session {
        let shared = Arc::<Shared>::default();
        let before = self.lock().insert(member, Arc::clone(&shared));
        if let Some(before) = before {
            before.replaced.cancel();
        }
        Session { member, shared, sessions: Arc::clone(self) }
    }

    /// Wakes everyone whom a committed group is for.
    pub(crate) fn ring(&self, touched: &Touched) {
        let sessions = self.lock();
        if touched.everyone {
            sessions.values().for_each(|shared| shared.bell.notify_one());
        } else {
            let open = touched.members.iter().filter_map(|member| sessions.get(member));
            open.for_each(|shared| shared.bell.notify_one());
        }
    }

    /// Whether the member has a delivery open.
    pub(crate) fn is_open(&self, member: MemberCode) -> bool {
        self.lock().contains_key(&member)
    }

    fn leave(&self, member: MemberCode, left: &Arc<Shared>) {
        let mut sessions = self.lock();
        if sessions.get(&member).is_some_and(|open| Arc::ptr_eq(open, left)) {
            sessions.remove(&member);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<MemberCode, Arc<Shared>>> {
        // Nothing that can panic runs under the lock, so a poisoned one is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A member's open delivery; it is closed by dropping it.
pub(crate) struct Session {
    member: MemberCode,
    shared: Arc<Shared>,
    sessions: Arc<Sessions>,
}

impl Session {
    /// Completes when something for the member was committed, at once if that was missed.
    pub(crate) async fn rung(&self) {
        self.shared.bell.notified().await;
    }

    /// Completes when a newer delivery of the same member took over.
    pub(crate) async fn replaced(&self) {
        self.shared.replaced.cancelled().await;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.sessions.leave(self.member, &self.shared);
    }
}

#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;
