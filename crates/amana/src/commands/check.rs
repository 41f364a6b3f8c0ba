//! `amana check`: what is configured and whether it works, each failure with its remedy.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use amana_client::{delivery_service, node_service};
use amana_hub::{HubConfig, Layout as HubLayout, Operator};
use amana_kit::certs::certificate_from_pem;
use amana_kit::config::Layers;
use amana_kit::connect::{ServerAddress, connect};
use amana_kit::identity::ServerIdentity;
use amana_kit::tls::{ClientTls, KeyExchange, ServerTrust};
use amana_node::{ExchangeTrust, NodeConfig};
use amana_types::labels::Word;
use amana_types::limits::CLOCK_SKEW;
use amana_types::{ExchangeName, Reason};
use amana_wire::convert::cause_code;
use amana_wire::v1;
use serde_json::{Value, json};

use super::operator::parsed;
use super::reason::access;
use super::{call, folder};
use crate::args::CheckArgs;
use crate::context;
use crate::exit::{Exit, Failure};
use crate::output::field;
use crate::settings::Settings;
use crate::show;

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
        match the_context(settings).await {
            Ok((found, seen)) => {
                findings.push(Finding { what: "context", result: Ok(found) });
                findings.extend(
                    seen.iter()
                        .flat_map(|(status, first)| [the_clock(status), what_waits(status, first.as_ref())]),
                );
            }
            Err(failure) => findings.push(Finding { what: "context", result: Err(failure) }),
        }
    }
    if findings.is_empty() {
        return Err(Failure::new(Exit::Usage, "nothing to check")
            .hint("give --dir (a hub's or node's folder) or --context"));
    }
    let values: Vec<Value> = findings.iter().map(view).collect();
    let word = |word: Word| show::word(word, settings.out.lang);
    settings.out.list(&values, &["", &word(Word::Checked), &word(Word::Found)], |value| {
        let ok = value.get("ok") == Some(&Value::Bool(true));
        vec![word(if ok { Word::Works } else { Word::Fails }), field(value, "what"), found(value)]
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
    let (hub, node) = (folder::hub(dir), folder::node(dir));
    if hub.is_err() && node.is_err() {
        let failure = Failure::new(Exit::Usage, format_args!("{}: neither a hub nor a node", dir.display()));
        let failure = failure.hint("make one with `amana hub init` or `amana node init`");
        return findings.push(Finding { what: "folder", result: Err(failure) });
    }
    let passphrase = settings.passphrase().map(|_| "readable".to_owned());
    findings.push(Finding { what: "passphrase", result: passphrase });
    if let Ok(layout) = hub {
        findings.extend(hub_folder(&layout, settings).await);
    } else if let Ok(layout) = node {
        findings.push(Finding { what: "node configuration", result: node_config(&layout) });
        findings.push(Finding { what: "enrolment", result: enrolment(&layout) });
    }
}

/// Looks at what a hub needs to run, and asks it whether it does: as its operator, or where the operator's
/// folder is kept elsewhere, at the door for enrolment, which asks for no certificate.
async fn hub_folder(layout: &HubLayout, settings: &Settings) -> Vec<Finding> {
    let config = hub_config(layout);
    let exchange = hub_keys(layout, settings);
    let here = layout.operator().exists();
    let connection = match (&config, &exchange) {
        _ if here => Some(as_operator(layout, settings).await),
        (Ok(config), Ok(exchange)) => Some(at_the_door(layout, config, exchange).await),
        _ => None,
    };
    let mut findings = vec![
        Finding {
            what: "hub configuration",
            result: config
                .map(|config| format!("members at {}, enrolment at {}", config.listen, config.enrol_listen)),
        },
        Finding { what: "hub keys", result: exchange.map(|exchange| format!("of {exchange}, all open")) },
    ];
    findings.extend(connection.map(|result| Finding { what: "hub connection", result }));
    if !here {
        let elsewhere = "kept elsewhere; there run: amana --context FOLDER check".to_owned();
        findings.push(Finding { what: "operator", result: Ok(elsewhere) });
    }
    findings
}

fn hub_config(layout: &HubLayout) -> Result<HubConfig, Failure> {
    let layers = Layers::new().required_file(layout.config());
    layers.load().map_err(|error| Failure::new(Exit::Usage, error))
}

fn hub_keys(layout: &HubLayout, settings: &Settings) -> Result<ExchangeName, Failure> {
    let opened = amana_hub::check(layout, &settings.key_passphrase()?);
    opened.map_err(|error| Failure::new(Exit::NoIdentity, error))
}

async fn as_operator(layout: &HubLayout, settings: &Settings) -> Result<String, Failure> {
    let unusable = |error: amana_hub::SetupError| Failure::new(Exit::NoIdentity, error);
    let operator = Operator::load(&layout.operator()).map_err(unusable)?;
    let tls = operator.tls(&settings.key_passphrase()?).map_err(unusable)?;
    answers(&parsed(operator.hub_url(), "operator.toml: hub")?, &tls, layout).await
}

async fn at_the_door(
    layout: &HubLayout,
    config: &HubConfig,
    exchange: &ExchangeName,
) -> Result<String, Failure> {
    let ca = context::read(&layout.key("ca.pem"))?;
    let trust = certificate_from_pem(&ca).map_err(|error| Failure::new(Exit::NoIdentity, error))?;
    let hub = ServerIdentity::Hub(exchange.clone());
    let tls = ClientTls::new(hub, ServerTrust::Authority(trust), None, KeyExchange::HybridOnly)
        .map_err(|error| Failure::new(Exit::NoIdentity, error))?;
    answers(&from_here(config.enrol_listen).into(), &tls, layout).await
}

/// How this machine reaches what listens there: what listens on every address also listens on its own.
fn from_here(mut listen: SocketAddr) -> SocketAddr {
    match listen.ip() {
        IpAddr::V4(any) if any.is_unspecified() => listen.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(any) if any.is_unspecified() => listen.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    listen
}

async fn answers(address: &ServerAddress, tls: &ClientTls, layout: &HubLayout) -> Result<String, Failure> {
    connect(address, tls).await.map(|_| format!("{address} answers")).map_err(|error| {
        let failure = call::unconnected(&error);
        if !error.is_passing() {
            return failure;
        }
        failure.hint(format!("is it running? amana hub run --dir {}", layout.dir().display()))
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

/// Whether the node's clock is as near to the hub's as it has to be.
fn the_clock(status: &v1::GetNodeStatusResponse) -> Finding {
    let result = match status.clock_ahead_ms {
        None => Ok("not compared with the hub's yet".to_owned()),
        Some(ahead) if ahead.unsigned_abs() <= CLOCK_SKEW.as_millis() => {
            Ok(format!("within {} s of the hub's", ahead.unsigned_abs().div_ceil(1000)))
        }
        Some(ahead) => {
            let side = if ahead > 0 { "ahead of" } else { "behind" };
            let (code, off) = (Reason::ClockOff.code(), ahead.unsigned_abs() / 1000);
            let found = format!("{code}: the node's clock is {off} s {side} the hub's");
            let failure = Failure::new(Exit::Failed, found);
            Err(failure.hint("set the clock of the node's machine; what waits for it goes out by itself"))
        }
    };
    Finding { what: "node clock", result }
}

/// Whether something waits that does not get on by itself.
fn what_waits(status: &v1::GetNodeStatusResponse, first: Option<&v1::Waiting>) -> Finding {
    let first = first.and_then(|item| Some((item, item.cause.as_ref()?)));
    let first = first.filter(|(_, cause)| cause.needs_somebody);
    let result = match first {
        None => Ok(format!("{}, none of it needs anybody", status.waiting_total)),
        Some((item, cause)) => {
            let found = format!(
                "{} of {} need somebody; {}: {}: {}",
                status.waiting_needs_somebody,
                status.waiting_total,
                item.notice_id,
                cause_code(cause),
                cause.message
            );
            Err(Failure::new(Exit::Failed, found).hint("see them all: amana node status"))
        }
    };
    Finding { what: "waiting", result }
}

/// What a node says of itself, and the first of what waits there.
type Seen = (v1::GetNodeStatusResponse, Option<v1::Waiting>);

async fn the_context(settings: &Settings) -> Result<(String, Option<Seen>), Failure> {
    if context::is_operator(settings) {
        let (operator, _) = super::operator::operator_channel(settings).await?;
        let found = format!("operator of {}, {} answers", operator.exchange(), operator.hub_url());
        return Ok((found, None));
    }
    let channel = context::agency(settings).await?;
    let request = v1::GetNodeStatusRequest { access: access(settings) };
    let status =
        call::within(settings.timeout, node_service(channel.clone()).get_node_status(request)).await?;
    if let Some(alarm) = status.alarms.first() {
        return Err(
            Failure::new(Exit::Verification, &alarm.message).hint("tell the exchange and the other members")
        );
    }
    if !status.hub_connected {
        let why = status.hub.as_ref().map(|cause| format!(" ({}: {})", cause_code(cause), cause.message));
        let why = why.unwrap_or_default();
        let found = format!("node of {} answers, but is NOT connected to the hub{why}", status.member);
        return Err(Failure::new(Exit::Unavailable, found).hint(
            "what is published waits in its outbox; see the node's log for why, and ask the exchange whether \
             the hub runs",
        ));
    }
    let request =
        v1::ListWaitingRequest { access: access(settings), page_size: 1, page_token: String::new() };
    let waits = call::within(settings.timeout, delivery_service(channel).list_waiting(request)).await?;
    let found = format!("node of {} answers, connected to the hub", status.member);
    Ok((found, Some((status, waits.waiting.into_iter().next()))))
}
