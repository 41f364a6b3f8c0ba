//! The trail of a notice: told by a node, and verified offline.

use std::path::Path;

use amana_client::proof_service;
use amana_client::trail::{self, Trust};
use amana_types::limits::TRAIL_BYTES;
use amana_types::{Digest, VerifyingKey};
use amana_wire::v1::get_trail_response::Part;
use amana_wire::{json, v1};
use serde::Deserialize;
use serde_json::Value;

use super::call;
use super::operator::parsed;
use super::reason::access;
use crate::context;
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::settings::Settings;
use crate::show;

/// The most bytes of a file with an exchange's public facts.
const FACTS_BYTES: u64 = 64 * 1024;

/// Tells the life of a notice, and keeps its proofs if a file is named.
pub(crate) async fn tell(id: String, to: Option<&Path>, settings: &Settings) -> Result<(), Failure> {
    let (view, file) = fetch(id, settings).await?;
    if let Some(path) = to {
        std::fs::write(path, &file).map_err(|error| Failure::file(path, &error))?;
    }
    let value = json::view(&view);
    settings.out.one(&value, || show::trail::told(&value, settings.out.lang))?;
    if let Some(path) = to {
        note(&format!("{} bytes in {}", file.len(), path.display()));
    }
    Ok(())
}

/// What the node tells of a notice's life, and the file that proves it.
pub(crate) async fn fetch(id: String, settings: &Settings) -> Result<(v1::TrailView, Vec<u8>), Failure> {
    let mut node = proof_service(context::agency(settings).await?);
    let request = v1::GetTrailRequest { access: access(settings), notice_id: id };
    let mut parts = call::within(settings.timeout, node.get_trail(request)).await?;
    let (mut view, mut file) = (None, Vec::new());
    while let Some(part) = call::within(settings.timeout, next(&mut parts)).await? {
        match part.part {
            Some(Part::View(told)) => view = Some(told),
            Some(Part::File(bytes)) if file.len() + bytes.len() <= TRAIL_BYTES => {
                file.extend_from_slice(&bytes)
            }
            _ => {
                return Err(Failure::new(
                    Exit::Failed,
                    "the node's answer is not a trail; its version may not fit",
                ));
            }
        }
    }
    let view =
        view.ok_or_else(|| Failure::new(Exit::Unavailable, "the node broke off; trying again is safe"))?;
    Ok((view, file))
}

async fn next(
    parts: &mut tonic::Streaming<v1::GetTrailResponse>,
) -> Result<tonic::Response<Option<v1::GetTrailResponse>>, tonic::Status> {
    parts.message().await.map(tonic::Response::new)
}

/// What of an exchange's facts is needed; other fields of the file are of no concern here.
#[derive(Deserialize)]
struct Facts {
    exchange: String,
    root_keys: Vec<String>,
    log_key: String,
}

/// Verifies a trail with nothing but its file and the exchange's public facts.
pub(crate) fn verify(file: &Path, facts: &Path, settings: &Settings) -> Result<(), Failure> {
    let trust = trust(facts)?;
    let text = read(file, TRAIL_BYTES as u64)?;
    let verified = trail::verify(&text, &trust)
        .map_err(|why| Failure::new(Exit::Verification, format_args!("{}: {why}", file.display())))?;
    let value = json::view(&v1::TrailView::from(&verified));
    let mut whole = serde_json::Map::from_iter([("ok".to_owned(), Value::Bool(true))]);
    whole.extend(value.as_object().cloned().unwrap_or_default());
    settings.out.one(&Value::Object(whole), || show::trail::verified(&value, settings.out.lang))
}

fn trust(path: &Path) -> Result<Trust, Failure> {
    let text = String::from_utf8_lossy(&read(path, FACTS_BYTES)?).into_owned();
    let wrong = |problem: &dyn std::fmt::Display| {
        Failure::new(Exit::Usage, format_args!("{}: {problem}", path.display()))
            .hint("give the exchange.toml of a node, or of the exchange")
    };
    let facts: Facts = toml::from_str(&text).map_err(|error| wrong(&error.message()))?;
    let key = |text: &String| text.parse::<Digest>().map(|bytes| VerifyingKey(bytes.0));
    let root_keys = facts.root_keys.iter().map(key).collect::<Result<_, _>>();
    Ok(Trust {
        exchange: parsed(&facts.exchange, "exchange")?,
        root_keys: root_keys.map_err(|error| wrong(&format_args!("root_keys: {error}")))?,
        log_key: parsed(&facts.log_key, "log_key")?,
    })
}

/// Reads a file, and not one byte more than a whole one may have.
fn read(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    opened.map_err(|error| Failure::file(path, &error))?;
    Ok(bytes)
}
