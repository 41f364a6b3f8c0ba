//! What is checked about attachments, and about what stands in the place of abuse media.

use super::entity::is_stated;
use super::link::Labels;
use super::report::{Lines, Report};
use super::{Rule, Today, is_protected};
use crate::content::{AbuseMedia, Attachment, Notice};
use crate::convert::known;
use crate::model::{AttachmentKind, FileName, HashAlgorithm, Label, MediaType};
use amana_types::Digest;
use amana_types::limits::{
    ABUSE_MEDIA, ATTACHMENT_BYTES, ATTACHMENTS, ATTACHMENTS_BYTES, LINE_CHARS, REMARK_CHARS,
};

/// What to do instead of attaching abuse imagery.
const ABUSE_MEDIA_INSTEAD: &str = "images of the abuse of a child never travel here: remove the file, and give its \
     hash and its reference in the specialised database under abuse_media";

/// Every attachment of a notice.
pub(super) fn attachments(
    report: &mut Report,
    written: &Notice,
    notice: &mut Notice,
    today: Today,
    labels: &Labels<'_>,
) {
    let items = &written.attachments;
    let protects = written.persons.iter().any(|person| is_protected(person, today));
    let contents: Vec<&[u8]> =
        items.iter().map(|item| item.content_sha256.as_ref()).filter(|digest| !digest.is_empty()).collect();
    report.unique("attachments", ATTACHMENTS, &contents);
    let total = items.iter().fold(0_u64, |sum, item| sum.saturating_add(item.bytes));
    if total > ATTACHMENTS_BYTES {
        let message =
            format!("{total} bytes together, at most {ATTACHMENTS_BYTES} are possible; send several notices");
        report.refuse("attachments", Rule::AttachmentTooLarge, message);
    }
    let hashes: Vec<&str> = written.abuse_media.iter().filter_map(sha256_of).collect();
    report.each("attachments", ATTACHMENTS, &mut notice.attachments, |report, item| {
        about(report, item, labels, protects);
        let refused = known(item.kind) == Some(AttachmentKind::ChildAbuseMaterial)
            || hashes.iter().any(|hash| is_hash_of(hash, &item.content_sha256));
        if refused {
            report.refuse("", Rule::AbuseMediaRefused, ABUSE_MEDIA_INSTEAD);
        }
        attachment(report, item);
    });
}

fn attachment(report: &mut Report, item: &mut Attachment) {
    report.needed_value::<FileName>("name", &mut item.name, Rule::InvalidFileName);
    report.value::<MediaType>("media_type", &mut item.media_type, Rule::InvalidMediaType);
    if item.media_type.is_empty() {
        MediaType::unknown().as_str().clone_into(&mut item.media_type);
    }
    report.needed_code::<AttachmentKind>("kind", item.kind);
    report.value::<Label>("about", &mut item.about, Rule::InvalidLabel);
    report.texts("description", REMARK_CHARS, Lines::Many, &mut item.description);
    if item.bytes > ATTACHMENT_BYTES {
        let message = format!("{} bytes, at most {ATTACHMENT_BYTES} are possible; cut it", item.bytes);
        report.refuse("bytes", Rule::AttachmentTooLarge, message);
    }
    if item.content_sha256.is_empty() {
        item.bytes = 0;
    } else if let Err(refusal) = Digest::try_from(item.content_sha256.as_ref()) {
        report.refuse("content_sha256", Rule::InvalidHash, refusal.to_string());
    }
}

/// Whom or what it is about: somebody or something of this notice; and in a case with a victim or child it
/// has to be said, so that what shows them goes where their identity goes.
fn about(report: &mut Report, draft: &Attachment, labels: &Labels<'_>, protects: bool) {
    let about = draft.about.trim();
    if !is_stated(about) {
        if protects {
            let message = "there is a victim or child in this notice: say by its label whom or what this is about, so \
                           that what shows them is kept back with their identity";
            report.refuse("about", Rule::AttachmentAboutNeeded, message);
        }
    } else if !labels.contains_key(about) && about.parse::<Label>().is_ok() {
        let message = "no person or thing of this notice has this label; give it to one, or correct it";
        report.refuse("about", Rule::LabelNotFound, message);
    }
}

/// What is known of abuse media.
pub(super) fn abuse_media(report: &mut Report, items: &mut [AbuseMedia]) {
    report.unique("abuse_media", ABUSE_MEDIA, items);
    report.each("abuse_media", ABUSE_MEDIA, items, medium);
}

fn medium(report: &mut Report, item: &mut AbuseMedia) {
    let algorithm = report.code("algorithm", item.algorithm);
    item.hash = item.hash.trim().to_owned();
    report.line("database_reference", &mut item.database_reference, LINE_CHARS);
    report.line("series", &mut item.series, LINE_CHARS);
    if item.hash.is_empty() && item.database_reference.is_empty() {
        report.refuse("", Rule::FieldNeeded, "says nothing; give a hash or the reference in the database");
    }
    if item.hash.is_empty() == (item.algorithm != 0) {
        let missing = if item.hash.is_empty() { "hash" } else { "algorithm" };
        report.refuse(missing, Rule::FieldNeeded, "missing; a hash needs to say how it was made");
    }
    let Some(algorithm) = algorithm else { return };
    if !item.hash.is_empty() && !is_hash(algorithm, &item.hash) {
        let message =
            "not such a hash: SHA_256 has 64, SHA_1 40 and MD5 32 hexadecimal digits; PHOTO_DNA is base64";
        report.refuse("hash", Rule::InvalidHash, message);
    }
    // Hexadecimal digits in one way of writing; base64 as it is.
    if algorithm.hex_digits().is_some() {
        item.hash.make_ascii_lowercase();
    }
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

fn sha256_of(media: &AbuseMedia) -> Option<&str> {
    (known(media.algorithm) == Some(HashAlgorithm::Sha256)).then(|| media.hash.trim())
}

fn is_hash_of(hash: &str, content: &[u8]) -> bool {
    hash.parse::<Digest>().is_ok_and(|hash| hash.as_bytes() == content)
}

#[cfg(test)]
#[path = "attachment_tests.rs"]
mod tests;
