//! `amana attachment …`: the files that belong to notices, to the node and from it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use amana_client::{attachment_service, notice_service};
use amana_seal::{FileHash, FileHashes};
use amana_types::limits::{ATTACHMENT_BYTES, ATTACHMENTS};
use amana_wire::v1::upload_file_request::Part as Sent;
use amana_wire::{json, v1};
use bytes::Bytes;
use indicatif::ProgressBar;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::progress::{PIECE, bar};
use super::reason::{access, reason};
use super::{call, download};
use crate::args::{AttachmentCommand, ReasonArgs};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::settings::Settings;
use crate::show;

/// Pieces that wait for the connection.
const WAITING: usize = 4;

pub(crate) async fn run(command: AttachmentCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        AttachmentCommand::List { id, reason } => list(id, &reason, settings).await,
        AttachmentCommand::Get { id, number, file, reason } => {
            get(id, number, &file, &reason, settings).await
        }
    }
}

/// Says of each attachment of a notice file what its content is: where a file is named, from the file.
pub(crate) fn describe(
    notice: &mut v1::Notice,
    files: &[String],
    path: &Path,
) -> Result<Vec<Local>, Failure> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut all = Vec::new();
    for (attachment, file) in notice.attachments.iter_mut().zip(files) {
        attachment.file.clear();
        if file.is_empty() && attachment.content_sha256.is_empty() {
            let message = format!("attachment {:?}: it needs `file`, or `content_sha256`", attachment.name);
            return Err(Failure::new(Exit::Usage, message));
        }
        if file.is_empty() {
            continue;
        }
        let local = Local::measure(folder.join(file))?;
        let said = &attachment.content_sha256;
        if !said.is_empty() && said != &local.sha256 {
            return Err(Failure::new(
                Exit::Usage,
                format!("{file}: its SHA-256 is not what the notice says"),
            ));
        }
        (attachment.bytes, attachment.content_sha256) = (local.bytes, local.sha256.clone());
        all.push(local);
    }
    Ok(all)
}

/// A file to attach.
pub(crate) struct Local {
    path: PathBuf,
    bytes: u64,
    sha256: Bytes,
    sha1: [u8; 20],
}

impl Local {
    fn measure(path: PathBuf) -> Result<Self, Failure> {
        let mut file = File::open(&path).map_err(|error| Failure::file(&path, &error))?;
        let (mut context, mut bytes, mut piece) = (FileHash::default(), 0_u64, vec![0; PIECE]);
        loop {
            let got = file.read(&mut piece).map_err(|error| Failure::file(&path, &error))?;
            let Some(read) = piece.get(..got).filter(|read| !read.is_empty()) else { break };
            context.update(read);
            bytes += got as u64;
            if bytes > ATTACHMENT_BYTES {
                let message = format!("{}: more than {ATTACHMENT_BYTES} bytes; cut it", path.display());
                return Err(Failure::new(Exit::Usage, message));
            }
        }
        let FileHashes { sha256, sha1 } = context.finish();
        Ok(Self { path, bytes, sha256: Bytes::copy_from_slice(sha256.as_bytes()), sha1 })
    }

    pub(crate) const fn sha256(&self) -> &Bytes {
        &self.sha256
    }

    pub(crate) const fn sha1(&self) -> &[u8; 20] {
        &self.sha1
    }
}

/// Brings files to the node; what is there already is not sent again.
pub(crate) async fn upload(files: &[Local], settings: &Settings) -> Result<(), Failure> {
    if files.is_empty() {
        return Ok(());
    }
    let mut node = attachment_service(context::agency(settings).await?);
    for file in files {
        let bar = bar(&file.path, file.bytes);
        upload_one(&mut node, file, &bar, settings).await?;
        bar.finish_and_clear();
    }
    Ok(())
}

type Node = v1::attachment_service_client::AttachmentServiceClient<tonic::transport::Channel>;

async fn upload_one(
    node: &mut Node,
    file: &Local,
    bar: &ProgressBar,
    settings: &Settings,
) -> Result<(), Failure> {
    let (pieces, outgoing) = mpsc::channel(WAITING);
    let opening = v1::UploadOpening { content_sha256: file.sha256.clone(), total_bytes: file.bytes };
    let opening = v1::UploadFileRequest { access: access(settings), part: Some(Sent::Opening(opening)) };
    let gone = || Failure::new(Exit::Unavailable, "the node ended the upload").hint("trying again goes on");
    pieces.send(opening).await.map_err(|_| gone())?;
    let mut answers = call::within(settings.timeout, node.upload_file(ReceiverStream::new(outgoing))).await?;
    let mut pieces = Some(pieces);
    loop {
        let next = tokio::time::timeout(settings.timeout, answers.message()).await.map_err(|_| gone())?;
        let answer = next.map_err(|status| call::refused(&(&status).into()))?;
        let answer = answer.ok_or_else(gone)?;
        bar.set_position(answer.received_bytes);
        if answer.complete {
            return Ok(());
        }
        if let Some(pieces) = pieces.take() {
            let (path, from) = (file.path.clone(), answer.received_bytes);
            // It ends with the stream; what went wrong with the file shows as content that differs.
            tokio::task::spawn_blocking(move || send(&path, from, &pieces));
        }
    }
}

/// Sends a file from an offset on, until its end or the stream's.
fn send(path: &Path, from: u64, pieces: &mpsc::Sender<v1::UploadFileRequest>) -> std::io::Result<()> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        (&mut file).take(PIECE as u64).read_to_end(&mut piece)?;
        if piece.is_empty() {
            return Ok(());
        }
        let request = v1::UploadFileRequest { access: None, part: Some(Sent::Piece(piece.into())) };
        if pieces.blocking_send(request).is_err() {
            return Ok(());
        }
    }
}

async fn view(id: &str, why: &ReasonArgs, settings: &Settings) -> Result<v1::NoticeView, Failure> {
    let mut node = notice_service(context::agency(settings).await?);
    let request = v1::GetNoticeRequest { notice_id: id.to_owned(), access: reason(why, settings)? };
    Ok(call::within(settings.timeout, node.get_notice(request)).await?.notice.unwrap_or_default())
}

async fn list(id: String, why: &ReasonArgs, settings: &Settings) -> Result<(), Failure> {
    let view = view(&id, why, settings).await?;
    let attachments = view.notice.as_ref().map(|notice| notice.attachments.as_slice()).unwrap_or_default();
    let mut rows = Vec::with_capacity(ATTACHMENTS);
    for (number, (attachment, progress)) in attachments.iter().zip(&view.attachments).enumerate() {
        let (Value::Object(mut row), Value::Object(progress)) =
            (json::view(attachment), json::view(progress))
        else {
            continue;
        };
        row.insert("number".into(), (number + 1).into());
        row.extend(progress);
        rows.push(Value::Object(row));
    }
    let view = json::view(&view);
    settings.out.many(&rows, |_| show::attachment_list(&view, settings.out.lang))
}

async fn get(
    id: String,
    number: usize,
    path: &Path,
    why: &ReasonArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    download::refuse_existing(path)?;
    let attachments = view(&id, why, settings).await?.notice.unwrap_or_default().attachments;
    let wanted = number.checked_sub(1).and_then(|number| attachments.get(number));
    let wanted = wanted.ok_or_else(|| {
        Failure::new(Exit::NotFound, format_args!("it has no attachment {number} that you may have"))
    })?;
    let open = async |offset_bytes| {
        let content_sha256 = wanted.content_sha256.clone();
        let request = v1::DownloadAttachmentRequest {
            notice_id: id,
            content_sha256,
            offset_bytes,
            access: reason(why, settings)?,
        };
        let mut node = attachment_service(context::agency(settings).await?);
        call::within(settings.timeout, node.download_attachment(request)).await
    };
    download::save(path, wanted, open, |answer: v1::DownloadAttachmentResponse| answer.piece).await
}
