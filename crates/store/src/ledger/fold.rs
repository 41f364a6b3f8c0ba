//! What the owner of a ledger brings: how records are read, folded and kept.

use amana_log::LeafHash;
use amana_types::{Digest, NoticeId, Seq};

use crate::ids::{IdEntry, Recorded};
use crate::keyslots::KeySlotsError;
use crate::routes::MemberIndex;
use crate::views::{Rows, SchemaVersion, Views, ViewsError};

/// A pure fold over the journal: the same records give the same state, live and after a restart.
///
/// It reads no clock, draws no randomness and does no I/O of its own; [`Fold::load`] reads the rows
/// that [`Fold::drain`] wrote and nothing else.
pub trait Fold {
    /// A record as the owner thinks of it.
    type Record;
    /// Why bytes are not a record.
    type Error: std::error::Error + Send + Sync + 'static;

    /// The layout of the rows. Change it with the rows, the routes or the ids, and they are rebuilt.
    const SCHEMA: SchemaVersion;

    /// Reads a record from the journal's bytes.
    ///
    /// # Errors
    /// The owner's own; the ledger then refuses to open, because its own writer made these bytes.
    fn decode(bytes: &[u8]) -> Result<Self::Record, Self::Error>;

    /// Opens what a record keeps sealed, once it was read from the journal and before it is applied: it may read
    /// what lies beside the journal, which [`Fold::apply`] does not. A record that is appended comes opened.
    fn open(&self, _: &mut Self::Record) {}

    /// The hash of the record's leaf in the audit tree (RFC 9162 §2.1.1).
    fn leaf(record: &Self::Record) -> LeafHash;

    /// The id under which the record is to be found, with the hash of the header it came with.
    fn id(record: &Self::Record) -> Option<(NoticeId, Digest)>;

    /// Takes one record into the state and says whom it is for.
    fn apply(&mut self, seq: Seq, record: &Self::Record, effects: &mut Effects);

    /// Writes what changed since the last call as rows. Called at the end of each block of 256
    /// records; after it, the rows alone must give the present state.
    fn drain(&mut self, rows: &mut Rows);

    /// Whether what the owner keeps beside the journal has all that the records so far need. Asked before
    /// rows are written and when the ledger is opened; an error then says what to restore.
    ///
    /// # Errors
    /// [`LoadError::KeySlots`].
    fn check(&self) -> Result<(), LoadError> {
        Ok(())
    }

    /// Puts the state together from rows. Called once, on a fold without records.
    ///
    /// # Errors
    /// [`LoadError`] when the rows make no sense; they are then set aside and rebuilt.
    fn load(&mut self, views: &Views) -> Result<(), LoadError>;
}

/// Why a fold could not be put together from its rows.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The rows could not be read.
    #[error(transparent)]
    Views(#[from] ViewsError),
    /// The key slots are not those of the records. The rows are sound.
    #[error(transparent)]
    KeySlots(#[from] KeySlotsError),
    /// A row is not what the fold writes.
    #[error("a row of the views cannot be understood: {what}")]
    Row {
        /// Which row, in the owner's words.
        what: &'static str,
    },
}

/// What follows from one record outside of the fold's own state.
#[derive(Default)]
pub struct Effects {
    seq: Seq,
    pub(super) routes: Vec<(Seq, MemberIndex)>,
}

impl Effects {
    /// The record is for this member.
    pub fn route(&mut self, member: MemberIndex) {
        self.routes.push((self.seq, member));
    }

    pub(super) fn begin(&mut self, seq: Seq) {
        self.seq = seq;
    }
}

pub(super) fn id_entry<F: Fold>(seq: Seq, record: &F::Record) -> Option<IdEntry> {
    F::id(record).map(|(id, header)| IdEntry { id, recorded: Recorded { seq, header } })
}
