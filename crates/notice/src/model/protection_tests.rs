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
    let born = crate::check::fixture::date(year, month, day)?;
    let latest = match estimated_to_year {
        0 => born.latest,
        year => format!("{year}-12-31"),
    };
    Some(content::PartialDate { latest, ..born })
}

#[test]
fn age_unknown_or_disputed_is_child() {
    let today = Date::of(now());
    let cases = [
        // 2026-06-15 is the day: born on 2008-06-15 is 18 today.
        (None, born(2008, 6, 15, 0), AgeGroup::Adult),
        (None, born(2008, 6, 16, 0), AgeGroup::Child),
        (None, born(2008, 5, 0, 0), AgeGroup::Adult),
        (None, born(2008, 6, 0, 0), AgeGroup::Unknown),
        (None, born(2008, 0, 0, 0), AgeGroup::Unknown),
        (None, born(2007, 0, 0, 0), AgeGroup::Adult),
        (None, born(2000, 0, 0, 2007), AgeGroup::Adult),
        (None, born(2000, 0, 0, 2008), AgeGroup::Unknown),
        (None, born(2009, 0, 0, 2012), AgeGroup::Child),
        (Some(AgeGroup::Disputed), born(1984, 0, 0, 0), AgeGroup::Disputed),
        (Some(AgeGroup::Unknown), None, AgeGroup::Unknown),
        (Some(AgeGroup::Adult), None, AgeGroup::Adult),
    ];
    for (age_group, born, expected) in cases {
        let suspect = person(Person {
            roles: vec![PersonRole::Suspect.into()],
            age_group: age_group.map_or(0, Into::into),
            born,
            documents: Vec::new(),
            ..wanted()
        });
        assert_eq!(suspect.age_group_on(today), expected, "{age_group:?} {:?}", suspect.born);
        assert_eq!(
            suspect.is_protected(today),
            expected != AgeGroup::Adult,
            "{age_group:?} {:?}",
            suspect.born
        );
    }
}

#[test]
fn protection_by_role() {
    let today = Date::of(now());
    for role in PersonRole::ALL {
        let adult =
            Person { roles: vec![(*role).into()], age_group: AgeGroup::Adult.into(), born: None, ..child() };
        let victim = matches!(role, PersonRole::Victim | PersonRole::PossibleVictim);
        assert_eq!(person(adult).is_protected(today), victim, "adult {role}");
        let minor = Person { roles: vec![(*role).into()], ..child() };
        assert!(person(minor).is_protected(today), "child {role}");
    }
}

#[test]
fn of_several_roles_the_one_that_protects_most_counts() {
    for role in PersonRole::ALL {
        let roles = vec![(*role).into(), PersonRole::Victim.into()];
        let adult = Person { roles, age_group: AgeGroup::Adult.into(), born: None, ..child() };
        assert!(adult.is_victim() && adult.is_protected(Date::of(now())), "{role} and VICTIM");
    }
}
