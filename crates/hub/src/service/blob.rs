//! `BlobService`: sealed attachments in and out, in constant memory.

use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;

use amana_notice::SectionKind;
use amana_seal::envelope::{AttachmentHeader, GrantedSections, Header, SectionIndex};
use amana_types::limits::ATTACHMENT_PIECE_BYTES;

use amana_types::{Digest, MemberCode, NoticeId, Reason};
use amana_wire::convert::section_kind;
use amana_wire::status::Refusal;
use amana_wire::v1;
use amana_wire::v1::blob_service_server::BlobService;
use amana_wire::v1::get_blob_response::Response as Given;
use amana_wire::v1::put_blob_request::Request as Sent;
use amana_wire::v1::put_blob_response::Response as Told;
use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::{Hub, disk_full, draining, fault, session, unreadable};
use crate::blobs::{Begun, Deposit, DepositRefused};
use crate::record::Record;

/// Pieces that wait for the connection.
const WAITING: usize = 4;

type Out<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The service for members.
pub(crate) struct BlobCalls(pub(crate) Arc<Hub>);

#[tonic::async_trait]
impl BlobService for BlobCalls {
    type PutBlobStream = Out<v1::PutBlobResponse>;
    type GetBlobStream = Out<v1::GetBlobResponse>;

    async fn put_blob(
        &self,
        request: Request<Streaming<v1::PutBlobRequest>>,
    ) -> Result<Response<Self::PutBlobStream>, Status> {
        let member = self.0.member(&request)?;
        let place = self.0.budgets.of(member).attachments().ok_or_else(too_many_streams)?;
        let (out, answers) = mpsc::channel(WAITING);
        let hub = Arc::clone(&self.0);
        tokio::spawn(async move {
            if let Err(status) = take_in(&hub, member, request.into_inner(), &out).await {
                // The other end may be gone as well.
                drop(out.send(Err(status)).await);
            }
            drop(place);
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(answers))))
    }

    async fn get_blob(
        &self,
        request: Request<v1::GetBlobRequest>,
    ) -> Result<Response<Self::GetBlobStream>, Status> {
        let member = self.0.member(&request)?;
        let place = self.0.budgets.of(member).attachments().ok_or_else(too_many_streams)?;
        let v1::GetBlobRequest { hello, notice_id, sealed_sha256, offset } = request.into_inner();
        session::understand(&self.0, member, hello).await?;
        let hub = Arc::clone(&self.0);
        let finding = tokio::task::spawn_blocking(move || {
            let id = NoticeId::from_bytes(&notice_id).map_err(|_| absent())?;
            let digest = Digest::try_from(sealed_sha256.as_ref()).map_err(|_| absent())?;
            let sender = sender_of(&hub, member, id, digest)?.ok_or_else(absent)?;
            hub.blobs.read(sender, digest).map_err(|_| fault("reading an attachment"))?.ok_or_else(absent)
        });
        let (file, bytes) = finding.await.map_err(|_| fault("reading an attachment"))??;
        let (out, pieces) = mpsc::channel(WAITING);
        let given = |response| v1::GetBlobResponse { response: Some(response) };
        let hello = given(Given::Hello(session::hello(&self.0)));
        tokio::task::spawn_blocking(move || {
            if out.blocking_send(Ok(hello)).is_err() {
                return;
            }
            let mut at = offset;
            while at < bytes {
                let most = ATTACHMENT_PIECE_BYTES.min(usize::try_from(bytes - at).unwrap_or(usize::MAX));
                let mut piece = vec![0; most];
                let read = file.read_exact_at(&mut piece, at).map_err(|_| fault("reading an attachment"));
                at += most as u64;
                let piece = read.map(|()| given(Given::Piece(Bytes::from(piece))));
                let failed = piece.is_err();
                if out.blocking_send(piece).is_err() || failed {
                    break; // nobody takes any more
                }
            }
            drop(place);
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(pieces))))
    }
}

/// One stream, from its opening on.
async fn take_in(
    hub: &Arc<Hub>,
    member: MemberCode,
    mut requests: Streaming<v1::PutBlobRequest>,
    out: &mpsc::Sender<Result<v1::PutBlobResponse, Status>>,
) -> Result<(), Status> {
    let tell = async |told| {
        let answer = v1::PutBlobResponse { response: Some(told) };
        out.send(Ok(answer)).await.map_err(|_| draining())
    };
    tell(Told::Hello(session::hello(hub))).await?;
    let greeting = |first: v1::PutBlobRequest| match first.request {
        Some(Sent::Hello(hello)) => Some(hello),
        _ => None,
    };
    session::greeted(hub, member, &mut requests, greeting).await?;
    let second = requests.message().await?.and_then(|second| second.request);
    let Some(Sent::Opening(opening)) = second else { return Err(invalid("the opening follows Hello")) };
    let sealed =
        Digest::try_from(opening.sealed_sha256.as_ref()).map_err(|error| invalid(&error.to_string()))?;
    let announced = AttachmentHeader { sealed, padded_bytes: opening.padded_bytes };
    let beginning = Arc::clone(hub);
    let begun = tokio::task::spawn_blocking(move || {
        let attached = Arc::clone(beginning.published().state.attached());
        let listed = |digest: &Digest| attached.lists(member, digest);
        beginning.blobs.begin(member, announced, beginning.limits.attachment_pending_bytes, listed)
    });
    let tell = async |received_bytes, complete| {
        tell(Told::Progress(v1::BlobProgress { received_bytes, complete })).await
    };
    let mut deposit = match begun.await.map_err(|_| fault("opening an attachment"))?.map_err(refused)? {
        Begun::Whole(bytes) => return tell(bytes, true).await,
        Begun::Coming(deposit) => deposit,
    };
    tell(deposit.received(), false).await?;
    while !deposit.is_whole() {
        let next = tokio::select! {
            next = requests.message() => next?,
            () = hub.shutdown.triggered() => return Err(draining()),
        };
        let piece = match next.map(|next| next.request) {
            None => return Ok(()), // what came stays; the rest comes later
            Some(Some(Sent::Piece(piece))) if piece.len() <= ATTACHMENT_PIECE_BYTES => piece,
            Some(_) => return Err(invalid("pieces of at most 256 KiB follow the opening")),
        };
        let (back, durable) = write(deposit, piece).await?;
        deposit = back;
        if let Some(durable) = durable {
            tell(durable, false).await?;
        }
    }
    let finishing = tokio::task::spawn_blocking(move || deposit.finish());
    let bytes = finishing.await.map_err(|_| fault("finishing an attachment"))?.map_err(refused)?;
    tell(bytes, true).await
}

/// Writes on a thread that may wait for the disk.
async fn write(mut deposit: Box<Deposit>, piece: Bytes) -> Result<(Box<Deposit>, Option<u64>), Status> {
    let writing =
        tokio::task::spawn_blocking(move || deposit.write(&piece).map(|durable| (deposit, durable)));
    writing.await.map_err(|_| fault("writing an attachment"))?.map_err(refused)
}

/// Whose envelope it is that lists the attachment, if that member was delivered a section that can hold its
/// key. What is held was delivered to the review desk alone; what is erased to nobody any more.
fn sender_of(
    hub: &Hub,
    member: MemberCode,
    id: NoticeId,
    digest: Digest,
) -> Result<Option<MemberCode>, Status> {
    let published = hub.published();
    let Some((seq, _)) = hub.reader.find(id).map_err(|error| unreadable(&error))? else { return Ok(None) };
    let Record::Accept(accept) = hub.reader.record(seq).map_err(|error| unreadable(&error))? else {
        return Ok(None);
    };
    let Ok(header) = Header::decode(&accept.header) else { return Ok(None) };
    let slot = accept.slots.binary_search_by_key(&member, |slot| slot.recipient).ok();
    let slot = slot.and_then(|place| accept.slots.get(place));
    let has_key = slot.is_some_and(|slot| can_hold_key(&header, slot.granted));
    let desk = published.directory().review_desk().map(|desk| desk.code);
    let waits = published.next() <= seq || (published.state.is_held(seq) && desk != Some(member));
    let over = header.expires <= hub.clock.now();
    let may = has_key && !waits && !over && !accept.erased && accept.attachments.contains(&digest);
    Ok(may.then_some(accept.sender))
}

/// Whether one of these sections can list an attachment and hold its key: so a partner, whose own sections
/// cannot, gets not even the ciphertext. What a section of an unknown kind holds, nobody could say.
fn can_hold_key(header: &Header, granted: GrantedSections) -> bool {
    let mut sections = (0..).map(SectionIndex).zip(&header.sections);
    sections.any(|(index, section)| {
        granted.contains(index)
            && section_kind(section.kind.0).ok().is_none_or(SectionKind::lists_attachments)
    })
}

fn refused(why: DepositRefused) -> Status {
    let reason = match why {
        DepositRefused::Length => Reason::AttachmentInvalid,
        DepositRefused::Differs => Reason::AttachmentDiffers,
        DepositRefused::Busy => Reason::AttachmentBusy,
        DepositRefused::Quota => Reason::AttachmentQuota,
        DepositRefused::DiskFull => return disk_full(),
        DepositRefused::Io(error) => {
            tracing::error!(%error, "an attachment cannot be written");
            return fault("writing an attachment");
        }
    };
    Refusal::new(reason, why.to_string()).into()
}

fn absent() -> Status {
    let message = "there is no such attachment of a notice that was delivered to this member";
    Refusal::new(Reason::AttachmentNotFound, message).into()
}

fn invalid(message: &str) -> Status {
    Refusal::new(Reason::AttachmentInvalid, message).into()
}

fn too_many_streams() -> Status {
    let message = "this member has as many attachments under way as it may have; let some finish";
    Refusal::new(Reason::TooManyStreams, message).into()
}
