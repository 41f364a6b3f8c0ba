use super::*;

#[test]
fn an_addressing_comes_back() {
    let mut domain = Addressing { all_members: true, ..Addressing::default() };
    domain.countries.extend(["XF", "UNODC"].map(|code| code.parse::<amana_types::MemberCode>().unwrap()));
    domain.regions.extend(Region::ALL);
    domain.groups.insert("HT-EXPERTS".parse().unwrap());
    domain.except.insert("XE".parse().unwrap());
    assert_eq!(addressing(&content::Addressing::from(&domain), "addressing"), Ok(domain));
}

#[test]
fn every_bad_item_is_named() {
    let message = content::Addressing {
        members: vec!["XF".into(), "xs".into(), String::new()],
        regions: vec![0, 4, 99],
        groups: vec!["ht experts".into()],
        all_members: false,
        except_members: vec!["X".into()],
    };
    let problems = addressing(&message, "to").unwrap_err();
    let fields: Vec<_> = problems.iter().map(|p| p.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "to.members[1]",
            "to.members[2]",
            "to.regions[0]",
            "to.regions[2]",
            "to.groups[0]",
            "to.except_members[0]"
        ]
    );
    assert!(problems.iter().all(|p| p.rule == Rule::UnknownCode));
}

#[test]
fn an_addressing_without_end_is_refused() {
    let message = content::Addressing { members: vec!["XF".into(); ITEMS + 1], ..Default::default() };
    let problems = addressing(&message, "to").unwrap_err();
    assert_eq!((problems.len(), problems[0].rule), (1, Rule::TooMany));
}
