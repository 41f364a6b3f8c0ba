use super::*;
use crate::check::fixture::{child, now, wanted};
use crate::content::{self, Notice};

/// A typed person, by the only road there is.
fn person(draft: Person) -> Person {
    let mut notice: Notice = crate::check::fixture::valid();
    notice.r#type = crate::model::NoticeType::Blue.into();
    notice.persons = vec![draft];
    crate::check(&notice, now()).unwrap().into_notice().persons.remove(0)
}

fn born(year: u32, month: u32, day: u32, estimated_to_year: u32) -> Option<content::PartialDate> {
    Some(content::PartialDate { year, month, day, estimated_to_year })
}

#[test]
fn age_unknown_or_disputed_is_child() {
    let today = Date::of(now());
    let cases = [
        // 2026-06-15 is the day: born on 2008-06-15 is 18 today.
        (None, born(2008, 6, 15, 0), Majority::Adult),
        (None, born(2008, 6, 16, 0), Majority::Child),
        (None, born(2008, 5, 0, 0), Majority::Adult),
        (None, born(2008, 6, 0, 0), Majority::Unknown),
        (None, born(2008, 0, 0, 0), Majority::Unknown),
        (None, born(2007, 0, 0, 0), Majority::Adult),
        (None, born(2000, 0, 0, 2007), Majority::Adult),
        (None, born(2000, 0, 0, 2008), Majority::Unknown),
        (None, born(2009, 0, 0, 2012), Majority::Child),
        (Some(Majority::Disputed), born(1984, 0, 0, 0), Majority::Disputed),
        (Some(Majority::Unknown), None, Majority::Unknown),
        (Some(Majority::Adult), None, Majority::Adult),
    ];
    for (majority, born, expected) in cases {
        let suspect = person(Person {
            role: PersonRole::Suspect.into(),
            majority: majority.map_or(0, Into::into),
            born,
            documents: Vec::new(),
            ..wanted()
        });
        assert_eq!(suspect.majority_on(today), expected, "{majority:?} {:?}", suspect.born);
        assert_eq!(
            suspect.is_protected(today),
            expected != Majority::Adult,
            "{majority:?} {:?}",
            suspect.born
        );
    }
}

#[test]
fn protection_by_role() {
    let today = Date::of(now());
    for role in PersonRole::ALL {
        let adult = Person { role: (*role).into(), majority: Majority::Adult.into(), born: None, ..child() };
        let victim = matches!(role, PersonRole::Victim | PersonRole::PossibleVictim);
        assert_eq!(person(adult).is_protected(today), victim, "adult {role}");
        let minor = Person { role: (*role).into(), ..child() };
        assert!(person(minor).is_protected(today), "child {role}");
    }
}
