//! Bringing sealed attachments to the hub and fetching them from it, piece by piece.

use std::io;
use std::sync::Arc;

use amana_seal::envelope::AttachmentHeader;
use amana_types::limits::ATTACHMENT_PIECE_BYTES;
use amana_types::{Digest, NoticeId};
use amana_wire::v1;
use amana_wire::v1::blob_service_client::BlobServiceClient;
use amana_wire::v1::get_blob_response::Response as Given;
use amana_wire::v1::put_blob_request::Request;
use amana_wire::v1::put_blob_response::Response as Told;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::Channel;

use super::session::{greeted, hello};
use crate::ClientError;

/// Pieces that wait for the connection.
const WAITING: usize = 4;

/// Gives so many sealed bytes from an offset on.
pub type ReadAt = Arc<dyn Fn(u64, usize) -> io::Result<Bytes> + Send + Sync>;

/// Brings an attachment to the hub, from where an earlier attempt broke off; returns when the hub has it
/// whole and durable.
///
/// # Errors
/// [`ClientError::Remote`] when the hub does not take it, [`ClientError::Closed`] when the stream broke, or
/// `read` failed: calling again goes on.
pub async fn deposit(channel: Channel, announced: AttachmentHeader, read: ReadAt) -> Result<(), ClientError> {
    let (pieces, outgoing) = mpsc::channel(WAITING);
    let closed = || ClientError::Closed { peer: "hub" };
    let opening = v1::BlobOpening {
        sealed_sha256: Bytes::copy_from_slice(announced.sealed.as_bytes()),
        padded_bytes: announced.padded_bytes,
    };
    pieces.send(request(Request::Hello(hello(None)))).await.map_err(|_| closed())?;
    pieces.send(request(Request::Opening(opening))).await.map_err(|_| closed())?;
    let mut hub = BlobServiceClient::new(channel);
    let mut answers = hub.put_blob(ReceiverStream::new(outgoing)).await?.into_inner();
    greeted(match answers.message().await?.ok_or_else(closed)?.response {
        Some(Told::Hello(hello)) => Some(hello),
        _ => None,
    })?;
    let first = progress(&mut answers).await?.ok_or_else(closed)?;
    if first.complete {
        return Ok(());
    }
    let sending = tokio::spawn(send(pieces, first.received_bytes, announced.sealed_bytes(), read));
    let answered = async {
        while let Some(answer) = progress(&mut answers).await? {
            if answer.complete {
                return Ok(());
            }
        }
        Err(closed())
    };
    let answered = answered.await;
    sending.abort();
    answered
}

/// How far the hub says it is; nothing when it ended the stream.
async fn progress(
    answers: &mut Streaming<v1::PutBlobResponse>,
) -> Result<Option<v1::BlobProgress>, ClientError> {
    match answers.message().await?.map(|answer| answer.response) {
        Some(Some(Told::Progress(progress))) => Ok(Some(progress)),
        Some(_) => Err(ClientError::hub("an answer without progress")),
        None => Ok(None),
    }
}

async fn send(pieces: mpsc::Sender<v1::PutBlobRequest>, mut at: u64, total: u64, read: ReadAt) {
    while at < total {
        let most = ATTACHMENT_PIECE_BYTES.min(usize::try_from(total - at).unwrap_or(usize::MAX));
        let reading = Arc::clone(&read);
        let piece = tokio::task::spawn_blocking(move || reading(at, most)).await;
        // Without its piece the stream ends, and the hub says that it is not whole.
        let Ok(Ok(piece)) = piece else { return };
        at += piece.len() as u64;
        if piece.is_empty() || pieces.send(request(Request::Piece(piece))).await.is_err() {
            return;
        }
    }
    // The stream stays open until the hub has answered.
    pieces.closed().await;
}

fn request(request: Request) -> v1::PutBlobRequest {
    v1::PutBlobRequest { request: Some(request) }
}

/// An attachment on its way from the hub.
#[derive(Debug)]
pub struct Fetching(Streaming<v1::GetBlobResponse>);

/// Begins to fetch an attachment of a notice that was delivered to us, from an offset on.
///
/// # Errors
/// [`ClientError::Remote`] with `ATTACHMENT_NOT_FOUND` when the hub has none for us.
pub async fn fetch(
    channel: Channel,
    notice: NoticeId,
    sealed: Digest,
    offset: u64,
) -> Result<Fetching, ClientError> {
    let mut hub = BlobServiceClient::new(channel);
    let request = v1::GetBlobRequest {
        hello: Some(hello(None)),
        notice_id: Bytes::copy_from_slice(notice.as_bytes()),
        sealed_sha256: Bytes::copy_from_slice(sealed.as_bytes()),
        offset,
    };
    let mut stream = hub.get_blob(request).await?.into_inner();
    greeted(match stream.message().await?.and_then(|first| first.response) {
        Some(Given::Hello(hello)) => Some(hello),
        _ => None,
    })?;
    Ok(Fetching(stream))
}

impl Fetching {
    /// The next piece; nothing at the end.
    ///
    /// # Errors
    /// [`ClientError`]; what came before is good.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ClientError> {
        match self.0.message().await?.map(|answer| answer.response) {
            Some(Some(Given::Piece(piece))) => Ok(Some(piece)),
            Some(_) => Err(ClientError::hub("an answer without a piece")),
            None => Ok(None),
        }
    }
}
