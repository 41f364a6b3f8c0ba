//! `AttachmentService`: files in from agencies and out to them, in constant memory.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use amana_notice::AttachmentKey;
use amana_policy::Permit;
use amana_seal::attachment::{AttachmentCipher, CHUNK_BYTES, ChunkIndex, HEAD_BYTES, Shape};
use amana_types::limits::{ATTACHMENT_PIECE_BYTES, ATTACHMENTS};
use amana_types::{Action, Digest, Language};
use amana_wire::v1;
use amana_wire::v1::attachment_service_server::AttachmentService;
use amana_wire::v1::upload_file_request::Part as Sent;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use crate::api::agency::{AgencyApi, Out, blocking, notice_id};
use crate::api::call::{answer, language, service};
use crate::api::error::{CallError, status};
use crate::attachments::{Taking, UploadRefused};
use crate::ledger::writer::WriteError;
use crate::notice::reading::CaseReader;
use crate::notice::showing::{reading, refuse_unreadable};

/// Pieces that wait for the connection.
const WAITING: usize = 4;

service! {
    AttachmentCalls: AttachmentService [
        UploadFileStream = v1::UploadFileResponse, DownloadAttachmentStream = v1::DownloadAttachmentResponse
    ] {
        screen_files(ScreenFilesRequest) -> v1::ScreenFilesResponse: Check;
        get_upload(GetUploadRequest) -> v1::GetUploadResponse: Publish;
        write_upload(WriteUploadRequest) -> v1::WriteUploadResponse: Publish;
        download_attachment(DownloadAttachmentRequest) -> Out<v1::DownloadAttachmentResponse>: Read;
    }

    // Who asks stands in the first message of the stream.
    async fn upload_file(
        &self,
        request: Request<Streaming<v1::UploadFileRequest>>,
    ) -> Result<Response<Self::UploadFileStream>, Status> {
        let (metadata, extensions, mut requests) = request.into_parts();
        let first = requests.message().await?.unwrap_or_default();
        let first = Request::from_parts(metadata, extensions, first);
        let work = |permit, first| self.0.upload_file(permit, first, requests);
        answer(&self.0, first, Action::Publish, work).await
    }
}

impl AgencyApi {
    async fn upload_file(
        self: &Arc<Self>,
        permit: Permit,
        first: v1::UploadFileRequest,
        requests: Streaming<v1::UploadFileRequest>,
    ) -> Result<Out<v1::UploadFileResponse>, CallError> {
        self.gate.write_down(&permit, &[]).await?;
        let (out, answers) = mpsc::channel(WAITING);
        let (api, language) = (Arc::clone(self), language(first.access.as_ref()));
        tokio::spawn(async move {
            let Err(refused) = api.take(&permit, first, requests, &out).await else { return };
            // The other end may be gone as well.
            drop(out.send(Err(refused.status(language))).await);
        });
        Ok(Box::pin(ReceiverStream::new(answers)))
    }

    async fn get_upload(
        &self,
        permit: Permit,
        message: v1::GetUploadRequest,
    ) -> Result<v1::GetUploadResponse, CallError> {
        let content = digest(&message.content_sha256)?;
        let (uploads, agency) = (self.uploads.clone(), permit.caller().name.clone());
        let found = worker(move || uploads.progress(&agency, &content)).await?;
        let (received_bytes, total_bytes, complete) = found.ok_or(CallError::NoUpload)?;
        Ok(v1::GetUploadResponse { received_bytes, total_bytes, complete })
    }

    async fn screen_files(
        &self,
        _: Permit,
        message: v1::ScreenFilesRequest,
    ) -> Result<v1::ScreenFilesResponse, CallError> {
        let files = &message.files;
        if files.is_empty() || files.len() > ATTACHMENTS {
            return Err(UploadRefused::Invalid("ask about 1 to 16 files").into());
        }
        let known =
            |file: &v1::FileHashes| self.uploads.knows(&file.sha256) || self.uploads.knows(&file.sha1);
        let refused = (0_u32..).zip(files).filter(|(_, file)| known(file)).map(|(place, _)| place);
        Ok(v1::ScreenFilesResponse { refused: refused.collect() })
    }

    /// One stream, from its opening on.
    async fn take(
        &self,
        permit: &Permit,
        first: v1::UploadFileRequest,
        mut requests: Streaming<v1::UploadFileRequest>,
        out: &mpsc::Sender<Result<v1::UploadFileResponse, Status>>,
    ) -> Result<(), Broken> {
        let invalid = |what| Broken::Refused(UploadRefused::Invalid(what).into());
        let Some(Sent::Opening(opening)) = first.part else { return Err(invalid("the first request opens")) };
        let (received, taking) = self.begin(permit, &opening).await?;
        let stopping = || CallError::Book(crate::access::gate::BookError::Write(WriteError::Stopped));
        let tell = async |received_bytes, complete| {
            let answer = v1::UploadFileResponse { received_bytes, complete };
            out.send(Ok(answer)).await.map_err(|_| stopping())
        };
        let Some(mut taking) = taking else { return Ok(tell(received, true).await?) };
        tell(received, false).await?;
        while !taking.is_whole() {
            let next = tokio::select! {
                next = requests.message() => next?,
                () = self.shutdown.triggered() => return Err(stopping().into()),
            };
            let piece = match next.map(|next| next.part) {
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
        let received = worker(move || taking.finish()).await?;
        Ok(tell(received, true).await?)
    }

    /// One piece, taken up where what is here ends.
    async fn write_upload(
        &self,
        permit: Permit,
        message: v1::WriteUploadRequest,
    ) -> Result<v1::WriteUploadResponse, CallError> {
        let v1::WriteUploadRequest { opening, offset_bytes: offset, piece, .. } = message;
        if piece.len() > ATTACHMENT_PIECE_BYTES {
            return Err(UploadRefused::Invalid("a piece has at most 256 KiB").into());
        }
        self.gate.write_down(&permit, &[]).await?;
        let opening = opening.unwrap_or_default();
        let content = digest(&opening.content_sha256)?;
        let (received_bytes, taking) = self.begin(&permit, &opening).await?;
        let end = offset.saturating_add(piece.len() as u64);
        let Some(taking) = taking else {
            return Ok(v1::WriteUploadResponse { received_bytes, complete: true, repeated_request: true });
        };
        if !piece.is_empty() && end <= received_bytes {
            self.paused.keep(permit.caller().name.clone(), content, taking);
            return Ok(v1::WriteUploadResponse { received_bytes, complete: false, repeated_request: true });
        }
        // A piece may begin within what is here: what was sent again is passed over.
        let skip = received_bytes.checked_sub(offset).and_then(|skip| usize::try_from(skip).ok());
        let Some(rest) = skip.and_then(|skip| piece.get(skip..)) else {
            self.paused.keep(permit.caller().name.clone(), content, taking);
            return Err(CallError::UploadOffset(received_bytes));
        };
        let (taking, _) = push(taking, Bytes::copy_from_slice(rest)).await?;
        let complete = taking.is_whole();
        let received_bytes = match complete {
            true => worker(move || taking.finish()).await?,
            false => self.paused.keep(permit.caller().name.clone(), content, taking),
        };
        Ok(v1::WriteUploadResponse { received_bytes, complete, repeated_request: false })
    }

    async fn begin(
        &self,
        permit: &Permit,
        opening: &v1::UploadOpening,
    ) -> Result<(u64, Option<Box<Taking>>), CallError> {
        let (content, total) = (digest(&opening.content_sha256)?, opening.total_bytes);
        let (uploads, agency) = (self.uploads.clone(), permit.caller().name.clone());
        if let Some(taking) = self.paused.take(&agency, content)
            && taking.progress().1 == total
        {
            return Ok((taking.progress().0, Some(taking)));
        }
        worker(move || uploads.begin(&agency, content, total)).await
    }

    async fn download_attachment(
        &self,
        permit: Permit,
        message: v1::DownloadAttachmentRequest,
    ) -> Result<Out<v1::DownloadAttachmentResponse>, CallError> {
        let reading = reading(&permit)?;
        let v1::DownloadAttachmentRequest { notice_id: id, content_sha256, offset_bytes, .. } = message;
        let id = notice_id(&id)?;
        let found = blocking(&self.cases, move |cases| {
            refuse_unreadable(cases, id)?;
            let found = cases.attachment(&reading, id, &content_sha256)?;
            Content::of(cases, found.ok_or(CallError::NoAttachment)?)
        });
        let content = found.await?;
        self.gate.write_down(&permit, &[id]).await?;
        Ok(content.stream(offset_bytes, |piece| v1::DownloadAttachmentResponse { piece }))
    }
}

/// Why an upload by a stream ended before its end.
enum Broken {
    /// Refused here.
    Refused(CallError),
    /// By the connection.
    Connection(Status),
}

impl Broken {
    fn status(self, language: Option<Language>) -> Status {
        match self {
            Self::Refused(refused) => status(refused, language),
            Self::Connection(broken) => broken,
        }
    }
}

impl From<CallError> for Broken {
    fn from(refused: CallError) -> Self {
        Self::Refused(refused)
    }
}

impl From<Status> for Broken {
    fn from(broken: Status) -> Self {
        Self::Connection(broken)
    }
}

/// A whole attachment, opened chunk by chunk.
pub(crate) struct Content {
    file: File,
    cipher: AttachmentCipher,
    shape: Shape,
}

impl Content {
    /// One that was found, if all of it is here.
    pub(crate) fn of(
        cases: &CaseReader,
        (said, progress): (v1::SealedAttachment, v1::AttachmentProgress),
    ) -> Result<Self, CallError> {
        match progress.state() {
            v1::AttachmentState::Complete => {}
            v1::AttachmentState::Failed => return Err(CallError::AttachmentFailed(progress.reason())),
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
    pub(crate) fn stream<T: Send + 'static>(self, offset: u64, answer: fn(Bytes) -> T) -> Out<T> {
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
            let piece = self.chunk(chunk, skip).ok_or_else(|| status(CallError::Damaged, None));
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
async fn push(mut taking: Box<Taking>, piece: Bytes) -> Result<(Box<Taking>, Option<u64>), CallError> {
    worker(move || taking.push(&piece).map(|durable| (taking, durable))).await
}

async fn worker<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, UploadRefused> + Send + 'static,
) -> Result<T, CallError> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(|_| CallError::Worker)??)
}

fn digest(bytes: &[u8]) -> Result<Digest, CallError> {
    Digest::try_from(bytes).map_err(|_| UploadRefused::Invalid("a SHA-256 digest has 32 bytes").into())
}
