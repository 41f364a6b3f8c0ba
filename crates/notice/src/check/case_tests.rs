use crate::check::Rule;
use crate::check::fixture::{child, date, marking, problems, run, valid};
use crate::content::{ExploitationForm, Notice, Offence, Person};
use crate::handling::Tlp;
use crate::model::{
    AgeGroup, Exploitation, ForcedCriminality, Handling, OffenceType, PersonRole, RequestedMeasure,
};

#[test]
fn no_coercion_of_those_who_cannot_bear_it() {
    let coercive = [RequestedMeasure::Arrest, RequestedMeasure::Detain, RequestedMeasure::RestrictTravel];
    for role in PersonRole::ALL {
        for measure in RequestedMeasure::ALL {
            let mut draft = valid();
            draft.persons[1].roles = vec![(*role).into()];
            draft.persons[1].measures = vec![RequestedMeasure::Protect.into()];
            if *measure != RequestedMeasure::Protect {
                draft.persons[1].measures.push((*measure).into());
            }
            let rule = match role {
                _ if !coercive.contains(measure) => None,
                PersonRole::Victim
                | PersonRole::PossibleVictim
                | PersonRole::Witness
                | PersonRole::Missing => Some(Rule::VictimCoerciveMeasure),
                PersonRole::Unidentified | PersonRole::Deceased => Some(Rule::CoerciveMeasureNotAllowed),
                PersonRole::Wanted | PersonRole::Suspect => None,
            };
            let expected: Vec<_> =
                rule.map(|rule| ("persons[1].measures[1]".to_owned(), rule)).into_iter().collect();
            assert_eq!(problems(&draft), expected, "{role} {measure}");
        }
    }
}

#[test]
fn age_is_said_and_not_contradicted() {
    run(&[
        (
            "nothing said of a wanted person",
            |d| {
                d.persons[0].born = None;
                d.persons[0].age_group = 0;
            },
            &[("persons[0].age_group", Rule::AgeGroupNeeded)],
        ),
        ("a birth date says it", |d| d.persons[0].age_group = 0, &[]),
        (
            "unknown is an answer",
            |d| {
                d.persons[0].born = None;
                d.persons[0].age_group = AgeGroup::Unknown.into();
            },
            &[],
        ),
        (
            "adult born in 2012",
            |d| d.persons[1].age_group = AgeGroup::Adult.into(),
            &[("persons[1].age_group", Rule::AgeGroupContradictsBirth)],
        ),
        (
            "child born in 1984",
            |d| d.persons[0].age_group = AgeGroup::Child.into(),
            &[("persons[0].age_group", Rule::AgeGroupContradictsBirth)],
        ),
        ("disputed", |d| d.persons[0].age_group = AgeGroup::Disputed.into(), &[]),
    ]);
}

#[test]
fn the_elements_of_trafficking() {
    let smuggling: fn(&mut Notice) = |d| d.offences[0].r#type = OffenceType::SmugglingOfMigrants.into();
    run(&[
        ("smuggling with exploitation", smuggling, &[("exploitation", Rule::SmugglingWithExploitation)]),
        (
            "smuggling alone",
            |d| {
                d.offences[0].r#type = OffenceType::SmugglingOfMigrants.into();
                d.exploitation.clear();
            },
            &[],
        ),
        (
            "both",
            |d| {
                let offence_type = OffenceType::SmugglingOfMigrants.into();
                d.offences.push(Offence { r#type: offence_type, ..Offence::default() });
            },
            &[("exploitation", Rule::SmugglingWithExploitation)],
        ),
        ("no purpose", |d| d.exploitation.clear(), &[("exploitation", Rule::TraffickingWithoutPurpose)]),
        ("no act", |d| d.offences[0].acts.clear(), &[("offences[0].acts", Rule::TraffickingWithoutAct)]),
        ("no means, children only", |d| d.offences[0].means.clear(), &[]),
        (
            "no means, age unknown",
            |d| {
                d.offences[0].means.clear();
                d.persons[1].born = None;
            },
            &[],
        ),
        (
            "no means, an adult among the victims",
            |d| {
                d.offences[0].means.clear();
                let age_group = AgeGroup::Adult.into();
                d.persons.push(Person { born: date(1990, 0, 0), age_group, ..child() });
            },
            &[("offences[0].means", Rule::TraffickingWithoutMeans)],
        ),
        (
            "no means, no victim listed",
            |d| {
                d.offences[0].means.clear();
                d.persons.truncate(1);
            },
            &[("offences[0].means", Rule::TraffickingWithoutMeans)],
        ),
    ]);
}

#[test]
fn forced_criminality_and_its_crime_go_together() {
    run(&[
        (
            "no crime",
            |d| d.exploitation[0].criminality = 0,
            &[("exploitation[0].criminality", Rule::CriminalityNeeded)],
        ),
        (
            "crime elsewhere",
            |d| {
                d.exploitation.push(ExploitationForm {
                    form: Exploitation::ForcedLabour.into(),
                    criminality: ForcedCriminality::Drug.into(),
                });
            },
            &[("exploitation[1].criminality", Rule::CriminalityNotAllowed)],
        ),
    ]);
}

#[test]
fn h3_and_its_conditions_go_together() {
    run(&[
        (
            "a marking in its place, with its conditions",
            |d| (marking(d).handling, marking(d).tlp) = (0, Tlp::Red.into()),
            &[],
        ),
        (
            "a marking that is kept as H3, without them",
            |d| {
                (marking(d).handling, marking(d).tlp) = (0, Tlp::AmberStrict.into());
                marking(d).conditions.clear();
            },
            &[("marking.conditions", Rule::ConditionsNeeded)],
        ),
        (
            "a marking that is kept as less, with them",
            |d| (marking(d).handling, marking(d).tlp) = (0, Tlp::Amber.into()),
            &[("marking.conditions", Rule::ConditionsNotAllowed)],
        ),
        ("both, which agree", |d| marking(d).tlp = Tlp::Red.into(), &[]),
        (
            "both, which disagree",
            |d| marking(d).tlp = Tlp::Amber.into(),
            &[("marking.tlp", Rule::TlpDisagrees)],
        ),
        ("neither", |d| marking(d).handling = 0, &[("marking.handling", Rule::FieldNeeded)]),
        ("none", |d| marking(d).conditions.clear(), &[("marking.conditions", Rule::ConditionsNeeded)]),
        (
            "unasked",
            |d| marking(d).handling = Handling::H2.into(),
            &[("marking.conditions", Rule::ConditionsNotAllowed)],
        ),
    ]);
}

#[test]
fn a_victim_is_not_named_where_all_can_read() {
    run(&[
        (
            "narrative",
            |d| d.narrative[0].text = "وصلت سلمى  النموذجي أمس".into(),
            &[("narrative[0].text", Rule::ProtectedIdentityInText)],
        ),
        (
            "subject",
            |d| d.subject[1].text = "La victime SALMA NAMUDHAJI".into(),
            &[("subject[1].text", Rule::ProtectedIdentityInText)],
        ),
        (
            "phone",
            |d| d.route[0].place = "tel +21611111111".into(),
            &[("route[0].place", Rule::ProtectedIdentityInText)],
        ),
        (
            "remark on another person",
            |d| d.persons[0].remarks[0].text = "يعرف سلمى النموذجي".into(),
            &[("persons[0].remarks[0].text", Rule::ProtectedIdentityInText)],
        ),
        ("own remark", |d| d.persons[1].remarks[0].text = "سلمى النموذجي".into(), &[]),
        ("the wanted adult", |d| d.narrative[0].text = "كريم المثالي".into(), &[]),
    ]);
}

#[test]
fn of_several_roles_the_one_that_protects_most_decides_about_coercion() {
    let mut draft = valid();
    draft.persons[0].roles.push(PersonRole::Victim.into());
    let refused = ("persons[0].measures[1]".to_owned(), Rule::VictimCoerciveMeasure);
    assert!(problems(&draft).contains(&refused), "a wanted person who is a victim is not arrested");
    draft.persons[0].roles = vec![PersonRole::Suspect.into(), PersonRole::Deceased.into()];
    let refused = ("persons[0].measures[1]".to_owned(), Rule::CoerciveMeasureNotAllowed);
    assert!(problems(&draft).contains(&refused));
    draft.persons[0].roles = vec![PersonRole::Wanted.into(), PersonRole::Wanted.into()];
    assert!(problems(&draft).contains(&("persons[0].roles[1]".to_owned(), Rule::Duplicate)));
}
