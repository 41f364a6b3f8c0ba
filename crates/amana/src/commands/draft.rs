//! `amana notice draft …`: notices that are still being written, kept at the node.

use std::path::{Path, PathBuf};

use amana_client::draft_service;
use amana_kit::fsio::create_private_file;
use amana_types::labels::Word;
use amana_types::{Clock as _, NoticeId};
use amana_wire::file::{self, Format};
use amana_wire::{json, v1};
use serde_json::Value;

use super::attachment::Local;
use super::call;
use super::notice_file::{guess, read_bytes, understand};
use super::reason::access;
use crate::args::{DraftCommand, SourceArgs};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::settings::Settings;
use crate::show;

pub(crate) async fn run(command: DraftCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        DraftCommand::Save { file, draft, revision, name } => {
            let draft = draft
                .zip(revision)
                .map_or_else(fresh, |(draft_id, revision)| v1::DraftRef { draft_id, revision });
            save(&file, draft, name, settings).await
        }
        DraftCommand::List => list(settings).await,
        DraftCommand::Show { id, file } => show(id, file, settings).await,
        DraftCommand::Discard { id, revision } => discard(id, revision, settings).await,
    }
}

/// A notice from where the arguments say, whom its author addresses, the files that it attaches, and the
/// draft that it is.
pub(crate) type Source = (v1::Notice, v1::Addressing, Vec<Local>, Option<v1::DraftRef>);

/// Reads a notice from a file or a draft; all its mistakes at once, each with its line.
pub(crate) async fn source(args: &SourceArgs, settings: &Settings) -> Result<Source, Failure> {
    let (path, bytes, format, draft) = match (&args.file, &args.draft) {
        (Some(path), _) => {
            let (bytes, format) = read_bytes(path)?;
            (path.clone(), bytes, format, None)
        }
        (None, id) => {
            let (draft, document) = get(id.clone().unwrap_or_default(), settings).await?;
            // A bare name: what it attaches is looked for beside it, in this folder.
            let path = PathBuf::from(format!("draft {}", draft.draft.clone().unwrap_or_default().draft_id));
            let format = guess(&document);
            (path, document, format, draft.draft)
        }
    };
    let (notice, to, attached) = understand(&bytes, format, &path)?;
    Ok((notice, to, attached, draft))
}

/// A new draft's reference.
fn fresh() -> v1::DraftRef {
    let id = NoticeId::new(amana_kit::clock::SystemClock.now(), &amana_kit::random::SystemRandom);
    v1::DraftRef { draft_id: id.to_string(), revision: 0 }
}

async fn save(
    path: &Path,
    draft: v1::DraftRef,
    name: Option<String>,
    settings: &Settings,
) -> Result<(), Failure> {
    let (document, format) = read_bytes(path)?;
    let named = || path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name.unwrap_or_else(named);
    let mistakes = mistakes(&document, format);
    let mut node = draft_service(context::agency(settings).await?);
    let request = v1::SaveDraftRequest {
        access: access(settings),
        draft: Some(draft),
        name,
        document: document.into(),
    };
    let answer = call::within(settings.timeout, node.save_draft(request)).await?;
    let view = json::view(&answer.draft.unwrap_or_default());
    settings.out.one(&view, || show::draft::saved(&view, mistakes, settings.out.lang))
}

/// How many mistakes a notice file has now. A draft may have any number.
fn mistakes(document: &[u8], format: Format) -> usize {
    let now = amana_kit::clock::SystemClock.now();
    file::read(document, format, now).err().map_or(0, |found| found.len())
}

async fn list(settings: &Settings) -> Result<(), Failure> {
    let mut node = draft_service(context::agency(settings).await?);
    let answer =
        call::within(settings.timeout, node.list_drafts(v1::ListDraftsRequest { access: access(settings) }))
            .await?;
    show::unreadable(&answer.unreadable, settings.out.lang);
    let values: Vec<Value> = answer.drafts.iter().map(json::view).collect();
    settings.out.many(&values, |values| show::draft::list(values, settings.out.lang))
}

async fn show(id: String, path: Option<PathBuf>, settings: &Settings) -> Result<(), Failure> {
    let (draft, document) = get(id, settings).await?;
    let view = json::view(&draft);
    note(&show::draft::summary(&view, settings.out.lang));
    if let Some(path) = path {
        return create_private_file(&path, &document).map_err(|error| Failure::new(Exit::Usage, error));
    }
    let text = String::from_utf8_lossy(&document).into_owned();
    let mut whole = view;
    if let Some(whole) = whole.as_object_mut() {
        whole.insert("document".to_owned(), Value::from(text.as_str()));
    }
    settings.out.one(&whole, || show::draft::document(&text))
}

async fn get(id: String, settings: &Settings) -> Result<(v1::DraftSummary, Vec<u8>), Failure> {
    let mut node = draft_service(context::agency(settings).await?);
    let request = v1::GetDraftRequest { access: access(settings), draft_id: id };
    let answer = call::within(settings.timeout, node.get_draft(request)).await?;
    Ok((answer.draft.unwrap_or_default(), answer.document.to_vec()))
}

async fn discard(id: String, revision: u64, settings: &Settings) -> Result<(), Failure> {
    let mut node = draft_service(context::agency(settings).await?);
    let draft = Some(v1::DraftRef { draft_id: id.clone(), revision });
    let request = v1::DiscardDraftRequest { access: access(settings), draft };
    let answer = call::within(settings.timeout, node.discard_draft(request)).await?;
    settings.out.one(&json::view(&answer), || show::done::about(Word::DraftDiscarded, id, settings.out.lang))
}
