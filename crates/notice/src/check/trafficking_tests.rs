use crate::check::Rule;
use crate::check::fixture::{Case, now, run_on, valid};
use crate::content::{Notice, Trafficking};
use crate::model::{Consent, Industry, MeansOfControl, RecruitmentMethod, StatusDecider, TraffickingStatus};

fn told() -> Notice {
    let mut draft = valid();
    draft.persons[1].trafficking = Some(Trafficking {
        status: TraffickingStatus::Victim.into(),
        decided_by: StatusDecider::CourtOrProsecution.into(),
        recruitment_methods: vec![RecruitmentMethod::OnlineSocialNetwork.into()],
        recruitment_place: "the school behind the mill".into(),
        means_of_control: vec![MeansOfControl::DebtBondage.into(), MeansOfControl::WithholdsDocuments.into()],
        industry: Industry::Agriculture.into(),
        consent: Consent::Given.into(),
    });
    draft
}

fn of(draft: &mut Notice) -> &mut Trafficking {
    draft.persons[1].trafficking.as_mut().unwrap()
}

#[test]
fn a_status_has_a_decider_and_a_role() {
    let cases: &[Case] = &[
        ("whole", |_| {}, &[]),
        ("no decider", |d| of(d).decided_by = 0, &[("persons[1].trafficking.decided_by", Rule::FieldNeeded)]),
        ("no status", |d| of(d).status = 0, &[("persons[1].trafficking.status", Rule::FieldNeeded)]),
        (
            "a victim without a victim's role",
            |d| d.persons[0].trafficking = d.persons[1].trafficking.clone(),
            &[("persons[0].trafficking.status", Rule::StatusContradictsRole)],
        ),
        (
            "no victim with a victim's role",
            |d| of(d).status = TraffickingStatus::NotAVictim.into(),
            &[("persons[1].trafficking.status", Rule::StatusContradictsRole)],
        ),
        (
            "codes",
            |d| {
                of(d).industry = 99;
                of(d).means_of_control.push(MeansOfControl::DebtBondage.into());
            },
            &[
                ("persons[1].trafficking.means_of_control[2]", Rule::Duplicate),
                ("persons[1].trafficking.industry", Rule::UnknownCode),
            ],
        ),
    ];
    run_on(told, cases);
}

#[test]
fn the_case_keeps_the_status_and_nothing_of_what_was_done() {
    let checked = crate::check(&told(), now()).unwrap();
    let (case, protected) = crate::split(&checked, "XA".parse().unwrap());
    let open = case.notice.as_ref().unwrap().persons[1].trafficking.as_ref().unwrap();
    let decided = (TraffickingStatus::Victim.into(), StatusDecider::CourtOrProsecution.into());
    assert_eq!((open.status, open.decided_by), decided);
    assert_eq!((open.recruitment_place.as_str(), open.industry, open.consent), ("", 0, 0));
    assert!(open.recruitment_methods.is_empty() && open.means_of_control.is_empty());
    let whole = protected.unwrap().persons[0].trafficking.clone().unwrap();
    assert_eq!(whole.recruitment_place, "the school behind the mill");
}
