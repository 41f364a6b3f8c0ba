//! Putting into a notice of ours what only this node knows of its attachments.

use amana_notice::CheckedNotice;
use amana_notice::{AttachedContent, AttachmentKey, SealedAttachment};
use amana_types::{Digest, NoticeId};

use crate::attachments::{UploadRefused, Uploaded};
use crate::content::descriptions;
use crate::press::{PressError, Workshop};
use crate::shelf::ShelfError;
use crate::vault::Part;

impl Workshop {
    /// Puts in what only we know of the attachments: address and key. What the version before has attached stays
    /// as it is, so that no byte of it is sent twice.
    pub(crate) fn attach(
        &self,
        notice: CheckedNotice,
        agency: &str,
        before: Option<NoticeId>,
    ) -> Result<(CheckedNotice, Vec<Uploaded>), PressError> {
        let known = Known::of(&notice);
        let kept = before.map(|before| self.kept(before)).transpose()?.unwrap_or_default();
        let mut uploads = Vec::new();
        let notice = notice.with_sealed(|named| {
            let named = named.ok_or(PressError::NotUploaded)?;
            let kept = kept.iter().find(|(kept, _)| kept.digest == named);
            let upload = self.uploads.find(agency, &named)?;
            let is_abuse = self.uploads.knows(named.as_bytes())
                || upload.as_ref().is_some_and(|upload| self.uploads.is_abuse(upload) || known.has(upload));
            if let Some(upload) = upload.as_ref().filter(|_| is_abuse || kept.is_some()) {
                self.uploads.erase(upload).map_err(UploadRefused::from)?;
            }
            if is_abuse {
                return Err(PressError::AbuseMedia);
            }
            if let Some(kept) = kept {
                return Ok(kept.clone());
            }
            let upload = upload.ok_or(PressError::NotUploaded)?;
            self.uploads.adopt(&upload).map_err(UploadRefused::from)?;
            let told = (upload.content, upload.sealed.clone());
            uploads.push(upload);
            Ok(told)
        })?;
        Ok((notice, uploads))
    }

    /// The attachments of a version of ours, which a newer one may list again.
    fn kept(&self, version: NoticeId) -> Result<Vec<(AttachedContent, SealedAttachment)>, PressError> {
        let Some(put) = self.own_notice(version)? else { return Ok(Vec::new()) };
        let damaged = || ShelfError::Row("the attachments of a notice");
        let open = |part| self.vault.open(version, &put.vaulted, part).map_err(ShelfError::from);
        let case = open(Part::Case)?.ok_or_else(damaged)?;
        let protected = open(Part::Protected)?;
        let described = descriptions(&case, protected.as_ref().map(|opened| opened.as_slice()));
        let kept = described.map_err(|_| damaged())?.into_iter().filter_map(|one| {
            let digest = Digest::try_from(one.content_sha256.as_ref()).ok()?;
            let sealed = Digest::try_from(one.sealed_sha256.as_ref()).ok()?;
            let key = AttachmentKey::from_bytes(&one.key)?;
            Some((AttachedContent { bytes: one.bytes, digest }, SealedAttachment { digest: sealed, key }))
        });
        Ok(kept.collect())
    }
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
