use super::*;
use crate::content::Match;
use crate::content::Text;

fn origin(handling: Handling) -> Handled {
    let conditions = match handling {
        Handling::H3 => text("ask before each use"),
        _ => Vec::new(),
    };
    Handled { handling, conditions }
}

fn text(text: &str) -> Vec<Text> {
    vec![Text { language: "fr".into(), text: text.into() }]
}

fn draft(reply_type: ReplyType) -> Reply {
    Reply {
        r#type: reply_type.into(),
        ground: reply_type.needs_ground().then_some(ReplyGround::LegalBar).map_or(0, Into::into),
        text: text("voici"),
        contact_point: if reply_type == ReplyType::Hit {
            "unit 3, +33100000000".into()
        } else {
            String::new()
        },
        permitted_use: (reply_type == ReplyType::PermissionRequest)
            .then_some(PermittedUse::CourtUse)
            .map_or(0, Into::into),
        purpose: (reply_type == ReplyType::Exported)
            .then_some(Purpose::CriminalInvestigation)
            .map_or(0, Into::into),
        case_reference: if reply_type == ReplyType::Exported { "XF-2026-7".into() } else { String::new() },
        ..Reply::default()
    }
}

fn rules(draft: &Reply) -> Vec<(String, Rule)> {
    let problems = check_reply(draft, &origin(Handling::H1)).err().unwrap_or_default();
    problems.into_iter().map(|problem| (problem.field, problem.rule)).collect()
}

#[test]
fn every_type_has_a_reply_that_stands() {
    for reply_type in ReplyType::ALL {
        assert_eq!(rules(&draft(*reply_type)), [], "{reply_type}");
    }
}

#[test]
fn who_says_no_says_why_and_nobody_else_does() {
    for reply_type in ReplyType::ALL {
        let silent = Reply { ground: 0, ..draft(*reply_type) };
        let stated = Reply { ground: ReplyGround::LegalBar.into(), ..draft(*reply_type) };
        let (want_silent, want_stated) = match reply_type.needs_ground() {
            true => (vec![("ground".to_owned(), Rule::GroundNeeded)], vec![]),
            false => (vec![], vec![("ground".to_owned(), Rule::NotCarriedHere)]),
        };
        assert_eq!(rules(&silent), want_silent, "{reply_type}");
        assert_eq!(rules(&stated), want_stated, "{reply_type}");
    }
    let other = Reply { ground: ReplyGround::Other.into(), text: Vec::new(), ..draft(ReplyType::Refusal) };
    assert_eq!(rules(&other), [("text".to_owned(), Rule::FieldNeeded)]);
}

#[test]
fn a_type_carries_its_own_parts_and_no_others() {
    let hit = Reply { contact_point: String::new(), ..draft(ReplyType::Hit) };
    assert_eq!(rules(&hit), [("contact_point".to_owned(), Rule::FieldNeeded)]);
    let known = Match { key: "p1".into(), identifier: "X1".into() };
    let answer = Reply { matches: vec![known], ..draft(ReplyType::Answer) };
    assert_eq!(rules(&answer), [("matches".to_owned(), Rule::NotCarriedHere)]);
    let asks = Reply { permitted_use: 0, ..draft(ReplyType::PermissionRequest) };
    assert_eq!(rules(&asks), [("permitted_use".to_owned(), Rule::FieldNeeded)]);
    let forward = PermittedUse::Forward;
    let nobody = Reply { permitted_use: forward.into(), ..draft(ReplyType::PermissionRequest) };
    assert_eq!(rules(&nobody), [("members".to_owned(), Rule::FieldNeeded)]);
    let exported = Reply { purpose: 0, case_reference: String::new(), ..draft(ReplyType::Exported) };
    let missing = ["purpose", "case_reference"].map(|field| (field.to_owned(), Rule::FieldNeeded));
    assert_eq!(rules(&exported), missing);
    let answer = Reply { purpose: Purpose::Forensic.into(), ..draft(ReplyType::Answer) };
    assert_eq!(rules(&answer), [("purpose".to_owned(), Rule::NotCarriedHere)]);
    let wrong = Reply { members: vec!["xg".into()], ..nobody };
    assert_eq!(rules(&wrong), [("members[0]".to_owned(), Rule::UnknownMember)]);
}

#[test]
fn the_stricter_handling_holds() {
    let checked = |handling: i32, notice| {
        let draft = Reply { handling, ..draft(ReplyType::Answer) };
        check_reply(&draft, &origin(notice)).map(|checked| checked.reply().clone())
    };
    assert_eq!(checked(0, Handling::H2).unwrap().handling, i32::from(Handling::H2));
    assert_eq!(checked(Handling::H0.into(), Handling::H2).unwrap().handling, i32::from(Handling::H2));
    assert_eq!(checked(Handling::H2.into(), Handling::H1).unwrap().handling, i32::from(Handling::H2));
    let inherited = checked(Handling::H1.into(), Handling::H3).unwrap();
    assert_eq!((inherited.handling, inherited.handling_conditions.len()), (i32::from(Handling::H3), 1));
    let problems = checked(Handling::H3.into(), Handling::H1).unwrap_err();
    assert_eq!(problems[0].rule, Rule::ConditionsNeeded);
    assert_eq!(checked(Handling::H3.into(), Handling::H3).unwrap().handling_conditions.len(), 1);
}
