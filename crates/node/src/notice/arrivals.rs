//! What comes in, as somebody who follows it hears of it: notices, and what is said back to notices.

use std::ops::Bound;

use amana_policy::Reading;
use amana_seal::receipt::ReceiptState;
use amana_types::life::NoticeStatus;
use amana_types::{MemberCode, NoticeId, Seq};
use amana_wire::v1;

use crate::fold::base::Owed;
use crate::fold::rows::{Encoded as _, Way, place_key, place_of};
use crate::fold::table::RowKind;
use crate::ledger::holdings::HoldingsError;
use crate::notice::reading::CaseReader;
use crate::replies::record::ReplyIn;
use crate::subjects::Record;

/// Something that came in.
pub(crate) struct Arrival {
    pub(crate) at: Seq,
    /// The notice that came, or to which something is said.
    pub(crate) notice: NoticeId,
    pub(crate) what: Arrived,
}

/// What came in.
pub(crate) enum Arrived {
    Notice(Box<v1::NoticeSummary>),
    Reply(Box<v1::ReplySummary>),
}

impl CaseReader {
    /// What came in at a place or after it, or was resumed there, oldest first, and where to go on; nothing
    /// when there is nothing more yet.
    pub(crate) fn arrivals(
        &self,
        (reading, own): (&Reading, MemberCode),
        from: Seq,
        limit: usize,
    ) -> Result<Option<(Vec<Arrival>, Seq)>, HoldingsError> {
        let rows = self.holdings.rows(RowKind::OWED, &[], Bound::Included(&place_key(from)), limit)?;
        let mut arrivals = Vec::with_capacity(rows.len());
        let mut next = None;
        for (key, value) in rows {
            let damaged = || HoldingsError::Row(RowKind::OWED.name());
            let owed = Owed::decode(&value).map_err(|_| damaged())?;
            let at = place_of(&key).ok_or_else(damaged)?;
            next = Some(at.next());
            if owed.state == ReceiptState::Delivered {
                arrivals.extend(self.arrival((reading, own), at, owed.id)?);
            }
        }
        Ok(next.map(|next| (arrivals, next)))
    }

    fn arrival(
        &self,
        (reading, own): (&Reading, MemberCode),
        at: Seq,
        id: NoticeId,
    ) -> Result<Option<Arrival>, HoldingsError> {
        let Some(located) = self.holdings.locate(id)? else { return Ok(None) };
        if let Record::ReplyIn(reply) = self.holdings.record(located.at)? {
            let summary = self.heard(own, &reply)?;
            let what = summary.map(|summary| Arrived::Reply(Box::new(summary)));
            return Ok(what.map(|what| Arrival { at, notice: reply.notice, what }));
        }
        let found = self.summaries(reading, vec![(at, id)])?.pop();
        Ok(found.map(|(at, notice, summary)| {
            let what = Arrived::Notice(Box::new(summary));
            Arrival { at, notice, what }
        }))
    }

    /// A reply in a line; nothing when it has ended, when its notice cannot be read, and at the review desk,
    /// to which it is not said.
    fn heard(&self, own: MemberCode, reply: &ReplyIn) -> Result<Option<v1::ReplySummary>, HoldingsError> {
        let Some(located) = self.holdings.locate(reply.notice)? else { return Ok(None) };
        let status = self.holdings.status(reply.notice)?;
        let hidden = located.way == Way::Received && status == NoticeStatus::Suspended;
        if hidden || !status.is_readable() || (reply.held && reply.passed.is_none()) {
            return Ok(None);
        }
        let Some(view) = self.reply(own, reply.id, None)? else { return Ok(None) };
        Ok(Some(v1::ReplySummary {
            reply_id: view.reply_id,
            notice_id: view.notice_id,
            sender: view.sender,
            r#type: view.r#type,
            created: view.created,
            late: view.late,
        }))
    }
}
