//! Why the sequencer ended.

use crate::ledger::LedgerError;
use crate::record::RecordError;

/// What ends the sequencer, and with it the process. Nothing that was acknowledged is lost by that.
#[derive(Debug, thiserror::Error)]
pub enum SequencerError {
    /// The ledger can no longer be trusted to be durable, or cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A record cannot be written, which no record within its limits causes.
    #[error(transparent)]
    Record(#[from] RecordError),
}
