//! `amana operation …`: what operations come to.

use amana_client::{group_service, operation_service};
use amana_notice::TallyMeasure;
use amana_wire::convert::number;
use amana_wire::{json, v1};
use serde_json::{Value, json};

use super::call;
use super::reason::reason;
use super::request::fresh_request_id;
use crate::args::{OperationCommand, ReasonArgs, TallyArgs};
use crate::context;
use crate::exit::Failure;
use crate::settings::Settings;
use crate::show;

pub(crate) async fn run(command: OperationCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        OperationCommand::List => {
            let mut node = group_service(context::agency(settings).await?);
            let answer = call::within(settings.timeout, node.list_groups(v1::ListGroupsRequest {})).await?;
            let operations = answer.groups.iter().filter(|group| group.kind() == v1::GroupKind::Operation);
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
            let request = v1::CloseOperationRequest {
                request_id: request_id.unwrap_or_else(fresh_request_id),
                operation: name,
                publish,
                reason: Some(reason(&why)?),
            };
            report(request, settings).await
        }
    }
}

async fn operation(name: String, why: &ReasonArgs, settings: &Settings) -> Result<Value, Failure> {
    let mut node = operation_service(context::agency(settings).await?);
    let request = v1::GetOperationRequest { operation: name, reason: Some(reason(why)?) };
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

async fn report(request: v1::CloseOperationRequest, settings: &Settings) -> Result<(), Failure> {
    let mut node = operation_service(context::agency(settings).await?);
    let answer = call::within(settings.timeout, node.close_operation(request)).await?;
    let value = json::view(&answer);
    settings.out.one(&value, || {
        let view = json!({ "notice": value.get("report") });
        let (report, to) = (show::notice(&view, settings.out.lang), answer.recipients.join(", "));
        match answer.notice_id.as_str() {
            "" => format!("{report}\n\nnot sent; --publish sends it to {to}"),
            id => format!("{report}\n\n{id}\n  sealed for {to}"),
        }
    })
}
