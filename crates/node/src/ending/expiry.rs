//! Notices whose time is over, ours and others': ended without a word from anybody. So are drafts that
//! nobody saved for long.

use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use amana_types::{Clock, NoticeId, Reason, Seq, Timestamp};

use crate::drafts::record::Discarded;
use crate::drafts::state::Kept;
use crate::ending::record::Expired;
use crate::fold::record::Debtors;
use crate::fold::rows::{Answered, Encoded as _, expiry_key, expiry_of};
use crate::fold::table::RowKind;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::writer::{Draft, LedgerWriter};
use crate::subjects::Record;
use crate::work::rounds::{Next, Round, RoundError, blocking};
use crate::work::waits::{Cause, Item, Queue, Waits};

/// How often the node's clock is looked at.
const TICK: Duration = Duration::from_secs(1);
/// Notices that are looked at in one go.
const AT_ONCE: usize = 256;

/// Ends notices when their time is over.
#[derive(Clone)]
pub(crate) struct ExpirySweep {
    pub(crate) holdings: Holdings,
    pub(crate) ledger_writer: LedgerWriter,
    pub(crate) waits: Waits,
    pub(crate) clock: Arc<dyn Clock>,
    /// Whether all that ever expired was looked at since the start: one that could not be ended before is
    /// found again.
    pub(crate) begun: bool,
    /// Rows whose notice could not be ended: the sweep goes past them, and comes back to them alone.
    pub(crate) odd: BTreeMap<NoticeId, Place>,
}

/// A row of what expires: the moment, and where the notice is.
pub(crate) type Place = (Timestamp, Seq);

/// One look at those that are due.
#[derive(Default)]
struct Due {
    drafts: Vec<Draft>,
    odd: BTreeMap<NoticeId, Place>,
    /// Where to look on; nothing when no more is due.
    next: Option<Place>,
}

impl Round for ExpirySweep {
    const NAME: &'static str = "expiry";

    /// Ends everything that is due now.
    async fn once(&mut self) -> Result<Next, RoundError> {
        let now = self.clock.now();
        let forgotten = self.forgotten(now);
        if !forgotten.is_empty() {
            self.ledger_writer.write(forgotten).await?;
        }
        self.sweep_odd(now).await?;
        let swept = self.holdings.state().read().base.swept;
        let mut next = Some(if self.begun { swept } else { (Timestamp::default(), Seq(0)) });
        while let Some(after) = next {
            let expiry_sweep = self.clone();
            let due = blocking(move || expiry_sweep.due(after, now)).await?;
            if !due.drafts.is_empty() {
                self.ledger_writer.write(due.drafts).await?;
            }
            self.odd.extend(due.odd);
            next = due.next;
        }
        self.begun = true;
        Ok(Next::After(TICK))
    }
}

impl ExpirySweep {
    /// Tries again, one by one, what could not be ended.
    async fn sweep_odd(&mut self, now: Timestamp) -> Result<(), RoundError> {
        for (id, place) in self.odd.clone() {
            let item = Item::at(Queue::Expiry, id, place.1);
            if !self.waits.is_due(item) {
                continue;
            }
            match self.ending(id, place, now, &mut HashSet::new()) {
                Ok(records) => {
                    let drafts: Vec<Draft> = records.into_iter().map(Draft::from).collect();
                    if !drafts.is_empty() {
                        self.ledger_writer.write(drafts).await?;
                    }
                    self.odd.remove(&id);
                    self.waits.settled(item);
                }
                Err(error) => self.waits.failed(item, Cause::own(Reason::NodeFault, error)),
            }
        }
        Ok(())
    }

    /// Drafts that nobody saved for long.
    fn forgotten(&self, now: Timestamp) -> Vec<Draft> {
        let state = self.holdings.state().read();
        let over = state.drafts.kept.iter().filter(|(_, kept)| kept.expires <= now);
        let discarded = |(id, kept): (&NoticeId, &Kept)| {
            Record::Discarded(Discarded { id: *id, revision: kept.revision, at: now }).into()
        };
        over.map(discarded).collect()
    }

    fn due(&self, after: Place, now: Timestamp) -> Result<Due, HoldingsError> {
        let damaged = || HoldingsError::Row(RowKind::EXPIRY.name());
        let rows = self.holdings.rows(RowKind::EXPIRY, &[], Bound::Excluded(&expiry_key(after)), AT_ONCE)?;
        let mut due = Due::default();
        let mut over: HashSet<NoticeId> = HashSet::new();
        let full = rows.len() == AT_ONCE;
        for (key, value) in rows {
            let place = expiry_of(&key).ok_or_else(damaged)?;
            if place.0 > now {
                due.next = None;
                return Ok(due);
            }
            let id = NoticeId::decode(&value).map_err(|_| damaged())?;
            match self.ending(id, place, now, &mut over) {
                Ok(records) => due.drafts.extend(records.into_iter().map(Draft::from)),
                Err(_) => drop(due.odd.insert(id, place)),
            }
            due.next = full.then_some(place);
        }
        Ok(due)
    }

    /// The records of a notice whose time is over, and of the versions before it, that are not among those
    /// that are `over` already.
    fn ending(
        &self,
        id: NoticeId,
        place: Place,
        now: Timestamp,
        over: &mut HashSet<NoticeId>,
    ) -> Result<Vec<Record>, HoldingsError> {
        let mut records = Vec::new();
        for id in self.with_versions_before(id)? {
            if over.insert(id) {
                records.extend(self.expired(id, place, now)?);
            }
        }
        Ok(records)
    }

    /// A notice that expires, and the versions in whose place it stood: none of them comes back into sight.
    fn with_versions_before(&self, id: NoticeId) -> Result<Vec<NoticeId>, HoldingsError> {
        let mut ids = vec![id];
        let version = match self.holdings.version(id)? {
            Some(version) if version.stands && version.before.is_some() => version,
            _ => return Ok(ids),
        };
        if let Some(versions) = self.holdings.versions(id)? {
            ids.extend(versions.before(&version).map(|before| before.id));
        }
        Ok(ids)
    }

    /// The records of a notice whose time is over; none when it ended before. Of one of ours the second
    /// says who has to erase it.
    fn expired(&self, notice: NoticeId, due: Place, at: Timestamp) -> Result<Vec<Record>, HoldingsError> {
        if self.holdings.ended(notice)?.is_some() {
            return Ok(Vec::new());
        }
        let Some(located) = self.holdings.locate(notice)? else { return Ok(Vec::new()) };
        let mut debtors = Vec::new();
        let (key_slot, received) = match self.holdings.record(located.at)? {
            Record::Outgoing(put) => {
                debtors.extend(put.recipients.iter().map(|place| place.member));
                // They were told before, and owe it since then if they still do.
                let told = self.holdings.restricted(notice)?;
                debtors.retain(|member| !told.iter().any(|(told, _)| told == member));
                (put.vaulted.key_slot, None)
            }
            Record::OutgoingReply(put) => (put.vaulted.key_slot, None),
            Record::ReplyIn(reply) => {
                let index = reply.passed.unwrap_or(reply.proven.index);
                (reply.vaulted.key_slot, Some((reply.sender, reply.header_hash, index)))
            }
            Record::Received(received) => {
                let owing = (received.sender, received.header_hash, received.proven.index);
                (received.vaulted.key_slot, Some(owing))
            }
            _ => return Ok(Vec::new()),
        };
        let mut records = vec![Record::Expired(Expired { notice, at, due, key_slot, received })];
        // What nobody has, nobody has to erase.
        let taken = self.holdings.get::<Answered>(RowKind::OUTCOME, notice.as_bytes())?;
        if !debtors.is_empty() && taken.is_some_and(|answered| answered.index.is_some()) {
            records.push(Record::Debtors(Debtors { notice, since: at, members: debtors }));
        }
        Ok(records)
    }
}
