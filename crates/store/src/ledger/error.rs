//! What can go wrong with a ledger.

use amana_log::{HASH_BYTES, LeafIndex, ProveError, TileId, TreeHead};
use amana_types::Seq;

use crate::ids::IdsError;
use crate::journal::{JournalError, is_full};
use crate::ledger::fold::LoadError;
use crate::tiles::TilesError;
use crate::views::ViewsError;

/// Why a ledger could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The journal refused; see there.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The views refused. End the process; they are rebuilt at the next start.
    #[error(transparent)]
    Views(#[from] ViewsError),
    /// The tree's files refused. End the process; they are rebuilt at the next start.
    #[error(transparent)]
    Tiles(#[from] TilesError),
    /// The index of ids refused. End the process; it is rebuilt at the next start.
    #[error(transparent)]
    Ids(#[from] IdsError),
    /// The fold could not be put together from its rows, not even from rebuilt ones.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A proof was asked for that the tree cannot give.
    #[error(transparent)]
    Proof(#[from] ProveError<TilesError>),
    /// A record in the journal is not one that this program writes. Use the version that wrote it.
    #[error(
        "record {seq} is not of this version: {cause}; start the version that wrote it, nothing was changed"
    )]
    Record {
        /// Which record.
        seq: Seq,
        /// What the decoder said.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The views know more records than the journal holds: the journal was replaced by an older copy.
    #[error(
        "the journal ends before record {next}, but record {applied} was acknowledged; \
         restore the newer journal, nothing was changed"
    )]
    Shortened {
        /// The first record that is missing.
        next: Seq,
        /// Records before this one were applied.
        applied: Seq,
    },
    /// The views are gone and the journal no longer begins at record 0, so nothing can rebuild them.
    #[error(
        "the views cannot be rebuilt: the journal begins with record {first}; restore the views from a copy"
    )]
    Beheaded {
        /// The first record held.
        first: Seq,
    },
    /// The thread that keeps the views could not be started.
    #[error("cannot start the thread that keeps the views: {0}")]
    Thread(std::io::Error),
    /// Writing the views hangs. End the process; they are rebuilt at the next start.
    #[error("writing the views to disk does not end")]
    Stalled,
}

impl LedgerError {
    /// Whether the process must end. What was acknowledged is safe; the next start finds out the rest.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        match self {
            Self::Journal(error) => error.is_fatal(),
            Self::Proof(_) => false,
            _ => true,
        }
    }

    /// Whether nothing is wrong but the room on the disk.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Journal(JournalError::DiskFull { .. }) => true,
            Self::Views(error) | Self::Load(LoadError::Views(error)) => error.is_disk_full(),
            Self::Tiles(TilesError::Io { cause, .. }) | Self::Ids(IdsError::Io { cause, .. }) => {
                is_full(cause)
            }
            _ => false,
        }
    }
}

/// The first place at which what is stored does not agree with itself.
#[derive(Debug, thiserror::Error)]
pub enum Mismatch {
    /// The check itself could not go on, or met a record whose checksum is wrong.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A record does not hash to the leaf that was signed for it.
    #[error("record {} does not match its leaf in the tree", seq)]
    Leaf {
        /// Which record.
        seq: Seq,
    },
    /// A stored tile is not the one that the records give.
    #[error("tile {} of level {} does not match the records", id.index(), id.level())]
    Tile {
        /// Which tile.
        id: TileId,
    },
    /// The root over the records is not the one expected.
    #[error("the root over the first {} records is not the expected one", expected.size)]
    Root {
        /// What was expected.
        expected: TreeHead,
        /// What the records give.
        found: [u8; HASH_BYTES],
    },
    /// A head was expected that has more leaves than there are records.
    #[error("a head with {} records is expected, but there are only {records}", expected.size)]
    Short {
        /// What was expected.
        expected: TreeHead,
        /// Records there are.
        records: u64,
    },
}

impl From<JournalError> for Mismatch {
    fn from(error: JournalError) -> Self {
        Self::Ledger(error.into())
    }
}

impl From<TilesError> for Mismatch {
    fn from(error: TilesError) -> Self {
        Self::Ledger(error.into())
    }
}

pub(super) const fn leaf_index(seq: Seq) -> LeafIndex {
    LeafIndex::new(seq.0)
}
