//! Putting into a notice of ours what only this node knows of its attachments.

use amana_notice::CheckedNotice;
use amana_notice::{AttachedContent, AttachmentKey, SealedContent};
use amana_types::{Digest, NoticeId, Reason};

use crate::attachments::{UploadRefused, Uploaded, Uploads};
use crate::ledger::holdings::HoldingsError;
use crate::ledger::vault::Part;
use crate::notice::content::descriptions;
use crate::work::basis::Basis;
use crate::work::commands::FileWork;

/// Attachments of a notice cannot go with it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AttachError {
    /// It names a file that was not uploaded.
    #[error(
        "an attachment of the notice was not uploaded to this node, or not wholly; upload it, then publish"
    )]
    NotUploaded,
    /// It carries abuse media. They are erased.
    #[error(
        "an attachment may not travel; give its hash and its reference in the specialised database instead"
    )]
    AbuseMedia,
    /// An upload does not read.
    #[error(transparent)]
    Upload(#[from] UploadRefused),
    /// What is stored does not read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
}

impl AttachError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::NotUploaded => Reason::AttachmentNotUploaded,
            Self::AbuseMedia => Reason::AbuseMediaRefused,
            Self::Upload(error) => error.reason(),
            Self::Holdings(_) => Reason::NodeFault,
        }
    }
}

/// What becomes of the uploads of a notice.
#[derive(Default)]
pub(crate) struct UploadPlan {
    /// Uploads that become files of the notice.
    adopt: Vec<Uploaded>,
    /// Uploads that go: abuse media, and what the version before has already.
    erase: Vec<Uploaded>,
}

/// A notice whose attachments are known, or why not; and what becomes of its uploads either way.
pub(crate) struct Attached {
    pub(crate) notice: Result<CheckedNotice, AttachError>,
    pub(crate) plan: UploadPlan,
}

/// Whose uploads a notice names, and which version it takes the place of.
#[derive(Clone, Copy)]
pub(crate) struct Attaching<'a> {
    pub(crate) agency: &'a str,
    pub(crate) before: Option<NoticeId>,
}

/// Puts in what only we know of the attachments: address and key. What the version before has attached stays
/// as it is, so that no byte of it is sent twice.
pub(crate) fn attach(basis: &Basis<'_>, notice: CheckedNotice, of: Attaching<'_>) -> Attached {
    let known = Known::of(&notice);
    let mut plan = UploadPlan::default();
    let kept = match of.before.map(|before| kept(basis, before)).transpose() {
        Ok(kept) => kept.unwrap_or_default(),
        Err(error) => return Attached { notice: Err(error.into()), plan },
    };
    let notice = notice.with_sealed(|named| {
        let named = named.ok_or(AttachError::NotUploaded)?;
        let kept = kept.iter().find(|(kept, _)| kept.digest == named);
        let upload = basis.uploads.find(of.agency, &named)?;
        let is_abuse = basis.uploads.knows(named.as_bytes())
            || upload.as_ref().is_some_and(|upload| basis.uploads.is_abuse(upload) || known.has(upload));
        match (kept, upload) {
            (_, upload) if is_abuse => {
                plan.erase.extend(upload);
                Err(AttachError::AbuseMedia)
            }
            (Some(kept), upload) => {
                plan.erase.extend(upload);
                Ok(kept.clone())
            }
            (None, Some(upload)) => {
                let told = (upload.content, upload.sealed.clone());
                plan.adopt.push(upload);
                Ok(told)
            }
            (None, None) => Err(AttachError::NotUploaded),
        }
    });
    Attached { notice, plan }
}

impl UploadPlan {
    /// What is done before the notice is written down: its files get their place, what may not stay goes.
    pub(crate) fn before(&mut self, uploads: &Uploads) -> Option<FileWork> {
        let erase = std::mem::take(&mut self.erase);
        if erase.is_empty() && self.adopt.is_empty() {
            return None;
        }
        let (uploads, adopt) = (uploads.clone(), self.adopt.clone());
        Some(Box::new(move || {
            erase.iter().try_for_each(|upload| uploads.erase(upload))?;
            adopt.iter().try_for_each(|upload| uploads.adopt(upload))
        }))
    }

    /// What is done when the notice is refused: what may not stay goes all the same.
    pub(crate) fn refused(mut self, uploads: &Uploads) -> Option<FileWork> {
        self.adopt.clear();
        self.before(uploads)
    }

    /// What is done after the notice is written down, which holds their keys now. What is left of an upload
    /// goes by itself within a day.
    pub(crate) fn after(self, uploads: &Uploads) -> Option<FileWork> {
        if self.adopt.is_empty() {
            return None;
        }
        let uploads = uploads.clone();
        Some(Box::new(move || {
            // Every one of them, also when one fails.
            self.adopt.iter().map(|upload| uploads.hand_over(upload)).fold(Ok(()), std::io::Result::and)
        }))
    }
}

/// The attachments of a version of ours, which a newer one may list again.
fn kept(
    basis: &Basis<'_>,
    version: NoticeId,
) -> Result<Vec<(AttachedContent, SealedContent)>, HoldingsError> {
    let Some(put) = basis.holdings.own_notice(version)? else { return Ok(Vec::new()) };
    let damaged = || HoldingsError::Row("the attachments of a notice");
    let open = |part| basis.vault.open(version, &put.vaulted, part);
    let case = open(Part::Case)?.ok_or_else(damaged)?;
    let protected = open(Part::Protected)?;
    let described = descriptions(&case, protected.as_ref().map(|opened| opened.as_slice()));
    let kept = described.map_err(|_| damaged())?.into_iter().filter_map(|one| {
        let said = one.attachment?;
        let digest = Digest::try_from(said.content_sha256.as_ref()).ok()?;
        let sealed = Digest::try_from(one.sealed_sha256.as_ref()).ok()?;
        let key = AttachmentKey::from_bytes(&one.secret)?;
        Some((AttachedContent { bytes: said.bytes, digest }, SealedContent { digest: sealed, key }))
    });
    Ok(kept.collect())
}

/// The hashes of abuse media that a notice gives itself.
struct Known(Vec<String>);

impl Known {
    fn of(notice: &CheckedNotice) -> Self {
        let media = notice.notice().abuse_media.iter().map(|media| media.hash.clone());
        Self(media.filter(|hash| !hash.is_empty()).collect())
    }

    fn has(&self, upload: &Uploaded) -> bool {
        let sha1: String = upload.sha1.iter().map(|byte| format!("{byte:02x}")).collect();
        let sha256 = upload.content.digest.to_string();
        self.0.iter().any(|hash| *hash == sha1 || *hash == sha256)
    }
}
