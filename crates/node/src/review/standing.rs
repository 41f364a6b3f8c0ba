//! Where an envelope stands with the review desk.

use amana_types::{NoticeId, Seq};

use super::state::{Standing, UnderReview};
use crate::fold::table::RowKind;
use crate::ledger::holdings::{Holdings, HoldingsError};

impl Holdings {
    /// Where a notice stands with the review desk.
    pub(crate) fn review(&self, id: NoticeId) -> Result<UnderReview, HoldingsError> {
        let none = UnderReview { standing: Standing::None, place: Seq(0) };
        Ok(self.get(RowKind::REVIEW, id.as_bytes())?.unwrap_or(none))
    }
}
