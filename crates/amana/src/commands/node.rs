//! `amana node …`: a country's node.

use std::path::Path;
use std::sync::Arc;

use amana_client::{delivery_service, node_service};
use amana_kit::clock::SystemClock;
use amana_kit::random::SystemRandom;
use amana_kit::shutdown::Shutdown;
use amana_node::{InitOptions, Layout, NodeConfig, RunError, RunOptions};
use amana_types::Clock;
use amana_wire::{json, v1};
use serde_json::{Value, json};

use super::operator::parsed;
use super::reason::access;
use super::{call, folder};
use crate::args::{Lang, NodeCommand};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::output::{field, table};
use crate::settings::{Settings, section};

pub(crate) async fn run(command: NodeCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        NodeCommand::Init { dir, code, listen } => {
            let options = InitOptions { member: parsed(&code, "--code")?, listen, names: Vec::new() };
            init(&dir, &options, settings)
        }
        NodeCommand::Enroll { dir, token_file } => enroll(&dir, &token_file, settings).await,
        NodeCommand::Run { dir } => serve(&dir, settings).await,
        NodeCommand::Status => status(settings).await,
    }
}

fn init(dir: &Path, options: &InitOptions, settings: &Settings) -> Result<(), Failure> {
    amana_node::init(&Layout::new(dir), options, &settings.passphrase()?, &SystemRandom)
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    let value = json!({ "member": options.member.to_string(), "dir": dir });
    settings.out.one(&value, || {
        format!(
            "a node for {} is made in {}\n  next: amana node enroll --dir {} --token-file FILE",
            options.member,
            dir.display(),
            dir.display()
        )
    })
}

async fn enroll(dir: &Path, token_file: &Path, settings: &Settings) -> Result<(), Failure> {
    let layout = folder::node(dir)?;
    let invitation = context::read(token_file)?;
    let secret = settings.passphrase()?;
    let now = SystemClock.now();
    let enrolled = amana_node::enrol(&layout, &invitation, &secret, &SystemRandom, now)
        .await
        .map_err(enrolment_failed)?;
    let value = json!({
        "member": enrolled.member.to_string(),
        "exchange": enrolled.exchange,
        "log_index": enrolled.index.0,
    });
    settings.out.one(&value, || {
        format!(
            "{} is a member of {}, in the audit log at {}",
            enrolled.member, enrolled.exchange, enrolled.index
        )
    })
}

fn enrolment_failed(error: amana_node::EnrolError) -> Failure {
    use amana_node::EnrolError as E;
    match &error {
        E::Client(client) => call::failed(client),
        E::Connect(error) => call::unconnected(error),
        E::Invitation(_)
        | E::OtherMember { .. }
        | E::OtherExchange(_)
        | E::Address(_)
        | E::LogKey(_)
        | E::Config(_) => Failure::new(Exit::Usage, error),
        E::Keys(_) => Failure::new(Exit::NoIdentity, error),
        E::ForeignCertificate => Failure::new(Exit::Verification, error),
        _ => Failure::new(Exit::Failed, error),
    }
}

async fn serve(dir: &Path, settings: &Settings) -> Result<(), Failure> {
    let shutdown = Shutdown::on_signals().map_err(|error| Failure::new(Exit::Failed, error))?;
    let layout = folder::node(dir)?;
    let config = NodeConfig::load(&layout, |layers| layers.environment(section("NODE")))
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    let options = RunOptions {
        layout,
        config,
        passphrase: settings.passphrase()?,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    };
    let running = amana_node::run(options, shutdown).await.map_err(run_failed)?;
    let address = running.agency_addr;
    let ready = json!({ "event": "ready", "listen": address.to_string() });
    settings.out.one(&ready, || format!("ready on {address}"))?;
    running.wait().await.map(|_| ()).map_err(run_failed)
}

fn run_failed(error: RunError) -> Failure {
    let exit = match error {
        RunError::Config(_) => Exit::Usage,
        RunError::Trust(_) | RunError::Keys(_) => Exit::NoIdentity,
        _ => Exit::Failed,
    };
    Failure::new(exit, error)
}

async fn status(settings: &Settings) -> Result<(), Failure> {
    let channel = context::agency(settings).await?;
    let request = v1::GetNodeStatusRequest { access: access(settings) };
    let status =
        call::within(settings.timeout, node_service(channel.clone()).get_node_status(request)).await?;
    let request = v1::ListWaitingRequest { access: access(settings), ..Default::default() };
    let waits = call::within(settings.timeout, delivery_service(channel).list_waiting(request)).await?;
    let mut value = json::view(&status);
    if let Some(value) = value.as_object_mut() {
        // A program that wants more than the first of them lists them.
        value.insert("waiting".to_owned(), waits.waiting.iter().map(json::view).collect());
    }
    settings.out.one(&value, || {
        let fields = value.as_object().into_iter().flatten();
        let shown = |name: &str| match name {
            "sequence_breaks" => breaks(&status),
            "waiting" => waiting(&value, settings.out.lang),
            "alarms" => alarms(&status),
            "hub" => value
                .get("hub")
                .filter(|hub| !hub.is_null())
                .map_or_else(String::new, |hub| crate::show::because_of(hub, settings.out.lang)),
            name => field(&value, name),
        };
        let lang = settings.out.lang;
        table(&["", ""], fields.map(|(name, _)| crate::show::figure(name, &shown(name), lang)))
    })
}

/// What has not got on, each with its reason.
fn waiting(status: &Value, lang: Lang) -> String {
    let items = status.get("waiting").and_then(Value::as_array).into_iter().flatten();
    let line = |item: &Value| {
        let cause = item.get("cause").map_or_else(String::new, |cause| crate::show::because_of(cause, lang));
        format!("{} {} {cause}", field(item, "notice_id"), field(item, "waiting_in"))
    };
    items.map(line).collect::<Vec<_>>().join("\n")
}

/// What the administrator must look at.
fn alarms(status: &v1::GetNodeStatusResponse) -> String {
    let alarms = status.alarms.iter().map(|alarm| alarm.message.clone());
    alarms.collect::<Vec<_>>().join("; ")
}

/// The senders of whose notices one may be missing.
fn breaks(status: &v1::GetNodeStatusResponse) -> String {
    let breaks = status.sequence_breaks.iter().map(|broken| format!("{} ({})", broken.sender, broken.breaks));
    breaks.collect::<Vec<_>>().join(", ")
}
