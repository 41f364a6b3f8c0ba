//! `amana notice amend|suspend|resume|versions|diff`.

use std::path::Path;

use amana_client::{notice_service, version_service};
use amana_wire::{json, v1};
use serde_json::Value;

use super::accepted::accepted;
use super::attachment::upload;
use super::notice_file::read_file;
use super::reason::reason;
use super::request::fresh_request_id;
use super::{addressing, call, screen};
use crate::args::{AddressingArgs, ReasonArgs, VersionCommand};
use crate::context;
use crate::exit::Failure;
use crate::settings::Settings;
use crate::show;

pub(crate) async fn run(command: VersionCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        VersionCommand::Amend { id, file, to, request_id, wait } => {
            amend(id, &file, &to, request_id, wait, settings).await
        }
        VersionCommand::Suspend { id, request_id } => suspend(id, request_id, settings).await,
        VersionCommand::Resume { id, request_id } => resume(id, request_id, settings).await,
        VersionCommand::Versions { id } => versions(id, settings).await,
        VersionCommand::Diff { id, other, reason } => diff(id, other, &reason, settings).await,
    }
}

async fn amend(
    id: String,
    path: &Path,
    to: &AddressingArgs,
    request_id: Option<String>,
    wait: bool,
    settings: &Settings,
) -> Result<(), Failure> {
    // Whom the file names does not count: a notice is taken from nobody because a file was not looked at.
    let (notice, _, attached) = read_file(path)?;
    screen::files(&notice, &attached, settings).await?;
    upload(&attached, settings).await?;
    let addressing = addressing::choose(to, None)?;
    // Nobody named: whom the version before was for.
    let addressing = (addressing != v1::Addressing::default()).then_some(addressing);
    let channel = context::agency(settings).await?;
    let request = v1::AmendRequest {
        request_id: request_id.unwrap_or_else(fresh_request_id),
        notice_id: id.clone(),
        notice: Some(notice),
        addressing,
    };
    let answer = call::within(settings.timeout, version_service(channel.clone()).amend(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || show::done::amended(&answer, &id, settings.out.lang))?;
    if wait { accepted(&mut notice_service(channel), &answer.notice_id, settings).await } else { Ok(()) }
}

async fn suspend(id: String, request_id: Option<String>, settings: &Settings) -> Result<(), Failure> {
    let mut node = version_service(context::agency(settings).await?);
    let request_id = request_id.unwrap_or_else(fresh_request_id);
    let request = v1::SuspendRequest { request_id, notice_id: id.clone() };
    let answer = call::within(settings.timeout, node.suspend(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || show::done::suspended(&id, true, &answer.recipients, settings.out.lang))
}

async fn resume(id: String, request_id: Option<String>, settings: &Settings) -> Result<(), Failure> {
    let mut node = version_service(context::agency(settings).await?);
    let request_id = request_id.unwrap_or_else(fresh_request_id);
    let request = v1::ResumeRequest { request_id, notice_id: id.clone() };
    let answer = call::within(settings.timeout, node.resume(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || show::done::suspended(&id, false, &answer.recipients, settings.out.lang))
}

async fn versions(id: String, settings: &Settings) -> Result<(), Failure> {
    let mut node = version_service(context::agency(settings).await?);
    let request = v1::ListVersionsRequest { notice_id: id };
    let answer = call::within(settings.timeout, node.list_versions(request)).await?;
    let values: Vec<Value> = answer.versions.iter().map(json::view).collect();
    settings.out.many(&values, |values| {
        let entries: Vec<String> =
            values.iter().map(|value| show::version(value, settings.out.lang)).collect();
        entries.join("\n")
    })
}

async fn diff(
    id: String,
    other: Option<String>,
    why: &ReasonArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    let mut node = version_service(context::agency(settings).await?);
    let request =
        v1::DiffRequest { notice_id: id, other_id: other.unwrap_or_default(), reason: Some(reason(why)?) };
    let answer = call::within(settings.timeout, node.diff(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || show::diff(&view, settings.out.lang))
}
