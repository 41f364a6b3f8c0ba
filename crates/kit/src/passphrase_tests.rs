use std::fs;

use super::*;

fn read(content: &[u8]) -> Result<Zeroizing<Vec<u8>>, PassphraseError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), content).unwrap();
    PassphraseSource::File(file.path().to_owned()).read()
}

#[test]
fn one_newline_at_the_end_is_not_part_of_it() {
    for (content, expected) in [
        (b"open sesame, open".as_slice(), b"open sesame, open".as_slice()),
        (b"open sesame, open\n", b"open sesame, open"),
        (b"open sesame, open\r\n", b"open sesame, open"),
        (b"open sesame, open\n\n", b"open sesame, open\n"),
        (b" open sesame now \n", b" open sesame now "),
        (b"\xff\x00 not a text \xff\n", b"\xff\x00 not a text \xff"),
    ] {
        assert_eq!(read(content).unwrap().as_slice(), expected);
    }
}

#[test]
fn nothing_and_too_much_are_refused() {
    for content in [b"".as_slice(), b"\n", b"\r\n"] {
        assert!(matches!(read(content), Err(PassphraseError::Empty { .. })));
    }
    assert!(read(&[b'x'; 1024]).is_ok());
    assert!(matches!(read(&[b'x'; 1025]), Err(PassphraseError::TooLong { .. })));
    for content in ["fourteen chars", "fourteen chars\n", "أربعة عشر حرفا"] {
        assert!(matches!(read(content.as_bytes()), Err(PassphraseError::TooShort { .. })), "{content}");
    }
    assert!(read("خمسة عشر حرفًا!".as_bytes()).is_ok(), "letters count, not bytes");
    let missing = PassphraseSource::File("/nowhere/passphrase".into()).read().unwrap_err();
    assert!(missing.to_string().contains("/nowhere/passphrase"), "{missing}");
}

#[test]
fn a_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), b"open sesame, open").unwrap();
    let source = PassphraseSource::File(file.path().to_owned());
    for mode in [0o640, 0o604, 0o620, 0o644, 0o666] {
        fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
        let refused = source.read().unwrap_err();
        assert!(matches!(refused, PassphraseError::Exposed(FileError::Exposed { .. })), "{refused}");
        assert!(refused.to_string().contains("chmod"), "{refused}");
        let credential = PassphraseSource::Credential(file.path().to_owned());
        assert!(credential.read().is_ok(), "systemd shows an access list as the group's right");
    }
    for mode in [0o600, 0o400] {
        fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
        assert!(source.read().is_ok());
    }
}

#[test]
fn a_descriptor_is_read() {
    use std::os::fd::AsRawFd;
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), b"open sesame, open\n").unwrap();
    let number = u32::try_from(file.as_raw_fd()).unwrap();
    assert_eq!(PassphraseSource::Descriptor(number).read().unwrap().as_slice(), b"open sesame, open");
    assert!(matches!(PassphraseSource::Descriptor(99_999).read(), Err(PassphraseError::Unreadable { .. })));
}

#[test]
fn exactly_one_source_is_chosen() {
    let directory = tempfile::tempdir().unwrap();
    let file = Path::new("/a");
    let choose = PassphraseSource::choose;
    assert!(matches!(choose(None, None, Some(directory.path())), Err(PassphraseError::NoSource)));
    assert!(matches!(choose(None, None, None), Err(PassphraseError::NoSource)));
    assert!(matches!(choose(Some(file), Some(3), None), Err(PassphraseError::TwoSources)));
    fs::write(directory.path().join(CREDENTIAL), b"open sesame, open").unwrap();
    let credential = choose(None, None, Some(directory.path())).unwrap();
    assert_eq!(credential.read().unwrap().as_slice(), b"open sesame, open");
    let named = choose(Some(file), None, Some(directory.path())).unwrap();
    assert_eq!(named, PassphraseSource::File(file.to_owned()));
    assert_eq!(choose(None, Some(3), None).unwrap(), PassphraseSource::Descriptor(3));
}
