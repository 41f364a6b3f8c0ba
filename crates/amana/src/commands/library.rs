//! `amana library …`: bulletins, which the node holds whole.

use amana_client::library_service;
use amana_types::notice::BulletinCategory;
use amana_wire::convert::number;
use amana_wire::{json, v1};
use serde_json::Value;

use super::call;
use super::reason::code;
use crate::args::LibraryCommand;
use crate::context;
use crate::exit::Failure;
use crate::settings::Settings;
use crate::show;

/// The most that a node gives in one page.
const PAGE: u32 = 200;

pub(crate) async fn run(command: LibraryCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        LibraryCommand::List { words, category, country, limit } => {
            let category = category.map(|text| code::<BulletinCategory>(&text, "--category")).transpose()?;
            let request = v1::ListItemsRequest {
                category: category.map_or(0, number),
                country: country.unwrap_or_default(),
                language: show::language(settings.out.lang).to_string(),
                words: words.join(" "),
                page_size: limit.min(PAGE),
                page_token: String::new(),
            };
            list(request, limit as usize, settings).await
        }
        LibraryCommand::Get { id } => {
            let language = show::language(settings.out.lang).to_string();
            let mut node = library_service(context::agency(settings).await?);
            let request = v1::GetItemRequest { notice_id: id, language };
            let answer = call::within(settings.timeout, node.get_item(request)).await?;
            let value = json::view(&answer);
            settings.out.one(&value, || show::library_item(&value, settings.out.lang))
        }
    }
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
