//! `amana hub …`: make, run and steer an exchange.

use std::path::Path;
use std::sync::Arc;

use amana_client::Operator as OperatorCalls;
use amana_hub::{HubConfig, HubError, HubOptions, InitOptions, Invitee, Layout};
use amana_kit::clock::SystemClock;
use amana_kit::config::Layers;
use amana_kit::fsio::create_private_file;
use amana_kit::random::SystemRandom;
use amana_kit::shutdown::Shutdown;
use amana_types::{Clock, Duration, HpkeEpoch, MemberCode, MemberKind, Region};
use amana_wire::json;
use serde_json::{Value, json};

use super::operator::{failed, operator, operator_channel, parsed, submit};
use super::reason::code;
use super::{call, folder};
use crate::args::{EntryArgs, HubCommand, InviteArgs, OnOff};
use crate::exit::{Exit, Failure};
use crate::output::{field, note, table};
use crate::settings::{Settings, section};

pub(crate) async fn run(command: HubCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        HubCommand::Init { dir, exchange, listen, enrol_listen, advertise } => {
            let exchange = parsed(&exchange, "--exchange")?;
            let options = InitOptions { dir: dir.clone(), exchange, listen, enrol_listen, advertise };
            init(&options, settings)
        }
        HubCommand::Run { dir } => serve(&dir, settings).await,
        HubCommand::Invite(args) => invite(args, settings),
        HubCommand::Members => members(settings).await,
        HubCommand::Suspend(args) => status_entry(&args, true, settings).await,
        HubCommand::Reinstate(args) => status_entry(&args, false, settings).await,
        HubCommand::Review { code, state } => review(&code, state == OnOff::On, settings).await,
        HubCommand::Group(command) => super::group::steer(command, settings).await,
        HubCommand::Status => status(settings).await,
    }
}

fn init(options: &InitOptions, settings: &Settings) -> Result<(), Failure> {
    let operator = amana_hub::init(options, &settings.key_passphrase()?, &SystemRandom, SystemClock.now())
        .map_err(failed)?;
    let layout = Layout::new(&options.dir);
    let value = json!({
        "exchange": operator.exchange().to_string(),
        "hub": operator.hub_url(),
        "log_key": operator.log_key(),
        "operator": layout.operator(),
    });
    settings.out.one(&value, || {
        format!(
            "{} is made in {}\n  run it:      amana hub run --dir {}\n  its operator: {} (move it elsewhere when you can)\n  its log key: {}",
            options.exchange,
            options.dir.display(),
            options.dir.display(),
            layout.operator().display(),
            operator.log_key(),
        )
    })
}

async fn serve(dir: &Path, settings: &Settings) -> Result<(), Failure> {
    let shutdown = Shutdown::on_signals().map_err(|error| Failure::new(Exit::Failed, error))?;
    let config = Layers::new()
        .required_file(folder::hub(dir)?.config())
        .environment(section("HUB"))
        .load::<HubConfig>()
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    let options = HubOptions {
        dir: dir.to_owned(),
        config,
        passphrase: settings.key_passphrase()?,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        shutdown,
    };
    let running = amana_hub::run(options).await.map_err(run_failed)?;
    let (members, enrolment) = (running.members, running.enrolment);
    let ready =
        json!({ "event": "ready", "listen": members.to_string(), "enrol_listen": enrolment.to_string() });
    settings.out.one(&ready, || format!("ready on {members}, enrolment on {enrolment}"))?;
    running.ended().await.map_err(run_failed)
}

fn run_failed(error: HubError) -> Failure {
    match error {
        HubError::Setup(error) => failed(error),
        other => Failure::new(Exit::Failed, other),
    }
}

fn invite(args: InviteArgs, settings: &Settings) -> Result<(), Failure> {
    let kind = code::<MemberKind>(&args.kind, "--kind")?;
    let regions =
        args.regions.iter().map(|region| code::<Region>(region, "--region")).collect::<Result<_, _>>()?;
    let invitee = Invitee {
        code: parsed::<MemberCode>(&args.code, "CODE")?,
        name: args.name,
        kind,
        parent: args.parent.map(|code| parsed::<MemberCode>(&code, "--parent")).transpose()?,
        regions,
        child_protection: args.child_protection,
        first_epoch: HpkeEpoch(args.first_epoch),
        valid: Duration::from_seconds(u64::from(args.valid) * 3600),
    };
    let operator = operator(args.dir.as_deref(), settings)?;
    let text = operator
        .invite(&invitee, &settings.key_passphrase()?, &SystemRandom, SystemClock.now())
        .map_err(failed)?;
    if args.token_file == Path::new("-") {
        return settings.out.text(&text);
    }
    create_private_file(&args.token_file, text.as_bytes())
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    note(&format!(
        "an invitation for {}, good once within {} h: {}\nhand it over safely; who has it can enrol as {}",
        invitee.code,
        args.valid,
        args.token_file.display(),
        invitee.code,
    ));
    Ok(())
}

async fn members(settings: &Settings) -> Result<(), Failure> {
    let (_, channel) = operator_channel(settings).await?;
    let members = call::client(settings.timeout, OperatorCalls::new(channel).members()).await?;
    let values: Vec<Value> = members.iter().map(json::view).collect();
    let names = ["code", "name", "kind", "status", "connected", "cursor", "backlog"];
    settings.out.list(&values, &names, |value| {
        let under_review = value.get("under_review") == Some(&Value::Bool(true));
        let cell = |name: &&str| match *name {
            "kind" if !field(value, "parent").is_empty() => {
                format!("{} of {}", field(value, name), field(value, "parent"))
            }
            "status" if under_review => format!("{} UNDER_REVIEW", field(value, name)),
            name => field(value, name),
        };
        names.iter().map(cell).collect()
    })
}

async fn status(settings: &Settings) -> Result<(), Failure> {
    let (_, channel) = operator_channel(settings).await?;
    let hub = OperatorCalls::new(channel);
    let mut value = json::view(&call::client(settings.timeout, hub.status()).await?);
    let alarms = call::client(settings.timeout, hub.alarms()).await?;
    let alarms: Vec<Value> = alarms.iter().map(json::view).collect();
    if let Some(fields) = value.as_object_mut() {
        fields.insert("alarms".to_owned(), alarms.clone().into());
    }
    settings.out.one(&value, || {
        let shown = |name: &String| !matches!(name.as_str(), "checkpoint" | "alarms");
        let fields = value.as_object().into_iter().flatten().filter(|(name, _)| shown(name));
        let figures = table(&["", ""], fields.map(|(name, _)| vec![name.clone(), field(&value, name)]));
        alarms.iter().fold(figures, |text, alarm| {
            let [kind, since, member, message] =
                ["kind", "since", "member", "message"].map(|n| field(alarm, n));
            format!("{text}\n{kind} since {since}, shown by {member}:\n  {message}")
        })
    })
}

async fn status_entry(args: &EntryArgs, suspended: bool, settings: &Settings) -> Result<(), Failure> {
    let code: MemberCode = parsed(&args.code, "CODE")?;
    let passphrase = settings.key_passphrase()?;
    let index = submit(settings, |operator, known| {
        operator.sign_status(code, suspended, known.root_entries, &passphrase).map_err(failed)
    })
    .await?;
    let what = if suspended { "suspended" } else { "reinstated" };
    note(&format!("{code} is {what}, in the audit log at {index}"));
    Ok(())
}

async fn review(code: &str, under_review: bool, settings: &Settings) -> Result<(), Failure> {
    let code: MemberCode = parsed(code, "CODE")?;
    let passphrase = settings.key_passphrase()?;
    let index = submit(settings, |operator, known| {
        operator.sign_review(code, under_review, known.root_entries, &passphrase).map_err(failed)
    })
    .await?;
    let what = if under_review { "under review" } else { "under review no more" };
    note(&format!("{code} is {what}, in the audit log at {index}"));
    Ok(())
}
