//! What one publish stream knows of the envelopes that it carries.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use amana_client::proof::AcceptedLeaf;
use amana_types::{NoticeId, Timestamp};
use amana_wire::v1;
use bytes::Bytes;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::remedy::Remedy;
use crate::work::waits::Item;

/// An envelope under way: its name, what its proof will need, and the permit that bounds how many there are.
pub(crate) struct Sent {
    pub(crate) item: Item,
    pub(crate) leaf: AcceptedLeaf,
    _permit: OwnedSemaphorePermit,
}

/// The envelopes under way, and those that cannot go again before something was done.
pub(crate) struct Flight {
    slots: Arc<Semaphore>,
    sent: Mutex<HashMap<NoticeId, Sent>>,
    remedies: Mutex<BTreeMap<Item, Remedy>>,
    /// Rung when something is to be sent again, or to be put right.
    pub(crate) bell: Notify,
}

impl Flight {
    pub(crate) fn new(in_flight: usize) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(in_flight.max(1))),
            sent: Mutex::default(),
            remedies: Mutex::default(),
            bell: Notify::new(),
        }
    }

    /// Waits until one envelope more may be under way.
    pub(crate) async fn slot(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.slots).acquire_owned().await.ok()
    }

    pub(crate) fn departs(
        &self,
        id: NoticeId,
        item: Item,
        envelope: &v1::Envelope,
        permit: OwnedSemaphorePermit,
    ) {
        let sent = Sent { item, leaf: leaf_of(envelope), _permit: permit };
        lock(&self.sent).insert(id, sent);
    }

    pub(crate) fn has(&self, id: NoticeId) -> bool {
        lock(&self.sent).contains_key(&id)
    }

    /// Takes one off: the hub has answered.
    pub(crate) fn answered(&self, id: NoticeId) -> Option<Sent> {
        lock(&self.sent).remove(&id)
    }

    /// Notes what has to be done before one can go again.
    pub(crate) fn needs(&self, item: Item, remedy: Remedy) {
        lock(&self.remedies).insert(item, remedy);
    }

    /// It is done, or no more to be done.
    pub(crate) fn done(&self, item: Item) {
        lock(&self.remedies).remove(&item);
        self.bell.notify_waiters();
    }

    pub(crate) fn is_being_mended(&self, item: Item) -> bool {
        lock(&self.remedies).contains_key(&item)
    }

    /// What is to be done, the oldest envelope first.
    pub(crate) fn remedies(&self) -> Vec<(Item, Remedy)> {
        let mut all: Vec<(Item, Remedy)> =
            lock(&self.remedies).iter().map(|(item, remedy)| (*item, *remedy)).collect();
        all.sort_by_key(|(item, _)| item.id());
        all
    }
}

/// What the leaf will be computed from; salt and time come with the hub's answer.
fn leaf_of(envelope: &v1::Envelope) -> AcceptedLeaf {
    AcceptedLeaf {
        leaf_salt: [0; 32],
        accepted_at: Timestamp::default(),
        header: Bytes::clone(&envelope.header).into(),
        slots_root: Bytes::clone(&envelope.slots_root).into(),
        depth: envelope.depth,
        signature: Bytes::clone(&envelope.signature).into(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
