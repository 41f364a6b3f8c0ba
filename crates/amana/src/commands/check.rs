//! `amana check`: what is configured and whether it works, each failure with its remedy.

use std::path::Path;

use amana_client::notice_service;
use amana_hub::Operator;
use amana_kit::connect::connect;
use amana_node::{ExchangeTrust, NodeConfig};
use amana_wire::v1;
use serde_json::{Value, json};

use super::call;
use super::hub::parsed;
use crate::args::CheckArgs;
use crate::context;
use crate::exit::{Exit, Failure};
use crate::output::field;
use crate::settings::Settings;

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    result: Result<String, Failure>,
}

pub(crate) async fn run(args: CheckArgs, settings: &Settings) -> Result<(), Failure> {
    let mut findings = Vec::new();
    if let Some(dir) = &args.dir {
        folder(dir, settings, &mut findings).await;
    }
    if settings.context.is_some() {
        findings.push(Finding { what: "context", result: the_context(settings).await });
    }
    if findings.is_empty() {
        return Err(Failure::new(Exit::Usage, "nothing to check")
            .hint("give --dir (a hub's or node's folder) or --context"));
    }
    let values: Vec<Value> = findings.iter().map(view).collect();
    settings.out.list(&values, &["", "checked", "found"], |value| {
        let ok = value.get("ok") == Some(&Value::Bool(true));
        vec![if ok { "ok" } else { "FAIL" }.to_owned(), field(value, "what"), found(value)]
    })?;
    let failed = findings.into_iter().find_map(|finding| finding.result.err());
    failed.map_or(Ok(()), |first| Err(Failure::new(first.exit, "not everything works; see above")))
}

fn view(finding: &Finding) -> Value {
    match &finding.result {
        Ok(found) => json!({ "what": finding.what, "ok": true, "found": found }),
        Err(failure) => {
            json!({ "what": finding.what, "ok": false, "found": failure.message, "remedy": failure.hint })
        }
    }
}

fn found(value: &Value) -> String {
    let remedy = field(value, "remedy");
    let gap = if remedy.is_empty() { "" } else { "; " };
    format!("{}{gap}{remedy}", field(value, "found"))
}

async fn folder(dir: &Path, settings: &Settings, findings: &mut Vec<Finding>) {
    let passphrase = settings.passphrase().map(|_| "readable".to_owned());
    findings.push(Finding { what: "passphrase", result: passphrase });
    if dir.join("hub.toml").exists() {
        findings.push(Finding { what: "hub connection", result: hub_connection(dir, settings).await });
    } else if dir.join("node.toml").exists() {
        let layout = amana_node::Layout::new(dir);
        findings.push(Finding { what: "node configuration", result: node_config(&layout) });
        findings.push(Finding { what: "enrolment", result: enrolment(&layout) });
    } else {
        let failure = Failure::new(Exit::Usage, format_args!("{}: neither a hub nor a node", dir.display()));
        let failure = failure.hint("make one with `amana hub init` or `amana node init`");
        findings.push(Finding { what: "folder", result: Err(failure) });
    }
}

async fn hub_connection(dir: &Path, settings: &Settings) -> Result<String, Failure> {
    let unusable = |error: amana_hub::SetupError| Failure::new(Exit::NoIdentity, error);
    let operator = Operator::load(&amana_hub::Layout::new(dir).operator()).map_err(unusable)?;
    let tls = operator.tls(&settings.key_passphrase()?).map_err(unusable)?;
    let address = parsed(operator.hub_url(), "operator.toml: hub")?;
    connect(&address, &tls).await.map(|_| format!("{address} answers")).map_err(|error| {
        Failure::new(Exit::Unavailable, error)
            .hint(format!("is it running? amana hub run --dir {}", dir.display()))
    })
}

fn node_config(layout: &amana_node::Layout) -> Result<String, Failure> {
    let config =
        NodeConfig::load(layout, |layers| layers).map_err(|error| Failure::new(Exit::Usage, error))?;
    Ok(format!("{}, agencies at {}", config.member, config.listen))
}

fn enrolment(layout: &amana_node::Layout) -> Result<String, Failure> {
    let trust = ExchangeTrust::load(layout).map_err(|error| Failure::new(Exit::NoIdentity, error))?;
    Ok(format!("member of {}, hub at {}", trust.exchange, trust.hub))
}

async fn the_context(settings: &Settings) -> Result<String, Failure> {
    if context::is_operator(settings) {
        let (operator, _) = super::hub::operator_channel(settings).await?;
        return Ok(format!("operator of {}, {} answers", operator.exchange(), operator.hub_url()));
    }
    let mut node = notice_service(context::agency(settings).await?);
    let status = call::within(settings.timeout, node.get_node_status(v1::GetNodeStatusRequest {})).await?;
    let hub = if status.hub_connected { "connected to the hub" } else { "NOT connected to the hub" };
    if !status.alarm.is_empty() {
        return Err(
            Failure::new(Exit::Verification, status.alarm).hint("tell the exchange and the other members")
        );
    }
    Ok(format!("node of {} answers, {hub}", status.member))
}
