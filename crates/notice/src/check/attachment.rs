//! What is checked about attachments, and about what stands in the place of abuse media.

use super::entity::{is_stated, known};
use super::link::Keys;
use super::report::{Lines, Report};
use super::{Rule, Today, is_protected};
use crate::draft::{AbuseMediaDraft, AttachmentDraft, Draft, Stated};
use crate::model::{
    AbuseMedia, AttachedContent, Attachment, AttachmentKey, AttachmentKind, FileName, HashAlgorithm,
    MediaType, SealedAttachment,
};
use amana_types::Digest;
use amana_types::limits::{
    ABUSE_MEDIA, ATTACHMENT_BYTES, ATTACHMENTS, ATTACHMENTS_BYTES, LINE_CHARS, REMARK_CHARS,
};

/// What to do instead of attaching abuse imagery.
const ABUSE_MEDIA_INSTEAD: &str = "images of the abuse of a child never travel here: remove the file, and give its \
     hash and its reference in the specialised database under abuse_media";

/// Every attachment of a draft.
pub(super) fn attachments(
    report: &mut Report,
    draft: &Draft,
    today: Today,
    keys: &Keys<'_>,
) -> Vec<Attachment> {
    let items = &draft.entities.attachments;
    let protects = draft.persons.iter().any(|person| is_protected(person, today));
    let contents: Vec<&[u8]> =
        items.iter().map(|item| item.content_sha256.as_slice()).filter(|digest| !digest.is_empty()).collect();
    report.unique("attachments", ATTACHMENTS, &contents);
    let total = items.iter().fold(0_u64, |sum, item| sum.saturating_add(item.bytes));
    if total > ATTACHMENTS_BYTES {
        let message =
            format!("{total} bytes together, at most {ATTACHMENTS_BYTES} are possible; send several notices");
        report.refuse("attachments", Rule::AttachmentTooLarge, message);
    }
    let hashes: Vec<&str> = draft.entities.abuse_media.iter().filter_map(sha256_of).collect();
    report.each("attachments", ATTACHMENTS, items, |report, item| {
        about(report, item, keys, protects);
        let refused = known(&item.kind) == Some(AttachmentKind::ChildAbuseMaterial)
            || hashes.iter().any(|hash| is_hash_of(hash, &item.content_sha256));
        if refused {
            report.refuse("", Rule::AbuseMediaRefused, ABUSE_MEDIA_INSTEAD);
        }
        attachment(report, item)
    })
}

fn attachment(report: &mut Report, draft: &AttachmentDraft) -> Option<Attachment> {
    let name: Option<FileName> = report.needed_value("name", &draft.name, Rule::InvalidFileName);
    let media_type: Option<MediaType> = report.value("media_type", &draft.media_type, Rule::InvalidMediaType);
    let kind = report.needed_code("kind", &draft.kind);
    let about = report.value("about", &draft.about, Rule::InvalidKey);
    let description = report.texts("description", REMARK_CHARS, Lines::Many, &draft.description);
    if draft.bytes > ATTACHMENT_BYTES {
        let message = format!("{} bytes, at most {ATTACHMENT_BYTES} are possible; cut it", draft.bytes);
        report.refuse("bytes", Rule::AttachmentTooLarge, message);
    }
    let content = digest(report, "content_sha256", &draft.content_sha256)
        .map(|digest| AttachedContent { bytes: draft.bytes, digest });
    let sealed = digest(report, "sealed_sha256", &draft.sealed_sha256);
    let key = AttachmentKey::from_bytes(&draft.key);
    if key.is_none() && !draft.key.is_empty() {
        report.refuse("key", Rule::InvalidHash, "a key has 32 bytes; leave it to the node");
    }
    if sealed.is_some() != key.is_some() || (sealed.is_some() && content.is_none()) {
        report.refuse("sealed_sha256", Rule::FieldNeeded, "sealed, it needs its digests and its key");
    }
    Some(Attachment {
        name: name?.as_str().to_owned(),
        media_type: media_type.unwrap_or_else(MediaType::unknown),
        kind: kind?,
        about,
        description,
        content,
        sealed: sealed.zip(key).map(|(digest, key)| SealedAttachment { digest, key }),
    })
}

/// Whom or what it is about: somebody or something of this notice; and in a case with a victim or child it
/// has to be said, so that what shows them goes where their identity goes.
fn about(report: &mut Report, draft: &AttachmentDraft, keys: &Keys<'_>, protects: bool) {
    let about = draft.about.trim();
    if !is_stated(about) {
        if protects {
            let message = "there is a victim or child in this notice: say by its key whom or what this is about, so \
                           that what shows them is kept back with their identity";
            report.refuse("about", Rule::AttachmentAboutNeeded, message);
        }
    } else if !keys.contains_key(about) && about.parse::<crate::model::Key>().is_ok() {
        let message = "no person or thing of this notice has this key; give it to one, or correct it";
        report.refuse("about", Rule::KeyNotFound, message);
    }
}

fn digest(report: &mut Report, field: &str, bytes: &[u8]) -> Option<Digest> {
    if bytes.is_empty() {
        return None;
    }
    match Digest::try_from(bytes) {
        Ok(digest) => Some(digest),
        Err(refusal) => {
            report.refuse(field, Rule::InvalidHash, refusal.to_string());
            None
        }
    }
}

/// What is known of abuse media.
pub(super) fn abuse_media(report: &mut Report, draft: &Draft) -> Vec<AbuseMedia> {
    let items = &draft.entities.abuse_media;
    report.unique("abuse_media", ABUSE_MEDIA, items);
    report.each("abuse_media", ABUSE_MEDIA, items, medium)
}

fn medium(report: &mut Report, draft: &AbuseMediaDraft) -> Option<AbuseMedia> {
    let algorithm = report.code("algorithm", &draft.algorithm);
    let hash = draft.hash.trim();
    let database_reference = report.line("database_reference", &draft.database_reference, LINE_CHARS);
    let series = report.line("series", &draft.series, LINE_CHARS);
    if hash.is_empty() && !is_stated(&draft.database_reference) {
        report.refuse("", Rule::FieldNeeded, "says nothing; give a hash or the reference in the database");
    }
    if hash.is_empty() == (draft.algorithm != Stated::Absent) {
        let missing = if hash.is_empty() { "hash" } else { "algorithm" };
        report.refuse(missing, Rule::FieldNeeded, "missing; a hash needs to say how it was made");
    }
    if algorithm.is_some_and(|algorithm| !hash.is_empty() && !is_hash(algorithm, hash)) {
        let message =
            "not such a hash: SHA_256 has 64, SHA_1 40 and MD5 32 hexadecimal digits; PHOTO_DNA is base64";
        report.refuse("hash", Rule::InvalidHash, message);
    }
    let hash = algorithm.map(|algorithm| (algorithm, written(algorithm, hash)));
    Some(AbuseMedia { hash, database_reference, series })
}

fn is_hash(algorithm: HashAlgorithm, hash: &str) -> bool {
    match algorithm.hex_digits() {
        Some(digits) => hash.len() == digits && hash.bytes().all(|b| b.is_ascii_hexdigit()),
        // PhotoDNA has 144 bytes.
        None => {
            (16..=400).contains(&hash.len())
                && hash.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
        }
    }
}

/// Hexadecimal digits in one way of writing; base64 as it is.
fn written(algorithm: HashAlgorithm, hash: &str) -> String {
    if algorithm.hex_digits().is_some() { hash.to_ascii_lowercase() } else { hash.to_owned() }
}

fn sha256_of(media: &AbuseMediaDraft) -> Option<&str> {
    (known(&media.algorithm) == Some(HashAlgorithm::Sha256)).then(|| media.hash.trim())
}

fn is_hash_of(hash: &str, content: &[u8]) -> bool {
    hash.parse::<Digest>().is_ok_and(|hash| hash.as_bytes() == content)
}

#[cfg(test)]
#[path = "attachment_tests.rs"]
mod tests;
