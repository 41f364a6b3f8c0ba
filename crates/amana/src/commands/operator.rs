//! Acting as an exchange's operator: its identity, its connection, and signed entries for the directory.

use std::path::Path;

use amana_client::directory;
use amana_hub::{Operator, SetupError};
use amana_kit::connect::connect;
use amana_seal::directory::fold;
use amana_types::Directory;
use bytes::Bytes;

use super::{call, folder};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::settings::Settings;

/// Reads an argument as what it must be.
pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    text: &str,
    flag: &str,
) -> Result<T, Failure> {
    text.parse().map_err(|error| Failure::new(Exit::Usage, format_args!("{flag}: {error}")))
}

pub(crate) fn failed(error: SetupError) -> Failure {
    let exit = match error {
        SetupError::NotEmpty(_)
        | SetupError::Advertise(_)
        | SetupError::Name(_)
        | SetupError::Terms(_)
        | SetupError::Parent(_) => Exit::Usage,
        SetupError::KeyFile { .. } => Exit::NoIdentity,
        _ => Exit::Failed,
    };
    Failure::new(exit, error)
}

/// The operator's folder: of the hub in `dir`, else the context.
pub(super) fn operator(dir: Option<&Path>, settings: &Settings) -> Result<Operator, Failure> {
    let folder = match dir {
        Some(dir) => {
            let operator = folder::hub(dir)?.operator();
            if !operator.exists() {
                return Err(Failure::new(
                    Exit::NoIdentity,
                    format_args!("{} is not there", operator.display()),
                )
                .hint("where it was moved to, leave --dir out and give --context FOLDER"));
            }
            operator
        }
        None => context::folder(settings, "amana hub init")?,
    };
    Operator::load(&folder).map_err(|error| {
        Failure::new(Exit::NoIdentity, error).hint("give the operator's folder that `amana hub init` made")
    })
}

/// A channel to the hub as the operator of the context.
pub(crate) async fn operator_channel(
    settings: &Settings,
) -> Result<(Operator, tonic::transport::Channel), Failure> {
    let operator = operator(None, settings)?;
    let tls = operator.tls(&settings.key_passphrase()?).map_err(failed)?;
    let address = parsed(operator.hub_url(), "operator.toml: hub")?;
    let channel = connect(&address, &tls).await.map_err(|error| call::unconnected(&error))?;
    Ok((operator, channel))
}

/// The directory as it stands at the hub, folded from its signed entries.
async fn current_directory(
    operator: &Operator,
    channel: tonic::transport::Channel,
    settings: &Settings,
) -> Result<Directory, Failure> {
    let mut known = Directory::new(operator.exchange().clone(), operator.root_keys().to_vec());
    for listed in call::client(settings.timeout, directory::entries(channel, 0)).await? {
        fold(&mut known, &listed.entry, listed.index, listed.accepted_at).map_err(|error| {
            Failure::new(Exit::Verification, format_args!("the hub's directory: {error}"))
        })?;
    }
    Ok(known)
}

/// Signs an entry over the directory as it stands, and submits it.
pub(crate) async fn submit(
    settings: &Settings,
    sign: impl FnOnce(&Operator, &Directory) -> Result<Bytes, Failure>,
) -> Result<u64, Failure> {
    let (operator, channel) = operator_channel(settings).await?;
    let known = current_directory(&operator, channel.clone(), settings).await?;
    let entry = sign(&operator, &known)?;
    Ok(call::client(settings.timeout, directory::submit(channel, entry)).await?.0)
}
