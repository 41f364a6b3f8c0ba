//! Bulletins: what the network shares beside cases. They are opened with a [`LibraryCard`], which opens
//! nothing else.
//!
//! A bulletin has a section of its own that every kind of member may open. A case in that section is refused by
//! whoever opens it. The hub sees in the header that an envelope is a bulletin. Rejected: granting partners the
//! section `CASE`. A read of a bulletin needs no purpose and no case, and is recorded all the same.

use amana_policy::LibraryCard;
use amana_types::{NoticeId, Seq};
use amana_wire::v1;
use zeroize::Zeroizing;

use crate::ledger::holdings::HoldingsError;
use crate::ledger::vault::Part;
use crate::notice::content::{descriptions, show};
use crate::notice::reading::{CaseReader, Summaries, fill, id_of, vaulted};
use crate::search::{Field, Scope};
use crate::subjects::Record;

const CONTENT: &str = "the content of a bulletin";

/// The record of a bulletin, and what it holds.
type Opened = (Record, Zeroizing<Vec<u8>>);

/// A bulletin as its reader has it.
pub(crate) struct Item {
    pub(crate) summary: v1::NoticeSummary,
    pub(crate) notice: v1::Notice,
    pub(crate) attachments: Vec<v1::AttachmentProgress>,
}

impl CaseReader {
    /// What a list shows of bulletins that hold every term asked for, newest first, before a place.
    pub(crate) fn items(
        &self,
        card: &LibraryCard,
        asked: &[(Field, String)],
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Summaries, HoldingsError> {
        let terms: Vec<_> =
            asked.iter().map(|(field, token)| vec![self.vault.term(Scope::Case, *field, token)]).collect();
        fill(before, limit, |before, missing| {
            let found = self.holdings.search(&self.vault, &terms, before, missing)?;
            let mut items = Summaries::with_capacity(found.len());
            for at in &found {
                let Some(id) = id_of(&self.holdings.record(*at)?) else { continue };
                items.extend(self.bulletin(card, id, true)?.map(|summary| (*at, id, summary)));
            }
            Ok((found.last().copied(), found.len(), items))
        })
    }

    /// One bulletin whole, with how far each of its attachments has come; nothing when it is not here, ended,
    /// or is none.
    pub(crate) fn item(&self, card: &LibraryCard, id: NoticeId) -> Result<Option<Item>, HoldingsError> {
        let Some(summary) = self.bulletin(card, id, false)? else { return Ok(None) };
        let Some((record, content)) = self.content_of_bulletin(id)? else { return Ok(None) };
        let damaged = |_| HoldingsError::Row(CONTENT);
        let (notice, _) = show(&content, None).map_err(damaged)?;
        let sealed = descriptions(&content, None).map_err(damaged)?;
        let attachments = self.progress(id, &record, &sealed)?;
        Ok(Some(Item { summary, notice, attachments }))
    }

    /// What opens an attachment of a bulletin, and how far it has come; nothing when this card shows none of
    /// that content.
    pub(crate) fn item_attachment(
        &self,
        card: &LibraryCard,
        id: NoticeId,
        sha256: &[u8],
    ) -> Result<Option<(v1::SealedAttachment, v1::AttachmentProgress)>, HoldingsError> {
        if self.bulletin(card, id, false)?.is_none() {
            return Ok(None);
        }
        let Some((record, content)) = self.content_of_bulletin(id)? else { return Ok(None) };
        self.described((id, &record), &content, None, sha256)
    }

    fn content_of_bulletin(&self, id: NoticeId) -> Result<Option<Opened>, HoldingsError> {
        let Some(located) = self.holdings.locate(id)? else { return Ok(None) };
        let record = self.holdings.record(located.at)?;
        let content = vaulted(&record).ok_or(HoldingsError::Row(CONTENT))?;
        let content = self.vault.open(id, content, Part::Case)?.ok_or(HoldingsError::Row(CONTENT))?;
        Ok(Some((record, content)))
    }

    /// The summary of a notice that is a bulletin which this card may see; in lists its newest version only.
    fn bulletin(
        &self,
        card: &LibraryCard,
        id: NoticeId,
        newest_only: bool,
    ) -> Result<Option<v1::NoticeSummary>, HoldingsError> {
        let Some(located) = self.holdings.locate(id)? else { return Ok(None) };
        let record = self.holdings.record(located.at)?;
        let summary = self.summarised(id, located, &record, newest_only)?;
        Ok(summary.filter(|summary| {
            let shared = summary.circulation() == v1::Circulation::Bulletin;
            let closing = summary.bulletin_category() == v1::BulletinCategory::ClosingReport;
            shared && (card.shows_operations() || !closing)
        }))
    }
}
