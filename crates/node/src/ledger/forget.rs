//! Taking the terms of erased notices out of the blind index.
//!
//! Rows of the index are sealed under the vault key, which stays; so who has it could test guessed words against
//! a notice whose own key is gone. With that key its terms therefore go from the rows, which are then as if they
//! had never been there: a replay, which cannot open the terms any more, gives the same rows.
//!
//! The terms go before the record that says that the key is gone. A record's own terms are under the notice's key.
//! Rejected: terms in records under a key that stays. A replay would then need no key slots, and neither would a
//! thief.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use amana_store::ledger::LedgerError;
use amana_store::views::Rows;
use amana_types::Seq;

use crate::fold::table::RowKind;
use crate::index::{BUCKETS, TermRow, block_start, bucket_prefix, rows_without};
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::vault::{Vault, VaultError};

/// The most rows that one bucket of a block has: the last byte of their keys counts them.
const PARTS: usize = 256;

/// The blind index, for the one writer.
pub(crate) struct Index<'a> {
    pub(crate) holdings: &'a Holdings,
    pub(crate) vault: &'a Vault,
}

impl Index<'_> {
    /// Takes the terms of what these records end out of the index, in memory and in the views. What is done
    /// twice changes nothing.
    ///
    /// The views need not be durable when the journal says that the keys are gone. They become so in the order
    /// in which they are written; whoever opens older ones replays that record, and comes here again.
    pub(crate) fn forget(&self, ends: impl IntoIterator<Item = Seq>) -> Result<(), HoldingsError> {
        let mut blocks: BTreeMap<Seq, BTreeSet<Seq>> = BTreeMap::new();
        for of in ends {
            if let Some(at) = self.holdings.indexed_of(of)? {
                blocks.entry(block_start(at)).or_default().insert(at);
            }
        }
        for (block, gone) in &blocks {
            self.holdings.state().forget(gone);
            let mut rows = Rows::default();
            for bucket in 0..BUCKETS {
                self.without(&mut rows, bucket, *block, gone)?;
            }
            self.holdings.views().apply(rows).map_err(LedgerError::from)?;
        }
        Ok(())
    }

    /// Adds what changes in one bucket of a block when these records are in it no more.
    fn without(
        &self,
        rows: &mut Rows,
        bucket: u8,
        block: Seq,
        gone: &BTreeSet<Seq>,
    ) -> Result<(), HoldingsError> {
        let prefix = bucket_prefix(bucket, Some(block));
        let page = self.holdings.views().page(RowKind::TERMS.prefix(), Bound::Included(&prefix), PARTS);
        let mut held = Vec::new();
        for row in page.map_err(LedgerError::from)?.into_iter().take_while(|row| row.key.starts_with(&prefix))
        {
            let entries = self.vault.open_row(&row.key, &row.value).map_err(VaultError::from)?.to_vec();
            held.push(TermRow { key: row.key, entries });
        }
        let Some(left) = rows_without(bucket, &held, gone) else { return Ok(()) };
        for row in held.iter().skip(left.len()) {
            rows.delete(RowKind::TERMS.prefix(), &row.key);
        }
        for row in left {
            let sealed = self.vault.seal_row(&row.key, &row.entries).map_err(VaultError::from)?;
            rows.put(RowKind::TERMS.prefix(), &row.key, &sealed);
        }
        Ok(())
    }
}
