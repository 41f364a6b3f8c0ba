//! `amana library …`: bulletins, which the node holds whole.

use std::path::Path;

use amana_client::library_service;
use amana_notice::BulletinCategory;
use amana_wire::convert::number;
use amana_wire::{json, v1};
use serde_json::Value;

use super::call::PAGE;
use super::reason::access;
use super::reason::code;
use super::{call, download};
use crate::args::LibraryCommand;
use crate::context;
use crate::exit::{Exit, Failure};
use crate::settings::Settings;
use crate::show;

pub(crate) async fn run(command: LibraryCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        LibraryCommand::List { words, category, country, limit } => {
            let category = category.map(|text| code::<BulletinCategory>(&text, "--category")).transpose()?;
            let request = v1::ListItemsRequest {
                access: access(settings),
                category: category.map_or(0, number),
                country: country.unwrap_or_default(),
                words: words.join(" "),
                page_size: limit.min(PAGE),
                page_token: String::new(),
            };
            list(request, limit as usize, settings).await
        }
        LibraryCommand::Get { id, attachment, file } => match attachment.zip(file) {
            Some((attachment, file)) => save(id, &attachment, &file, settings).await,
            None => {
                let value = json::view(&item(id, settings).await?);
                settings.out.one(&value, || show::library_item(&value, settings.out.lang))
            }
        },
    }
}

async fn item(id: String, settings: &Settings) -> Result<v1::GetItemResponse, Failure> {
    let mut node = library_service(context::agency(settings).await?);
    let request = v1::GetItemRequest { access: access(settings), notice_id: id };
    call::within(settings.timeout, node.get_item(request)).await
}

/// Writes a file of a bulletin to disk.
async fn save(id: String, which: &str, path: &Path, settings: &Settings) -> Result<(), Failure> {
    download::refuse_existing(path)?;
    let attachments = item(id.clone(), settings).await?.notice.unwrap_or_default().attachments;
    let wanted = chosen(&attachments, which)?;
    let open = async |offset_bytes| {
        let (access, content_sha256) = (access(settings), wanted.content_sha256.clone());
        let request =
            v1::DownloadItemAttachmentRequest { access, notice_id: id, content_sha256, offset_bytes };
        let mut node = library_service(context::agency(settings).await?);
        call::within(settings.timeout, node.download_item_attachment(request)).await
    };
    download::save(path, wanted, open, |answer: v1::DownloadItemAttachmentResponse| answer.piece).await
}

/// A file by its name, or by its number where that is no file's name.
fn chosen<'a>(attachments: &'a [v1::Attachment], which: &str) -> Result<&'a v1::Attachment, Failure> {
    let named: Vec<_> = attachments.iter().filter(|one| one.name == which).collect();
    if let [one] = named.as_slice() {
        return Ok(one);
    }
    if named.len() > 1 {
        let message = format_args!("{} of its files have that name; give the number of one", named.len());
        return Err(Failure::new(Exit::Usage, message));
    }
    let number = which.parse().ok().and_then(|number: usize| number.checked_sub(1));
    number.and_then(|number| attachments.get(number)).ok_or_else(|| {
        let names: Vec<&str> = attachments.iter().map(|one| one.name.as_str()).collect();
        let message = format_args!("it has no such file; it has: {}", names.join(", "));
        Failure::new(Exit::NotFound, message)
    })
}

async fn list(mut request: v1::ListItemsRequest, limit: usize, settings: &Settings) -> Result<(), Failure> {
    let mut node = library_service(context::agency(settings).await?);
    let mut all = Vec::new();
    loop {
        let page = call::within(settings.timeout, node.list_items(request.clone())).await?;
        all.extend(page.items);
        if page.next_page_token.is_empty() || all.len() >= limit {
            break;
        }
        request.page_token = page.next_page_token;
    }
    all.truncate(limit);
    let values: Vec<Value> = all.iter().map(json::view).collect();
    settings.out.many(&values, |values| show::library_items(values, settings.out.lang))
}
