//! What the recipients have of the case, and what the sender holds to show for it.

use amana_client::{delivery_service, proof, proof_service};
use amana_types::labels::{self, Field};
use amana_types::trail::TrailEvent;
use amana_wire::{json as wire_json, v1};

use super::exchange::failed;
use super::story::{CANARY, Story, reason, wait};
use crate::args::Lang;
use crate::exit::Failure;
use crate::output::isolate;
use crate::show;

impl Story {
    pub(super) async fn deliver(&mut self) -> Result<String, Failure> {
        for code in ["XE", "XF", "XS"] {
            self.start_node(code).await?;
        }
        let mut expected = self.published.clone();
        expected.sort();
        for code in ["XF", "XS"] {
            // When it has all of the log that there is, it has every notice, and would have any second copy.
            self.knows_the_log(code).await?;
            let mut held = wait(async || {
                let held = self.received(code).await?;
                Ok((held.len() >= expected.len()).then_some(held))
            })
            .await?;
            held.sort();
            if held != expected {
                return Err(failed(format_args!("{code} holds {held:?}, not {expected:?}")));
            }
        }
        Ok(format!("{} notices at each of them, as many as XA sent", expected.len()))
    }

    /// The ids that a country's unit finds in its inbox.
    async fn received(&self, code: &str) -> Result<Vec<String>, Failure> {
        let (mut ids, mut page_token) = (Vec::new(), String::new());
        loop {
            let direction = v1::Direction::Received.into();
            let access = reason();
            let request = v1::ListNoticesRequest { access, direction, page_token, ..Default::default() };
            let page = self.unit(code).await?.list_notices(request).await.map_err(failed)?.into_inner();
            ids.extend(page.notices.into_iter().map(|summary| summary.notice_id));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return Ok(ids);
            }
        }
    }

    pub(super) async fn read(&self, code: &str, lang: Lang) -> Result<String, Failure> {
        let request = v1::GetNoticeRequest { access: reason(), notice_id: self.notice.clone() };
        let answer = self.unit(code).await?.get_notice(request).await.map_err(failed)?.into_inner();
        let view = answer.notice.ok_or_else(|| failed("an empty answer"))?;
        let text =
            view.notice.as_ref().and_then(|notice| notice.narrative.first()).map(|text| text.text.clone());
        if !text.is_some_and(|text| text.contains(CANARY) && text.contains("استُدرج")) {
            return Err(failed("the Arabic text is not what was written"));
        }
        // Only the unit for child protection sees who the child is.
        let names = view.notice.as_ref().and_then(|n| n.persons.get(1)).map_or(0, |child| child.names.len());
        let (shown, expected) = (names > 0, code == "XF");
        if shown != expected || view.withheld_persons.is_empty() != expected {
            return Err(failed("the child's identity is not where it must be"));
        }
        let page = show::notice(&wire_json::view(&view), lang);
        let label = labels::label(Field::Narrative, show::language(lang));
        if !page.lines().any(|line| line.starts_with(label)) {
            return Err(failed(format_args!("no line of the page begins with {label:?}")));
        }
        let title =
            show::best_text(wire_json::view(&view).get("notice").and_then(|n| n.get("subject")), lang);
        let child = if expected { "sees who the child is" } else { "does not see who the child is" };
        let labels: Vec<&str> =
            page.lines().filter_map(|line| line.split(':').next()).skip(1).take(4).collect();
        Ok(format!("{}\nlabels: {}; {code} {child}", isolate(&title), labels.join(", ")))
    }

    pub(super) async fn excluded(&self) -> Result<String, Failure> {
        // XE must be as far as the others, or its empty inbox would say nothing.
        let seen = self.knows_the_log("XE").await?;
        let request = v1::GetNoticeRequest { access: reason(), notice_id: self.notice.clone() };
        let code = self.unit("XE").await?.get_notice(request).await.err().map(|status| status.code());
        if self.received("XE").await?.is_empty() && code == Some(tonic::Code::NotFound) {
            Ok(format!("its inbox is empty, though it has verified the log up to {seen}"))
        } else {
            Err(failed("XE received something"))
        }
    }

    pub(super) async fn receipts(&self) -> Result<String, Failure> {
        let xa = delivery_service(self.channel("XA").await?);
        let recipients = wait(async || {
            let request = v1::GetDeliveryRequest { access: None, notice_id: self.notice.clone() };
            let recipients = xa.clone().get_delivery(request).await.map_err(failed)?.into_inner().recipients;
            let held = |r: &v1::RecipientState| {
                matches!(r.state(), v1::DeliveryState::Delivered | v1::DeliveryState::Read)
            };
            Ok(recipients.iter().all(held).then_some(recipients))
        })
        .await?;
        let members: Vec<&str> = recipients.iter().map(|r| r.member.as_str()).collect();
        // Offline, with the exchange's public facts alone: each signed what the log has of it.
        let trail = self.verified_trail().await?;
        let signed = trail.steps().iter().filter(|step| step.index.is_some());
        let signed = signed.filter(|step| step.event == TrailEvent::Delivered);
        let mut signers: Vec<String> = signed.map(|step| step.member.to_string()).collect();
        signers.sort();
        if members != ["XF", "XS"] || signers != members {
            return Err(failed(format_args!("{members:?} hold it, and {signers:?} signed")));
        }
        let request = v1::GetProofRequest { access: None, notice_id: self.notice.clone() };
        let mut xa = proof_service(self.channel("XA").await?);
        let answer = xa.get_proof(request).await.map_err(failed)?.into_inner();
        let key = self.exchange.operator().log_key().parse().map_err(failed)?;
        let (_, proven) = proof::verify(answer.proof.as_bytes(), &key).map_err(failed)?;
        Ok(format!("from {}; the hub's own proves index {} offline", members.join(" and "), proven.index()))
    }
}
