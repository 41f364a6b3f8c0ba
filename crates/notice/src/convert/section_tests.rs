use super::*;

#[test]
fn a_section_kind_is_known_or_refused() {
    assert_eq!(section_kind(1), Ok(SectionKind::Case));
    assert_eq!(section_kind(2), Ok(SectionKind::ProtectedPersons));
    assert_eq!(section_kind(3), Ok(SectionKind::Withdrawal));
    assert_eq!(section_kind(5), Ok(SectionKind::Partner));
    assert_eq!(section_kind(9), Ok(SectionKind::Bulletin));
    let beyond = u8::try_from(SectionKind::ALL.len() + 1).unwrap();
    for number in [0, beyond, 255] {
        assert_eq!(section_kind(number), Err(SectionError::UnknownKind(number)));
    }
}

#[test]
fn what_is_no_section_is_refused() {
    let case_section = |bytes: &[u8]| decode::<content::CaseSection>(bytes);
    let large = vec![0; limits::SECTION_BYTES + 1];
    assert_eq!(case_section(&large), Err(SectionError::TooLarge { bytes: large.len() }));
    for bytes in [&b"\xff"[..], b"\x0a\xff", b"\x12\x01\x07"] {
        assert!(matches!(case_section(bytes), Err(SectionError::Malformed { kind: SectionKind::Case, .. })));
        let protected = decode::<content::ProtectedPersonsSection>(bytes);
        assert!(matches!(protected, Err(SectionError::Malformed { .. })));
    }
}

#[test]
fn an_error_repeats_no_content() {
    let bytes = b"\x0a\x08canary\xff\xff";
    let error = decode::<content::CaseSection>(bytes).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[test]
fn a_withdrawal_reads_back_or_is_refused() {
    let section = WithdrawalSection {
        sender: "XA".parse().unwrap(),
        notice: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
        grounds: Grounds::new(amana_types::life::Ground::Other, "as agreed").unwrap(),
    };
    let bytes = encode_withdrawal(&section);
    assert_eq!(withdrawal(&bytes), Ok(section));
    let message = content::WithdrawalSection::decode(bytes.as_slice()).unwrap();
    let refused = |message: content::WithdrawalSection| withdrawal(&message.encode_to_vec()).unwrap_err();
    assert_eq!(refused(content::WithdrawalSection { ground: 0, ..message.clone() }), SectionError::Ground);
    assert_eq!(refused(content::WithdrawalSection { ground: 99, ..message.clone() }), SectionError::Ground);
    for field in [
        content::WithdrawalSection { sender: "canary".into(), ..message.clone() },
        content::WithdrawalSection { notice_id: "canary".into(), ..message.clone() },
    ] {
        let error = refused(field);
        assert_eq!(error, SectionError::Parties);
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    let silent = content::WithdrawalSection { text: String::new(), ..message };
    assert_eq!(refused(silent), SectionError::Grounds(GroundsRefused::TextNeeded));
}

#[test]
fn a_suspension_reads_back_or_is_refused() {
    let notice: amana_types::NoticeId = "01935e6c-0000-7000-8000-000000000001".parse().unwrap();
    for suspended in [true, false] {
        let section = SuspensionSection { sender: "XA".parse().unwrap(), notice, suspended, number: 3 };
        assert_eq!(suspension(&encode_suspension(&section)), Ok(section));
    }
    for (sender, notice_id) in [("", notice.to_string()), ("XA", String::new())] {
        let message = content::SuspensionSection {
            sender: sender.into(),
            notice_id,
            suspended: true,
            sequence: 1,
            schema: SCHEMA,
            ..Default::default()
        };
        assert_eq!(suspension(&message.encode_to_vec()), Err(SectionError::Parties));
    }
    assert!(suspension(&[0xff]).is_err());
}

#[test]
fn what_a_reader_must_know_and_does_not_is_refused_by_name() {
    let case = |critical: &[&str], schema| content::CaseSection {
        sender: "XA".into(),
        schema,
        critical: critical.iter().map(|path| (*path).to_owned()).collect(),
        ..content::CaseSection::default()
    };
    let read = |section: content::CaseSection| decode::<content::CaseSection>(&section.encode_to_vec());
    let known = case(&["notice.persons.roles", "protected_persons"], 7);
    assert_eq!(read(known.clone()), Ok(known), "of a newer version, and all that matters is known");
    let kind = SectionKind::Case;
    for unknown in ["notice.persons.aura", "aura", "notice.subject.text.aura", ""] {
        assert_eq!(read(case(&[unknown], 2)), Err(SectionError::Critical { kind, schema: 2 }), "{unknown}");
    }
    assert_eq!(read(case(&[], 0)), Err(SectionError::NoSchema(kind)));
}
