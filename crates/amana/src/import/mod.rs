//! `amana import …`: public data sets as notices.

mod ctdc;
mod row;

use amana_client::notice_service;
use amana_wire::v1;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::args::ImportCommand;
use crate::commands::reason::access;
use crate::commands::{addressing, call};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::output::{note, table};
use crate::settings::Settings;
use ctdc::{Case, DataSet};

/// How many mistakes are shown of a file that has more.
const SHOWN: usize = 50;

pub(crate) async fn run(command: ImportCommand, settings: &Settings) -> Result<(), Failure> {
    let ImportCommand::Ctdc { file, to, limit, skip, dry_run } = command;
    let data = DataSet::read(&file, skip, limit)?;
    if !data.unreadable.is_empty() {
        return Err(unreadable(&file, &data.unreadable));
    }
    let to = addressing::choose(&to, None)?;
    let sent = if dry_run { Sent::default() } else { publish(&data, &to, settings).await? };
    report(&data, &sent, settings)
}

fn unreadable(file: &std::path::Path, problems: &[String]) -> Failure {
    problems.iter().take(SHOWN).for_each(|problem| note(&format!("{}: {problem}", file.display())));
    if problems.len() > SHOWN {
        note(&format!("and {} more", problems.len() - SHOWN));
    }
    Failure::mistakes(file, problems.len())
        .hint("the file must be the CTDC victim-perpetrator synthetic data set, unchanged")
}

/// What a run did.
#[derive(Default)]
struct Sent {
    /// Notices published now.
    published: u64,
    /// Notices that a run before this one had published.
    published_before: u64,
}

/// Publishes row after row, so that they arrive in the file's order. A second run sends nothing twice: the
/// request id is made of the file and the row.
async fn publish(data: &DataSet, to: &v1::Addressing, settings: &Settings) -> Result<Sent, Failure> {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec} {eta}")
        .map_err(|e| Failure::new(Exit::Failed, e))?;
    let bar = ProgressBar::new(data.cases.len() as u64).with_style(style);
    let mut node = notice_service(context::agency(settings).await?);
    let mut sent = Sent::default();
    for Case { row, notice, .. } in &data.cases {
        let request = v1::PublishNoticeRequest {
            access: access(settings),
            request_id: format!("ctdc-{}-{row}", data.fingerprint),
            notice: Some(notice.clone()),
            addressing: Some(to.clone()),
            draft: None,
        };
        let answer =
            call::within(settings.timeout, node.publish_notice(request)).await.map_err(|failure| {
                bar.abandon();
                Failure { message: format!("row {row}: {}", failure.message), ..failure }
                    .hint("run the same command again: what was sent is not sent twice")
            })?;
        if answer.repeated_request {
            sent.published_before += 1;
        } else {
            sent.published += 1;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(sent)
}

fn report(data: &DataSet, sent: &Sent, settings: &Settings) -> Result<(), Failure> {
    let forms: Value =
        data.forms().into_iter().map(|(form, count)| (form.to_owned(), json!(count))).collect();
    let unknown: Value =
        data.unknown().into_iter().map(|(column, count)| (column.to_owned(), json!(count))).collect();
    let value = json!({
        "rows": data.cases.len(),
        "published": sent.published,
        "published_before": sent.published_before,
        "exploitation": forms,
        "unknown": unknown,
    });
    settings.out.one(&value, || {
        let rows = |name: &str| -> Vec<Vec<String>> {
            let entries = value.get(name).and_then(Value::as_object).into_iter().flatten();
            entries.map(|(key, count)| vec![key.clone(), count.to_string()]).collect()
        };
        format!(
            "{} rows read, {} published, {} published before and not sent again\n\n{}\n\n{}",
            data.cases.len(),
            sent.published,
            sent.published_before,
            table(&["exploitation", "rows"], rows("exploitation").into_iter()),
            table(&["not stated in the file", "rows"], rows("unknown").into_iter()),
        )
    })
}
