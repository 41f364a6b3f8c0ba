//! Bulletins: what the network shares beside cases. They are opened with a [`LibraryCard`], which opens
//! nothing else.

use amana_policy::LibraryCard;
use amana_types::{NoticeId, Seq};
use amana_wire::v1;

use super::{Library, Summaries, fill, id_of, vaulted};
use crate::content::show;
use crate::search::{Field, Shelf as TermShelf};
use crate::shelf::ShelfError;
use crate::vault::Part;

impl Library {
    /// What a list shows of bulletins that hold every term asked for, newest first, before a place.
    pub(crate) fn items(
        &self,
        card: &LibraryCard,
        asked: &[(Field, String)],
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Summaries, ShelfError> {
        let terms: Vec<_> = asked
            .iter()
            .map(|(field, token)| vec![self.vault.term(TermShelf::Case, *field, token)])
            .collect();
        fill(before, limit, |before, missing| {
            let found = self.shelf.search(&self.vault, &terms, before, missing)?;
            let mut items = Summaries::with_capacity(found.len());
            for at in &found {
                let Some(id) = id_of(&self.shelf.record(*at)?) else { continue };
                items.extend(self.bulletin(card, id, true)?.map(|summary| (*at, id, summary)));
            }
            Ok((found.last().copied(), found.len(), items))
        })
    }

    /// One bulletin whole; nothing when it is not here, ended, or is none.
    pub(crate) fn item(
        &self,
        card: &LibraryCard,
        id: NoticeId,
    ) -> Result<Option<(v1::NoticeSummary, v1::Notice)>, ShelfError> {
        let Some(summary) = self.bulletin(card, id, false)? else { return Ok(None) };
        let Some(located) = self.shelf.locate(id)? else { return Ok(None) };
        let record = self.shelf.record(located.at)?;
        let damaged = || ShelfError::Row("the content of a bulletin");
        let content = vaulted(&record).ok_or_else(damaged)?;
        let case = self.vault.open(id, content, Part::Case)?.ok_or_else(damaged)?;
        let (notice, _) = show(&case, None).map_err(|_| damaged())?;
        Ok(Some((summary, notice)))
    }

    /// The summary of a notice that is a bulletin which this card may see; in lists its newest version only.
    fn bulletin(
        &self,
        card: &LibraryCard,
        id: NoticeId,
        newest_only: bool,
    ) -> Result<Option<v1::NoticeSummary>, ShelfError> {
        let Some(located) = self.shelf.locate(id)? else { return Ok(None) };
        let record = self.shelf.record(located.at)?;
        let summary = self.summarised(id, located, &record, newest_only)?;
        Ok(summary.filter(|summary| {
            let shared = summary.circulation() == v1::Circulation::Bulletin;
            let closing = summary.bulletin_category() == v1::BulletinCategory::ClosingReport;
            shared && (card.shows_operations() || !closing)
        }))
    }
}
