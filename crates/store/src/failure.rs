//! Storage that has failed, and whoever must know of it at once.
//!
//! After a failed write or sync nobody knows what is durable, and what waits for storage may wait for
//! ever: sled's next flush waits for the one that failed, and so does closing it. So whoever meets the
//! failure tells it here *before* anything is joined, closed or dropped; the owner of the process ends it
//! with the reason, and the next start finds out what is durable.
//!
//! A full disk is no failure. What needs room is refused with its reason, and is taken again when there is room.

use std::fmt::{self, Display};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Storage failed: the process must end now and start again. What was acknowledged is safe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("storage failed: {reason}; what was acknowledged is safe, start again")]
pub struct StorageFailed {
    /// What failed, and where.
    pub reason: String,
}

type Tell = Box<dyn FnOnce(StorageFailed) + Send>;

/// Tells the owner of the process the first failure of its storage. Cheap to clone.
#[derive(Clone)]
pub struct Failure(Arc<Inner>);

struct Inner {
    failed: AtomicBool,
    tell: Mutex<Option<Tell>>,
}

impl Failure {
    /// `tell` is called once, on the thread that meets the failure; it must not wait for anything.
    #[must_use]
    pub fn new(tell: impl FnOnce(StorageFailed) + Send + 'static) -> Self {
        Self(Arc::new(Inner { failed: AtomicBool::new(false), tell: Mutex::new(Some(Box::new(tell))) }))
    }

    /// For an owner that asks each call for its error and has no other threads.
    #[must_use]
    pub fn logged() -> Self {
        Self::new(|failed| tracing::error!(%failed, "end this process"))
    }

    /// Says that storage failed. Only the first word counts.
    pub fn tell(&self, reason: &dyn Display) {
        self.0.failed.store(true, Ordering::Release);
        let tell = self.0.tell.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(tell) = tell {
            tell(StorageFailed { reason: reason.to_string() });
        }
    }

    /// Whether it failed: then nothing that was opened is closed any more.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.0.failed.load(Ordering::Acquire)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failure({})", self.is_failed())
    }
}
