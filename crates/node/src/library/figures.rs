//! What an operation has come to, as this node can tell: from what it sent itself, and what it verified and
//! opened. The hub's word is not asked.
//!
//! A report of figures is a notice like any other, found by a term of the blind index. So one that was
//! withdrawn does not count, and the country's report before it counts again.
//!
//! Rejected: a row of sums. Counts of replies and hits are each country's own count, made by its node when it
//! reports, since no other node knows whom else it answered.

use std::collections::BTreeMap;

use amana_notice::known;
use amana_notice::reply::{Awaited, ReplyType};
use amana_notice::{Circulation, TallyMeasure};
use amana_policy::Reading;
use amana_types::{Group, GroupName, MemberCode, NoticeId, Seq, Timestamp};
use amana_wire::convert::{timestamp, timestamp_message};
use amana_wire::v1;

use crate::ledger::holdings::HoldingsError;
use crate::notice::reading::{CaseReader, id_of};
use crate::search::{Field, Scope};

/// The most notices of one operation that are looked at.
const NOTICES: usize = 100_000;

/// What an operation has come to, with its closing report if there is one.
pub(crate) struct Outcome {
    pub(crate) figures: v1::OperationFigures,
    pub(crate) closing_report: Option<v1::NoticeView>,
    /// The notices that were opened for it.
    pub(crate) shown: Vec<NoticeId>,
}

/// How much this node's country said back to an operation's notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) replies: u64,
    /// Among the replies.
    pub(crate) hits: u64,
}

/// A report of figures: the country's newest is the one with the highest place in the log.
struct Report {
    id: NoticeId,
    index: Seq,
    reported: Timestamp,
}

impl CaseReader {
    /// Works out what an operation has come to.
    pub(crate) fn outcome(&self, reading: &Reading, group: &Group) -> Result<Outcome, HoldingsError> {
        let name = &group.terms.name;
        let newest = self.newest_reports(reading, name)?;
        let mut shown = Vec::with_capacity(newest.len());
        let mut countries = Vec::with_capacity(newest.len());
        for (member, Report { id, index, reported }) in newest {
            let Some(tally) = self.tally(reading, id)? else { continue };
            shown.push(id);
            countries.push(v1::MemberFigures {
                member: member.to_string(),
                tally,
                notice_id: id.to_string(),
                reported: Some(timestamp_message(reported)),
                log_index: index.0,
            });
        }
        let is_silent = |code: &String| !countries.iter().any(|country| country.member == *code);
        let not_reported = group.accepted().map(|code| code.to_string()).filter(is_silent).collect();
        let (notices, mut places) = self.counts(reading, name)?;
        places.extend(countries.iter().map(|country| country.log_index));
        let (first_log_index, last_log_index) = (places.iter().min().copied(), places.iter().max().copied());
        let totals = Vec::new();
        let mut figures = v1::OperationFigures {
            members: countries,
            totals,
            not_reported,
            notices,
            first_log_index,
            last_log_index,
        };
        figures.totals = figures.sums();
        let closing_report = self.closing_report(reading, group)?;
        Ok(Outcome { figures, closing_report, shown })
    }

    /// Counts what was said back to an operation's notices, as far as the hub has taken it. What ended, or was
    /// said to what ended, counts no more. Nothing of it is shown, so that this asks for no [`Reading`].
    pub(crate) fn replies_given(
        &self,
        own: MemberCode,
        operation: &GroupName,
    ) -> Result<Given, HoldingsError> {
        let term = vec![vec![self.vault.term(Scope::Case, Field::Operation, operation.as_str())]];
        let mut given = Given::default();
        for at in self.holdings.search(&self.vault, &term, None, NOTICES)? {
            let Some(id) = id_of(&self.holdings.record(at)?) else { continue };
            // What was said to a notice that ended has ended with it.
            if self.holdings.ended(id)?.is_some() {
                continue;
            }
            for reply in self.replies(own, id)?.into_iter().flatten() {
                let is_ours = reply.direction() == v1::Direction::Sent && reply.log_place.is_some();
                let Some(kind) = known(reply.r#type).filter(|_| is_ours) else { continue };
                given.replies += u64::from(ReplyType::settles(kind) == Some(Awaited::Reply));
                given.hits += u64::from(kind == ReplyType::Hit);
            }
        }
        Ok(given)
    }

    fn newest_reports(
        &self,
        reading: &Reading,
        operation: &GroupName,
    ) -> Result<BTreeMap<MemberCode, Report>, HoldingsError> {
        let mut newest: BTreeMap<MemberCode, Report> = BTreeMap::new();
        let asked = [(Field::Tally, operation.to_string())];
        for (_, id, summary) in self.search(reading, &asked, None, NOTICES)? {
            // What the hub has not taken yet has no place, and nobody else knows of it.
            let (Some(index), Ok(sender)) = (log_index(&summary), summary.sender.parse()) else { continue };
            let reported = summary.created_at.map(timestamp).unwrap_or_default();
            let report = Report { id, index: Seq(index), reported };
            let is_newer = newest.get(&sender).is_none_or(|known: &Report| known.index < report.index);
            if is_newer {
                newest.insert(sender, report);
            }
        }
        Ok(newest)
    }

    fn tally(&self, reading: &Reading, id: NoticeId) -> Result<Option<Vec<v1::TallyEntry>>, HoldingsError> {
        let notice = self.view(reading, id)?.and_then(|view| view.notice);
        let is_known = |entry: &v1::TallyEntry| known::<TallyMeasure>(entry.measure).is_some();
        Ok(notice.map(|notice| notice.tally.into_iter().filter(is_known).collect()))
    }

    /// Notices of the operation that are in the log, reports of figures and closing reports aside.
    fn counts(
        &self,
        reading: &Reading,
        operation: &GroupName,
    ) -> Result<(Vec<v1::NoticeCount>, Vec<u64>), HoldingsError> {
        let token = operation.to_string();
        let reports = self.search(reading, &[(Field::Tally, token.clone())], None, NOTICES)?;
        let reports: std::collections::BTreeSet<NoticeId> = reports.iter().map(|(_, id, _)| *id).collect();
        let mut counts: BTreeMap<(MemberCode, i32, i32), u64> = BTreeMap::new();
        let mut places = Vec::new();
        for (_, id, summary) in self.search(reading, &[(Field::Operation, token)], None, NOTICES)? {
            let (Some(index), Ok(sender)) = (log_index(&summary), summary.sender.parse()) else { continue };
            let closing = summary.bulletin_category() == v1::BulletinCategory::ClosingReport;
            if closing || reports.contains(&id) {
                continue;
            }
            places.push(index);
            let count = counts.entry((sender, summary.circulation, summary.r#type)).or_insert(0_u64);
            *count = count.saturating_add(1);
        }
        let count = |((sender, circulation, r#type), notices): ((MemberCode, i32, i32), u64)| {
            known::<Circulation>(circulation)?;
            Some(v1::NoticeCount { sender: sender.to_string(), circulation, r#type, notices })
        };
        Ok((counts.into_iter().filter_map(count).collect(), places))
    }

    /// The newest closing report by the operation's lead.
    fn closing_report(
        &self,
        reading: &Reading,
        group: &Group,
    ) -> Result<Option<v1::NoticeView>, HoldingsError> {
        let lead = group.terms.lead.map(|lead| lead.to_string()).unwrap_or_default();
        let asked = [(Field::Operation, group.terms.name.to_string())];
        let found = self.search(reading, &asked, None, NOTICES)?;
        let report = found.into_iter().find(|(_, _, summary)| {
            summary.bulletin_category() == v1::BulletinCategory::ClosingReport && summary.sender == lead
        });
        match report {
            Some((_, id, _)) => self.view(reading, id),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
#[path = "figures_tests.rs"]
mod tests;

/// The index of a notice in the log, once the hub has taken it.
fn log_index(summary: &v1::NoticeSummary) -> Option<u64> {
    summary.log_place.as_ref().map(|place| place.index)
}
