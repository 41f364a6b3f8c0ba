//! Bringing sealed attachments to the hub and fetching them from it, piece by piece.

use std::io;
use std::sync::Arc;

use amana_seal::envelope::AttachmentHeader;
use amana_types::limits::ATTACHMENT_PIECE_BYTES;
use amana_types::{Digest, NoticeId};
use amana_wire::v1;
use amana_wire::v1::attachment_exchange_service_client::AttachmentExchangeServiceClient;
use amana_wire::v1::deposit_request::Request;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::Channel;

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
    let opening = v1::DepositOpening {
        sealed_sha256: Bytes::copy_from_slice(announced.sealed.as_bytes()),
        padded_bytes: announced.padded_bytes,
    };
    pieces.send(request(Request::Opening(opening))).await.map_err(|_| closed())?;
    let mut hub = AttachmentExchangeServiceClient::new(channel);
    let mut answers = hub.deposit(ReceiverStream::new(outgoing)).await?.into_inner();
    let first = answers.message().await?.ok_or_else(closed)?;
    if first.complete {
        return Ok(());
    }
    let sending = tokio::spawn(send(pieces, first.received_bytes, announced.sealed_bytes(), read));
    let answered = async {
        while let Some(answer) = answers.message().await? {
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

async fn send(pieces: mpsc::Sender<v1::DepositRequest>, mut at: u64, total: u64, read: ReadAt) {
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

fn request(request: Request) -> v1::DepositRequest {
    v1::DepositRequest { request: Some(request) }
}

/// An attachment on its way from the hub.
#[derive(Debug)]
pub struct Fetching(Streaming<v1::FetchResponse>);

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
    let mut hub = AttachmentExchangeServiceClient::new(channel);
    let request = v1::FetchRequest {
        notice_id: Bytes::copy_from_slice(notice.as_bytes()),
        sealed_sha256: Bytes::copy_from_slice(sealed.as_bytes()),
        offset,
    };
    Ok(Fetching(hub.fetch(request).await?.into_inner()))
}

impl Fetching {
    /// The next piece; nothing at the end.
    ///
    /// # Errors
    /// [`ClientError`]; what came before is good.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ClientError> {
        Ok(self.0.message().await?.map(|answer| answer.piece))
    }
}
