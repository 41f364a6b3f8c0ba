//! Files for tests, and how they get to a node.

use amana_seal::ContentHash;
use amana_wire::status::RemoteError;
use amana_wire::v1;
use amana_wire::v1::upload_file_request::Part as Sent;
use bytes::Bytes;

use super::Unit;

pub(crate) type Refused = (tonic::Code, String);

pub(crate) fn refused(status: &tonic::Status) -> Refused {
    (status.code(), RemoteError::from(status).reason)
}

pub(crate) fn sha256(content: &[u8]) -> Bytes {
    let mut hash = ContentHash::default();
    hash.update(content);
    Bytes::copy_from_slice(hash.finish().as_bytes())
}

/// As a notice lists it that is about that person or thing.
pub(crate) fn attachment(name: &str, content: &[u8], about: &str) -> v1::Attachment {
    v1::Attachment {
        name: name.into(),
        media_type: "image/png".into(),
        kind: v1::AttachmentKind::Photo.into(),
        about: about.into(),
        bytes: content.len() as u64,
        content_sha256: sha256(content),
        ..v1::Attachment::default()
    }
}

/// What may well be more than one piece.
pub(crate) fn content(byte: u8) -> Vec<u8> {
    vec![byte; 100_000]
}

pub(crate) async fn upload(unit: &Unit, content: &[u8]) -> Result<(), Refused> {
    let opening = v1::UploadOpening { content_sha256: sha256(content), total_bytes: content.len() as u64 };
    let pieces = content.chunks(50_000).map(|piece| Sent::Piece(Bytes::copy_from_slice(piece)));
    let requests: Vec<v1::UploadFileRequest> = std::iter::once(Sent::Opening(opening))
        .chain(pieces)
        .map(|request| v1::UploadFileRequest { access: None, part: Some(request) })
        .collect();
    let sending = unit.attachments("unit").await.upload_file(futures_util::stream::iter(requests)).await;
    let mut answers = sending.map_err(|status| refused(&status))?.into_inner();
    while let Some(answer) = answers.message().await.map_err(|status| refused(&status))? {
        if answer.complete {
            return Ok(());
        }
    }
    panic!("the node ended the upload");
}
