//! `LibraryService` of the contract: bulletins, which are no case data.

use std::sync::Arc;

use amana_policy::{LibraryCard, Permit};
use amana_types::{Action, NoticeId};
use amana_wire::v1;
use amana_wire::v1::library_service_server::LibraryService;
use tonic::{Request, Response, Status};

use super::api::{AgencyApi, blocking, notice_id};
use super::attachment::{Content, Out};
use super::error::{CallError, status};
use super::read::{Page, page_token};
use crate::library::bulletins::Item;
use crate::search::{Field, asked};

/// The service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct LibraryCalls(pub(crate) Arc<AgencyApi>);

#[tonic::async_trait]
impl LibraryService for LibraryCalls {
    type DownloadAttachmentStream = Out<v1::DownloadAttachmentResponse>;

    async fn list_items(
        &self,
        request: Request<v1::ListItemsRequest>,
    ) -> Result<Response<v1::ListItemsResponse>, Status> {
        self.0.list_items(request).await.map(Response::new).map_err(status)
    }

    async fn get_item(
        &self,
        request: Request<v1::GetItemRequest>,
    ) -> Result<Response<v1::GetItemResponse>, Status> {
        self.0.get_item(request).await.map(Response::new).map_err(status)
    }

    async fn download_attachment(
        &self,
        request: Request<v1::DownloadAttachmentRequest>,
    ) -> Result<Response<Self::DownloadAttachmentStream>, Status> {
        self.0.download_attachment(request).await.map(Response::new).map_err(status)
    }
}

/// The card of a permit to read the library.
fn card(permit: &Permit) -> Result<LibraryCard, CallError> {
    permit.library().copied().ok_or(CallError::NotFound)
}

impl AgencyApi {
    async fn list_items(
        &self,
        request: Request<v1::ListItemsRequest>,
    ) -> Result<v1::ListItemsResponse, CallError> {
        let permit = self.gate.permit(&request, Action::ReadLibrary, None)?;
        let card = card(&permit)?;
        let message = request.into_inner();
        let page = Page::read(message.page_size, &message.page_token)?;
        let terms = terms(&message);
        let found = blocking(&self.cases, move |cases| {
            Ok(cases.items(&card, &terms, page.before, page.with_one_more())?)
        });
        let mut found = found.await?;
        let more = found.len() > page.size;
        found.truncate(page.size);
        let next_page_token = match found.last() {
            Some((at, ..)) if more => page_token(*at),
            _ => String::new(),
        };
        let shown: Vec<NoticeId> = found.iter().map(|(_, id, _)| *id).collect();
        self.gate.write_down(&permit, &shown).await?;
        let items = found.into_iter().map(|(.., summary)| item(summary, &message.language)).collect();
        Ok(v1::ListItemsResponse { items, next_page_token })
    }

    async fn get_item(&self, request: Request<v1::GetItemRequest>) -> Result<v1::GetItemResponse, CallError> {
        let permit = self.gate.permit(&request, Action::ReadLibrary, None)?;
        let card = card(&permit)?;
        let message = request.into_inner();
        let id = notice_id(&message.notice_id)?;
        let found = blocking(&self.cases, move |cases| Ok(cases.item(&card, id)?)).await?;
        let Item { summary, notice, attachments } = found.ok_or(CallError::NotFound)?;
        self.gate.write_down(&permit, &[id]).await?;
        let item = Some(item(summary, &message.language));
        Ok(v1::GetItemResponse { item, notice: Some(notice), attachments })
    }

    async fn download_attachment(
        &self,
        request: Request<v1::DownloadAttachmentRequest>,
    ) -> Result<Out<v1::DownloadAttachmentResponse>, CallError> {
        let permit = self.gate.permit(&request, Action::ReadLibrary, None)?;
        let card = card(&permit)?;
        let v1::DownloadAttachmentRequest { notice_id: id, content_sha256, offset } = request.into_inner();
        let id = notice_id(&id)?;
        let found = blocking(&self.cases, move |cases| {
            let found = cases.item_attachment(&card, id, &content_sha256)?;
            Content::of(cases, found.ok_or(CallError::NoAttachment)?)
        });
        let content = found.await?;
        self.gate.write_down(&permit, &[id]).await?;
        Ok(content.stream(offset, |piece| v1::DownloadAttachmentResponse { piece }))
    }
}

fn terms(request: &v1::ListItemsRequest) -> Vec<(Field, String)> {
    let words = v1::SearchRequest { words: request.words.clone(), ..Default::default() };
    let mut terms = asked(&words).unwrap_or_default();
    terms.push((Field::Library, request.category.to_string()));
    if !request.country.is_empty() {
        terms.push((Field::Country, request.country.clone()));
    }
    terms
}

fn item(summary: v1::NoticeSummary, language: &str) -> v1::LibraryItem {
    let languages = summary.subject.iter().map(|text| text.language.clone()).collect();
    let own = summary.subject.iter().find(|text| text.language == language);
    v1::LibraryItem {
        title: own.or_else(|| summary.subject.first()).cloned(),
        languages,
        notice_id: summary.notice_id,
        category: summary.bulletin_category,
        sender: summary.sender,
        created: summary.created,
        log_index: summary.log_index,
    }
}
