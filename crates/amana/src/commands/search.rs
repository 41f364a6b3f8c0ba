//! `amana search`.

use amana_client::notice_service;
use amana_notice::Exploitation;
use amana_wire::{convert, v1};

use super::call;
use super::notice::print_summaries;
use super::reason::{code, reason};
use crate::args::SearchArgs;
use crate::context;
use crate::exit::Failure;
use crate::settings::Settings;

/// The most that a node gives in one page.
const PAGE: u32 = 200;

pub(crate) async fn run(args: SearchArgs, settings: &Settings) -> Result<(), Failure> {
    let exploitation =
        args.exploitation.as_deref().map(|text| code::<Exploitation>(text, "--exploitation")).transpose()?;
    let mut request = v1::SearchRequest {
        words: args.words.join(" "),
        name: args.name.unwrap_or_default(),
        born: args.born.unwrap_or_default(),
        document_number: args.document.unwrap_or_default(),
        phone: args.phone.unwrap_or_default(),
        exploitation: exploitation.map_or(0, convert::number),
        sender: args.sender.unwrap_or_default(),
        page_size: args.list.limit.min(PAGE),
        page_token: String::new(),
        reason: Some(reason(&args.list.reason)?),
        operation: args.list.operation.unwrap_or_default(),
    };
    let mut node = notice_service(context::agency(settings).await?);
    let mut found = Vec::new();
    loop {
        let page = call::within(settings.timeout, node.search(request.clone())).await?;
        found.extend(page.notices);
        if page.next_page_token.is_empty() || found.len() >= args.list.limit as usize {
            found.truncate(args.list.limit as usize);
            return print_summaries(&found, settings);
        }
        request.page_token = page.next_page_token;
    }
}
