//! Making anew what was made while our clock was ahead.
//!
//! When an envelope was made stands in its signed header and in its id, and a hub takes none from the
//! future. So it gets a new id and the right time; request, content and addressing stay. Under the old id
//! it is said what became of it, and the old key goes. Envelopes that nobody got give back their places in
//! the sequences, as far as nothing that was sent is behind them.

use std::collections::BTreeMap;

use amana_seal::envelope::{PairLink, PairSeq};
use amana_types::life::NoticeStatus;
use amana_types::limits::RETENTION;
use amana_types::{Digest, MemberCode, NoticeId, Seq, Timestamp};
use amana_wire::v1;

use crate::ending::recall;
use crate::ending::record::{Expired, Recall};
use crate::fold::parts::PairPlace;
use crate::fold::record::{LeftOut, Outcome, Returned, Verdict};
use crate::fold::rows::Answered;
use crate::fold::table::RowKind;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::vault::Part;
use crate::ledger::writer::Draft;
use crate::notice::content::{Content, Label};
use crate::notice::publish::{asked, origin_of, origin_section, passed_on};
use crate::notice::record::Outgoing;
use crate::outbox::SOON;
use crate::outbox::compose::Order;
use crate::outbox::sealing::{ResealError, addressing_of, outside, seal};
use crate::replies::answer::grant_section;
use crate::replies::answer::reply_body;
use crate::replies::record::OutgoingReply;
use crate::subjects::Record;
use crate::versions::record::Suspended;
use crate::work::basis::Basis;

impl Holdings {
    /// Under which id a notice of ours was made anew; nothing when it was not.
    pub(crate) fn made_anew(&self, id: NoticeId) -> Result<Option<NoticeId>, HoldingsError> {
        let answered = self.get::<Answered>(RowKind::OUTCOME, id.as_bytes())?;
        let Some(Answered { at, index: None }) = answered else { return Ok(None) };
        Ok(match self.record(at)? {
            Record::Outcome(Outcome { verdict: Verdict::MadeAnew(anew), .. }) => Some(anew),
            _ => None,
        })
    }
}

/// Whether an envelope was made at a time that is still to come, and not soon.
pub(crate) fn is_from_the_future(basis: &Basis<'_>, id: NoticeId) -> bool {
    id.timestamp() > basis.now.after(SOON)
}

/// Makes anew what waits in the outbox and has not ended.
pub(crate) fn renew(basis: &Basis<'_>, record: Record) -> Result<Vec<Draft>, ResealError> {
    let anew = basis.new_id();
    let (before, drafts) = match record {
        Record::Outgoing(before) => (before.id, notice(basis, before, anew)?),
        Record::OutgoingReply(before) => (before.id, reply(basis, *before, anew)?),
        Record::Recall(before) => (before.id, order(basis, before, anew)?),
        _ => return Err(HoldingsError::Row(RowKind::OUTBOX.name()).into()),
    };
    tracing::warn!(notice = %before, %anew, "made while the clock was ahead; it is made anew");
    Ok(drafts)
}

fn notice(basis: &Basis<'_>, before: Outgoing, id: NoticeId) -> Result<Vec<Draft>, ResealError> {
    let (old, key_slot) = (before.id, before.vaulted.key_slot);
    let addressing = addressing_of(&before.envelope)?;
    let open = |part| basis.vault.open(old, &before.vaulted, part).map_err(HoldingsError::from);
    let case = open(Part::Case)?.ok_or(HoldingsError::Row("the content of a waiting notice"))?;
    let kept = (case, open(Part::Protected)?);
    // No notice lasts longer than that, and the usual end is as late as may be.
    let (sender, created, expires) = (basis.own, basis.now, before.expires.min(basis.now.after(RETENTION)));
    let label = Label { id, direction: v1::Direction::Sent, sender, created, expires };
    let mut content = Content::anew(kept, label)?;
    let origin = origin_of(basis.holdings, old)?;
    content.origin = origin.as_ref().map(origin_section);
    let body = content.body(before.supersedes);
    let order = Order { id, sender, created, expires, addressing: &addressing, body };
    let given = given_back(basis);
    let mut sealed = seal(basis, &order, &given)?;
    if before.parked {
        sealed.recipients.iter_mut().for_each(|place| *place = outside(place.member));
    }
    let codes: Vec<MemberCode> = sealed.recipients.iter().map(|place| place.member).collect();
    let dates = content.dates.of_own(id, &asked(basis, &codes), sealed.held);
    let at_rest = basis.vault.seal_content(id, &content.in_clear())?;
    let mut drafts: Vec<Draft> = returned(&given, &sealed.recipients, None).into_iter().collect();
    let put = Outgoing {
        id,
        created,
        expires,
        recipients: sealed.recipients,
        held: sealed.held,
        attachments: content.attachments,
        header_hash: sealed.header_hash,
        envelope: sealed.envelope,
        vaulted: at_rest.vaulted,
        ..before
    };
    drafts.push(Draft { record: Record::Outgoing(put), terms: at_rest.terms, key: Some(at_rest.slot) });
    drafts.extend(dates.into_iter().map(Draft::from));
    drafts.extend(origin.map(|origin| passed_on(id, origin).into()));
    drafts.extend(still_suspended(basis, old, id, codes)?);
    drafts.extend(made_anew(old, id, basis.now, Some(key_slot)));
    Ok(drafts)
}

/// What was suspended before anybody had it goes out suspended.
fn still_suspended(
    basis: &Basis<'_>,
    before: NoticeId,
    notice: NoticeId,
    recipients: Vec<MemberCode>,
) -> Result<Option<Draft>, HoldingsError> {
    if basis.holdings.status(before)? != NoticeStatus::Suspended {
        return Ok(None);
    }
    let Some(versions) = basis.holdings.versions(before)? else { return Ok(None) };
    let (number, by_origin) = (versions.last_word() + 1, versions.suspended_by_origin());
    let (at, suspended, request) = (basis.now, true, None);
    let word = Suspended { notice, at, suspended, number, request, by_origin, recipients };
    Ok(Some(Record::Suspended(word).into()))
}

fn reply(basis: &Basis<'_>, before: OutgoingReply, id: NoticeId) -> Result<Vec<Draft>, ResealError> {
    let (old, created) = (before.id, basis.now);
    let addressing = addressing_of(&before.envelope)?;
    let opened = basis.vault.open(old, &before.vaulted, Part::Case).map_err(HoldingsError::from)?;
    let section = opened.ok_or(HoldingsError::Row("the content of a waiting reply"))?;
    let grant = before.grant.as_ref().map(grant_section);
    let body = reply_body(&section, grant.as_deref(), before.notice);
    let (sender, expires) = (basis.own, before.expires);
    let order = Order { id, sender, created, expires, addressing: &addressing, body };
    let given = given_back(basis);
    let sealed = seal(basis, &order, &given)?;
    let at_rest = basis.vault.seal_content(id, &Content::of_reply(section).in_clear())?;
    let mut drafts: Vec<Draft> = returned(&given, &sealed.recipients, None).into_iter().collect();
    // Before the new one, so that what the reply settles is settled by that.
    drafts.extend(made_anew(old, id, created, Some(before.vaulted.key_slot)));
    let put = OutgoingReply {
        id,
        created,
        recipients: sealed.recipients,
        held: sealed.held,
        header_hash: sealed.header_hash,
        envelope: sealed.envelope,
        vaulted: at_rest.vaulted,
        ..before
    };
    let record = Record::OutgoingReply(Box::new(put));
    drafts.push(Draft { record, terms: at_rest.terms, key: Some(at_rest.slot) });
    Ok(drafts)
}

fn order(basis: &Basis<'_>, before: Recall, id: NoticeId) -> Result<Vec<Draft>, ResealError> {
    let (old, had) = (before.id, before.recipients.clone());
    let given = given_back(basis);
    let anew = Recall { id, created: basis.now, recipients: given.clone(), ..before };
    let recall = recall::reseal(basis, &anew)?;
    let reached = |member: &MemberCode| recall.recipients.iter().any(|place| place.member == *member);
    let members = had.iter().map(|place| place.member).filter(|member| !reached(member));
    let left_out = LeftOut { of: recall.of, notice: recall.notice, members: members.collect() };
    let left_out = (!left_out.members.is_empty()).then_some(left_out);
    let mut drafts: Vec<Draft> = returned(&given, &recall.recipients, left_out).into_iter().collect();
    drafts.push(Record::Recall(recall).into());
    drafts.extend(made_anew(old, id, basis.now, None));
    Ok(drafts)
}

/// For each member to whom everything that waits and will be made anew gives places back: the place of the
/// next envelope.
fn given_back(basis: &Basis<'_>) -> Vec<PairPlace> {
    let (links, places): (_, Vec<Seq>) = {
        let state = basis.holdings.state().read();
        let waits = state.base.outbox.iter().filter(|(_, waiting)| {
            waiting.accepted.is_none() && !waiting.parked && is_from_the_future(basis, waiting.id)
        });
        (state.base.links.clone(), waits.map(|(at, _)| *at).collect())
    };
    let mut given: BTreeMap<Digest, Vec<PairPlace>> = BTreeMap::new();
    for at in places {
        // One that does not read keeps its place, and keeps nobody else from giving back theirs.
        let Ok(record) = basis.holdings.record(at) else { continue };
        match record {
            Record::Outgoing(put) => drop(given.insert(put.header_hash, put.recipients)),
            Record::OutgoingReply(put) => drop(given.insert(put.header_hash, put.recipients)),
            Record::Recall(recall) => drop(given.insert(recall.header_hash, recall.recipients)),
            _ => {}
        }
    }
    links.into_iter().filter_map(|(member, newest)| next_place(member, newest, &given)).collect()
}

/// The place of the next envelope to a member, when it is not the one that the fold would give. `given` are
/// the places of envelopes that give them back, by header hash.
fn next_place(
    member: MemberCode,
    newest: PairLink,
    given: &BTreeMap<Digest, Vec<PairPlace>>,
) -> Option<PairPlace> {
    let mut link = newest;
    let leads_to = |place: &&PairPlace, link: PairLink| {
        place.member == member && place.number.checked_add(1) == Some(link.seq.0)
    };
    while let Some(places) = given.get(&link.previous)
        && let Some(place) = places.iter().find(|place| leads_to(place, link))
    {
        link = PairLink { seq: PairSeq(place.number), previous: place.previous };
    }
    (link != newest).then_some(PairPlace { member, number: link.seq.0, previous: link.previous })
}

/// The record that says which places were given back; nothing when none was and nobody is left out.
fn returned(given: &[PairPlace], taken: &[PairPlace], order: Option<LeftOut>) -> Option<Draft> {
    let places: Vec<PairPlace> = given.iter().filter(|place| taken.contains(place)).copied().collect();
    let says = !places.is_empty() || order.is_some();
    says.then(|| Record::Returned(Returned { places, order }).into())
}

/// The last word about the old id; and its key, which goes like that of a notice whose time is over.
fn made_anew(before: NoticeId, anew: NoticeId, at: Timestamp, key_slot: Option<u64>) -> Vec<Draft> {
    let outcome = Outcome { id: before, at, verdict: Verdict::MadeAnew(anew) };
    let ended = key_slot.map(|key_slot| {
        // It was not found by its expiry, so the sweep is where it was.
        let due = (Timestamp::default(), Seq(0));
        Record::Expired(Expired { notice: before, at, due, key_slot, received: None })
    });
    std::iter::once(Record::Outcome(outcome)).chain(ended).map(Draft::from).collect()
}
