//! Uploads that come piece by piece.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use amana_types::Digest;
use amana_types::limits::UPLOADS_PER_AGENCY;

use crate::attachments::Taking;

/// How long an upload is held open for its next piece.
const PAUSE: Duration = Duration::from_secs(10 * 60);

/// Uploads that come piece by piece, between two pieces, by agency and content. One that is dropped from here goes
/// on at its last whole chunk.
#[derive(Default)]
pub(crate) struct Paused(Mutex<HashMap<(String, Digest), Waiting>>);

/// Since when one waits for its next piece, and what it is.
type Waiting = (Instant, Box<Taking>);

impl Paused {
    /// Keeps one until its next piece comes; answers how much of it is here.
    pub(crate) fn keep(&self, agency: String, content: Digest, taking: Box<Taking>) -> u64 {
        let (received, _) = taking.progress();
        let mut paused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        paused.retain(|_, (since, _)| since.elapsed() < PAUSE);
        if paused.len() < UPLOADS_PER_AGENCY {
            paused.insert((agency, content), (Instant::now(), taking));
        }
        received
    }

    pub(crate) fn take(&self, agency: &str, content: Digest) -> Option<Box<Taking>> {
        let mut paused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        paused.remove(&(agency.to_owned(), content)).map(|(_, taking)| taking)
    }
}
