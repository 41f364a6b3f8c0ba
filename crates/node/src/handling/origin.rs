//! What a notice passes on.

use amana_types::{NoticeId, Seq};

use super::record::PassedOn;
use crate::fold::table::RowKind;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::subjects::Record;

impl Holdings {
    /// What a notice passes on; nothing when it passes on none.
    pub(crate) fn passed_on(&self, id: NoticeId) -> Result<Option<PassedOn>, HoldingsError> {
        let Some(at) = self.get::<Seq>(RowKind::ORIGIN, id.as_bytes())? else { return Ok(None) };
        match self.record(at)? {
            Record::PassedOn(passed_on) => Ok(Some(passed_on)),
            _ => Err(HoldingsError::Row(RowKind::ORIGIN.name())),
        }
    }
}
