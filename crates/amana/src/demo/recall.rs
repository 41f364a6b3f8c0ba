//! The end of the story: the case is answered, taken back, and gone everywhere, provably.

use amana_client::trail::{self, Trust, Verified};
use amana_client::{delivery_service, notice_service, reply_service};
use amana_types::Reason;
use amana_types::trail::TrailEvent;
use amana_wire::status::RemoteError;
use amana_wire::v1;

use super::capture::capture;
use super::exchange::failed;
use super::story::{Story, reason, wait};
use crate::commands::trail::fetch;
use crate::context;
use crate::exit::Failure;

impl Story {
    pub(super) async fn end(&mut self) -> Result<(), Failure> {
        let answered = self.answer().await;
        self.step(
            "answer",
            "XF answers that the person was seen; only XA, whose case it is, can read that",
            answered,
        )?;
        let withdrawn = self.withdraw().await;
        self.step(
            "withdraw",
            "XA takes the case back: hidden at once, and each recipient signs that its key is gone",
            withdrawn,
        )?;
        let erased = self.erased_at_hub();
        self.step("erase", "the sealed case is no longer on the hub's disk", erased)?;
        let told = self.trail().await;
        self.step("trail", "the whole life of the case, told with proofs that verify offline", told)
    }

    async fn answer(&mut self) -> Result<String, Failure> {
        // While XA is away, what is meant for it can be taken in its place, as it goes over the wire.
        self.stop_node("XA").await?;
        let text = v1::Text { language: "fr".to_owned(), text: "vue hier à la gare".to_owned() };
        let hit = v1::Hit { contact_point: "bureau 3, +33100000003".to_owned(), ..v1::Hit::default() };
        let body = Some(v1::reply::Body::Hit(hit));
        let reply = v1::Reply { text: vec![text], body, ..v1::Reply::default() };
        let request = v1::SendReplyRequest {
            request_id: "demo".to_owned(),
            notice_id: self.notice.clone(),
            reply: Some(reply),
            members: Vec::new(),
            access: reason(),
        };
        let xf = reply_service(context::agency(&self.settings_of("XF")).await?);
        xf.clone().send_reply(request).await.map_err(failed)?;
        let place =
            wait(async || Ok(self.replies("XF").await?.into_iter().find_map(|view| view.log_place))).await?;
        let captured = capture(&self.exchange, "XA", place.index + 1).await?;
        for (code, expected) in [("XA", 1), ("XE", 0), ("XF", 0), ("XS", 0)] {
            let opened = captured.opened_by(&self.exchange, code)?;
            if opened != expected {
                return Err(failed(format_args!("{code}'s key opens {opened} of what XF answered")));
            }
        }
        self.start_node("XA").await?;
        let came =
            wait(async || Ok(self.replies("XA").await?.into_iter().find_map(|view| view.reply))).await?;
        let Some(hit) = came.as_hit() else { return Err(failed("XA does not read a hit")) };
        // XS has the case, but must not have the answer, though it has all of the log.
        self.knows_the_log("XS").await?;
        if !self.replies("XS").await?.is_empty() {
            return Err(failed("XS reads the answer"));
        }
        let others = "the keys of XE, XF and XS do not open it, and XS's unit finds no answer";
        Ok(format!("a hit; ask {}\n{others}", hit.contact_point))
    }

    /// The answers to the case that a country's unit finds.
    async fn replies(&self, code: &str) -> Result<Vec<v1::ReplyView>, Failure> {
        let node = reply_service(context::agency(&self.settings_of(code)).await?);
        let request =
            v1::ListRepliesRequest { access: reason(), notice_id: self.notice.clone(), ..Default::default() };
        Ok(node.clone().list_replies(request).await.map_err(failed)?.into_inner().replies)
    }

    async fn withdraw(&self) -> Result<String, Failure> {
        let request = v1::WithdrawNoticeRequest {
            access: None,
            request_id: "demo-withdraw".to_owned(),
            notice_id: self.notice.clone(),
            ground: v1::WithdrawalGround::PersonFound.into(),
            text: String::new(),
        };
        let channel = self.channel("XA").await?;
        notice_service(channel.clone()).withdraw_notice(request).await.map_err(failed)?;
        let xa = delivery_service(channel);
        let erased = wait(async || {
            let request = v1::GetDeliveryRequest { access: None, notice_id: self.notice.clone() };
            let recipients = xa.clone().get_delivery(request).await.map_err(failed)?.into_inner().recipients;
            Ok(recipients.iter().all(|one| one.erased_at.is_some()).then_some(recipients))
        })
        .await?;
        let members: Vec<&str> = erased.iter().map(|one| one.member.as_str()).collect();
        if members != ["XF", "XS"] {
            return Err(failed(format_args!("{members:?} erased it")));
        }
        for code in ["XA", "XF", "XS"] {
            let request = v1::GetNoticeRequest { access: reason(), notice_id: self.notice.clone() };
            match self.unit(code).await?.get_notice(request).await {
                Ok(_) => return Err(failed(format_args!("{code} still shows it"))),
                Err(status) if RemoteError::from(&status).known() == Some(Reason::NoticeWithdrawn) => {}
                Err(status) => return Err(failed(status)),
            }
        }
        Ok(format!("{} signed that they erased it; nobody can read it, XA neither", members.join(" and ")))
    }

    /// The life of the case as XA's node tells it, verified with the exchange's public facts alone.
    pub(super) async fn verified_trail(&self) -> Result<Verified, Failure> {
        let (_, file) = fetch(self.notice.clone(), &self.settings_of("XA")).await?;
        let operator = self.exchange.operator();
        let trust = Trust {
            exchange: operator.exchange().clone(),
            root_keys: operator.root_keys().to_vec(),
            log_key: operator.log_key().parse().map_err(failed)?,
        };
        trail::verify(&file, &trust).map_err(failed)
    }

    async fn trail(&self) -> Result<String, Failure> {
        let verified = self.verified_trail().await?;
        // What XA says of its own house has no place in the log, and is not counted.
        let proven: Vec<TrailEvent> =
            verified.steps().iter().filter(|step| step.index.is_some()).map(|step| step.event).collect();
        let erased = proven.iter().filter(|event| **event == TrailEvent::Erased).count();
        if proven.first() != Some(&TrailEvent::Published) || erased != 2 {
            return Err(failed(format_args!("it proves {proven:?}")));
        }
        let said: Vec<String> = proven.iter().map(|event| event.to_string()).collect();
        Ok(said.join(", "))
    }
}
