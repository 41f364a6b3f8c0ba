//! The accepted records that are still in memory, so that a fresh delivery reads no disk.

use std::collections::VecDeque;
use std::sync::{PoisonError, RwLock};

use amana_types::Seq;

use crate::record::Record;

/// The newest records, without gaps, bounded by bytes.
///
/// One writer, the sequencer; many readers, the deliveries. The lock is held for a look-up only.
pub(crate) struct Recent {
    limit_bytes: usize,
    ring: RwLock<Ring>,
}

#[derive(Default)]
struct Ring {
    first: u64,
    records: VecDeque<Record>,
    bytes: usize,
}

impl Recent {
    /// An empty cache for the records from `next` on.
    pub(crate) fn new(limit_bytes: usize, next: Seq) -> Self {
        Self { limit_bytes, ring: RwLock::new(Ring { first: next.0, ..Ring::default() }) }
    }

    /// Adds the records that follow the newest one.
    pub(crate) fn extend(&self, records: impl IntoIterator<Item = Record>) {
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        for record in records {
            ring.bytes = ring.bytes.saturating_add(weight(&record));
            ring.records.push_back(record);
        }
        while ring.bytes > self.limit_bytes
            && let Some(oldest) = ring.records.pop_front()
        {
            ring.bytes = ring.bytes.saturating_sub(weight(&oldest));
            ring.first = ring.first.saturating_add(1);
        }
    }

    /// Puts another record of the same weight in a place, if that place is still here.
    pub(crate) fn replace(&self, seq: Seq, record: Record) {
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        let place = seq.0.checked_sub(ring.first).and_then(|place| usize::try_from(place).ok());
        if let Some(held) = place.and_then(|place| ring.records.get_mut(place)) {
            *held = record;
        }
    }

    /// Whether that place is here, or is not in the log yet.
    pub(crate) fn holds(&self, seq: Seq) -> bool {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).first <= seq.0
    }

    /// The record of that place, if it is still here.
    pub(crate) fn get(&self, seq: Seq) -> Option<Record> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let place = usize::try_from(seq.0.checked_sub(ring.first)?).ok()?;
        ring.records.get(place).cloned()
    }
}

/// What a record costs in memory, about: what it shares plus its place here.
fn weight(record: &Record) -> usize {
    const PLACE: usize = 512;
    PLACE
        + match record {
            Record::Accept(accept) => accept.weight(),
            Record::Receipt(receipt) => receipt.body.len(),
            Record::Directory(entry) => entry.bytes.len(),
            Record::Review(review) => review.body.len() + 8 * review.recipients.len(),
            Record::Conflict(_) | Record::Deliver(_) | Record::Swept(_) => 0,
        }
}

#[cfg(test)]
#[path = "recent_tests.rs"]
mod tests;
