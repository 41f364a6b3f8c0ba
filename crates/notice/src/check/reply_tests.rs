use super::*;
use crate::content::{HitMatch, InterimAnswer, Marking, Text};
use crate::model::Handling;

fn origin(handling: Handling) -> Handled {
    let conditions = match handling {
        Handling::H3 => text("ask before each use"),
        _ => Vec::new(),
    };
    Handled { handling, tlp: None, conditions }
}

fn text(text: &str) -> Vec<Text> {
    vec![Text { language: "fr".into(), text: text.into() }]
}

fn draft(reply_type: ReplyType) -> Reply {
    let mut reply =
        Reply { text: text("voici"), case_reference: "XF-2026-7".into(), ..Reply::saying(reply_type) };
    if let Some(no) = reply.as_no_mut() {
        no.ground = ReplyGround::LegalBar.into();
    }
    match &mut reply.body {
        Some(Body::Hit(hit)) => hit.contact_point = "unit 3, +33100000000".into(),
        Some(Body::Export(report)) => report.intended_use = Use::Court.into(),
        Some(Body::Permission(Permission { step: Some(permission::Step::Request(asked)) })) => {
            asked.intended_use = Use::Court.into();
        }
        _ => {}
    }
    reply
}

fn rules(draft: &Reply) -> Vec<(String, Rule)> {
    let problems = check_reply(draft, &origin(Handling::H1)).err().unwrap_or_default();
    problems.into_iter().map(|problem| (problem.field, problem.rule)).collect()
}

fn found(field: &str, rule: Rule) -> Vec<(String, Rule)> {
    vec![(field.to_owned(), rule)]
}

#[test]
fn every_type_has_a_reply_that_stands() {
    for reply_type in ReplyType::ALL {
        assert_eq!(rules(&draft(*reply_type)), [], "{reply_type}");
        let checked = check_reply(&draft(*reply_type), &origin(Handling::H1)).unwrap();
        assert_eq!(checked.reply_type(), *reply_type);
    }
    assert_eq!(rules(&Reply::default()), found("body", Rule::FieldNeeded));
    let stepless = Reply { body: Some(Body::Referral(ReferralAnswer::default())), ..Reply::default() };
    assert_eq!(rules(&stepless), found("body", Rule::FieldNeeded));
    assert_eq!(read_reply(&stepless, &Handled::OPEN).unwrap_err().len(), 1, "readers need it too");
}

#[test]
fn who_says_no_says_why() {
    let at = [
        (ReplyType::Refusal, "refusal.ground"),
        (ReplyType::ReferralDeclined, "referral.declined.ground"),
        (ReplyType::PermissionRefused, "permission.refused.ground"),
    ];
    assert_eq!(ReplyType::ALL.iter().filter(|said| said.needs_ground()).count(), at.len());
    for (reply_type, field) in at {
        let mut silent = draft(reply_type);
        silent.as_no_mut().unwrap().ground = 0;
        assert_eq!(rules(&silent), found(field, Rule::GroundNeeded));
        assert!(read_reply(&silent, &Handled::OPEN).is_err(), "readers need it too");
    }
    let mut other = Reply { text: Vec::new(), ..draft(ReplyType::Refusal) };
    other.as_no_mut().unwrap().ground = ReplyGround::Other.into();
    assert_eq!(rules(&other), found("text", Rule::FieldNeeded));
}

#[test]
fn a_body_has_its_parts() {
    assert_eq!(rules(&Reply::saying(ReplyType::Hit)), found("hit.contact_point", Rule::FieldNeeded));
    let matches = vec![HitMatch { label: "Salma".into(), identifier: "X1".into() }];
    let body = Some(Body::Hit(Hit { matches, contact_point: "unit 3".into() }));
    assert_eq!(rules(&Reply { body, ..Reply::default() }), found("hit.matches[0].label", Rule::InvalidLabel));
    let asks = |intended_use: i32, members: &[&str]| {
        let members = members.iter().map(ToString::to_string).collect();
        let step = Some(permission::Step::Request(PermissionRequest { intended_use, members }));
        rules(&Reply { body: Some(Body::Permission(Permission { step })), ..draft(ReplyType::Answer) })
    };
    assert_eq!(asks(0, &[]), found("permission.request.intended_use", Rule::FieldNeeded));
    let nobody = found("permission.request.members", Rule::FieldNeeded);
    assert_eq!(asks(Use::Onward.into(), &[]), nobody);
    assert_eq!(
        asks(Use::Onward.into(), &["xg"]),
        found("permission.request.members[0]", Rule::UnknownMember)
    );
    assert_eq!(asks(Use::Court.into(), &["XE"]), found("permission.request.members", Rule::NotCarriedHere));
    let nobody_asks = found("permission.request.intended_use", Rule::NotCarriedHere);
    assert_eq!(asks(Use::Investigation.into(), &[]), nobody_asks);
    let exported = Reply { case_reference: String::new(), ..draft(ReplyType::Exported) };
    assert_eq!(rules(&exported), found("case_reference", Rule::FieldNeeded));
    let body = Some(Body::Interim(InterimAnswer::default()));
    let silent = Reply { body, ..Reply::default() };
    assert_eq!(rules(&silent), found("interim.expected", Rule::FieldNeeded));
}

#[test]
fn the_stricter_handling_holds() {
    let checked = |handling: i32, notice| {
        let marking = Some(Marking { handling, ..Marking::default() });
        let draft = Reply { marking, ..draft(ReplyType::Answer) };
        check_reply(&draft, &origin(notice)).map(|checked| checked.reply().marking.clone().unwrap())
    };
    assert_eq!(checked(0, Handling::H2).unwrap().handling, i32::from(Handling::H2));
    assert_eq!(checked(Handling::H0.into(), Handling::H2).unwrap().handling, i32::from(Handling::H2));
    assert_eq!(checked(Handling::H2.into(), Handling::H1).unwrap().handling, i32::from(Handling::H2));
    let inherited = checked(Handling::H1.into(), Handling::H3).unwrap();
    assert_eq!((inherited.handling, inherited.conditions.len()), (i32::from(Handling::H3), 1));
    let problems = checked(Handling::H3.into(), Handling::H1).unwrap_err();
    assert_eq!(problems[0].rule, Rule::ConditionsNeeded);
    assert_eq!(checked(Handling::H3.into(), Handling::H3).unwrap().conditions.len(), 1);
}
