//! Attachments and what stands in the place of abuse media, in both directions.

use crate::draft::{AbuseMediaDraft, AttachmentDraft};
use crate::{AbuseMedia, Attachment};
use bytes::Bytes;

use super::code::{number, stated};
use super::draft::all as drafts;
use super::notice::{all, number_or_none, text_or_none};
use crate::content;

impl From<content::Attachment> for AttachmentDraft {
    fn from(m: content::Attachment) -> Self {
        Self {
            name: m.name,
            media_type: m.media_type,
            kind: stated(m.kind),
            about: m.about,
            description: drafts(m.description),
            bytes: m.bytes,
            content_sha256: m.content_sha256.into(),
            sealed_sha256: m.sealed_sha256.into(),
            key: Vec::from(m.key).into(),
        }
    }
}

impl From<&Attachment> for content::Attachment {
    fn from(d: &Attachment) -> Self {
        let copied = |bytes: &[u8; 32]| Bytes::copy_from_slice(bytes);
        let (content, sealed) = (d.content.as_ref(), d.sealed.as_ref());
        Self {
            name: d.name.clone(),
            media_type: d.media_type.to_string(),
            kind: number(d.kind),
            about: text_or_none(d.about.as_ref()),
            description: all(&d.description),
            bytes: content.map_or(0, |content| content.bytes),
            content_sha256: content.map(|content| copied(content.digest.as_bytes())).unwrap_or_default(),
            sealed_sha256: sealed.map(|sealed| copied(sealed.digest.as_bytes())).unwrap_or_default(),
            key: sealed.map(|sealed| copied(sealed.key.as_bytes())).unwrap_or_default(),
            file: String::new(),
        }
    }
}

impl From<content::AbuseMedia> for AbuseMediaDraft {
    fn from(m: content::AbuseMedia) -> Self {
        Self {
            algorithm: stated(m.algorithm),
            hash: m.hash,
            database_reference: m.database_reference,
            series: m.series,
        }
    }
}

impl From<&AbuseMedia> for content::AbuseMedia {
    fn from(d: &AbuseMedia) -> Self {
        let (algorithm, hash) = d.hash.as_ref().map(|(algorithm, hash)| (*algorithm, hash)).unzip();
        Self {
            algorithm: number_or_none(algorithm),
            hash: hash.cloned().unwrap_or_default(),
            database_reference: text_or_none(d.database_reference.as_ref()),
            series: text_or_none(d.series.as_ref()),
        }
    }
}
