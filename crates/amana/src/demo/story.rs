//! The story, step by step. Every step checks what it says; the first that does not hold ends it.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use amana_client::{RemoteLog, notice_service, proof};
use amana_kit::shutdown::Shutdown;
use amana_types::{Clock, Role};
use amana_wire::file::{self, Format as FileFormat};
use amana_wire::v1::notice_service_client::NoticeServiceClient;
use amana_wire::{json as wire_json, v1};
use serde_json::json;
use tonic::transport::Channel;

use super::canary::Canary;
use super::capture::{Captured, capture};
use super::exchange::{Exchange, failed};
use super::process::Process;
use crate::args::{Format, Lang};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::output::{isolate, note};
use crate::settings::Settings;
use crate::show;

/// The case, as its author in XA wrote it.
const CASE: &str = include_str!("case.toml");
/// Stands in the case's text and must stand nowhere at the hub.
const CANARY: &str = "كناري-4711-canary";
/// How long something may take that needs seconds.
const PATIENCE: Duration = Duration::from_secs(15);

/// The four exercise countries: code, name, the role of the unit that reads.
const COUNTRIES: [(&str, &str, Role); 4] = [
    ("XA", "Exercise country A", Role::Investigator),
    ("XE", "Exercise country E", Role::Investigator),
    ("XF", "Exercise country F", Role::ChildProtection),
    ("XS", "Exercise country S", Role::Investigator),
];

/// The story in progress.
pub(super) struct Story {
    pub(super) exchange: Exchange,
    settings: Settings,
    hub: Option<Process>,
    nodes: Vec<(&'static str, Process)>,
    pub(super) notice: String,
    captured: Option<Captured>,
    told: usize,
}

impl Story {
    pub(super) fn new(exchange: Exchange, settings: Settings) -> Self {
        let (hub, nodes, notice) = (None, Vec::new(), String::new());
        Self { exchange, settings, hub, nodes, notice, captured: None, told: 0 }
    }

    /// Tells it all.
    pub(super) async fn tell(&mut self) -> Result<(), Failure> {
        let made = self.make().await;
        self.step("exchange", "a hub and four countries, each with keys of its own", made)?;
        let published = self.publish("demo").await;
        self.step("publish", "XA publishes a case in Arabic for XF and XS, not for XE", published)?;
        let survived = self.kill_hub().await;
        self.step("kill", "the hub is killed with -9 after its answer and before delivery", survived)?;
        let captured = self.tap().await;
        self.step("sealed", "XE cannot open the bytes that went to XF", captured)?;
        let delivered = self.deliver().await;
        self.step("deliver", "XF, XS and XE come online: nothing was lost", delivered)?;
        for (code, lang) in [("XF", Lang::Fr), ("XS", Lang::Es)] {
            let read = self.read(code, lang).await;
            self.step("read", &format!("{code} reads it in Arabic, with labels in its own language"), read)?;
        }
        let excluded = self.excluded().await;
        self.step("exclude", "XE has nothing", excluded)?;
        let receipts = self.receipts().await;
        self.step("receipts", "XA holds signed receipts of both", receipts)?;
        let verified = self.verify_log().await;
        self.step("log", "the audit log verifies from outside", verified)?;
        let clean = self.look_for_canary();
        self.step("canary", "nothing of the case is anywhere at the hub", clean)?;
        let caught = self.flip_a_byte().await;
        self.step("flip", "one flipped byte on the hub's disk is caught", caught)?;
        self.hub = Some(self.exchange.run_hub().await?);
        self.end().await
    }

    /// Prints one step; a failed one ends the story.
    pub(super) fn step(
        &mut self,
        name: &str,
        title: &str,
        result: Result<String, Failure>,
    ) -> Result<(), Failure> {
        self.told += 1;
        let (ok, detail) = match &result {
            Ok(detail) => (true, detail.clone()),
            Err(failure) => (false, failure.message.clone()),
        };
        let value = json!({ "step": self.told, "name": name, "title": title, "ok": ok, "detail": detail });
        match self.settings.out.format {
            Format::Table => {
                let mark = if ok { "ok  " } else { "FAIL" };
                let indented: String = detail.lines().map(|line| format!("\n         {line}")).collect();
                self.settings.out.text(&format!("{:>2} {mark}  {title}{indented}", self.told))?;
            }
            Format::Json | Format::Ndjson => self.settings.out.text(&value.to_string())?,
        }
        result.map(|_| ()).map_err(|failure| Failure { exit: Exit::Failed, ..failure })
    }

    async fn make(&mut self) -> Result<String, Failure> {
        self.hub = Some(self.exchange.run_hub().await?);
        for (code, name, role) in COUNTRIES {
            self.exchange.add_node(code, name, role).await?;
        }
        let xa = self.exchange.run_node("XA").await?;
        self.nodes.push(("XA", xa));
        let members = self.exchange.operator_calls().await?.members().await.map_err(failed)?;
        let names: Vec<&str> = members.iter().map(|member| member.code.as_str()).collect();
        if names != COUNTRIES.map(|(code, ..)| code) {
            return Err(failed(format_args!("the hub's members are {names:?}")));
        }
        Ok(format!("members: {}", names.join(", ")))
    }

    /// The agency API of a country's node, as its unit.
    pub(super) async fn unit(&self, code: &str) -> Result<NoticeServiceClient<Channel>, Failure> {
        Ok(notice_service(context::agency(&self.settings_of(code)).await?))
    }

    /// The settings of whoever acts as a country's unit.
    pub(super) fn settings_of(&self, code: &str) -> Settings {
        self.settings.acting_as(self.exchange.agency_dir(code))
    }

    async fn publish(&mut self, request_id: &str) -> Result<String, Failure> {
        let text = CASE.replace("يُطلب تحديد", &format!("({CANARY}) يُطلب تحديد"));
        let now = amana_kit::clock::SystemClock.now();
        let read = file::read(text.as_bytes(), FileFormat::Toml, now);
        let read = read.map_err(|problems| failed(format_args!("{problems}")))?;
        let request = v1::PublishNoticeRequest {
            request_id: request_id.to_owned(),
            notice: Some(read.notice.notice().clone()),
            addressing: Some(v1::Addressing::from(&read.to)),
            draft: None,
        };
        let mut xa = self.unit("XA").await?;
        let answer = xa.publish(request).await.map_err(failed)?.into_inner();
        if answer.recipients != ["XF", "XS"] {
            return Err(failed(format_args!("sealed for {:?}", answer.recipients)));
        }
        self.notice = answer.notice_id;
        let index = wait(async || {
            let request = v1::ListReceiptsRequest { notice_id: self.notice.clone() };
            let state = xa.clone().list_receipts(request).await.map_err(failed)?.into_inner();
            Ok(state.log_index)
        })
        .await?;
        Ok(format!("{} is acknowledged, in the audit log at {index}", self.notice))
    }

    async fn kill_hub(&mut self) -> Result<String, Failure> {
        if let Some(hub) = self.hub.take() {
            hub.kill().await?;
        }
        self.hub = Some(self.exchange.run_hub().await?);
        let size = self.exchange.operator_calls().await?.status().await.map_err(failed)?.log_size;
        Ok(format!("restarted with a log of {size} entries"))
    }

    async fn tap(&mut self) -> Result<String, Failure> {
        let captured = capture(&self.exchange, "XF").await?;
        let (xe, xf) = (captured.opens_for(&self.exchange, "XE")?, captured.opens_for(&self.exchange, "XF")?);
        self.captured = Some(captured);
        match (xe, xf) {
            (false, true) => Ok("with XE's key: refused; with XF's key, as a check: opened".to_owned()),
            (true, _) => Err(failed("XE opened it")),
            (false, false) => Err(failed("not even XF opened it")),
        }
    }

    async fn deliver(&mut self) -> Result<String, Failure> {
        for code in ["XE", "XF", "XS"] {
            let node = self.exchange.run_node(code).await?;
            self.nodes.push((code, node));
        }
        for code in ["XF", "XS"] {
            wait(async || {
                Ok(self.received(code).await?.into_iter().find(|summary| summary.notice_id == self.notice))
            })
            .await?;
        }
        Ok("XF and XS hold it, each once".to_owned())
    }

    /// What a country's unit finds in its inbox.
    async fn received(&self, code: &str) -> Result<Vec<v1::NoticeSummary>, Failure> {
        let direction = v1::Direction::Received.into();
        let request = v1::ListRequest { direction, reason: Some(reason()), ..v1::ListRequest::default() };
        Ok(self.unit(code).await?.list(request).await.map_err(failed)?.into_inner().notices)
    }

    async fn read(&self, code: &str, lang: Lang) -> Result<String, Failure> {
        let request = v1::GetRequest { notice_id: self.notice.clone(), reason: Some(reason()) };
        let answer = self.unit(code).await?.get(request).await.map_err(failed)?.into_inner();
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
        let title =
            show::best_text(wire_json::view(&view).get("notice").and_then(|n| n.get("subject")), lang);
        let child = if expected { "sees who the child is" } else { "does not see who the child is" };
        let labels: Vec<&str> =
            page.lines().filter_map(|line| line.split(':').next()).skip(1).take(4).collect();
        Ok(format!("{}\nlabels: {}; {code} {child}", isolate(&title), labels.join(", ")))
    }

    async fn excluded(&self) -> Result<String, Failure> {
        // XE must be as far as the others, or its empty inbox would say nothing.
        let size = self.exchange.operator_calls().await?.status().await.map_err(failed)?.log_size;
        let seen = wait(async || {
            let status =
                self.unit("XE").await?.get_node_status(v1::GetNodeStatusRequest {}).await.map_err(failed)?;
            let seen = status.into_inner().verified_log_size;
            Ok((seen >= size).then_some(seen))
        })
        .await?;
        if self.received("XE").await?.is_empty() {
            Ok(format!("its inbox is empty, though it has verified the log up to {seen}"))
        } else {
            Err(failed("XE received something"))
        }
    }

    async fn receipts(&self) -> Result<String, Failure> {
        let mut xa = self.unit("XA").await?;
        let recipients = wait(async || {
            let request = v1::ListReceiptsRequest { notice_id: self.notice.clone() };
            let recipients = xa.clone().list_receipts(request).await.map_err(failed)?.into_inner().recipients;
            let all = recipients.iter().all(|r| r.state() >= v1::DeliveryState::Delivered);
            Ok((all && recipients.len() == 2).then_some(recipients))
        })
        .await?;
        let answer =
            xa.prove(v1::ProveRequest { notice_id: self.notice.clone() }).await.map_err(failed)?.into_inner();
        let key = self.exchange.operator().log_key().parse().map_err(failed)?;
        let (_, proven) = proof::verify(answer.proof.as_bytes(), &key).map_err(failed)?;
        let members: Vec<&str> = recipients.iter().map(|r| r.member.as_str()).collect();
        Ok(format!("from {}; the hub's own proves index {} offline", members.join(" and "), proven.index()))
    }

    async fn verify_log(&self) -> Result<String, Failure> {
        let key = self.exchange.operator().log_key().parse().map_err(failed)?;
        let mut log = RemoteLog::new(self.exchange.operator_channel().await?, key);
        let shown = log.recompute(|_, _| ()).await.map_err(failed)?;
        if shown.holds() {
            Ok(format!("{} leaves hash to the signed root {}", shown.signed.size, shown.root))
        } else {
            Err(failed("the leaves do not hash to the signed root"))
        }
    }

    fn look_for_canary(&self) -> Result<String, Failure> {
        let hub = self.exchange.hub_dir();
        let canary = Canary::new(CANARY);
        match canary.find(&hub).map_err(failed)? {
            None => Ok("searched raw, as UTF-16, hexadecimal and base64".to_owned()),
            Some(path) => Err(failed(format_args!("found in {}", path.display()))),
        }
    }

    async fn flip_a_byte(&mut self) -> Result<String, Failure> {
        if let Some(hub) = self.hub.take() {
            hub.stop().await?;
        }
        let dir = self.exchange.hub_dir();
        let found = self.ciphertext_on_disk()?;
        let (path, place) = found.ok_or_else(|| failed("the sealed case is not on the hub's disk"))?;
        let whole = fs::read(&path).map_err(failed)?;
        let mut flipped = whole.clone();
        if let Some(byte) = flipped.get_mut(place) {
            *byte ^= 1;
        }
        fs::write(&path, &flipped).map_err(failed)?;
        let found = tokio::task::block_in_place(|| amana_hub::fsck(&dir));
        fs::write(&path, &whole).map_err(failed)?;
        let finding = match found {
            Ok(Ok(_)) => return Err(failed("nobody noticed")),
            Ok(Err(mismatch)) => mismatch.to_string(),
            Err(error) => error.to_string(),
        };
        match tokio::task::block_in_place(|| amana_hub::fsck(&dir)) {
            Ok(Ok(_)) => Ok(format!("{finding}\nput back, all is well again")),
            _ => Err(failed("put back, and it is still not well")),
        }
    }

    /// Where on the hub's disk the sealed case lies.
    pub(super) fn ciphertext_on_disk(&self) -> Result<Option<(PathBuf, usize)>, Failure> {
        let section = self.captured.as_ref().and_then(|captured| captured.some_ciphertext());
        let section = section.ok_or_else(|| failed("nothing was captured"))?;
        let mut folders = vec![self.exchange.hub_dir()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Some(place) = memchr::memmem::find(&fs::read(&path).map_err(failed)?, section) {
                    return Ok(Some((path, place)));
                }
            }
        }
        Ok(None)
    }

    /// Publishes the case anew, to be looked at, and keeps everything running until it is interrupted.
    pub(super) async fn serve(&mut self) -> Result<(), Failure> {
        self.publish("demo-again").await?;
        note("\nthe exchange is running; in another terminal, for example:\n");
        for (code, lang) in [("XF", "fr"), ("XS", "es")] {
            let context = self.exchange.agency_dir(code);
            note(&format!(
                "  amana --context {} --lang {lang} inbox show {} --case X-1",
                context.display(),
                self.notice
            ));
        }
        note(&format!(
            "  amana --context {} notice receipts {}",
            self.exchange.agency_dir("XA").display(),
            self.notice
        ));
        note("\nCtrl-C ends it");
        let shutdown = Shutdown::on_signals().map_err(failed)?;
        shutdown.triggered().await;
        for (_, node) in self.nodes.drain(..) {
            node.stop().await?;
        }
        match self.hub.take() {
            Some(hub) => hub.stop().await,
            None => Ok(()),
        }
    }
}

pub(super) fn reason() -> v1::AccessReason {
    v1::AccessReason {
        purpose: v1::Purpose::CriminalInvestigation.into(),
        case_reference: "EXERCISE-1".to_owned(),
    }
}

/// Asks again until there is an answer.
pub(super) async fn wait<T>(mut ask: impl AsyncFnMut() -> Result<Option<T>, Failure>) -> Result<T, Failure> {
    const STEP: Duration = Duration::from_millis(50);
    let asking = async {
        loop {
            if let Some(answer) = ask().await? {
                return Ok(answer);
            }
            tokio::time::sleep(STEP).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.map_err(|_| failed("it did not happen in time"))?
}
