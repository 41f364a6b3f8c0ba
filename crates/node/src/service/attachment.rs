//! `AttachmentService`: files in from agencies and out to them, in constant memory.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;

use amana_notice::AttachmentKey;
use amana_seal::attachment::{AttachmentCipher, CHUNK_BYTES, ChunkIndex, HEAD_BYTES, Shape};
use amana_types::limits::{ATTACHMENT_PIECE_BYTES, ATTACHMENTS};
use amana_types::{Action, Digest};
use amana_wire::v1;
use amana_wire::v1::attachment_service_server::AttachmentService;
use amana_wire::v1::upload_request::Request as Sent;
use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::api::{AgencyApi, blocking, notice_id};
use super::error::{CallError, status};
use super::read::{reading, refuse_unreadable};
use crate::attachments::{Taking, UploadRefused};
use crate::ledger::writer::WriteError;
use crate::notice::reading::CaseReader;

/// Pieces that wait for the connection.
const WAITING: usize = 4;

/// Answers as they come.
pub(super) type Out<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AttachmentCalls(pub(crate) Arc<AgencyApi>);

#[tonic::async_trait]
impl AttachmentService for AttachmentCalls {
    type UploadStream = Out<v1::UploadResponse>;
    type DownloadStream = Out<v1::DownloadResponse>;

    async fn get_upload(
        &self,
        request: Request<v1::GetUploadRequest>,
    ) -> Result<Response<v1::GetUploadResponse>, Status> {
        self.0.get_upload(request).await.map(Response::new).map_err(status)
    }

    async fn screen(
        &self,
        request: Request<v1::ScreenRequest>,
    ) -> Result<Response<v1::ScreenResponse>, Status> {
        self.0.screen(&request).map(Response::new).map_err(status)
    }

    async fn upload(
        &self,
        request: Request<Streaming<v1::UploadRequest>>,
    ) -> Result<Response<Self::UploadStream>, Status> {
        let permit =
            self.0.gate.permit(&request, Action::Publish, None).map_err(|error| status(error.into()))?;
        let (out, answers) = mpsc::channel(WAITING);
        let (desk, agency) = (Arc::clone(&self.0), permit.caller().name.clone());
        tokio::spawn(async move {
            if let Err(refused) = desk.upload(&agency, request.into_inner(), &out).await {
                // The other end may be gone as well.
                drop(out.send(Err(refused)).await);
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(answers))))
    }

    async fn download(
        &self,
        request: Request<v1::DownloadRequest>,
    ) -> Result<Response<Self::DownloadStream>, Status> {
        self.0.download(request).await.map(Response::new).map_err(status)
    }
}

impl AgencyApi {
    async fn get_upload(
        &self,
        request: Request<v1::GetUploadRequest>,
    ) -> Result<v1::GetUploadResponse, CallError> {
        let permit = self.gate.permit(&request, Action::Publish, None)?;
        let content = digest(&request.get_ref().content_sha256)?;
        let (uploads, agency) = (self.uploads.clone(), permit.caller().name.clone());
        let looking = tokio::task::spawn_blocking(move || uploads.progress(&agency, &content));
        let found = looking.await.map_err(|_| CallError::Worker)??;
        let (received_bytes, bytes, complete) = found.ok_or(CallError::NoUpload)?;
        Ok(v1::GetUploadResponse { received_bytes, bytes, complete })
    }

    fn screen(&self, request: &Request<v1::ScreenRequest>) -> Result<v1::ScreenResponse, CallError> {
        self.gate.permit(request, Action::Check, None)?;
        let files = &request.get_ref().files;
        if files.is_empty() || files.len() > ATTACHMENTS {
            return Err(UploadRefused::Invalid("ask about 1 to 16 files").into());
        }
        let known =
            |file: &v1::FileHashes| self.uploads.knows(&file.sha256) || self.uploads.knows(&file.sha1);
        let refused = (0_u32..).zip(files).filter(|(_, file)| known(file)).map(|(place, _)| place);
        Ok(v1::ScreenResponse { refused: refused.collect() })
    }

    /// One stream, from its opening on.
    async fn upload(
        &self,
        agency: &str,
        mut requests: Streaming<v1::UploadRequest>,
        out: &mpsc::Sender<Result<v1::UploadResponse, Status>>,
    ) -> Result<(), Status> {
        let invalid = |what| status(UploadRefused::Invalid(what).into());
        let first = requests.message().await?.and_then(|first| first.request);
        let Some(Sent::Opening(opening)) = first else { return Err(invalid("the first request opens")) };
        let content = digest(&opening.content_sha256).map_err(status)?;
        let (uploads, agency) = (self.uploads.clone(), agency.to_owned());
        let begun = tokio::task::spawn_blocking(move || uploads.begin(&agency, content, opening.bytes));
        let (received, taking) = worker(begun).await?;
        let stopping = || status(CallError::Book(crate::access::gate::BookError::Write(WriteError::Stopped)));
        let tell = async |received_bytes, complete| {
            let answer = v1::UploadResponse { received_bytes, complete };
            out.send(Ok(answer)).await.map_err(|_| stopping())
        };
        let Some(mut taking) = taking else { return tell(received, true).await };
        tell(received, false).await?;
        while !taking.is_whole() {
            let next = tokio::select! {
                next = requests.message() => next?,
                () = self.shutdown.triggered() => return Err(stopping()),
            };
            let piece = match next.map(|next| next.request) {
                None => return Ok(()), // what came stays; the rest comes later
                Some(Some(Sent::Piece(piece))) if piece.len() <= ATTACHMENT_PIECE_BYTES => piece,
                Some(_) => return Err(invalid("pieces of at most 256 KiB follow the opening")),
            };
            let (back, durable) = push(taking, piece).await?;
            taking = back;
            if let Some(durable) = durable {
                tell(durable, false).await?;
            }
        }
        let received = worker(tokio::task::spawn_blocking(move || taking.finish())).await?;
        tell(received, true).await
    }

    async fn download(
        &self,
        request: Request<v1::DownloadRequest>,
    ) -> Result<Out<v1::DownloadResponse>, CallError> {
        let reason = request.get_ref().reason.clone();
        let permit = self.gate.permit(&request, Action::Read, reason.as_ref())?;
        let reading = reading(&permit)?;
        let v1::DownloadRequest { notice_id: id, content_sha256, offset, .. } = request.into_inner();
        let id = notice_id(&id)?;
        let content = content_sha256.clone();
        let found = blocking(&self.cases, move |cases| {
            refuse_unreadable(cases, id)?;
            let found = cases.attachment(&reading, id, &content)?;
            Content::of(cases, found.ok_or(CallError::NoAttachment)?)
        });
        let content = found.await?;
        self.gate.write_down(&permit, &[id]).await?;
        Ok(content.stream(offset, |piece| v1::DownloadResponse { piece }))
    }
}

/// A whole attachment, opened chunk by chunk.
pub(super) struct Content {
    file: File,
    cipher: AttachmentCipher,
    shape: Shape,
}

impl Content {
    /// One that was found, if all of it is here.
    pub(super) fn of(
        cases: &CaseReader,
        (said, progress): (v1::SealedAttachment, v1::AttachmentProgress),
    ) -> Result<Self, CallError> {
        match progress.state() {
            v1::AttachmentState::Complete => {}
            v1::AttachmentState::Failed => return Err(CallError::AttachmentFailed(progress.reason)),
            _ => {
                let (received, total) = (progress.received_bytes, progress.sealed_bytes);
                return Err(CallError::NotComplete { received, total });
            }
        }
        let sealed = digest(&said.sealed_sha256)?;
        let file = File::open(cases.files.path(&sealed)).map_err(|_| CallError::Damaged)?;
        Self::open(file, &said).ok_or(CallError::Damaged)
    }

    /// What lies behind an offset, as answers to whoever asked.
    pub(super) fn stream<T: Send + 'static>(self, offset: u64, answer: fn(Bytes) -> T) -> Out<T> {
        let (out, pieces) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || self.send(offset, answer, &out));
        Box::pin(ReceiverStream::new(pieces))
    }

    fn open(file: File, said: &v1::SealedAttachment) -> Option<Self> {
        let mut head = [0; HEAD_BYTES];
        file.read_exact_at(&mut head, 0).ok()?;
        let cipher = AttachmentCipher::of_head(&AttachmentKey::from_bytes(&said.secret)?, &head).ok()?;
        Some(Self { file, cipher, shape: Shape::of(said.attachment.as_ref()?.bytes)? })
    }

    /// Gives what lies behind an offset, each chunk after it was authenticated.
    fn send<T>(self, offset: u64, answer: fn(Bytes) -> T, out: &mpsc::Sender<Result<T, Status>>) {
        let first = offset / CHUNK_BYTES as u64;
        let mut skip = usize::try_from(offset % CHUNK_BYTES as u64).unwrap_or_default();
        let chunks = self.shape.bytes().div_ceil(CHUNK_BYTES as u64);
        for chunk in (first..chunks).filter_map(|chunk| u32::try_from(chunk).ok()).map(ChunkIndex) {
            let piece = self.chunk(chunk, skip).ok_or_else(|| status(CallError::Damaged));
            skip = 0;
            let failed = piece.is_err();
            if out.blocking_send(piece.map(answer)).is_err() || failed {
                return; // nobody takes any more
            }
        }
    }

    fn chunk(&self, chunk: ChunkIndex, skip: usize) -> Option<Bytes> {
        let (at, length) = self.shape.sealed_at(chunk);
        let mut sealed = vec![0; length];
        self.file.read_exact_at(&mut sealed, at).ok()?;
        let content = self.cipher.open(self.shape, chunk, &sealed).ok()?;
        Some(Bytes::copy_from_slice(content.get(skip..)?))
    }
}

/// Seals and writes on a thread that may wait for the disk.
async fn push(mut taking: Box<Taking>, piece: Bytes) -> Result<(Box<Taking>, Option<u64>), Status> {
    worker(tokio::task::spawn_blocking(move || taking.push(&piece).map(|durable| (taking, durable)))).await
}

async fn worker<T>(working: tokio::task::JoinHandle<Result<T, UploadRefused>>) -> Result<T, Status> {
    working.await.map_err(|_| status(CallError::Worker))?.map_err(|refused| status(refused.into()))
}

fn digest(bytes: &[u8]) -> Result<Digest, CallError> {
    Digest::try_from(bytes).map_err(|_| UploadRefused::Invalid("a SHA-256 digest has 32 bytes").into())
}
