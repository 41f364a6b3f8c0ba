//! The rule about abuse media where it begins: a file that the notice itself, a list at this machine or the
//! node's list knows is refused before a byte of it is sent.
//!
//! The node asks its list again about what it was sent.

use amana_client::attachment_service;
use amana_kit::abuse::AbuseList;
use amana_notice::HashAlgorithm;
use amana_types::Reason;
use amana_wire::convert::number;
use amana_wire::v1;
use bytes::Bytes;

use super::attachment::Local;
use super::call;
use super::reason::access;
use crate::context;
use crate::exit::{Exit, Failure};
use crate::settings::Settings;

/// Refuses files that may not travel; what is known here is not even asked about.
pub(crate) async fn files(notice: &v1::Notice, files: &[Local], settings: &Settings) -> Result<(), Failure> {
    here(notice, files, settings)?;
    at_node(notice, files, settings).await
}

/// What is known without asking anybody.
fn here(notice: &v1::Notice, files: &[Local], settings: &Settings) -> Result<(), Failure> {
    let list = match &settings.abuse_hashes {
        Some(path) => AbuseList::load(path).map_err(|error| Failure::new(Exit::Usage, error))?,
        None => AbuseList::default(),
    };
    let known = |file: &v1::FileHashes| {
        let gives = |algorithm, hash: &[u8]| {
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            let mut media = notice.abuse_media.iter();
            media.any(|one| one.algorithm == number(algorithm) && one.hash.eq_ignore_ascii_case(&hash))
        };
        list.knows(&file.sha256)
            || list.knows(&file.sha1)
            || gives(HashAlgorithm::Sha256, &file.sha256)
            || gives(HashAlgorithm::Sha1, &file.sha1)
    };
    let refused = (0_u32..).zip(hashes(notice, files)).filter(|(_, file)| known(file));
    refuse(&refused.map(|(place, _)| place).collect::<Vec<_>>())
}

/// What the node's list knows.
async fn at_node(notice: &v1::Notice, files: &[Local], settings: &Settings) -> Result<(), Failure> {
    let files = hashes(notice, files);
    if files.is_empty() {
        return Ok(());
    }
    let mut node = attachment_service(context::agency(settings).await?);
    let request = v1::ScreenFilesRequest { access: access(settings), files };
    let answer = call::within(settings.timeout, node.screen_files(request)).await?;
    refuse(&answer.refused)
}

/// What the attachments of a notice hash to, in their order.
fn hashes(notice: &v1::Notice, files: &[Local]) -> Vec<v1::FileHashes> {
    let of = |attachment: &v1::Attachment| {
        let sha256 = attachment.content_sha256.clone();
        let local = files.iter().find(|file| file.sha256() == &sha256);
        let sha1 = local.map(|file| Bytes::copy_from_slice(file.sha1())).unwrap_or_default();
        v1::FileHashes { sha256, sha1 }
    };
    notice.attachments.iter().map(of).collect()
}

fn refuse(places: &[u32]) -> Result<(), Failure> {
    if places.is_empty() {
        return Ok(());
    }
    let reason = Reason::AbuseMediaRefused.code();
    let places: Vec<String> = places.iter().map(|place| format!("attachments[{place}]")).collect();
    let message = format!("{reason}: {}: known abuse media; nothing was sent", places.join(", "));
    Err(Failure::new(Exit::Refused, message)
        .hint("give its hash and its reference in the specialised database under abuse_media instead")
        .because(reason))
}
