use super::super::fixture::{linked, now, problems, text, valid};
use super::*;
use crate::content::SealedAttachment;
use crate::{check, split};
use amana_types::limits::{ATTACHMENT_BYTES, ATTACHMENTS};

fn file(name: &str, about: &str) -> Attachment {
    Attachment {
        name: name.into(),
        media_type: "image/jpeg".into(),
        kind: AttachmentKind::Photo.into(),
        about: about.into(),
        description: vec![text("en", "as seen")],
        ..Attachment::default()
    }
}

fn with(files: Vec<Attachment>) -> Notice {
    let mut draft = linked();
    draft.attachments = files;
    draft
}

fn measured(name: &str, about: &str, byte: u8) -> Attachment {
    Attachment { bytes: 9, content_sha256: vec![byte; 32].into(), ..file(name, about) }
}

fn media(algorithm: HashAlgorithm, hash: String) -> AbuseMedia {
    AbuseMedia { algorithm: algorithm.into(), hash, ..AbuseMedia::default() }
}

/// One broken file and the problem it makes.
fn broken(change: impl FnOnce(&mut Attachment)) -> Vec<(String, Rule)> {
    let mut one = file("a.jpg", "p1");
    change(&mut one);
    problems(&with(vec![one]))
}

fn at(field: &str, rule: Rule) -> Vec<(String, Rule)> {
    vec![(field.to_owned(), rule)]
}

#[test]
fn each_mistake_is_named_at_its_place() {
    assert_eq!(broken(|_| {}), vec![]);
    let name = |name: &'static str| broken(|file| file.name = name.into());
    for bad in ["../a.jpg", "a/b", ".profile", "a\u{202e}gpj.exe", "x:y"] {
        assert_eq!(name(bad), at("attachments[0].name", Rule::InvalidFileName), "{bad:?}");
    }
    assert_eq!(name(""), at("attachments[0].name", Rule::FieldNeeded));
    assert_eq!(
        broken(|file| file.media_type = "jpeg".into()),
        at("attachments[0].media_type", Rule::InvalidMediaType)
    );
    assert_eq!(broken(|file| file.kind = 0), at("attachments[0].kind", Rule::FieldNeeded));
    assert_eq!(broken(|file| file.about = "p9".into()), at("attachments[0].about", Rule::LabelNotFound));
    assert_eq!(
        broken(|file| file.bytes = ATTACHMENT_BYTES + 1),
        at("attachments[0].bytes", Rule::AttachmentTooLarge)
    );
    assert_eq!(
        broken(|file| file.content_sha256 = vec![1; 31].into()),
        at("attachments[0].content_sha256", Rule::InvalidHash)
    );
}

#[test]
fn lists_have_their_limits_and_no_file_stands_twice() {
    let many = (0..=ATTACHMENTS).map(|n| file(&format!("{n}.jpg"), "p1")).collect();
    assert_eq!(problems(&with(many)), at("attachments", Rule::TooMany));
    let twice = with(vec![measured("a.jpg", "p1", 1), measured("b.jpg", "p1", 1)]);
    assert_eq!(problems(&twice), at("attachments[1]", Rule::Duplicate));
    let large = |n: u8| Attachment { bytes: ATTACHMENT_BYTES, ..measured("a.jpg", "p1", n) };
    assert_eq!(problems(&with((0..5).map(large).collect())), at("attachments", Rule::AttachmentTooLarge));
}

#[test]
fn in_a_case_with_a_child_every_file_says_whom_it_is_about() {
    assert_eq!(
        problems(&with(vec![file("a.jpg", "")])),
        at("attachments[0].about", Rule::AttachmentAboutNeeded)
    );
    let mut nobody_protected = valid();
    nobody_protected.persons.truncate(1);
    nobody_protected.attachments = vec![file("a.jpg", "")];
    assert_eq!(problems(&nobody_protected), vec![]);
}

#[test]
fn what_shows_a_child_goes_with_its_identity_and_so_does_what_is_known_of_abuse_media() {
    // p2 is the child; v2, pl2 and org2 lead to it, p1, v1 and org1 do not.
    let about = ["p1", "p2", "v1", "v2", "pl2", "org2", "org1", "e2"];
    let mut draft = with(about.map(|about| file(&format!("{about}.jpg"), about)).into());
    draft.abuse_media = vec![media(HashAlgorithm::Sha1, "AB".repeat(20))];
    let checked = check(&draft, now()).unwrap_or_else(|problems| panic!("{problems:?}"));
    let (case, protected) = split(&checked, "XA".parse().unwrap());
    let protected = protected.unwrap();
    let names =
        |files: &[SealedAttachment]| crate::described(files).map(|file| file.name).collect::<Vec<_>>();
    assert_eq!(names(&case.attachments), ["p1.jpg", "v1.jpg", "org1.jpg"]);
    assert_eq!(names(&protected.attachments), ["p2.jpg", "v2.jpg", "pl2.jpg", "org2.jpg", "e2.jpg"]);
    assert!(case.notice.as_ref().unwrap().abuse_media.is_empty());
    let hash = protected.abuse_media[0].hash.clone();
    assert_eq!(hash, "ab".repeat(20), "written in one way");
}

#[test]
fn abuse_media_without_a_protected_person_are_protected_all_the_same() {
    let mut draft = valid();
    draft.persons.truncate(1);
    draft.abuse_media = vec![media(HashAlgorithm::Md5, "0".repeat(32))];
    let (case, protected) = split(&check(&draft, now()).unwrap(), "XA".parse().unwrap());
    assert!(case.notice.as_ref().unwrap().abuse_media.is_empty());
    assert_eq!(protected.map(|section| section.abuse_media.len()), Some(1));
}

#[test]
fn abuse_imagery_is_refused_by_its_kind_and_by_its_hash() {
    let refused = broken(|file| file.kind = AttachmentKind::ChildAbuseMaterial.into());
    assert_eq!(refused, at("attachments[0]", Rule::AbuseMediaRefused));
    let mut draft = with(vec![measured("a.jpg", "p1", 0xab), measured("b.jpg", "p1", 1)]);
    draft.abuse_media = vec![media(HashAlgorithm::Sha256, "AB".repeat(32))];
    assert_eq!(problems(&draft), at("attachments[0]", Rule::AbuseMediaRefused));
    let said = check(&draft, now()).unwrap_err()[0].message.clone();
    assert!(said.contains("abuse_media") && !said.contains("ab".repeat(32).as_str()), "{said}");
}

#[test]
fn a_hash_is_what_it_says() {
    let of = |algorithm, hash: &str| {
        let mut draft = linked();
        draft.abuse_media = vec![media(algorithm, hash.to_owned())];
        problems(&draft)
    };
    for (algorithm, digits) in
        [(HashAlgorithm::Sha256, 64), (HashAlgorithm::Sha1, 40), (HashAlgorithm::Md5, 32)]
    {
        assert_eq!(of(algorithm, &"0f".repeat(digits / 2)), vec![]);
        assert_eq!(of(algorithm, &"0f".repeat(digits / 2 - 1)), at("abuse_media[0].hash", Rule::InvalidHash));
        assert_eq!(of(algorithm, &"zz".repeat(digits / 2)), at("abuse_media[0].hash", Rule::InvalidHash));
    }
    assert_eq!(of(HashAlgorithm::PhotoDna, &"Aa0+/=".repeat(10)), vec![]);
    assert_eq!(
        of(HashAlgorithm::Sha1, ""),
        [at("abuse_media[0]", Rule::FieldNeeded), at("abuse_media[0].hash", Rule::FieldNeeded)].concat()
    );
    let mut draft = linked();
    draft.abuse_media = vec![AbuseMedia { database_reference: "ICSE 2026/17".into(), ..Default::default() }];
    assert_eq!(problems(&draft), vec![]);
    draft.abuse_media = vec![AbuseMedia { hash: "00".into(), ..Default::default() }];
    assert_eq!(problems(&draft), at("abuse_media[0].algorithm", Rule::FieldNeeded));
}

#[test]
fn a_childs_name_in_what_stays_in_the_case_is_refused() {
    let mut one = file("a.jpg", "p1");
    let child = linked().persons[1].names[0].original.clone();
    let full = format!("{child} {child}");
    let mut draft = with(vec![]);
    draft.persons[1].names[0].original.clone_from(&full);
    one.description = vec![text("ar", &full)];
    draft.attachments = vec![one.clone()];
    assert_eq!(problems(&draft), at("attachments[0].description[0].text", Rule::ProtectedIdentityInText));
    one.description.clear();
    one.name = format!("{full}.jpg");
    draft.attachments = vec![one.clone()];
    assert_eq!(problems(&draft), at("attachments[0].name", Rule::ProtectedIdentityInText));
    one.about = "p2".into();
    draft.attachments = vec![one];
    assert_eq!(problems(&draft), vec![], "with the child's identity it may stand");
}

#[test]
fn no_key_and_no_name_is_shown() {
    let attachment = Some(file("canary.jpg", "p1"));
    let draft = SealedAttachment { attachment, secret: vec![77; 32].into(), ..Default::default() };
    let key = crate::AttachmentKey::new([77; 32]);
    let shown = format!("{draft:?} {key:?}");
    assert!(!shown.contains("canary") && !shown.contains("77"), "{shown}");
}
