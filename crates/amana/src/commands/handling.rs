//! `amana notice ask|grant|revoke-grant|forward|export`: what the handling code asks the owner's permission for.

use std::io::Write as _;

use amana_client::handling_service;
use amana_notice::Handling;
use amana_notice::reply::Use;
use amana_types::Timestamp;
use amana_types::labels::Word;
use amana_wire::convert::{number, timestamp_message};
use amana_wire::{json, v1};

use super::call;
use super::reason::{code, reason};
use super::reply::{send, texts};
use super::request::fresh_request_id;
use crate::args::{AskArgs, ExportArgs, ExportFor, For, ForwardArgs, GrantArgs, RevokeArgs};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::settings::Settings;
use crate::show;

const fn permitted(wanted: For) -> Use {
    match wanted {
        For::Court => Use::Court,
        For::Forward => Use::Onward,
    }
}

/// Asks the owner for a permission.
pub(crate) async fn ask(args: AskArgs, settings: &Settings) -> Result<(), Failure> {
    let asked = v1::PermissionRequest { intended_use: number(permitted(args.wanted)), members: args.to };
    let step = Some(v1::permission::Step::Request(asked));
    let reply = v1::Reply {
        text: texts(&args.text, "--text")?,
        body: Some(v1::reply::Body::Permission(v1::Permission { step })),
        ..v1::Reply::default()
    };
    let request = v1::ReplyRequest {
        request_id: args.request_id.unwrap_or_else(fresh_request_id),
        notice_id: args.id,
        reply: Some(reply),
        to: Vec::new(),
        reason: Some(reason(&args.reason)?),
    };
    send(request, settings).await
}

/// Signs a grant.
pub(crate) async fn grant(args: GrantArgs, settings: &Settings) -> Result<(), Failure> {
    let until = args.until.as_deref().map(str::parse::<Timestamp>).transpose();
    let until = until.map_err(|error| Failure::new(Exit::Usage, format_args!("--until: {error}")))?;
    let request = v1::GrantRequest {
        request_id: args.request_id.unwrap_or_else(fresh_request_id),
        notice_id: args.id,
        to: args.to.clone(),
        permitted_use: number(permitted(args.wanted)),
        members: args.members,
        until: until.map(timestamp_message),
        text: texts(&args.text, "--text")?,
        reason: Some(reason(&args.reason)?),
    };
    let mut node = handling_service(context::agency(settings).await?);
    let answer = call::within(settings.timeout, node.grant(request)).await?;
    let view = json::view(&answer);
    settings
        .out
        .one(&view, || show::done::granted(&answer.reply_id, Word::GrantedTo, &args.to, settings.out.lang))
}

/// Takes a grant back.
pub(crate) async fn revoke(args: RevokeArgs, settings: &Settings) -> Result<(), Failure> {
    let request = v1::RevokeGrantRequest {
        request_id: args.request_id.unwrap_or_else(fresh_request_id),
        grant_id: args.grant,
        text: texts(&args.text, "--text")?,
        reason: Some(reason(&args.reason)?),
    };
    let mut node = handling_service(context::agency(settings).await?);
    let answer = call::within(settings.timeout, node.revoke_grant(request)).await?;
    let view = json::view(&answer);
    let (id, grantee) = (&answer.reply_id, &answer.grantee);
    settings.out.one(&view, || show::done::granted(id, Word::RevokedFor, grantee, settings.out.lang))
}

/// Passes a notice on.
pub(crate) async fn forward(args: ForwardArgs, settings: &Settings) -> Result<(), Failure> {
    let handling = args.handling.as_deref().map(|text| code::<Handling>(text, "--handling")).transpose()?;
    let request = v1::ForwardRequest {
        request_id: args.request_id.unwrap_or_else(fresh_request_id),
        notice_id: args.id,
        to: args.to,
        marking: Some(v1::Marking {
            handling: handling.map(number).unwrap_or_default(),
            tlp: 0,
            conditions: texts(&args.conditions, "--conditions")?,
        }),
        reason: Some(reason(&args.reason)?),
    };
    let mut node = handling_service(context::agency(settings).await?);
    let answer = call::within(settings.timeout, node.forward(request)).await?;
    let view = json::view(&answer);
    settings.out.one(&view, || {
        let by = answer.granted.then_some(Word::ByGrant);
        show::done::sealed(&answer.notice_id, by, &answer.recipients, settings.out.lang)
    })
}

/// Takes a notice out of the node, into a file.
pub(crate) async fn export(args: ExportArgs, settings: &Settings) -> Result<(), Failure> {
    let intended_use = match args.export_for {
        ExportFor::Investigation => Use::Investigation,
        ExportFor::Court => Use::Court,
    };
    let (notice_id, reason, text) = (args.id, Some(reason(&args.reason)?), texts(&args.text, "--text")?);
    // Made first: what cannot be written is not taken out.
    let mut file =
        std::fs::File::create_new(&args.file).map_err(|error| Failure::file(&args.file, &error))?;
    let request = v1::ExportRequest { notice_id, intended_use: number(intended_use), reason, text };
    let exported = async {
        let mut node = handling_service(context::agency(settings).await?);
        call::within(settings.timeout, node.export(request)).await
    };
    let answer = match exported.await {
        Ok(answer) => answer,
        Err(failure) => {
            let _ = std::fs::remove_file(&args.file); // empty, and nothing to keep
            return Err(failure);
        }
    };
    let export = answer.export.unwrap_or_default();
    let told = export.intended_use() == v1::Use::Court && export.owner != export.exported_by;
    let view = json::view(&export);
    writeln!(file, "{view:#}").map_err(|error| Failure::file(&args.file, &error))?;
    note(&show::done::exported(args.file.display(), told, settings.out.lang));
    Ok(())
}
