//! `LibraryService` of the contract: bulletins, which are no case data.

use amana_policy::{LibraryCard, Permit};
use amana_types::{NoticeId, Seq};
use amana_wire::v1;
use amana_wire::v1::library_service_server::LibraryService;

use crate::api::agency::{AgencyApi, Out, blocking, notice_id};
use crate::api::call::service;
use crate::api::error::CallError;
use crate::attachments::api::Content;
use crate::library::bulletins::Item;
use crate::search::{Field, asked};

service! {
    LibraryCalls: LibraryService [DownloadItemAttachmentStream = v1::DownloadItemAttachmentResponse] {
        list_items(ListItemsRequest) -> v1::ListItemsResponse: ReadLibrary;
        get_item(GetItemRequest) -> v1::GetItemResponse: ReadLibrary;
        download_item_attachment(DownloadItemAttachmentRequest)
            -> Out<v1::DownloadItemAttachmentResponse>: ReadLibrary;
    }
}

/// The card of a permit to read the library.
fn card(permit: &Permit) -> Result<LibraryCard, CallError> {
    permit.library().copied().ok_or(CallError::NotFound)
}

impl AgencyApi {
    async fn list_items(
        &self,
        permit: Permit,
        message: v1::ListItemsRequest,
    ) -> Result<v1::ListItemsResponse, CallError> {
        let card = card(&permit)?;
        let (page, terms) = (self.page(&permit, &message)?, terms(&message));
        let (before, limit) = (page.from.map(Seq), page.with_one_more());
        let found = blocking(&self.cases, move |cases| Ok(cases.items(&card, &terms, before, limit)?));
        let (found, next_page_token) = self.cut_found(&page, found.await?, |(at, ..)| *at);
        let shown: Vec<NoticeId> = found.iter().map(|(_, id, _)| *id).collect();
        self.gate.write_down(&permit, &shown).await?;
        let items = found.into_iter().map(|(.., summary)| item(summary, message.access.as_ref())).collect();
        Ok(v1::ListItemsResponse { items, next_page_token })
    }

    async fn get_item(
        &self,
        permit: Permit,
        message: v1::GetItemRequest,
    ) -> Result<v1::GetItemResponse, CallError> {
        let (card, id) = (card(&permit)?, notice_id(&message.notice_id)?);
        let found = blocking(&self.cases, move |cases| Ok(cases.item(&card, id)?)).await?;
        let Item { summary, notice, attachments } = found.ok_or(CallError::NotFound)?;
        self.gate.write_down(&permit, &[id]).await?;
        let item = Some(item(summary, message.access.as_ref()));
        Ok(v1::GetItemResponse { item, notice: Some(notice), attachments })
    }

    async fn download_item_attachment(
        &self,
        permit: Permit,
        message: v1::DownloadItemAttachmentRequest,
    ) -> Result<Out<v1::DownloadItemAttachmentResponse>, CallError> {
        let card = card(&permit)?;
        let v1::DownloadItemAttachmentRequest { notice_id: id, content_sha256, offset_bytes, .. } = message;
        let id = notice_id(&id)?;
        let found = blocking(&self.cases, move |cases| {
            let found = cases.item_attachment(&card, id, &content_sha256)?;
            Content::of(cases, found.ok_or(CallError::NoAttachment)?)
        });
        let content = found.await?;
        self.gate.write_down(&permit, &[id]).await?;
        Ok(content.stream(offset_bytes, |piece| v1::DownloadItemAttachmentResponse { piece }))
    }
}

fn terms(request: &v1::ListItemsRequest) -> Vec<(Field, String)> {
    let words = v1::NoticeFilter { words: request.words.clone(), ..Default::default() };
    let mut terms = asked(None, Some(&words)).unwrap_or_default();
    terms.push((Field::Library, request.category.to_string()));
    if !request.country.is_empty() {
        terms.push((Field::Country, request.country.clone()));
    }
    terms
}

fn item(summary: v1::NoticeSummary, access: Option<&v1::AccessContext>) -> v1::LibraryItem {
    let languages = summary.subject.iter().map(|text| text.language.clone()).collect();
    let wanted =
        access.into_iter().flat_map(|access| &access.languages).filter_map(|tag| tag.split('-').next());
    let own = wanted
        .filter_map(|wanted| summary.subject.iter().find(|text| text.language.eq_ignore_ascii_case(wanted)))
        .next();
    v1::LibraryItem {
        title: own.or_else(|| summary.subject.first()).cloned(),
        languages,
        notice_id: summary.notice_id,
        category: summary.bulletin_category,
        sender: summary.sender,
        created_at: summary.created_at,
        log_place: summary.log_place,
    }
}
