//! Sealing anew what waits for the hub, after the directory moved: a notice, an order about one, or a reply.
//! What was made while our clock was ahead is made anew: see `renew`.

use amana_types::NoticeId;

use crate::ending::recall;
use crate::fold::table::RowKind;
use crate::ledger::holdings::HoldingsError;
use crate::notice::publish;
use crate::outbox::sealing::ResealError;
use crate::replies::answer;
use crate::subjects::Record;
use crate::subjects::renew;
use crate::work::basis::Basis;
use crate::work::commands::{Command, Decision};

/// Routes and seals what waits under that id anew, or makes it anew under another.
pub(crate) struct Reseal(pub(crate) NoticeId);

impl Command for Reseal {
    type Answer = ();
    type Error = ResealError;

    fn decide(self, basis: &Basis<'_>) -> Result<Decision<(), ResealError>, ResealError> {
        let Self(id) = self;
        let at = {
            let state = basis.holdings.state().read();
            let place = state.base.outbox_ids.get(&id).copied();
            place.filter(|at| state.base.outbox.get(at).is_some_and(|waiting| waiting.accepted.is_none()))
        };
        let record = basis.holdings.record(at.ok_or(ResealError::Settled)?)?;
        // An order about a notice goes out also when the notice has ended: that is what it tells.
        if !matches!(record, Record::Recall(_)) && basis.holdings.ended(id)?.is_some() {
            return Err(ResealError::Ended);
        }
        if renew::is_from_the_future(basis, id) {
            return Ok(Decision::records(renew::renew(basis, record)?, ()));
        }
        let resealed = match record {
            Record::Outgoing(before) => publish::reseal(basis, before),
            Record::Recall(before) => recall::reseal(basis, &before).map(Record::Recall),
            Record::OutgoingReply(before) => answer::reseal(basis, *before),
            _ => Err(HoldingsError::Row(RowKind::OUTBOX.name()).into()),
        };
        Ok(Decision::record(resealed?, ()))
    }
}
