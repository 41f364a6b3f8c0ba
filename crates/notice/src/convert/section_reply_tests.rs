use super::*;
use crate::Handling;
use crate::content::permission::Step;
use crate::content::reply::Body;
use crate::reply::ReplyType;

fn hit() -> content::Reply {
    let matches = vec![content::HitMatch { label: "p1".into(), identifier: "X1234567".into() }];
    content::Reply {
        marking: Some(content::Marking { handling: Handling::H2.into(), ..Default::default() }),
        text: vec![content::Text { language: "fr".into(), text: "connu depuis 2024".into() }],
        case_reference: "XF-2026-7".into(),
        body: Some(Body::Hit(content::Hit { matches, contact_point: "unit 3".into() })),
    }
}

fn checked(message: content::Reply) -> CheckedReply {
    let conditions = vec![content::Text { language: "en".into(), text: "ask".into() }];
    let origin = Handled { handling: Handling::H3, tlp: None, conditions };
    crate::check_reply(&message, &origin).unwrap()
}

#[test]
fn a_reply_comes_back_from_its_section() {
    let (sender, id) = ("XF".parse().unwrap(), "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap());
    let mut asks = content::Reply { body: Some(ReplyType::PermissionRequest.body()), ..hit() };
    if let Some(Body::Permission(content::Permission { step: Some(Step::Request(asked)) })) = &mut asks.body {
        (asked.intended_use, asked.members) = (content::Use::Onward.into(), vec!["XE".into(), "XS".into()]);
    }
    let report = content::ExportReport { intended_use: content::Use::Court.into() };
    let exported = content::Reply { body: Some(Body::Export(report)), ..hit() };
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
    let groundless = content::Reply::saying(ReplyType::Refusal);
    assert_eq!(refused(section(Some(groundless))), SectionError::Reply(1));
    let mut nameless = section(Some(hit()));
    nameless.sender.clear();
    assert_eq!(refused(nameless), SectionError::NoReply);
    assert!(matches!(reply_section(&[0xff]), Err(SectionError::Malformed { .. })));
}
