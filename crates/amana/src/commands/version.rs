//! `amana notice amend|suspend|resume|versions|diff`.

use std::path::Path;

use amana_client::notice_service;
use amana_wire::{json, v1};
use serde_json::Value;

use super::accepted::accepted;
use super::attachment::upload;
use super::call::PAGE;
use super::notice_file::read_file;
use super::reason::{access, reason};
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
    let request = v1::AmendNoticeRequest {
        access: access(settings),
        request_id: request_id.unwrap_or_else(fresh_request_id),
        notice_id: id.clone(),
        notice: Some(notice),
        addressing,
    };
    let answer =
        call::within(settings.timeout, notice_service(channel.clone()).amend_notice(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || show::done::amended(&answer, &id, settings.out.lang))?;
    if wait { accepted(channel, &answer.notice_id, settings).await } else { Ok(()) }
}

async fn suspend(id: String, request_id: Option<String>, settings: &Settings) -> Result<(), Failure> {
    let mut node = notice_service(context::agency(settings).await?);
    let request_id = request_id.unwrap_or_else(fresh_request_id);
    let request = v1::SuspendNoticeRequest { access: access(settings), request_id, notice_id: id.clone() };
    let answer = call::within(settings.timeout, node.suspend_notice(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || show::done::suspended(&id, true, &answer.recipients, settings.out.lang))
}

async fn resume(id: String, request_id: Option<String>, settings: &Settings) -> Result<(), Failure> {
    let mut node = notice_service(context::agency(settings).await?);
    let request_id = request_id.unwrap_or_else(fresh_request_id);
    let request = v1::ResumeNoticeRequest { access: access(settings), request_id, notice_id: id.clone() };
    let answer = call::within(settings.timeout, node.resume_notice(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || show::done::suspended(&id, false, &answer.recipients, settings.out.lang))
}

async fn versions(id: String, settings: &Settings) -> Result<(), Failure> {
    let mut node = notice_service(context::agency(settings).await?);
    let mut request = v1::ListVersionsRequest {
        access: access(settings),
        notice_id: id,
        page_size: PAGE,
        page_token: String::new(),
    };
    let mut values: Vec<Value> = Vec::new();
    loop {
        let page = call::within(settings.timeout, node.list_versions(request.clone())).await?;
        values.extend(page.versions.iter().map(json::view));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
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
    let mut node = notice_service(context::agency(settings).await?);
    let request = v1::DiffVersionsRequest {
        notice_id: id,
        other_id: other.unwrap_or_default(),
        access: reason(why, settings)?,
    };
    let answer = call::within(settings.timeout, node.diff_versions(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || show::diff(&view, settings.out.lang))
}
