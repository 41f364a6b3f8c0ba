//! `DeliveryService` of the contract: how far what we sent has come, and what waits.

use amana_policy::Permit;
use amana_seal::receipt::ReceiptState;
use amana_seal::review::{ReviewDecision, Ruling};
use amana_types::{MemberCode, NoticeId, Reason, Seq, Timestamp};
use amana_wire::convert::{number, timestamp_message};
use amana_wire::v1;
use amana_wire::v1::delivery_service_server::DeliveryService;
use zeroize::Zeroizing;

use crate::api::agency::{AgencyApi, blocking, notice_id};
use crate::api::call::service;
use crate::api::error::CallError;
use crate::api::waiting;
use crate::fold::record::Verdict;
use crate::notice::reading::{CaseReader, Standing};

service! {
    DeliveryCalls: DeliveryService [] {
        get_delivery(GetDeliveryRequest) -> v1::GetDeliveryResponse: ListReceipts;
        list_waiting(ListWaitingRequest) -> v1::ListWaitingResponse: Status;
    }
}

impl AgencyApi {
    async fn get_delivery(
        &self,
        permit: Permit,
        message: v1::GetDeliveryRequest,
    ) -> Result<v1::GetDeliveryResponse, CallError> {
        let id = notice_id(&message.notice_id)?;
        let delivery = blocking(&self.cases, move |cases| {
            Ok(delivery(cases, &cases.standing(id)?.ok_or(CallError::NotFound)?))
        });
        let mut delivery = delivery.await?;
        delivery.waits_for = self.waits_for(id, delivery.state() == v1::DeliveryState::Queued);
        self.gate.write_down(&permit, &[id]).await?;
        Ok(delivery)
    }

    async fn list_waiting(
        &self,
        permit: Permit,
        message: v1::ListWaitingRequest,
    ) -> Result<v1::ListWaitingResponse, CallError> {
        let page = self.page(&permit, &message)?;
        let (waiting, next_page_token, total) = self.cut(&page, self.waiting());
        let waiting = waiting.into_iter().map(waiting::shown).collect();
        Ok(v1::ListWaitingResponse { waiting, next_page_token, total })
    }
}

fn delivery(cases: &CaseReader, standing: &Standing) -> v1::GetDeliveryResponse {
    let (state, log_place, message) = match &standing.verdict {
        None => (v1::DeliveryState::Queued, None, String::new()),
        Some(Verdict::Accepted(proven)) => {
            (v1::DeliveryState::Accepted, Some(cases.log_place_of(proven)), String::new())
        }
        Some(Verdict::Refused { reason, message }) => {
            (v1::DeliveryState::Refused, None, format!("{reason}: {message}"))
        }
        Some(Verdict::MadeAnew(anew)) => {
            let made = "it was made while this node's clock was ahead, and was made anew as";
            let message = format!("{}: {made} {anew}", Reason::MadeAnew);
            (v1::DeliveryState::Refused, None, message)
        }
    };
    let made_anew_as = match &standing.verdict {
        Some(Verdict::MadeAnew(anew)) => anew.to_string(),
        _ => String::new(),
    };
    let refused = standing.review.as_ref().is_some_and(|(decision, ..)| decision.ruling != Ruling::Pass);
    let (state, message) = match refused {
        true => {
            let message = format!("{}: the review desk did not pass it", Reason::ReviewRefused);
            (v1::DeliveryState::Refused, message)
        }
        false => (state, message),
    };
    let recipients: Vec<v1::RecipientState> =
        standing.recipients.iter().map(|member| recipient(standing, *member, state)).collect();
    // The whole has come as far as the last of its recipients.
    let least = recipients.iter().map(|recipient| recipient.state).min().unwrap_or_default();
    let whole = if state == v1::DeliveryState::Accepted { least } else { state.into() };
    v1::GetDeliveryResponse {
        state: whole,
        log_place,
        message,
        recipients,
        status: number(standing.status),
        ended_at: standing.ended.map(|ended| timestamp_message(ended.at)),
        ground: standing.ground.map(number).unwrap_or_default(),
        review: standing.review.as_ref().map(|told| review(cases, told)),
        version_debts: standing.other_debts.iter().map(debt).collect(),
        waits_for: None,
        made_anew_as,
    }
}

fn debt((version, member, since): &(NoticeId, MemberCode, Timestamp)) -> v1::VersionDebt {
    v1::VersionDebt {
        notice_id: version.to_string(),
        member: member.to_string(),
        owes_erasure_since: Some(timestamp_message(*since)),
    }
}

fn review(
    cases: &CaseReader,
    (decision, index, words): &(ReviewDecision, Seq, Zeroizing<String>),
) -> v1::ReviewOutcome {
    let ground = match &decision.ruling {
        Ruling::Pass => 0,
        Ruling::Refuse { ground, .. } => number(*ground),
    };
    v1::ReviewOutcome {
        verdict: number(decision.ruling.verdict()),
        ground,
        text: words.to_string(),
        desk: decision.desk.to_string(),
        decided_at: Some(timestamp_message(decision.at)),
        log_place: Some(cases.log_place(*index, None)),
    }
}

fn recipient(standing: &Standing, member: MemberCode, hub: v1::DeliveryState) -> v1::RecipientState {
    let signed = |wanted: ReceiptState| {
        let mut steps = standing.steps.iter();
        let step = steps.find(|(of, state, _)| *of == member && *state == wanted);
        step.map(|(.., at)| timestamp_message(*at))
    };
    let (delivered, read, erased) =
        (signed(ReceiptState::Delivered), signed(ReceiptState::Read), signed(ReceiptState::Erased));
    let (state, since) = if erased.is_some() {
        (v1::DeliveryState::Erased, erased)
    } else if read.is_some() {
        (v1::DeliveryState::Read, read)
    } else if delivered.is_some() {
        (v1::DeliveryState::Delivered, delivered)
    } else {
        (hub, None)
    };
    // What was refused nobody has.
    let owes = standing.owing.get(&member).filter(|_| hub != v1::DeliveryState::Refused);
    v1::RecipientState {
        member: member.to_string(),
        state: state.into(),
        since,
        delivered_at: delivered,
        read_at: read,
        erased_at: erased,
        owes_erasure_since: owes.map(|since| timestamp_message(*since)),
    }
}
