//! `amana review …`: the review desk's officers.

use amana_client::review_service;
use amana_types::review::{ReviewGround, ReviewVerdict};
use amana_wire::convert::number;
use amana_wire::{json, v1};
use serde_json::{Value, json};

use super::call::PAGE;
use super::reason::{code, reason};
use super::{call, notice};
use crate::args::{ReasonArgs, ReviewCommand};
use crate::context;
use crate::exit::Failure;
use crate::settings::Settings;
use crate::show;

pub(crate) async fn run(command: ReviewCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        ReviewCommand::List { reason } => list(&reason, settings).await,
        ReviewCommand::Show { id, reason } => notice::show(id, &reason, settings).await,
        ReviewCommand::Pass { id, reason } => {
            let verdict = number(ReviewVerdict::Pass);
            let request = v1::DecideReviewRequest { notice_id: id, verdict, ..Default::default() };
            decide(request, &reason, settings).await
        }
        ReviewCommand::Refuse { id, ground, text, reason } => {
            let ground = number(code::<ReviewGround>(&ground, "--ground")?);
            let verdict = number(ReviewVerdict::Refuse);
            let request = v1::DecideReviewRequest { access: None, notice_id: id, verdict, ground, text };
            decide(request, &reason, settings).await
        }
    }
}

async fn list(why: &ReasonArgs, settings: &Settings) -> Result<(), Failure> {
    let mut desk = review_service(context::agency(settings).await?);
    let access = reason(why, settings)?;
    let mut request = v1::ListReviewsRequest { access, page_size: PAGE, page_token: String::new() };
    let mut values: Vec<Value> = Vec::new();
    loop {
        let page = call::within(settings.timeout, desk.list_reviews(request.clone())).await?;
        values.extend(page.reviews.iter().map(json::view));
        show::unreadable(&page.unreadable, settings.out.lang);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    settings.out.many(&values, |values| {
        let entries: Vec<String> =
            values.iter().map(|value| show::review(value, settings.out.lang)).collect();
        entries.join("\n")
    })
}

async fn decide(
    mut request: v1::DecideReviewRequest,
    why: &ReasonArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    request.access = reason(why, settings)?;
    let (id, passes) = (request.notice_id.clone(), request.verdict() == v1::ReviewVerdict::Pass);
    let mut desk = review_service(context::agency(settings).await?);
    let answer = call::within(settings.timeout, desk.decide_review(request)).await?;
    let verdict = if passes { ReviewVerdict::Pass } else { ReviewVerdict::Refuse };
    let second = answer.second_officer_needed;
    let value = json!({ "notice_id": id, "verdict": verdict.code(), "second_officer_needed": second });
    settings.out.one(&value, || show::done::decided(&id, passes, second, settings.out.lang))
}
