//! `ReviewService` of the contract: the review desk's officers.

use std::sync::Arc;

use amana_notice::Stated;
use amana_types::review::{ReviewGround, ReviewRefusal, ReviewVerdict};
use amana_types::{Action, NoticeId};
use amana_wire::convert::stated;
use amana_wire::v1;
use amana_wire::v1::review_service_server::ReviewService;
use tonic::{Request, Response, Status};

use super::api::{AgencyApi, blocking, notice_id};
use super::error::{CallError, status};
use super::read::reading;
use crate::review::desk::{DecideError, Ruled, is_desk};

/// The service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ReviewCalls(pub(crate) Arc<AgencyApi>);

#[tonic::async_trait]
impl ReviewService for ReviewCalls {
    async fn list_reviews(
        &self,
        request: Request<v1::ListReviewsRequest>,
    ) -> Result<Response<v1::ListReviewsResponse>, Status> {
        self.0.list_reviews(request).await.map(Response::new).map_err(status)
    }

    async fn decide_review(
        &self,
        request: Request<v1::DecideReviewRequest>,
    ) -> Result<Response<v1::DecideReviewResponse>, Status> {
        self.0.decide_review(request).await.map(Response::new).map_err(status)
    }
}

impl AgencyApi {
    async fn list_reviews(
        &self,
        request: Request<v1::ListReviewsRequest>,
    ) -> Result<v1::ListReviewsResponse, CallError> {
        let permit = self.gate.permit(&request, Action::ListReviews, request.get_ref().reason.as_ref())?;
        let reading = reading(&permit)?;
        let own = self.own;
        let reviews = blocking(&self.cases, move |cases| {
            if !is_desk(&cases.holdings, own) {
                return Err(DecideError::NotTheDesk.into());
            }
            Ok(cases.reviews(&reading, own)?)
        })
        .await?;
        let shown: Vec<NoticeId> = reviews.iter().map(|(id, _)| *id).collect();
        self.gate.write_down(&permit, &shown).await?;
        Ok(v1::ListReviewsResponse { reviews: reviews.into_iter().map(|(_, review)| review).collect() })
    }

    async fn decide_review(
        &self,
        request: Request<v1::DecideReviewRequest>,
    ) -> Result<v1::DecideReviewResponse, CallError> {
        let permit = self.gate.permit(&request, Action::DecideReview, request.get_ref().reason.as_ref())?;
        let message = request.into_inner();
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
        let officer = self.cases.vault.digest("officer", &permit.caller().name);
        let second_officer_needed = self.commands.run(Ruled { notice, officer, refusal }).await?;
        Ok(v1::DecideReviewResponse { second_officer_needed })
    }
}
