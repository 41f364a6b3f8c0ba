//! What became of notices, and how the node itself is.

use std::collections::BTreeMap;

use amana_log::SignedNote;
use amana_seal::receipt::ReceiptState;
use amana_seal::review::{ReviewDecision, Ruling};
use amana_types::{Action, MemberCode, NoticeId, Reason, Seq, Timestamp};
use amana_wire::convert::{number, timestamp_message};
use amana_wire::v1;
use tonic::Request;
use zeroize::Zeroizing;

use super::api::{AgencyApi, blocking, notice_id};
use super::error::CallError;
use super::waiting;
use crate::fold::pairs::Heard;
use crate::fold::record::Verdict;
use crate::notice::reading::Standing;

/// What waits that a status lists.
const WAITING: usize = 100;

impl AgencyApi {
    pub(super) async fn list_receipts(
        &self,
        request: Request<v1::ListReceiptsRequest>,
    ) -> Result<v1::ListReceiptsResponse, CallError> {
        self.gate.permit(&request, Action::ListReceipts, None)?;
        let id = notice_id(&request.get_ref().notice_id)?;
        let standing = blocking(&self.cases, move |cases| Ok(cases.standing(id)?)).await?;
        let mut receipts = receipts(&standing.ok_or(CallError::NotFound)?);
        receipts.waits_for = self.waits_for(id, receipts.state() == v1::DeliveryState::Queued);
        Ok(receipts)
    }

    pub(super) async fn prove(
        &self,
        request: Request<v1::ProveRequest>,
    ) -> Result<v1::ProveResponse, CallError> {
        self.gate.permit(&request, Action::Prove, None)?;
        let id = notice_id(&request.get_ref().notice_id)?;
        let proven = blocking(&self.cases, move |cases| Ok(cases.proof(id)?)).await?;
        let proven = proven.ok_or(CallError::NotFound)?.ok_or(CallError::NotInLog)?;
        Ok(v1::ProveResponse { proof: String::from_utf8_lossy(&proven.proof).into_owned() })
    }

    pub(super) fn node_status(
        &self,
        request: &Request<v1::GetNodeStatusRequest>,
    ) -> Result<v1::GetNodeStatusResponse, CallError> {
        self.gate.permit(request, Action::Status, None)?;
        let waits = self.waiting();
        let needs_somebody = waits.iter().filter(|(_, wait)| wait.cause.needs_somebody).count();
        let state = self.cases.holdings.state().read();
        let waiting = state.base.outbox.values().filter(|waiting| waiting.accepted.is_none()).count();
        Ok(v1::GetNodeStatusResponse {
            member: self.own.to_string(),
            exchange: self.exchange.to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            hub_connected: self.hub.is_connected(),
            outbox_waiting: waiting as u64,
            inbox_total: state.base.received,
            verified_log_size: state.base.checkpoint.as_deref().and_then(log_size).unwrap_or_default(),
            alarm: alarm(state.base.alarm.as_deref(), &self.troubles.told()),
            cursor: state.base.cursor.0,
            sequence_breaks: sequence_breaks(&state.base.heard),
            waiting_total: waits.len() as u64,
            waiting_needs_somebody: needs_somebody as u64,
            waiting: waits.into_iter().take(WAITING).map(waiting::shown).collect(),
            clock_ahead_ms: self.hub.ahead_ms(self.clock.now()),
            hub: self.hub.fault().map(|(cause, since)| waiting::lost(cause, since)),
        })
    }
}

/// What the administrator must look at: the newest alarm, and what fails at present.
fn alarm(alarm: Option<&str>, failing: &str) -> String {
    let told = alarm.into_iter().chain(Some(failing)).filter(|text| !text.is_empty());
    told.collect::<Vec<_>>().join("; ")
}

/// The senders whose sequence broke.
fn sequence_breaks(heard: &BTreeMap<MemberCode, Heard>) -> Vec<v1::SequenceBreaks> {
    let broken = heard.iter().filter(|(_, heard)| heard.breaks() > 0);
    broken
        .map(|(sender, heard)| v1::SequenceBreaks { sender: sender.to_string(), breaks: heard.breaks() })
        .collect()
}

/// The size that a checkpoint states.
fn log_size(note: &[u8]) -> Option<u64> {
    let note = SignedNote::parse(note).ok()?;
    amana_log::Checkpoint::parse(note.text()).ok().map(|checkpoint| checkpoint.head.size.get())
}

fn receipts(standing: &Standing) -> v1::ListReceiptsResponse {
    let (state, log_index, message) = match &standing.verdict {
        None => (v1::DeliveryState::Queued, None, String::new()),
        Some(Verdict::Accepted(proven)) => (v1::DeliveryState::Accepted, Some(proven.index.0), String::new()),
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
    v1::ListReceiptsResponse {
        state: whole,
        log_index,
        message,
        recipients,
        status: number(standing.status),
        ended: standing.ended.map(|ended| timestamp_message(ended.at)),
        ground: standing.ground.map(number).unwrap_or_default(),
        review: standing.review.as_ref().map(review),
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

fn review((decision, index, words): &(ReviewDecision, Seq, Zeroizing<String>)) -> v1::ReviewOutcome {
    let ground = match &decision.ruling {
        Ruling::Pass => 0,
        Ruling::Refuse { ground, .. } => number(*ground),
    };
    v1::ReviewOutcome {
        verdict: number(decision.ruling.verdict()),
        ground,
        text: words.to_string(),
        desk: decision.desk.to_string(),
        decided: Some(timestamp_message(decision.at)),
        log_index: index.0,
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
        delivered,
        read,
        erased,
        owes_erasure_since: owes.map(|since| timestamp_message(*since)),
    }
}
