//! Records on their way into the journal.

use amana_store::ledger;
use bytes::Bytes;

use super::codec::RecordError;
use super::{Logged, Record};

/// A record that may be written: it has its leaf, and its bytes read back as that record.
#[derive(Debug)]
pub(crate) struct Ready {
    logged: Logged,
    parts: Vec<Bytes>,
}

impl Ready {
    /// Encodes the record and computes its leaf.
    ///
    /// # Errors
    /// [`RecordError`] for a record that could not be read back, which none within its limits is.
    pub(crate) fn new(record: Record) -> Result<Self, RecordError> {
        let parts = record.encode()?;
        Ok(Self { logged: Logged::new(record)?, parts })
    }

    /// The record.
    pub(crate) fn record(&self) -> &Record {
        self.logged.record()
    }

    /// What the ledger appends.
    pub(crate) fn into_entry(self) -> ledger::Entry<Logged, Bytes> {
        ledger::Entry { record: self.logged, parts: self.parts }
    }
}
