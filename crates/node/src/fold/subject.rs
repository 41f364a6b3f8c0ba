//! What a subject gives to the fold.

use amana_store::ledger::LoadError;
use amana_store::views::Views;

use super::apply::Folded;
use super::base::Base;
use super::table::RowKind;

/// A subject's part of the state. Every part sees every record, and takes what concerns it; so a new subject
/// changes none of the others.
pub(crate) trait SubjectState: Default {
    /// The kinds of rows that it alone writes.
    const KINDS: &'static [RowKind];

    /// Folds a record. What it says to the engine itself is folded already.
    fn apply(&mut self, base: &mut Base, folded: Folded<'_>);

    /// Puts what is held in memory of it among the rows of a full block.
    fn write_rows(&mut self, _base: &mut Base) {}

    /// Reads it back, at the end of the last full block.
    ///
    /// # Errors
    /// A row is damaged.
    fn load(&mut self, _views: &Views) -> Result<(), LoadError> {
        Ok(())
    }
}
