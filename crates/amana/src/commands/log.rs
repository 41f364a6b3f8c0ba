//! `amana log …`: the audit log from outside.

use std::path::Path;

use amana_client::{Operator as OperatorCalls, RemoteLog, proof, proof_service};
use amana_log::LogKey;
use amana_seal::envelope::Header;
use amana_wire::v1;
use indicatif::ProgressBar;
use serde_json::json;

use super::operator::{operator_channel, parsed};
use super::reason::access;
use super::{call, trail};
use crate::args::LogCommand;
use crate::context;
use crate::exit::{Exit, Failure};
use crate::settings::Settings;
use crate::show;

pub(crate) async fn run(command: LogCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        LogCommand::Checkpoint => {
            let (operator, channel) = operator_channel(settings).await?;
            let mut log = RemoteLog::new(channel, parsed(operator.log_key(), "operator.toml: log_key")?);
            let checkpoint = call::client(settings.timeout, log.checkpoint()).await?;
            settings.out.text(checkpoint.note().as_str())
        }
        LogCommand::Prove { id } => {
            let mut node = proof_service(context::agency(settings).await?);
            let request = v1::GetProofRequest { access: access(settings), notice_id: id };
            let proof = call::within(settings.timeout, node.get_proof(request)).await?;
            settings.out.text(&proof.proof)
        }
        LogCommand::Verify { deep } => verify(deep, settings).await,
        LogCommand::VerifyTrail { file, trust } => trail::verify(&file, &trust, settings),
        LogCommand::VerifyReceipt { file, log_key } => verify_receipt(&file, &log_key, settings),
    }
}

/// Fetches every leaf and recomputes the signed root.
async fn verify(deep: bool, settings: &Settings) -> Result<(), Failure> {
    let (operator, channel) = operator_channel(settings).await?;
    let key: LogKey = parsed(operator.log_key(), "operator.toml: log_key")?;
    let bar = ProgressBar::new(0);
    let mut log = RemoteLog::new(channel.clone(), key);
    let progress = |done, size| {
        bar.set_length(size);
        bar.set_position(done);
    };
    let shown = log.recompute(progress).await.map_err(|error| call::failed(&error))?;
    bar.finish_and_clear();
    if !shown.holds() {
        let message = format!(
            "the {} leaves hash to {}, the log signed {}",
            shown.signed.size, shown.root, shown.signed.root
        );
        return Err(
            Failure::new(Exit::Verification, message).hint("keep the checkpoint; the log was altered")
        );
    }
    let mut checked = 0;
    if deep {
        let bar = ProgressBar::new(0);
        let verifying = OperatorCalls::new(channel);
        let report = verifying.verify(|shown| {
            bar.set_length(shown.total_records);
            bar.set_position(shown.checked_records);
        });
        let report = report.await.map_err(|error| call::failed(&error))?;
        bar.finish_and_clear();
        if report.state != i32::from(v1::VerificationState::Holds) {
            return Err(Failure::new(Exit::Verification, report.finding));
        }
        checked = report.checked_records;
    }
    let value = json!({
        "ok": true,
        "leaves": shown.signed.size.get(),
        "root": shown.root.to_string(),
        "records_checked": checked,
    });
    settings.out.one(&value, || {
        let deep = if deep { format!(", {checked} records read again") } else { String::new() };
        format!("{} leaves hash to the signed root {}{deep}", shown.signed.size, shown.root)
    })
}

/// Verifies a portable proof with nothing but the log's key.
fn verify_receipt(file: &Path, log_key: &str, settings: &Settings) -> Result<(), Failure> {
    let key: LogKey = parsed(log_key, "--log-key")?;
    let bytes = std::fs::read(file).map_err(|error| Failure::file(file, &error))?;
    let refused = |why: &dyn std::fmt::Display| {
        Failure::new(Exit::Verification, format_args!("{}: {why}", file.display()))
    };
    let (leaf, proven) = proof::verify(&bytes, &key).map_err(|error| refused(&error))?;
    let header = Header::decode(&leaf.header).map_err(|error| refused(&error))?;
    let value = json!({
        "ok": true,
        "notice_id": header.id.to_string(),
        "sender": header.sender.to_string(),
        "index": proven.index().get(),
        "accepted_at": leaf.accepted_at.to_string(),
    });
    settings.out.one(&value, || {
        let (id, sender) = (header.id.to_string(), header.sender.to_string());
        let at = (proven.index().get(), &*leaf.accepted_at.to_string());
        show::done::proven(&id, &sender, &key.name().to_string(), at, settings.out.lang)
    })
}
