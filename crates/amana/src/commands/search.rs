//! `amana search`.

use amana_client::search_service;
use amana_notice::Exploitation;
use amana_wire::v1::question::About;
use amana_wire::{convert, v1};

use super::call::{self, PAGE};
use super::notice::print_summaries;
use super::reason::{code, reason};
use crate::args::SearchArgs;
use crate::context;
use crate::exit::Failure;
use crate::settings::Settings;

pub(crate) async fn run(args: SearchArgs, settings: &Settings) -> Result<(), Failure> {
    let exploitation =
        args.exploitation.as_deref().map(|text| code::<Exploitation>(text, "--exploitation")).transpose()?;
    let person = v1::PersonQuestion {
        name: args.name.unwrap_or_default(),
        born: args.born.unwrap_or_default(),
        document_number: args.document.unwrap_or_default(),
        phone: args.phone.unwrap_or_default(),
    };
    let filter = v1::NoticeFilter {
        words: args.words.join(" "),
        exploitation: exploitation.map_or(0, convert::number),
        sender: args.sender.unwrap_or_default(),
        operation: args.list.operation.unwrap_or_default(),
    };
    let mut request = v1::SearchCasesRequest {
        question: Some(v1::Question { about: Some(About::Person(person)) }),
        filter: Some(filter),
        page_size: args.list.limit.min(PAGE),
        page_token: String::new(),
        access: reason(&args.list.reason, settings)?,
    };
    let mut node = search_service(context::agency(settings).await?);
    let mut found = Vec::new();
    loop {
        let page = call::within(settings.timeout, node.search_cases(request.clone())).await?;
        found.extend(page.hits.into_iter().filter_map(|hit| hit.summary));
        if page.next_page_token.is_empty() || found.len() >= args.list.limit as usize {
            found.truncate(args.list.limit as usize);
            return print_summaries(&found, settings);
        }
        request.page_token = page.next_page_token;
    }
}
