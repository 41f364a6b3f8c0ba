//! The story, step by step. Every step checks what it says; the first that does not hold ends it.

use std::time::Duration;

use amana_client::{RemoteLog, notice_service};
use amana_kit::shutdown::Shutdown;
use amana_types::{Clock, Role};
use amana_wire::file::{self, Format as FileFormat};
use amana_wire::v1;
use amana_wire::v1::notice_service_client::NoticeServiceClient;
use serde_json::json;
use tonic::transport::Channel;

use super::capture::{Captured, capture};
use super::exchange::{Exchange, failed};
use super::place::DiskPlace;
use super::process::Process;
use crate::args::{Lang, OutputFormat};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::settings::Settings;

/// The case, as its author in XA wrote it.
const CASE: &str = include_str!("case.toml");
/// Stands in the case's text and must stand nowhere at the hub.
pub(super) const CANARY: &str = "كناري-4711-canary";
/// How long something may take that needs seconds.
const PATIENCE: Duration = Duration::from_secs(30);

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
    pub(super) hub: Option<Process>,
    nodes: Vec<(&'static str, Process)>,
    /// The case.
    pub(super) notice: String,
    /// Every notice that XA published: the case, and what it sent while the hub was killed.
    pub(super) published: Vec<String>,
    pub(super) captured: Option<Captured>,
    /// Where on the hub's disk the sealed case lay.
    pub(super) sealed_at: Option<DiskPlace>,
    told: usize,
}

impl Story {
    pub(super) fn new(exchange: Exchange, settings: Settings) -> Self {
        Self {
            exchange,
            settings,
            hub: None,
            nodes: Vec::new(),
            notice: String::new(),
            published: Vec::new(),
            captured: None,
            sealed_at: None,
            told: 0,
        }
    }

    /// Tells it all.
    pub(super) async fn tell(&mut self) -> Result<(), Failure> {
        let made = self.make().await;
        self.step("exchange", "a hub and four countries, each with keys of its own", made)?;
        let published = self.publish_case("demo").await;
        self.step("publish", "XA publishes a case in Arabic for XF and XS, not for XE", published)?;
        let survived = self.kill_hub().await;
        self.step(
            "kill",
            "the hub is killed with -9 while XA goes on sending: nothing is lost, nothing twice",
            survived,
        )?;
        let captured = self.tap().await;
        self.step("sealed", "XE gets nothing, and cannot open the bytes that go to XF", captured)?;
        let delivered = self.deliver().await;
        self.step("deliver", "XF, XS and XE come online: XF and XS hold every notice, each once", delivered)?;
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
            OutputFormat::Table => {
                let mark = if ok { "ok  " } else { "FAIL" };
                let indented: String = detail.lines().map(|line| format!("\n         {line}")).collect();
                self.settings.out.text(&format!("{:>2} {mark}  {title}{indented}", self.told))?;
            }
            OutputFormat::Json | OutputFormat::Ndjson => self.settings.out.text(&value.to_string())?,
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

    /// Publishes the case; answers its id.
    pub(super) async fn publish(&self, request_id: String) -> Result<String, Failure> {
        let text = CASE.replace("يُطلب تحديد", &format!("({CANARY}) يُطلب تحديد"));
        let now = amana_kit::clock::SystemClock.now();
        let read = file::read(text.as_bytes(), FileFormat::Toml, now);
        let read = read.map_err(|problems| failed(format_args!("{problems}")))?;
        let request = v1::PublishNoticeRequest {
            request_id,
            notice: Some(read.notice.notice().clone()),
            addressing: Some(v1::Addressing::from(&read.to)),
            draft: None,
        };
        let answer = self.unit("XA").await?.publish(request).await.map_err(failed)?.into_inner();
        if answer.recipients != ["XF", "XS"] {
            return Err(failed(format_args!("sealed for {:?}", answer.recipients)));
        }
        Ok(answer.notice_id)
    }

    /// Where the log has a notice of XA's, if XA has the hub's receipt for it.
    pub(super) async fn log_index(&self, notice: &str) -> Result<Option<u64>, Failure> {
        let request = v1::ListReceiptsRequest { notice_id: notice.to_owned() };
        let answer = self.unit("XA").await?.list_receipts(request).await.map_err(failed)?;
        Ok(answer.into_inner().log_index)
    }

    async fn publish_case(&mut self, request_id: &str) -> Result<String, Failure> {
        self.notice = self.publish(request_id.to_owned()).await?;
        self.published.push(self.notice.clone());
        let index = wait(async || self.log_index(&self.notice).await).await?;
        Ok(format!("{} is acknowledged, in the audit log at {index}", self.notice))
    }

    pub(super) async fn log_size(&self) -> Result<u64, Failure> {
        Ok(self.exchange.operator_calls().await?.status().await.map_err(failed)?.log_size)
    }

    async fn tap(&mut self) -> Result<String, Failure> {
        let size = self.log_size().await?;
        let for_xe = capture(&self.exchange, "XE", size).await?.notices()?;
        if !for_xe.is_empty() {
            return Err(failed(format_args!("{} envelopes went to XE", for_xe.len())));
        }
        let captured = capture(&self.exchange, "XF", size).await?;
        let times = captured.notices()?;
        let once = self.published.iter().all(|id| id.parse().is_ok_and(|id| times.get(&id) == Some(&1)));
        if !once || times.len() != self.published.len() {
            return Err(failed(format_args!("of {} notices, to XF went {times:?}", self.published.len())));
        }
        let (xe, xf) = (captured.opened_by(&self.exchange, "XE")?, captured.opened_by(&self.exchange, "XF")?);
        self.captured = Some(captured);
        if xe != 0 || xf != times.len() {
            return Err(failed(format_args!("of {}, XE's key opens {xe}, XF's {xf}", times.len())));
        }
        Ok(format!("{xf} envelopes: XE's key opens none, XF's key, as a check, all"))
    }

    pub(super) async fn start_node(&mut self, code: &'static str) -> Result<(), Failure> {
        let node = self.exchange.run_node(code).await?;
        self.nodes.push((code, node));
        Ok(())
    }

    pub(super) async fn stop_node(&mut self, code: &str) -> Result<(), Failure> {
        let place = self.nodes.iter().position(|(running, _)| *running == code);
        let place = place.ok_or_else(|| failed(format_args!("{code} is not running")))?;
        self.nodes.swap_remove(place).1.stop().await
    }

    /// Waits until a country's node has verified all of the log that there is now; answers how much.
    pub(super) async fn knows_the_log(&self, code: &str) -> Result<u64, Failure> {
        let size = self.log_size().await?;
        wait(async || {
            let status = self.unit(code).await?.get_node_status(v1::GetNodeStatusRequest {}).await;
            let seen = status.map_err(failed)?.into_inner().verified_log_size;
            Ok((seen >= size).then_some(seen))
        })
        .await
    }

    async fn verify_log(&self) -> Result<String, Failure> {
        let key = self.exchange.operator().log_key().parse().map_err(failed)?;
        let mut log = RemoteLog::new(self.exchange.operator_channel().await?, key);
        let shown = log.recompute(|_, _| ()).await.map_err(failed)?;
        if shown.holds() && shown.signed.size.get() >= self.published.len() as u64 {
            Ok(format!("{} leaves hash to the signed root {}", shown.signed.size, shown.root))
        } else {
            Err(failed("the leaves do not hash to the signed root, or are fewer than the notices"))
        }
    }

    /// Publishes the case anew, to be looked at, and keeps everything running until it is interrupted.
    pub(super) async fn serve(&mut self) -> Result<(), Failure> {
        self.publish_case("demo-again").await?;
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
