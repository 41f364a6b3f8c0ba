use super::*;
use crate::check::fixture::{now, referral};
use crate::content::Referral;
use crate::model::{AgeGroup, PersonRole};
use crate::{Problem, Rule};

fn linked() -> Notice {
    Notice { referral: Some(referral()), ..crate::check::fixture::linked() }
}

fn sender() -> MemberCode {
    "XA".parse().unwrap()
}

fn parts(draft: &Notice) -> (PartnerSection, PartnerPersonsSection) {
    for_partners(&check(draft, now()).unwrap(), sender()).unwrap()
}

fn ends() -> Timestamp {
    "2027-06-15T12:00:00Z".parse().unwrap()
}

#[test]
fn a_partner_gets_the_referral_and_the_protected_without_their_identity() {
    let (section, identities) = parts(&linked());
    assert_eq!(section.referral.as_ref().unwrap().contact, "Child protection desk, +33123456789");
    assert_eq!(section.persons.len(), 1, "the wanted man is not a partner's");
    let child = &section.persons[0];
    let whole = check(&linked(), now()).unwrap();
    let whole = &whole.notice().persons[1];
    assert_eq!(
        (child.roles.clone(), child.age_group),
        (vec![PersonRole::Victim.into()], AgeGroup::Child.into())
    );
    assert_eq!((child.sex, &child.nationalities), (whole.sex, &whole.nationalities));
    assert!(child.sex != 0 && !child.nationalities.is_empty(), "the case has something to give");
    let who = &identities.persons[0];
    assert_eq!(who.names[0].latin, "Salma Namudhaji");
    assert_eq!((&who.born, &who.documents), (&whole.born, &whole.documents));

    let mut plain = linked();
    plain.referral = None;
    assert_eq!(for_partners(&check(&plain, now()).unwrap(), sender()), None);
}

/// The whole of what can be in a section, field by field: a field that is added makes this fail to compile,
/// and whoever adds it has to say why a partner needs it.
#[test]
fn the_white_list_is_this() {
    let (section, identities) = parts(&linked());
    let PartnerSection {
        sender: _,
        circulation: _,
        urgency: _,
        purpose: _,
        marking: _,
        referral: Some(Referral { needs: _, summary: _, country: _, place: _, contact: _, until: _ }),
        persons,
        schema: _,
        critical: _,
    } = section
    else {
        panic!()
    };
    let [PartnerPerson { roles: _, sex: _, age_group: _, nationalities: _ }] = &persons[..] else { panic!() };
    let PartnerPersonsSection { sender: _, persons, schema: _, critical: _ } = identities;
    let [PartnerIdentity { names: _, born: _, birth_place: _, documents: _, phones: _, emails: _ }] =
        &persons[..]
    else {
        panic!()
    };
}

#[test]
fn a_part_reads_back_with_and_without_identities() {
    let (section, identities) = parts(&linked());
    let view = merge_partner(section.clone(), None, sender(), now(), ends()).unwrap();
    assert_eq!((view.persons.len(), view.persons[0].names.len()), (1, 0));
    assert_eq!(view.referral, section.referral);

    let whole = merge_partner(section.clone(), Some(identities), sender(), now(), ends()).unwrap();
    assert_eq!(whole.persons[0].names[0].latin, "Salma Namudhaji");
    assert!(whole.persons[0].remarks.is_empty() && whole.persons[0].accounts.is_empty());
    assert!(whole.persons[0].trafficking.is_none() && whole.persons[0].label.is_empty());
}

#[test]
fn more_than_a_partners_part_is_refused() {
    let (section, identities) = parts(&linked());
    let refused =
        |section, identities| merge_partner(section, identities, sender(), now(), ends()).unwrap_err();
    // Somebody who is neither victim nor child.
    let mut suspect = section.clone();
    suspect.persons[0].roles = vec![PersonRole::Suspect.into()];
    suspect.persons[0].age_group = AgeGroup::Adult.into();
    let MergeRefused::Invalid(problems) = refused(suspect, None) else { panic!() };
    assert!(matches!(&problems[..], [Problem { rule: Rule::ReferralWithoutPerson, .. }]));
    // Another's words, and persons that do not belong to it.
    let foreign = PartnerSection { sender: "XE".into(), ..section.clone() };
    assert_eq!(refused(foreign, None), MergeRefused::Sender(sender()));
    let two = PartnerPersonsSection { persons: vec![PartnerIdentity::default(); 2], ..identities };
    assert_eq!(refused(section.clone(), Some(two)), MergeRefused::Disagree);
    // Longer than the notice.
    let short = crate::convert::timestamp(section.referral.as_ref().unwrap().until.unwrap())
        .before(amana_types::Duration::from_seconds(1));
    let long = merge_partner(section.clone(), None, sender(), now(), short);
    let Err(MergeRefused::Invalid(problems)) = long else { panic!() };
    assert_eq!(problems[0].rule, Rule::ReferralOutlastsNotice);
}
