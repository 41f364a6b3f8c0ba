//! Opening what the node holds. Everything here takes the [`Reading`] of a permit, so that no other
//! permit, and no code without one, can open a case. Bulletins, which are no cases, take a `LibraryCard`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use amana_policy::Reading;
use amana_seal::envelope::AttachmentHeader;
use amana_seal::keys::HpkeKeyPair;
use amana_seal::receipt::ReceiptState;
use amana_seal::review::{ReviewDecision, Ruling, open_words};
use amana_types::life::{Ground, NoticeStatus};
use amana_types::{Digest, HpkeEpoch, MemberCode, NoticeId, Reason, Seq, Timestamp};
use amana_wire::convert::{error_reason, number, timestamp_message};
use amana_wire::v1;
use prost::Message as _;
use zeroize::Zeroizing;

use crate::attachments::Files;
use crate::attachments::record::Fetched;
use crate::attachments::state::listed_key;
use crate::fold::parts::{Proven, Vaulted};
use crate::fold::record::Verdict;
use crate::fold::rows::{Answered, Encoded as _, Ended, Located, Step, Way, step_of};
use crate::fold::table::RowKind;
use crate::index::BlindTerm;
use crate::ledger::holdings::{Holdings, HoldingsError, OneOfMany, one_of_many};
use crate::ledger::vault::{Part, Vault, VaultError};
use crate::notice::content::{descriptions, show};
use crate::notice::record::Outgoing;
use crate::review::state::{Standing as ReviewStanding, ToReview, UnderReview};
use crate::search::{Field, Scope};
use crate::subjects::Record;
use crate::versions::record::Suspension;

/// The node's holdings with the key that opens them. Cheap to clone.
#[derive(Clone)]
pub(crate) struct CaseReader {
    pub(crate) holdings: Holdings,
    pub(crate) vault: Arc<Vault>,
    pub(crate) files: Files,
    /// Our own HPKE keys, for what a review desk says to us alone.
    pub(crate) hpke: Arc<Vec<(HpkeEpoch, HpkeKeyPair)>>,
}

/// Summaries in order, each with its place.
pub(crate) type Summaries = Vec<(Seq, NoticeId, v1::NoticeSummary)>;

/// Where a sent notice stands.
pub(crate) struct Standing {
    pub(crate) recipients: Vec<MemberCode>,
    /// The hub's last word, if it said it.
    pub(crate) verdict: Option<Verdict>,
    /// What each recipient signed, with the moment by its clock.
    pub(crate) steps: Vec<(MemberCode, ReceiptState, Timestamp)>,
    pub(crate) status: NoticeStatus,
    /// How it ended, if it did.
    pub(crate) ended: Option<Ended>,
    /// Why it was withdrawn, if it was.
    pub(crate) ground: Option<Ground>,
    /// What the review desk said, if it did: the decision, its place in the log, and its words to us.
    pub(crate) review: Option<(ReviewDecision, Seq, Zeroizing<String>)>,
    /// Since when each member owes an erasure receipt, among those that had it.
    pub(crate) owing: BTreeMap<MemberCode, Timestamp>,
    /// The same about its other versions.
    pub(crate) other_debts: Vec<(NoticeId, MemberCode, Timestamp)>,
}

/// Whether an attachment has that content.
fn is_of(sealed: &v1::SealedAttachment, content: &[u8]) -> bool {
    sealed.attachment.as_ref().is_some_and(|said| said.content_sha256 == content)
}

impl CaseReader {
    /// A whole notice, as far as the caller may read it; nothing when it is not here or was erased.
    pub(crate) fn view(
        &self,
        reading: &Reading,
        id: NoticeId,
    ) -> Result<Option<v1::NoticeView>, HoldingsError> {
        let Some(located) = self.holdings.locate(id)? else { return Ok(None) };
        let record = self.holdings.record(located.at)?;
        let Some(vaulted) = vaulted(&record) else { return Ok(None) };
        // Before anything is opened: a notice that ended is nobody's to read.
        let Some(summary) = self.summary_of(reading, id, located, &record, false)? else { return Ok(None) };
        let damaged = || HoldingsError::Row("the content of a notice");
        let case = self.vault.open(id, vaulted, Part::Case)?.ok_or_else(damaged)?;
        let protected = match reading.may_open_protected() {
            true => self.vault.open(id, vaulted, Part::Protected)?,
            false => None,
        };
        let (notice, withheld_persons) =
            show(&case, protected.as_ref().map(|bytes| bytes.as_slice())).map_err(|_| damaged())?;
        let protected = protected.as_ref().map(|bytes| bytes.as_slice());
        let sealed = descriptions(&case, protected).map_err(|_| damaged())?;
        let kept_back = descriptions(&[], protected).map_err(|_| damaged())?;
        let mut attachments = self.progress(id, &record, &sealed)?;
        for (progress, shown) in attachments.iter_mut().zip(&sealed) {
            progress.child_protection_only =
                kept_back.iter().any(|one| one.sealed_sha256 == shown.sealed_sha256);
        }
        let marking = notice.marking.clone().map(v1::Marking::shown);
        let (summary, notice, origin) = (Some(summary), Some(notice), self.origin(id)?);
        Ok(Some(v1::NoticeView { summary, notice, withheld_persons, attachments, marking, origin }))
    }

    /// How far each attachment has come.
    pub(crate) fn progress(
        &self,
        id: NoticeId,
        record: &Record,
        shown: &[v1::SealedAttachment],
    ) -> Result<Vec<v1::AttachmentProgress>, HoldingsError> {
        let listed = match record {
            Record::Outgoing(put) => &put.attachments,
            Record::Received(received) => &received.attachments,
            _ => return Ok(Vec::new()),
        };
        let one = |attachment: &v1::SealedAttachment| {
            let digest = Digest::try_from(attachment.sealed_sha256.as_ref());
            let digest = digest.map_err(|_| HoldingsError::Row("the content of a notice"))?;
            let total =
                listed.iter().find(|one| one.sealed == digest).map_or(0, AttachmentHeader::sealed_bytes);
            self.progress_of(id, &digest, total)
        };
        shown.iter().map(one).collect()
    }

    fn progress_of(
        &self,
        id: NoticeId,
        digest: &Digest,
        sealed_bytes: u64,
    ) -> Result<v1::AttachmentProgress, HoldingsError> {
        let (received_bytes, whole) = self.files.state(digest);
        let fetched = self.holdings.get::<Fetched>(RowKind::FETCHED, &listed_key(digest, id))?;
        let mut reason = fetched.map(|fetched| fetched.reason).unwrap_or_default();
        if !whole && self.holdings.is_left_out(digest, id)? {
            Reason::AttachmentLeftOut.code().clone_into(&mut reason);
        }
        let state = match (whole, reason.is_empty(), received_bytes) {
            (true, ..) => v1::AttachmentState::Complete,
            (_, false, _) => v1::AttachmentState::Failed,
            (_, _, 0) => v1::AttachmentState::Absent,
            _ => v1::AttachmentState::Partial,
        };
        Ok(v1::AttachmentProgress {
            state: state.into(),
            received_bytes,
            sealed_bytes,
            reason: error_reason(&reason),
            child_protection_only: false,
        })
    }

    /// What opens an attachment, as far as the caller may read the notice, and how far it has come; nothing
    /// when there is none of that content for this caller.
    pub(crate) fn attachment(
        &self,
        reading: &Reading,
        id: NoticeId,
        content: &[u8],
    ) -> Result<Option<(v1::SealedAttachment, v1::AttachmentProgress)>, HoldingsError> {
        let Some(located) = self.holdings.locate(id)? else { return Ok(None) };
        let record = self.holdings.record(located.at)?;
        let Some(vaulted) = vaulted(&record) else { return Ok(None) };
        if self.summary_of(reading, id, located, &record, false)?.is_none() {
            return Ok(None);
        }
        let damaged = || HoldingsError::Row("the content of a notice");
        let case = self.vault.open(id, vaulted, Part::Case)?.ok_or_else(damaged)?;
        let protected = match reading.may_open_protected() {
            true => self.vault.open(id, vaulted, Part::Protected)?,
            false => None,
        };
        self.described((id, &record), &case, protected.as_ref().map(|bytes| bytes.as_slice()), content)
    }

    /// What opened sections say of an attachment by its content, and how far it has come.
    pub(crate) fn described(
        &self,
        (id, record): (NoticeId, &Record),
        case: &[u8],
        protected: Option<&[u8]>,
        content: &[u8],
    ) -> Result<Option<(v1::SealedAttachment, v1::AttachmentProgress)>, HoldingsError> {
        let all = descriptions(case, protected).map_err(|_| HoldingsError::Row("the content of a notice"))?;
        let Some(one) = all.into_iter().find(|one| is_of(one, content)) else { return Ok(None) };
        let progress = self.progress(id, record, std::slice::from_ref(&one))?;
        Ok(progress.into_iter().next().map(|progress| (one, progress)))
    }

    /// What a list shows of notices one way, newest first, before a place.
    pub(crate) fn list(
        &self,
        reading: &Reading,
        way: Way,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Summaries, HoldingsError> {
        fill(before, limit, |before, missing| {
            let places = self.holdings.newest(way, before, missing)?;
            Ok((places.last().map(|(at, _)| *at), places.len(), self.summaries(reading, places)?))
        })
    }

    /// What a list shows of an operation's notices one way, newest first, before a place.
    pub(crate) fn list_of_operation(
        &self,
        reading: &Reading,
        way: Way,
        operation: &str,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Summaries, HoldingsError> {
        let asked = [(Field::Operation, operation.to_owned())];
        let direction = match way {
            Way::Received => v1::Direction::Received,
            Way::Sent => v1::Direction::Sent,
        };
        let mut all = Summaries::new();
        let mut from = before;
        loop {
            let found = self.search(reading, &asked, from, limit)?;
            let (last, whole) = (found.last().map(|(at, ..)| *at), found.len() == limit);
            all.extend(found.into_iter().filter(|(.., summary)| summary.direction() == direction));
            if !whole || all.len() >= limit {
                all.truncate(limit);
                return Ok(all);
            }
            from = last;
        }
    }

    /// Notices that hold every term asked for, or to which something was said back that does, newest first,
    /// before a place.
    pub(crate) fn search(
        &self,
        reading: &Reading,
        asked: &[(Field, String)],
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Summaries, HoldingsError> {
        let asked: Vec<Vec<BlindTerm>> = asked
            .iter()
            .map(|(field, token)| {
                let mut alternatives = vec![self.vault.term(Scope::Case, *field, token)];
                if reading.may_open_protected() {
                    alternatives.push(self.vault.term(Scope::Protected, *field, token));
                }
                alternatives
            })
            .collect();
        fill(before, limit, |before, missing| {
            let found = self.holdings.search(&self.vault, &asked, before, missing)?;
            let mut places = Vec::with_capacity(found.len());
            for at in &found {
                places.extend(self.found_in(&self.holdings.record(*at)?)?.map(|id| (*at, id)));
            }
            Ok((found.last().copied(), found.len(), self.summaries(reading, places)?))
        })
    }

    /// The notice that a record which holds some terms is shown as.
    fn found_in(&self, record: &Record) -> Result<Option<NoticeId>, HoldingsError> {
        let (reply, notice) = match record {
            Record::OutgoingReply(put) => (put.id, put.notice),
            Record::ReplyIn(reply) => (reply.id, reply.notice),
            other => return Ok(id_of(other)),
        };
        Ok(self.holdings.ended(reply)?.is_none().then_some(notice))
    }

    pub(crate) fn summaries(
        &self,
        reading: &Reading,
        places: Vec<(Seq, NoticeId)>,
    ) -> Result<Summaries, HoldingsError> {
        let mut summaries = Vec::with_capacity(places.len());
        for (at, id) in places {
            let Some(mut located) = self.holdings.locate(id)? else { continue };
            let (mut record, mut id) = (self.holdings.record(located.at)?, id);
            if let Record::Suspension(Suspension { suspended: false, notice, .. }) = record {
                let Some(resumed) = self.holdings.locate(notice)? else { continue };
                (located, record, id) = (resumed, self.holdings.record(resumed.at)?, notice);
            }
            let summary = self.summary_of(reading, id, located, &record, true)?;
            summaries.extend(summary.map(|summary| (at, id, summary)));
        }
        Ok(summaries)
    }

    /// The summary of a notice with the node's own facts laid over it; nothing when it ended. Of received
    /// ones nothing either while they are suspended, and, if a list is made, of those in whose place a newer
    /// version is.
    fn summary_of(
        &self,
        _: &Reading,
        id: NoticeId,
        located: Located,
        record: &Record,
        newest_only: bool,
    ) -> Result<Option<v1::NoticeSummary>, HoldingsError> {
        self.summarised(id, located, record, newest_only)
    }

    /// The same for whoever has shown what allows it.
    pub(crate) fn summarised(
        &self,
        id: NoticeId,
        located: Located,
        record: &Record,
        newest_only: bool,
    ) -> Result<Option<v1::NoticeSummary>, HoldingsError> {
        let Some(vaulted) = vaulted(record) else { return Ok(None) };
        if self.holdings.ended(id)?.is_some() {
            return Ok(None);
        }
        let Some(beside) = self.holdings.beside(record, located.at)? else { return Ok(None) };
        let suspended = located.way == Way::Received && beside.suspended.is_some();
        if suspended || (newest_only && beside.is_superseded()) {
            return Ok(None);
        }
        let damaged = || HoldingsError::Row("the summary of a notice");
        let bytes = match self.vault.open(id, vaulted, Part::Summary) {
            Ok(bytes) => bytes.ok_or_else(damaged)?,
            Err(VaultError::Erased) => return Ok(None),
            // A list shows the others; whoever asks for this one is told.
            Err(error) if newest_only && error.is_of_one() => {
                tracing::error!(notice = %id, %error, "a notice does not open and is left out of lists");
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let mut summary = v1::NoticeSummary::decode(bytes.as_slice()).map_err(|_| damaged())?;
        match record {
            Record::Received(received) => {
                summary.log_place = Some(self.log_place_of(&received.proven));
                summary.acknowledged =
                    self.holdings.get::<Timestamp>(RowKind::ACKNOWLEDGED, id.as_bytes())?.is_some();
            }
            _ => {
                let answered = self.holdings.get::<Answered>(RowKind::OUTCOME, id.as_bytes())?;
                let index = answered.and_then(|answered| answered.index);
                summary.log_place = index.map(|index| self.log_place(index, None));
            }
        }
        summary.status = number(self.holdings.status_beside(id, &beside)?);
        summary.supersedes = beside.before.map(|before| before.to_string()).unwrap_or_default();
        summary.superseded_by = beside.superseded_by.iter().map(ToString::to_string).collect();
        summary.forked = beside.fork;
        Ok(Some(summary))
    }

    /// A place in the exchange's log.
    pub(crate) fn log_place(&self, index: Seq, logged_at: Option<Timestamp>) -> v1::LogPlace {
        let log = self.holdings.state().read().base.directory.exchange.to_string();
        v1::LogPlace { log, index: index.0, logged_at: logged_at.map(timestamp_message) }
    }

    /// Where something that was proven stands.
    pub(crate) fn log_place_of(&self, proven: &Proven) -> v1::LogPlace {
        self.log_place(proven.index, Some(proven.accepted_at))
    }

    /// The reply that a place holds, if it holds one.
    pub(crate) fn reply_at(&self, at: Seq) -> Result<Option<NoticeId>, HoldingsError> {
        Ok(match self.holdings.record(at)? {
            Record::OutgoingReply(put) => Some(put.id),
            Record::ReplyIn(reply) => Some(reply.id),
            _ => None,
        })
    }

    /// Where a notice of ours stands; nothing when we did not send it. Shows nothing of its content.
    pub(crate) fn standing(&self, id: NoticeId) -> Result<Option<Standing>, HoldingsError> {
        let Some(recipients) = self.sent_to(id)? else { return Ok(None) };
        let steps = self.steps(id)?;
        let (status, ended) = (self.holdings.status(id)?, self.holdings.ended(id)?);
        let ground = match ended {
            Some(ended) => self.ground(ended)?,
            None => None,
        };
        let (verdict, review) = (self.verdict(id)?, self.decision(id)?);
        let owing = self.owing(id, &recipients, &steps)?;
        let mut other_debts = Vec::new();
        for other in self.holdings.versions(id)?.into_iter().flat_map(|versions| versions.all) {
            let Some(recipients) = self.sent_to(other.id)?.filter(|_| other.id != id) else { continue };
            let owing = self.owing(other.id, &recipients, &self.steps(other.id)?)?;
            other_debts.extend(owing.into_iter().map(|(member, since)| (other.id, member, since)));
        }
        Ok(Some(Standing { recipients, verdict, steps, status, ended, ground, review, owing, other_debts }))
    }

    /// Whom a notice or a reply of ours was sent; nothing when we did not send it.
    fn sent_to(&self, id: NoticeId) -> Result<Option<Vec<MemberCode>>, HoldingsError> {
        let located = self.holdings.locate(id)?.filter(|located| located.way == Way::Sent);
        let Some(located) = located else { return Ok(None) };
        let recipients = match self.holdings.record(located.at)? {
            Record::Outgoing(put) => put.recipients,
            Record::OutgoingReply(put) => put.recipients,
            _ => return Ok(None),
        };
        Ok(Some(recipients.iter().map(|place| place.member).collect()))
    }

    /// A notice of ours.
    pub(crate) fn sent(&self, id: NoticeId) -> Result<Option<Outgoing>, HoldingsError> {
        let located = self.holdings.locate(id)?.filter(|located| located.way == Way::Sent);
        let Some(located) = located else { return Ok(None) };
        Ok(match self.holdings.record(located.at)? {
            Record::Outgoing(put) => Some(put),
            _ => None,
        })
    }

    /// What each recipient of a notice of ours signed, with the moment by its clock.
    pub(crate) fn steps(
        &self,
        id: NoticeId,
    ) -> Result<Vec<(MemberCode, ReceiptState, Timestamp)>, HoldingsError> {
        let rows =
            self.holdings.rows(RowKind::STEP, id.as_bytes(), Bound::Unbounded, usize::from(u16::MAX))?;
        let mut steps = Vec::with_capacity(rows.len());
        for (key, value) in rows {
            let damaged = || HoldingsError::Row(RowKind::STEP.name());
            let Step { at, .. } = Step::decode(&value).map_err(|_| damaged())?;
            let (member, state) = step_of(&key).ok_or_else(damaged)?;
            steps.push((member, state, at));
        }
        Ok(steps)
    }

    /// Since when members owe an erasure receipt about a notice of ours: since it ended, or since it is no
    /// longer for them.
    fn owing(
        &self,
        id: NoticeId,
        recipients: &[MemberCode],
        steps: &[(MemberCode, ReceiptState, Timestamp)],
    ) -> Result<BTreeMap<MemberCode, Timestamp>, HoldingsError> {
        let mut owing: BTreeMap<MemberCode, Timestamp> = BTreeMap::new();
        // Of a notice that the hub refused nobody has anything.
        if matches!(self.verdict(id)?, Some(Verdict::Refused { .. } | Verdict::MadeAnew(_))) {
            return Ok(owing);
        }
        if let Some(ended) = self.holdings.ended(id)? {
            owing.extend(recipients.iter().map(|member| (*member, ended.at)));
        }
        owing.extend(self.holdings.restricted(id)?);
        for (member, state, _) in steps {
            if *state == ReceiptState::Erased {
                owing.remove(member);
            }
        }
        Ok(owing)
    }

    /// What the review desk said about a notice of ours.
    fn decision(
        &self,
        id: NoticeId,
    ) -> Result<Option<(ReviewDecision, Seq, Zeroizing<String>)>, HoldingsError> {
        let UnderReview { standing, place } = self.holdings.review(id)?;
        if !matches!(standing, ReviewStanding::Passed | ReviewStanding::Refused) {
            return Ok(None);
        }
        let damaged = || HoldingsError::Row(RowKind::REVIEW.name());
        let Record::Reviewed(reviewed) = self.holdings.record(place)? else { return Err(damaged()) };
        // It was verified before it became a record.
        let decision = ReviewDecision::decode(&reviewed.body).map_err(|_| damaged())?;
        let words = match &decision.ruling {
            Ruling::Refuse { words: Some(words), .. } => {
                let key = self.hpke.iter().find(|(epoch, _)| *epoch == words.epoch);
                key.and_then(|(_, key)| open_words(&decision, words, key)).unwrap_or_default()
            }
            _ => Zeroizing::default(),
        };
        Ok(Some((decision, reviewed.index, words)))
    }

    /// What waits for this review desk, the oldest first; of what does not open, the id.
    pub(crate) fn reviews(
        &self,
        reading: &Reading,
        own: MemberCode,
    ) -> Result<Vec<OneOfMany<(NoticeId, v1::Review)>>, HoldingsError> {
        let mut waiting: Vec<(NoticeId, ToReview)> =
            self.holdings.state().read().reviews.waiting.iter().map(|(id, review)| (*id, *review)).collect();
        waiting.sort_unstable_by_key(|(_, review)| review.at);
        let mut reviews = Vec::with_capacity(waiting.len());
        for (id, review) in waiting {
            match one_of_many(id, self.review(reading, own, id, review))? {
                Ok(review) => reviews.extend(review.map(|review| Ok((id, review)))),
                Err(id) => reviews.push(Err(id)),
            }
        }
        Ok(reviews)
    }

    /// One thing that waits; nothing when it is not shown any more.
    fn review(
        &self,
        reading: &Reading,
        own: MemberCode,
        id: NoticeId,
        review: ToReview,
    ) -> Result<Option<v1::Review>, HoldingsError> {
        let found = self.summaries(reading, vec![(review.at, id)])?.pop();
        let (notice, reply) = (found.map(|(.., notice)| notice), self.reply(own, id, None)?);
        if notice.is_none() && reply.is_none() {
            // A list leaves out what does not open; here that is said.
            if let Some(located) = self.holdings.locate(id)? {
                self.summary_of(reading, id, located, &self.holdings.record(located.at)?, false)?;
            }
            return Ok(None);
        }
        let (proposed, decided) = (review.proposed.is_some(), review.decided.is_some());
        Ok(Some(v1::Review { notice, proposed, decided, reply }))
    }

    /// Why a notice was withdrawn; nothing when it ended otherwise.
    pub(crate) fn ground(&self, ended: Ended) -> Result<Option<Ground>, HoldingsError> {
        let (nonce, sealed) = match self.holdings.record(ended.place)? {
            Record::Withdrawn(withdrawn) => (withdrawn.nonce, withdrawn.sealed),
            Record::Recalled(recalled) => (recalled.nonce, recalled.sealed),
            _ => return Ok(None),
        };
        Ok(Some(self.vault.open_grounds(&nonce, &sealed)?.ground()))
    }

    pub(crate) fn verdict(&self, id: NoticeId) -> Result<Option<Verdict>, HoldingsError> {
        let Some(answered) = self.holdings.get::<Answered>(RowKind::OUTCOME, id.as_bytes())? else {
            return Ok(None);
        };
        match self.holdings.record(answered.at)? {
            Record::Outcome(outcome) => Ok(Some(outcome.verdict)),
            _ => Err(HoldingsError::Row(RowKind::OUTCOME.name())),
        }
    }

    /// The portable proof of a notice, sent or received; the inner nothing means that the hub has not
    /// taken it yet.
    pub(crate) fn proof(&self, id: NoticeId) -> Result<Option<Option<Proven>>, HoldingsError> {
        let Some(located) = self.holdings.locate(id)? else { return Ok(None) };
        Ok(match self.holdings.record(located.at)? {
            Record::Received(received) => Some(Some(received.proven)),
            Record::ReplyIn(reply) => Some(Some(reply.proven)),
            Record::Outgoing(_) | Record::OutgoingReply(_) => Some(self.accepted_proof(id)?),
            _ => None,
        })
    }

    /// The portable proof of an envelope of ours, once the hub has taken it.
    pub(crate) fn accepted_proof(&self, id: NoticeId) -> Result<Option<Proven>, HoldingsError> {
        Ok(match self.verdict(id)? {
            Some(Verdict::Accepted(proven)) => Some(proven),
            _ => None,
        })
    }
}

/// Asks for more until there is enough or nothing more: those that ended leave gaps. `ask` gives the
/// last place that it looked at, how many it looked at, and what is to be shown of them.
pub(crate) fn fill(
    mut before: Option<Seq>,
    limit: usize,
    ask: impl Fn(Option<Seq>, usize) -> Result<(Option<Seq>, usize, Summaries), HoldingsError>,
) -> Result<Summaries, HoldingsError> {
    let mut all = Summaries::new();
    // One notice can be found by itself and by what was said to it.
    let mut seen = BTreeSet::new();
    while all.len() < limit {
        let missing = limit - all.len();
        let (last, looked_at, found) = ask(before, missing)?;
        all.extend(found.into_iter().filter(|(_, id, _)| seen.insert(*id)));
        if looked_at < missing {
            break;
        }
        before = last;
    }
    Ok(all)
}

pub(crate) const fn vaulted(record: &Record) -> Option<&Vaulted> {
    match record {
        Record::Outgoing(put) => Some(&put.vaulted),
        Record::Received(received) => Some(&received.vaulted),
        _ => None,
    }
}

pub(crate) const fn id_of(record: &Record) -> Option<NoticeId> {
    match record {
        Record::Outgoing(put) => Some(put.id),
        Record::Received(received) => Some(received.id),
        _ => None,
    }
}
