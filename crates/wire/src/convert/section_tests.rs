use super::*;

#[test]
fn a_section_kind_is_known_or_refused() {
    assert_eq!(section_kind(1), Ok(SectionKind::Case));
    assert_eq!(section_kind(2), Ok(SectionKind::ProtectedPersons));
    for number in [0, 3, 255] {
        assert_eq!(section_kind(number), Err(SectionError::UnknownKind(number)));
    }
}

#[test]
fn what_is_no_section_is_refused() {
    let large = vec![0; limits::SECTION_BYTES + 1];
    assert_eq!(case_section(&large), Err(SectionError::TooLarge { bytes: large.len() }));
    assert_eq!(case_section(b""), Err(SectionError::NoNotice));
    for bytes in [&b"\xff"[..], b"\x0a\xff", b"\x12\x01\x07"] {
        assert!(matches!(case_section(bytes), Err(SectionError::Malformed { kind: SectionKind::Case, .. })));
        assert!(matches!(protected_persons(bytes), Err(SectionError::Malformed { .. })));
    }
}

#[test]
fn an_error_repeats_no_content() {
    let error = case_section(b"\x0a\x08canary\xff\xff").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"));
}
