//! What a file's name says of an attachment, where its author says nothing.

use crate::content;

/// The media types of what bureaux attach, by the end of a file's name (IANA media types).
const BY_EXTENSION: &[(&str, &str)] = &[
    ("avi", "video/x-msvideo"),
    ("bmp", "image/bmp"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("jp2", "image/jp2"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("m4a", "audio/mp4"),
    ("mkv", "video/matroska"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ogg", "audio/ogg"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("rtf", "application/rtf"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("txt", "text/plain"),
    ("wav", "audio/wav"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
];

/// Puts in the name and the media type that the path of the file says.
pub(super) fn complete(attachment: &mut content::Attachment, file: &str) {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    if attachment.name.is_empty() {
        name.clone_into(&mut attachment.name);
    }
    if attachment.media_type.is_empty()
        && let Some((_, extension)) = attachment.name.rsplit_once('.')
    {
        let extension = extension.to_ascii_lowercase();
        let known = BY_EXTENSION.iter().find(|(known, _)| *known == extension);
        known.map_or("", |(_, media_type)| media_type).clone_into(&mut attachment.media_type);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_name_and_media_type_and_an_author_is_not_overruled() {
        let said = |file: &str, name: &str, media_type: &str| {
            let mut one = content::Attachment {
                name: name.into(),
                media_type: media_type.into(),
                ..Default::default()
            };
            complete(&mut one, file);
            (one.name, one.media_type)
        };
        let pair = |name: &str, media_type: &str| (name.to_owned(), media_type.to_owned());
        assert_eq!(said("scans/A.JPG", "", ""), pair("A.JPG", "image/jpeg"));
        assert_eq!(said("x.bin", "", ""), pair("x.bin", ""));
        assert_eq!(said("x.bin", "plan.pdf", ""), pair("plan.pdf", "application/pdf"));
        assert_eq!(said("x.jpg", "y", "image/png"), pair("y", "image/png"));
        assert!(BY_EXTENSION.is_sorted());
        assert!(BY_EXTENSION.iter().all(|(_, kind)| kind.parse::<crate::MediaType>().is_ok()));
    }
}
