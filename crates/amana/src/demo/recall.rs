//! The end of the story: the case is answered, taken back, and gone everywhere, provably.

use amana_client::reply_service;
use amana_client::trail::{self, Trust};
use amana_types::Reason;
use amana_types::trail::TrailEvent;
use amana_wire::status::RemoteError;
use amana_wire::v1;

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

    async fn answer(&self) -> Result<String, Failure> {
        let text = v1::Text { language: "fr".to_owned(), text: "vue hier à la gare".to_owned() };
        let reply = v1::Reply {
            r#type: v1::ReplyType::Hit.into(),
            text: vec![text],
            contact_point: "bureau 3, +33100000003".to_owned(),
            ..v1::Reply::default()
        };
        let request = v1::ReplyRequest {
            request_id: "demo".to_owned(),
            notice_id: self.notice.clone(),
            reply: Some(reply),
            to: Vec::new(),
            reason: Some(reason()),
        };
        let (xf, xa) = (self.settings_of("XF"), self.settings_of("XA"));
        reply_service(context::agency(&xf).await?).reply(request).await.map_err(failed)?;
        let node = reply_service(context::agency(&xa).await?);
        let came = wait(async || {
            let request = v1::ListRepliesRequest { notice_id: self.notice.clone(), reason: Some(reason()) };
            let replies = node.clone().list_replies(request).await.map_err(failed)?.into_inner().replies;
            Ok(replies.into_iter().find_map(|view| view.reply))
        })
        .await?;
        match came.r#type() {
            v1::ReplyType::Hit => Ok(format!("a hit; ask {}", came.contact_point)),
            other => Err(failed(format_args!("XA reads {}", other.as_str_name()))),
        }
    }

    async fn withdraw(&self) -> Result<String, Failure> {
        let request = v1::WithdrawRequest {
            request_id: "demo-withdraw".to_owned(),
            notice_id: self.notice.clone(),
            ground: v1::WithdrawalGround::PersonFound.into(),
            text: String::new(),
        };
        let xa = self.unit("XA").await?;
        xa.clone().withdraw(request).await.map_err(failed)?;
        let erased = wait(async || {
            let request = v1::ListReceiptsRequest { notice_id: self.notice.clone() };
            let recipients = xa.clone().list_receipts(request).await.map_err(failed)?.into_inner().recipients;
            Ok(recipients.iter().all(|one| one.erased.is_some()).then_some(recipients))
        })
        .await?;
        for code in ["XA", "XF", "XS"] {
            let request = v1::GetRequest { notice_id: self.notice.clone(), reason: Some(reason()) };
            match self.unit(code).await?.get(request).await {
                Ok(_) => return Err(failed(format_args!("{code} still shows it"))),
                Err(status) if RemoteError::from(&status).known() == Some(Reason::NoticeWithdrawn) => {}
                Err(status) => return Err(failed(status)),
            }
        }
        let members: Vec<&str> = erased.iter().map(|one| one.member.as_str()).collect();
        Ok(format!("{} signed that they erased it; nobody can read it, XA neither", members.join(" and ")))
    }

    fn erased_at_hub(&self) -> Result<String, Failure> {
        match self.ciphertext_on_disk()? {
            None => Ok("zeros are in its place; what the log says of it stays".to_owned()),
            Some((path, _)) => Err(failed(format_args!("found in {}", path.display()))),
        }
    }

    async fn trail(&self) -> Result<String, Failure> {
        let (_, file) = fetch(self.notice.clone(), &self.settings_of("XA")).await?;
        let operator = self.exchange.operator();
        let trust = Trust {
            exchange: operator.exchange().clone(),
            root_keys: operator.root_keys().to_vec(),
            log_key: operator.log_key().parse().map_err(failed)?,
        };
        let verified = trail::verify(&file, &trust).map_err(failed)?;
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
