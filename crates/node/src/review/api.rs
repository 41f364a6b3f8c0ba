//! `ReviewService` of the contract: the review desk's officers.

use amana_notice::Stated;
use amana_policy::{Caller, Permit};
use amana_types::NoticeId;
use amana_types::review::{ReviewGround, ReviewRefusal, ReviewVerdict};
use amana_wire::convert::stated;
use amana_wire::v1;
use amana_wire::v1::review_service_server::ReviewService;

use crate::api::agency::{AgencyApi, apart, blocking, notice_id};
use crate::api::call::service;
use crate::api::error::CallError;
use crate::notice::showing::reading;
use crate::review::desk::{DecideError, Ruled, is_desk};

service! {
    ReviewCalls: ReviewService [] {
        list_reviews(ListReviewsRequest) -> v1::ListReviewsResponse: ListReviews;
        decide_review(DecideReviewRequest) -> v1::DecideReviewResponse: DecideReview;
    }
}

impl AgencyApi {
    async fn list_reviews(
        &self,
        permit: Permit,
        message: v1::ListReviewsRequest,
    ) -> Result<v1::ListReviewsResponse, CallError> {
        let (reading, own) = (reading(&permit)?, self.own);
        let page = self.page(&permit, &message)?;
        let reviews = blocking(&self.cases, move |cases| {
            if !is_desk(&cases.holdings, own) {
                return Err(DecideError::NotTheDesk.into());
            }
            Ok(cases.reviews(&reading, own)?)
        });
        let (reviews, next_page_token, total) = self.cut(&page, reviews.await?);
        let (reviews, unreadable) = apart(reviews);
        let shown: Vec<NoticeId> = reviews.iter().map(|(id, _)| *id).collect();
        self.gate.write_down(&permit, &shown).await?;
        let reviews = reviews.into_iter().map(|(_, review)| review).collect();
        Ok(v1::ListReviewsResponse { reviews, next_page_token, total, unreadable })
    }

    async fn decide_review(
        &self,
        permit: Permit,
        message: v1::DecideReviewRequest,
    ) -> Result<v1::DecideReviewResponse, CallError> {
        let notice = notice_id(&message.notice_id)?;
        let refusal = match stated(message.verdict) {
            Stated::Known(ReviewVerdict::Pass) => None,
            Stated::Known(ReviewVerdict::Refuse) => {
                let Stated::Known(ground) = stated::<ReviewGround>(message.ground) else {
                    return Err(CallError::Ground);
                };
                Some(ReviewRefusal::new(ground, &message.text).map_err(CallError::Refusal)?)
            }
            _ => return Err(CallError::Verdict),
        };
        if !is_desk(&self.cases.holdings, self.own) {
            return Err(DecideError::NotTheDesk.into());
        }
        // Who decided is written down before anything is decided.
        self.gate.write_down(&permit, &[notice]).await?;
        // Two officers are two certificates: whom a system names proves nothing.
        let Caller { name, unit, .. } = permit.caller();
        let officer = unit.as_deref().filter(|unit| unit.starts_with("officer/"));
        let officer = officer.map_or_else(|| name.clone(), |officer| format!("{name}/{officer}"));
        let officer = self.cases.vault.digest("officer", &officer);
        let second_officer_needed = self.commands.run(Ruled { notice, officer, refusal }).await?;
        Ok(v1::DecideReviewResponse { second_officer_needed })
    }
}
