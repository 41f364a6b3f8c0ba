//! Opening a ledger: what can be used of the views is used, the rest is replayed.

use std::sync::{Arc, RwLock};

use amana_log::{Frontier, TileId, TreeSize};
use amana_types::Seq;

use super::fold::id_entry;
use super::keeper::Keeper;
use super::{
    APPLIED, DURABLE_LEAVES, Fold, JOURNAL, Ledger, LedgerConfig, LedgerError, LedgerShared, LoadError,
    Opened, ROOT,
};
use crate::ids::Ids;
use crate::journal::{Journal, JournalId, JournalReader};
use crate::routes::{BLOCK_RECORDS, Routes};
use crate::tiles::TileFiles;
use crate::views::{Prefix, Rows, SchemaVersion, Views, ViewsConfig, ViewsState};

/// The layout of this crate's own rows; part of every schema number.
const OWN_SCHEMA: u32 = 2;
/// Records folded between two looks at the journal.
const REPLAY_RECORDS: usize = 256;

impl<F: Fold> Ledger<F> {
    /// Opens the ledger in this directory, or begins one. `fold` makes the fold without records; views
    /// that cannot be used are set aside and built from the journal.
    ///
    /// # Errors
    /// [`LedgerError`]; damage to the journal is reported and nothing is changed.
    pub fn open(config: LedgerConfig, fold: impl Fn() -> F) -> Result<Self, LedgerError> {
        let journal = config.open_journal()?;
        Self::over(config, journal, fold)
    }

    /// The same over a journal that [`LedgerConfig::open_journal`] opened.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn over(config: LedgerConfig, journal: Journal, fold: impl Fn() -> F) -> Result<Self, LedgerError> {
        let schema = SchemaVersion(F::SCHEMA.0.wrapping_mul(1 << 8).wrapping_add(OWN_SCHEMA));
        let (mut views, state) = Views::open(ViewsConfig {
            dir: config.dir.join("views"),
            schema,
            cache_bytes: config.views_cache_bytes,
            reopen_after_bytes: config.views_reopen_bytes,
        })?;
        let applied = applied_to(&views, &journal)?;
        if applied.is_none() && state == ViewsState::Kept {
            tracing::warn!("the views belong to another journal and are set aside");
            views = views.set_aside()?.0;
        }
        if let Some(applied) = applied.filter(|applied| *applied > journal.next()) {
            return Err(LedgerError::Shortened { next: journal.next(), applied });
        }
        let resumed = match applied.map(|applied| resume::<F>(&config, &views, &journal, applied, fold())) {
            Some(Err(error)) if blames_rows(&error) => {
                tracing::warn!(%error, "the views are set aside and rebuilt");
                views = views.set_aside()?.0;
                None
            }
            resumed => resumed.transpose()?,
        };
        let rebuilt = resumed.is_none() && journal.next() > Seq(0);
        let base = resumed.map_or_else(|| begin(&config, &views, &journal, fold()), Ok);
        let Base { fold, frontier, routes, tiles, ids, from } = base?;
        let shared = RwLock::new(Arc::new(frontier.clone()));
        let shared = Arc::new(LedgerShared { views, tiles, ids, routes, frontier: shared });
        let failure = config.failure;
        shared.views.report_to(&failure);
        let keeper = Keeper::start(&shared, config.flush_every, &failure)?;
        let opened = Opened { replayed_records: 0, rebuilt };
        let mut ledger = Self { journal, fold, frontier, shared, keeper, failure, opened, broken: false };
        ledger.replay(from)?;
        ledger.fold.check()?;
        Ok(ledger)
    }

    fn replay(&mut self, from: Seq) -> Result<(), LedgerError> {
        let mut scan = self.journal.reader().scan(from);
        let mut first = from;
        loop {
            let mut records = Vec::with_capacity(REPLAY_RECORDS);
            while records.len() < REPLAY_RECORDS
                && let Some((seq, bytes)) = scan.next_record()?
            {
                let mut record = decode::<F>(seq, bytes)?;
                self.fold.open(&mut record);
                records.push(record);
            }
            if records.is_empty() {
                break;
            }
            self.absorb(first, records.iter())?;
            first = Seq(first.0 + records.len() as u64);
        }
        self.opened.replayed_records = first.0.saturating_sub(from.0);
        self.publish();
        Ok(())
    }
}

/// Whether an error says that the rows cannot be used: neither a full disk nor other key slots do.
fn blames_rows(error: &LedgerError) -> bool {
    !matches!(error, LedgerError::Load(LoadError::KeySlots(_))) && !error.is_disk_full()
}

/// The state at a block boundary.
struct Base<F> {
    fold: F,
    frontier: Frontier,
    routes: Routes,
    tiles: TileFiles,
    ids: Ids,
    from: Seq,
}

/// How far the rows go, if they were derived from this journal.
fn applied_to(views: &Views, journal: &Journal) -> Result<Option<Seq>, LedgerError> {
    let own = number(views, JOURNAL)? == Some(journal.id().0);
    Ok(number(views, APPLIED)?.filter(|_| own).map(Seq))
}

fn number(views: &Views, key: &[u8]) -> Result<Option<u64>, LedgerError> {
    let value = views.get(Prefix::META, key)?;
    Ok(value.and_then(|value| value.try_into().ok()).map(u64::from_be_bytes))
}

/// The state before the first record.
fn begin<F: Fold>(
    config: &LedgerConfig,
    views: &Views,
    journal: &Journal,
    fold: F,
) -> Result<Base<F>, LedgerError> {
    let first = journal.reader().first();
    if first > Seq(0) {
        return Err(LedgerError::Beheaded { first });
    }
    let mut rows = Rows::default();
    rows.put(Prefix::META, JOURNAL, &journal.id().0.to_be_bytes());
    rows.put(Prefix::META, APPLIED, &0_u64.to_be_bytes());
    let frontier = Frontier::new();
    rows.put(Prefix::META, ROOT, frontier.head().root.as_bytes());
    views.apply(rows)?;
    let ids_dir = config.dir.join("ids");
    Ids::clear(&ids_dir)?;
    let (ids, _) = Ids::open(&ids_dir, journal.id(), config.run_ids)?;
    Ok(Base {
        fold,
        frontier,
        routes: Routes::default(),
        tiles: TileFiles::open(&config.dir.join("tree"))?,
        ids,
        from: Seq(0),
    })
}

/// The state at the last block that the rows have.
fn resume<F: Fold>(
    config: &LedgerConfig,
    views: &Views,
    journal: &Journal,
    applied: Seq,
    mut fold: F,
) -> Result<Base<F>, LedgerError> {
    fold.load(views)?;
    let mut tiles = TileFiles::open(&config.dir.join("tree"))?;
    let durable = Seq(number(views, DURABLE_LEAVES)?.unwrap_or(0));
    let reader = journal.reader();
    mend_tiles::<F>(&tiles, &reader, durable, applied)?;
    let mut frontier = Frontier::resume(&tiles, TreeSize::new(applied.0))?;
    let root = views.get(Prefix::META, ROOT)?.unwrap_or_default();
    if frontier.head().root.as_bytes().as_slice() != root {
        tracing::warn!("the files of the tree are of other records");
        remake_tiles::<F>(&tiles, &reader, 0, applied)?;
        tiles = TileFiles::open(&config.dir.join("tree"))?;
        frontier = Frontier::resume(&tiles, TreeSize::new(applied.0))?;
        if frontier.head().root.as_bytes().as_slice() != root {
            return Err(LoadError::Row { what: "the root of the tree" }.into());
        }
    }
    let routes = Routes::load(views, applied.0 / BLOCK_RECORDS)?;
    let ids = resume_ids::<F>(config, journal.id(), &reader, applied)?;
    Ok(Base { fold, frontier, routes, tiles, ids, from: applied })
}

/// Hashes that were not known to be durable are checked, and computed anew where they are not right.
fn mend_tiles<F: Fold>(
    tiles: &TileFiles,
    journal: &JournalReader,
    durable: Seq,
    applied: Seq,
) -> Result<(), LedgerError> {
    let good_until = (durable.0 / BLOCK_RECORDS..applied.0 / BLOCK_RECORDS)
        .find(|block| TileId::new(0, *block).is_ok_and(|id| tiles.read_checked(id).is_err()));
    let last_durable = (durable.0 / BLOCK_RECORDS).checked_sub(1);
    let lost = last_durable
        .filter(|block| TileId::new(0, *block).is_ok_and(|id| tiles.read_checked(id).is_err()))
        .map(|_| 0);
    match lost.or(good_until) {
        Some(block) => remake_tiles::<F>(tiles, journal, block, applied),
        None => Ok(()),
    }
}

/// Computes hashes from the records anew, from a block on.
fn remake_tiles<F: Fold>(
    tiles: &TileFiles,
    journal: &JournalReader,
    block: u64,
    applied: Seq,
) -> Result<(), LedgerError> {
    tracing::warn!(from = block * BLOCK_RECORDS, until = %applied, "computing the tree's hashes anew");
    let from = Seq(block * BLOCK_RECORDS);
    let mut frontier = Frontier::resume(tiles, TreeSize::new(from.0))?;
    let mut scan = journal.scan(from);
    while frontier.size().get() < applied.0
        && let Some((seq, bytes)) = scan.next_record()?
    {
        let full = frontier.append(F::leaf(&decode::<F>(seq, bytes)?));
        tiles.put(&full)?;
    }
    Ok(tiles.sync()?)
}

/// Feeds the index of ids with the blocks it missed.
fn resume_ids<F: Fold>(
    config: &LedgerConfig,
    id: JournalId,
    journal: &JournalReader,
    applied: Seq,
) -> Result<Ids, LedgerError> {
    let dir = config.dir.join("ids");
    let (mut ids, mut from) = Ids::open(&dir, id, config.run_ids)?;
    if from > journal.next() {
        Ids::clear(&dir)?;
        (ids, from) = Ids::open(&dir, id, config.run_ids)?;
    }
    let mut scan = journal.scan(from);
    while from < applied
        && let Some((seq, bytes)) = scan.next_record()?
    {
        ids.add(id_entry::<F>(seq, &decode::<F>(seq, bytes)?).as_slice());
        from = seq.next();
        if from.0.is_multiple_of(BLOCK_RECORDS) {
            ids.end_block(from)?;
        }
    }
    Ok(ids)
}

pub(super) fn decode<F: Fold>(seq: Seq, bytes: &[u8]) -> Result<F::Record, LedgerError> {
    F::decode(bytes).map_err(|cause| LedgerError::Record { seq, cause: Box::new(cause) })
}
