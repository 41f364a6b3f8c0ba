//! What one member may have under way on all its publish streams together, so that one that floods
//! stands in its own way only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use amana_types::MemberCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BudgetLimits {
    /// Publish streams.
    pub(crate) streams: usize,
    /// Attachments that come or go at once.
    pub(crate) attachments: usize,
    /// Bytes of envelopes that wait for their answer.
    pub(crate) bytes: usize,
    /// Pieces of work that are verified or wait for a core: not more than there are cores, so that a
    /// member with many streams has no longer queue than one with a single stream.
    pub(crate) verifying: usize,
}

/// The budgets of the members that have streams open.
pub(crate) struct Budgets {
    limits: BudgetLimits,
    by_member: Mutex<HashMap<MemberCode, Weak<Budget>>>,
}

/// One member's budget, shared by its streams.
pub(crate) struct Budget {
    limits: BudgetLimits,
    streams: Arc<Semaphore>,
    attachments: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    verifying: Arc<Semaphore>,
}

impl Budgets {
    /// Nobody has anything under way.
    pub(crate) fn new(limits: BudgetLimits) -> Self {
        Self { limits, by_member: Mutex::default() }
    }

    /// A member's budget.
    pub(crate) fn of(&self, member: MemberCode) -> Arc<Budget> {
        // Nothing that can panic runs under the lock, so a poisoned one is still whole.
        let mut by_member = self.by_member.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(budget) = by_member.get(&member).and_then(Weak::upgrade) {
            return budget;
        }
        by_member.retain(|_, budget| budget.strong_count() > 0);
        let budget = Arc::new(Budget {
            limits: self.limits,
            streams: Arc::new(Semaphore::new(self.limits.streams)),
            attachments: Arc::new(Semaphore::new(self.limits.attachments)),
            bytes: Arc::new(Semaphore::new(self.limits.bytes)),
            verifying: Arc::new(Semaphore::new(self.limits.verifying)),
        });
        by_member.insert(member, Arc::downgrade(&budget));
        budget
    }
}

impl Budget {
    /// A place for one stream more, if there is one.
    pub(crate) fn stream(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.streams).try_acquire_owned().ok()
    }

    /// A place for one attachment more, if there is one.
    pub(crate) fn attachments(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.attachments).try_acquire_owned().ok()
    }

    /// Waits for room for so many bytes. What is larger than the whole budget waits for all of it.
    pub(crate) async fn bytes(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.bytes).acquire_many_owned(self.at_most(bytes)).await.ok()
    }

    /// The same, if that needs no waiting.
    pub(crate) fn try_bytes(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.bytes).try_acquire_many_owned(self.at_most(bytes)).ok()
    }

    /// Waits for the member's turn to wait for a core.
    pub(crate) async fn verifying(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.verifying).acquire_owned().await.ok()
    }

    fn at_most(&self, bytes: usize) -> u32 {
        u32::try_from(bytes.min(self.limits.bytes)).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
#[path = "budgets_tests.rs"]
mod tests;
