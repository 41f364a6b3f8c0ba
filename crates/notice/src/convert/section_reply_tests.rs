use super::*;

fn hit() -> content::Reply {
    content::Reply {
        r#type: content::ReplyType::Hit.into(),
        handling: content::Handling::H2.into(),
        text: vec![content::Text { language: "fr".into(), text: "connu depuis 2024".into() }],
        case_reference: "XF-2026-7".into(),
        matches: vec![content::Match { key: "p1".into(), identifier: "X1234567".into() }],
        contact_point: "unit 3".into(),
        ..content::Reply::default()
    }
}

fn checked(message: content::Reply) -> CheckedReply {
    let origin = Handled {
        handling: Handling::H3,
        conditions: vec![content::Text { language: "en".into(), text: "ask".into() }],
    };
    crate::check_reply(&message, &origin).unwrap()
}

#[test]
fn a_reply_comes_back_from_its_section() {
    let (sender, id) = ("XF".parse().unwrap(), "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap());
    let asks = content::Reply {
        r#type: content::ReplyType::PermissionRequest.into(),
        permitted_use: content::PermittedUse::Forward.into(),
        members: vec!["XE".into(), "XS".into()],
        matches: Vec::new(),
        contact_point: String::new(),
        ..hit()
    };
    let exported = content::Reply {
        r#type: content::ReplyType::Exported.into(),
        purpose: content::Purpose::Forensic.into(),
        matches: Vec::new(),
        contact_point: String::new(),
        ..hit()
    };
    for message in [hit(), asks, exported] {
        let reply = checked(message);
        let read = reply_section(&encode_reply(sender, id, &reply)).unwrap();
        assert_eq!(read, ReplySection { sender, notice: id, reply: reply.clone() });
    }
}

#[test]
fn what_the_senders_check_would_not_have_made_is_refused() {
    let section = |reply| content::ReplySection {
        sender: "XF".into(),
        notice_id: "01890a5d-ac96-774b-bcce-b302099a8057".into(),
        reply,
        schema: SCHEMA,
        ..content::ReplySection::default()
    };
    let refused = |section: content::ReplySection| reply_section(&section.encode_to_vec()).unwrap_err();
    assert_eq!(refused(section(None)), SectionError::NoReply);
    let groundless =
        content::Reply { r#type: content::ReplyType::Refusal.into(), ..content::Reply::default() };
    assert_eq!(refused(section(Some(groundless))), SectionError::Reply(1));
    let mut nameless = section(Some(hit()));
    nameless.sender.clear();
    assert_eq!(refused(nameless), SectionError::NoReply);
    assert!(matches!(reply_section(&[0xff]), Err(SectionError::Malformed { .. })));
}
