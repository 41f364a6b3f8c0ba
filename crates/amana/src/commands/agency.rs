//! `amana agency …`: who may use a node.

use std::io::Write as _;
use std::path::Path;

use amana_kit::clock::SystemClock;
use amana_kit::fsio::FileError;
use amana_kit::random::SystemRandom;
use amana_node::{
    AgencyError, AgencyFile, AgencyStatus, Layout, NodeConfig, agency_add, agency_list, agency_revoke,
};
use amana_notice::Purpose;
use amana_types::{Clock, Role};
use serde_json::{Value, json};

use super::folder;
use super::reason::code;
use crate::args::AgencyCommand;
use crate::exit::{Exit, Failure};
use crate::output::{field, note};
use crate::settings::Settings;

pub(crate) fn run(command: AgencyCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        AgencyCommand::Add { name, dir, role, address, out, purpose } => {
            let layout = folder::node(&dir)?;
            let role: Role = code(&role, "--role")?;
            let purpose = purpose.map(|text| code::<Purpose>(&text, "--purpose")).transpose()?;
            let secret = settings.passphrase()?;
            let address = match address {
                Some(address) => address,
                None => listen_address(&layout)?,
            };
            let now = SystemClock.now();
            let bundle = agency_add(&layout, &name, role, &address, &out, &secret, &SystemRandom, now)
                .map_err(|error| failed(&error))?;
            if let Some(purpose) = purpose {
                let line =
                    format!("# Why it reads, where a command does not say it.\npurpose = \"{purpose}\"\n");
                let opened = std::fs::File::options().append(true).open(&bundle.context);
                let written = opened.and_then(|mut file| file.write_all(line.as_bytes()));
                written.map_err(|error| Failure::file(&bundle.context, &error))?;
            }
            let value = json!({ "name": name, "role": role.code(), "context": bundle.context });
            settings.out.one(&value, || {
                format!("{}\n  use it with --context {}", bundle.context.display(), out.display())
            })
        }
        AgencyCommand::List { dir } => list(&dir, settings),
        AgencyCommand::Revoke { name, dir } => {
            agency_revoke(&folder::node(&dir)?, &name).map_err(|error| failed(&error))?;
            note(&format!("revoked {name}"));
            Ok(())
        }
    }
}

/// Where agencies on this machine reach the node: what its configuration says.
fn listen_address(layout: &Layout) -> Result<String, Failure> {
    let config =
        NodeConfig::load(layout, |layers| layers).map_err(|error| Failure::new(Exit::Usage, error))?;
    if config.listen.ip().is_unspecified() {
        return Err(Failure::new(
            Exit::Usage,
            format_args!("the node listens on every address ({})", config.listen),
        )
        .hint("say how the agency reaches it: --address HOST:PORT"));
    }
    Ok(config.listen.to_string())
}

fn list(dir: &Path, settings: &Settings) -> Result<(), Failure> {
    let agencies = agency_list(&folder::node(dir)?).map_err(|error| failed(&error))?;
    let values: Vec<Value> = agencies.iter().map(view).collect();
    let names = ["name", "role", "status", "expires"];
    settings.out.list(&values, &names, |value| names.iter().map(|name| field(value, name)).collect())
}

fn view(agency: &AgencyFile) -> Value {
    json!({
        "name": agency.name,
        "role": agency.role,
        "status": if agency.status == AgencyStatus::Active { "ACTIVE" } else { "REVOKED" },
        "issued": agency.issued,
        "expires": agency.expires,
        "key": agency.key,
    })
}

fn failed(error: &AgencyError) -> Failure {
    let exit = match error {
        AgencyError::Unknown(_) => Exit::NotFound,
        AgencyError::Keys(_) | AgencyError::Trust(_) => Exit::NoIdentity,
        AgencyError::Name(_) | AgencyError::Exists(_) | AgencyError::Damaged { .. } => Exit::Usage,
        AgencyError::Certificate(_) | AgencyError::File(FileError::Io { .. }) => Exit::Failed,
        AgencyError::File(_) => Exit::Usage,
    };
    Failure::new(exit, error)
}
