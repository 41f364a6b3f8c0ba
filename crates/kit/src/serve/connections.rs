//! The open connections of a listener: counted, bounded, and cut on demand.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use futures_util::task::AtomicWaker;

use super::limits::ListenLimits;
use super::peer::Peer;
use crate::identity::Principal;

/// The open connections of one listener. Cheap to clone.
#[derive(Clone, Default)]
pub struct Connections(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    next: u64,
    by_id: HashMap<u64, (Peer, Arc<Cord>)>,
    by_principal: HashMap<Principal, usize>,
}

/// Why a connection was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Full {
    #[error("the listener has as many connections as it allows")]
    Listener,
    #[error("this identity has as many connections as it is allowed")]
    Identity,
}

impl Connections {
    /// How many connections are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().by_id.len()
    }

    /// Cuts every open connection whose peer `which` picks: its streams end with an error at once.
    /// Answers how many.
    pub fn cut(&self, mut which: impl FnMut(&Peer) -> bool) -> usize {
        let picked: Vec<_> = self
            .lock()
            .by_id
            .values()
            .filter(|(peer, _)| which(peer))
            .map(|(_, cord)| Arc::clone(cord))
            .collect();
        picked.iter().for_each(|cord| cord.cut()); // outside the lock: waking runs others' code
        picked.len()
    }

    /// Takes a connection in; it counts until the ticket is dropped.
    pub(super) fn enter(&self, peer: &Peer, limits: &ListenLimits) -> Result<Ticket, Full> {
        let mut open = self.lock();
        if open.by_id.len() >= limits.connections {
            return Err(Full::Listener);
        }
        if let Some(identity) = &peer.identity {
            let count = open.by_principal.entry(identity.principal.clone()).or_default();
            if *count >= limits.per_identity {
                return Err(Full::Identity);
            }
            *count += 1;
        }
        let id = open.next;
        open.next += 1;
        let cord = Arc::new(Cord::default());
        open.by_id.insert(id, (peer.clone(), Arc::clone(&cord)));
        Ok(Ticket { id, cord, open: self.clone() })
    }

    fn leave(&self, id: u64) {
        let mut open = self.lock();
        let Some((Peer { identity: Some(identity), .. }, _)) = open.by_id.remove(&id) else { return };
        if let Some(count) = open.by_principal.get_mut(&identity.principal) {
            *count -= 1;
            if *count == 0 {
                open.by_principal.remove(&identity.principal);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // No code that can panic runs under the lock, so a poisoned one is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place among the open ones.
pub(super) struct Ticket {
    id: u64,
    cord: Arc<Cord>,
    open: Connections,
}

impl Ticket {
    /// Whether the connection was cut.
    pub(super) fn is_cut(&self) -> bool {
        self.cord.cut.load(Ordering::Acquire)
    }

    /// Wakes the task when the connection is cut; it asks [`Self::is_cut`] once more after this.
    pub(super) fn wake_when_cut(&self, waker: &Waker) {
        self.cord.waker.register(waker);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.open.leave(self.id);
    }
}

#[derive(Default)]
struct Cord {
    cut: AtomicBool,
    waker: AtomicWaker,
}

impl Cord {
    fn cut(&self) {
        self.cut.store(true, Ordering::Release);
        self.waker.wake();
    }
}
