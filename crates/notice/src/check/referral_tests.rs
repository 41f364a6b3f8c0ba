use crate::Rule;
use crate::check::fixture::{referred, run_on};
use crate::content::{Notice, Referral};
use crate::model::{AgeGroup, Circulation, PersonRole};

fn referral(change: impl FnOnce(&mut Referral)) -> impl FnOnce(&mut Notice) {
    |draft| change(draft.referral.as_mut().unwrap())
}

#[test]
fn a_referral_says_what_is_needed_where_of_whom_and_until_when() {
    run_on(
        referred,
        &[
            ("as it is", |_| {}, &[]),
            ("none", |d| d.referral = None, &[]),
            (
                "no need",
                |d| referral(|r| r.needs.clear())(d),
                &[("referral.needs", Rule::ReferralWithoutNeed)],
            ),
            (
                "no summary",
                |d| referral(|r| r.summary.clear())(d),
                &[("referral.summary", Rule::FieldNeeded)],
            ),
            (
                "no country",
                |d| referral(|r| r.country.clear())(d),
                &[("referral.country", Rule::FieldNeeded)],
            ),
            (
                "no contact",
                |d| referral(|r| r.contact = " ".into())(d),
                &[("referral.contact", Rule::FieldNeeded)],
            ),
            ("no end", |d| referral(|r| r.until = None)(d), &[("referral.until", Rule::FieldNeeded)]),
            (
                "ended",
                |d| referral(|r| r.until = crate::check::fixture::at("2026-06-15T12:00:00Z"))(d),
                &[("referral.until", Rule::ExpiresInPast)],
            ),
            (
                "with the notice",
                |d| referral(|r| r.until = crate::check::fixture::at("2027-06-15T12:00:00Z"))(d),
                &[],
            ),
            (
                "after the notice",
                |d| referral(|r| r.until = crate::check::fixture::at("2027-06-15T12:00:01Z"))(d),
                &[("referral.until", Rule::ReferralOutlastsNotice)],
            ),
        ],
    );
}

#[test]
fn a_referral_is_for_victims_and_children() {
    run_on(
        referred,
        &[(
            "an adult who is no victim",
            |d| {
                d.persons.truncate(1);
                d.offences.clear();
                d.exploitation.clear();
            },
            &[("referral", Rule::ReferralWithoutPerson)],
        )],
    );
    // Nobody said that the missing person is a child: that is why they are one.
    let mut draft = referred();
    draft.persons[1].roles = vec![PersonRole::Missing.into()];
    draft.persons[1].born = None;
    assert!(crate::check(&draft, crate::check::fixture::now()).is_ok());
    draft.persons[1].age_group = AgeGroup::Adult.into();
    let problems = crate::check::fixture::problems(&draft);
    assert!(problems.contains(&("referral".into(), Rule::ReferralWithoutPerson)), "{problems:?}");
}

#[test]
fn a_referral_names_nobody_since_every_partner_reads_it() {
    run_on(
        referred,
        &[
            (
                "a name",
                |d| referral(|r| r.summary[1].text = "Shelter for Salma  namudhaji".into())(d),
                &[("referral.summary[1].text", Rule::ProtectedIdentityInText)],
            ),
            (
                "her own number as the contact",
                |d| referral(|r| r.contact = "+21611111111".into())(d),
                &[("referral.contact", Rule::ProtectedIdentityInText)],
            ),
        ],
    );
}

#[test]
fn a_bulletin_refers_nobody() {
    let mut draft = referred();
    draft.circulation = Circulation::Bulletin.into();
    let problems = crate::check::fixture::problems(&draft);
    assert!(problems.contains(&("referral".into(), Rule::NotCarriedHere)), "{problems:?}");
}
