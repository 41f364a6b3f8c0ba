//! Checking that what is stored agrees with itself and with heads known from elsewhere.

use amana_log::{Frontier, FullTile, TileId, TreeHead, TreeSize};
use amana_types::Seq;

use super::open::decode;
use super::{Fold, LedgerError, Mismatch, Reader, Tree};
use crate::routes::BLOCK_RECORDS;

/// How much is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckDepth {
    /// The tree's hashes only.
    Tree,
    /// Every record too: its checksum, its leaf, and every tile computed anew.
    Records,
}

/// What a check that found nothing has covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The tree that was checked.
    pub head: TreeHead,
    /// Full tiles compared.
    pub tiles: u64,
    /// Records read.
    pub records: u64,
}

impl Reader {
    /// Checks everything up to the present tree, and that the tree had each of these heads, in
    /// whatever order they come. The ledger may grow meanwhile. `progress` is told now and then how many
    /// records were read.
    ///
    /// # Errors
    /// [`Mismatch`]: the first place that is wrong.
    pub fn check<F: Fold>(
        &self,
        depth: CheckDepth,
        expected: &[TreeHead],
        progress: impl FnMut(u64),
    ) -> Result<Checked, Mismatch> {
        let tree = self.tree();
        let records = tree.size().get();
        if let Some(expected) = expected.iter().find(|head| head.size > tree.size()) {
            return Err(Mismatch::Short { expected: *expected, records });
        }
        let mut checked = Checked { head: tree.head(), tiles: 0, records: 0 };
        match depth {
            CheckDepth::Tree => checked.tiles = check_tiles(&tree)?,
            CheckDepth::Records => self.check_records::<F>(&tree, &mut checked, progress)?,
        }
        for expected in expected.iter().chain([&checked.head]) {
            let found = tree.head_at(expected.size).map_err(Mismatch::Ledger)?;
            if found != *expected {
                return Err(Mismatch::Root { expected: *expected, found: *found.root.as_bytes() });
            }
        }
        Ok(checked)
    }

    fn check_records<F: Fold>(
        &self,
        tree: &Tree,
        checked: &mut Checked,
        mut progress: impl FnMut(u64),
    ) -> Result<(), Mismatch> {
        let mut frontier = Frontier::new();
        let mut scan = self.journal.scan(Seq(0));
        while frontier.size() < tree.size() {
            let Some((seq, bytes)) = scan.next_record()? else { break };
            let record = decode::<F>(seq, bytes)?;
            for FullTile { id, tile } in frontier.append(F::leaf(&record)) {
                let stored = tree.shared.tiles.read_checked(id)?;
                if stored != tile {
                    let differs = |(place, (a, b)): (u64, (&[u8], &[u8]))| (a != b).then_some(place);
                    let pairs = stored.as_bytes().chunks(32).zip(tile.as_bytes().chunks(32));
                    let place = (0..).zip(pairs).find_map(differs).unwrap_or_default();
                    let leaf = Seq(id.index() * BLOCK_RECORDS + place);
                    return Err(if id.level() == 0 {
                        Mismatch::Leaf { seq: leaf }
                    } else {
                        Mismatch::Tile { id }
                    });
                }
                checked.tiles += 1;
            }
            checked.records += 1;
            if checked.records.is_multiple_of(BLOCK_RECORDS) {
                progress(checked.records);
            }
        }
        let found = frontier.head();
        if found == checked.head {
            Ok(())
        } else {
            Err(Mismatch::Root { expected: checked.head, found: *found.root.as_bytes() })
        }
    }
}

/// Reads every full tile of every level and checks it against the level above.
fn check_tiles(tree: &Tree) -> Result<u64, Mismatch> {
    let mut tiles = 0;
    for level in 0_u8..8 {
        let hashes = tree.size().get() >> (8 * u32::from(level));
        for index in 0..hashes / BLOCK_RECORDS {
            let Ok(id) = TileId::new(level, index) else { continue };
            tree.shared.tiles.read_checked(id)?;
            tiles += 1;
        }
    }
    // The upper levels' partial tiles are in memory; the root over the files must be the same.
    let whole = TreeSize::new(tree.size().get() / BLOCK_RECORDS * BLOCK_RECORDS);
    let resumed = Frontier::resume(&tree.shared.tiles, whole).map_err(LedgerError::from)?;
    let expected = tree.head_at(whole).map_err(Mismatch::Ledger)?;
    let found = resumed.head();
    if found == expected {
        Ok(tiles)
    } else {
        Err(Mismatch::Root { expected, found: *found.root.as_bytes() })
    }
}
