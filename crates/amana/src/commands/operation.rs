//! `amana operation …`: what operations come to.

use amana_client::operation_service;
use amana_notice::TallyMeasure;
use amana_wire::convert::number;
use amana_wire::{json, v1};
use serde_json::{Value, json};

use super::call;
use super::reason::{access, reason};
use super::request::fresh_request_id;
use crate::args::{OperationCommand, ReasonArgs, TallyArgs};
use crate::context;
use crate::exit::Failure;
use crate::settings::Settings;
use crate::show;

pub(crate) async fn run(command: OperationCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        OperationCommand::List => {
            let groups = super::group::all(settings).await?;
            let operations = groups.iter().filter(|group| group.kind() == v1::GroupKind::Operation);
            let values: Vec<Value> = operations.map(json::view).collect();
            settings.out.many(&values, |values| show::groups(values, settings.out.lang))
        }
        OperationCommand::Show { name, reason } => {
            let value = operation(name, &reason, settings).await?;
            settings.out.one(&value, || show::operation(&value, settings.out.lang))
        }
        OperationCommand::Tally(args) => tally(*args, settings).await,
        OperationCommand::Tallies { name, reason } => {
            let value = operation(name, &reason, settings).await?;
            let figures = value.get("figures").unwrap_or(&Value::Null);
            settings.out.one(figures, || show::figures(figures, settings.out.lang))
        }
        OperationCommand::Report { name, publish, request_id, reason: why } => {
            let (access, operation) = (reason(&why, settings)?, name);
            if publish {
                let request_id = request_id.unwrap_or_else(fresh_request_id);
                publish_report(v1::PublishClosingReportRequest { access, request_id, operation }, settings)
                    .await
            } else {
                show_report(v1::GetClosingReportRequest { access, operation }, settings).await
            }
        }
    }
}

async fn operation(name: String, why: &ReasonArgs, settings: &Settings) -> Result<Value, Failure> {
    let mut node = operation_service(context::agency(settings).await?);
    let request = v1::GetOperationRequest { operation: name, access: reason(why, settings)? };
    Ok(json::view(&call::within(settings.timeout, node.get_operation(request)).await?))
}

async fn tally(args: TallyArgs, settings: &Settings) -> Result<(), Failure> {
    let given = [
        (TallyMeasure::PersonsChecked, args.persons_checked),
        (TallyMeasure::VehiclesChecked, args.vehicles_checked),
        (TallyMeasure::PossibleVictimsIdentified, args.possible_victims),
        (TallyMeasure::ChildrenAmongThem, args.children),
        (TallyMeasure::VictimsReferred, args.victims_referred),
        (TallyMeasure::MigrantsSmuggledDetected, args.migrants),
        (TallyMeasure::SuspectsIdentified, args.suspects),
        (TallyMeasure::Arrests, args.arrests),
        (TallyMeasure::CasesOpened, args.cases),
        (TallyMeasure::DocumentsSeized, args.documents),
        (TallyMeasure::VehiclesSeized, args.vehicles_seized),
        (TallyMeasure::AssetsSeized, args.assets),
    ];
    let entry = |(measure, count): (TallyMeasure, Option<u64>)| {
        count.map(|count| v1::TallyEntry { measure: number(measure), count })
    };
    let request = v1::ReportTallyRequest {
        access: access(settings),
        request_id: args.request_id.unwrap_or_else(fresh_request_id),
        operation: args.name,
        tally: given.into_iter().filter_map(entry).collect(),
    };
    let mut node = operation_service(context::agency(settings).await?);
    let answer = call::within(settings.timeout, node.report_tally(request)).await?;
    settings.out.one(&json::view(&answer), || {
        format!("{}\n  reported to {}", answer.notice_id, answer.recipients.join(", "))
    })
}

async fn show_report(request: v1::GetClosingReportRequest, settings: &Settings) -> Result<(), Failure> {
    let mut node = operation_service(context::agency(settings).await?);
    let answer = call::within(settings.timeout, node.get_closing_report(request)).await?;
    let value = json::view(&answer);
    settings.out.one(&value, || {
        format!(
            "{}\n\nnot sent; --publish sends it to {}",
            report(&value, settings),
            answer.recipients.join(", ")
        )
    })
}

async fn publish_report(
    request: v1::PublishClosingReportRequest,
    settings: &Settings,
) -> Result<(), Failure> {
    let mut node = operation_service(context::agency(settings).await?);
    let answer = call::within(settings.timeout, node.publish_closing_report(request)).await?;
    let value = json::view(&answer);
    settings.out.one(&value, || {
        let (id, to) = (&answer.notice_id, answer.recipients.join(", "));
        format!("{}\n\n{id}\n  sealed for {to}", report(&value, settings))
    })
}

/// A closing report for people.
fn report(answer: &Value, settings: &Settings) -> String {
    show::notice(&json!({ "notice": answer.get("report") }), settings.out.lang)
}
