use super::*;
use crate::check::fixture::{now, referral, text};
use crate::draft::Draft;
use crate::model::PersonRole;
use crate::{Problem, Rule};

fn linked() -> Draft {
    Draft { referral: Some(referral()), ..crate::check::fixture::linked() }
}

fn sender() -> MemberCode {
    "XA".parse().unwrap()
}

fn parts(draft: &Draft) -> (PartnerSection, PartnerPersonsSection) {
    for_partners(&check(draft, now()).unwrap(), sender()).unwrap()
}

/// What a reader reads of a section: here, without the bytes between.
fn read(section: &PartnerSection) -> PartnerDraft {
    let draft = linked();
    PartnerDraft {
        sender: section.sender.to_string(),
        circulation: section.circulation.into(),
        urgency: section.urgency.into(),
        purpose: section.purpose.into(),
        handling: section.handling.into(),
        handling_conditions: draft.handling_conditions,
        referral: draft.referral,
        persons: section.persons.iter().map(person).collect(),
    }
}

fn person(person: &PartnerPerson) -> PersonDraft {
    PersonDraft {
        role: person.role.into(),
        sex: person.sex.into(),
        majority: person.majority.into(),
        nationalities: person.nationalities.iter().map(ToString::to_string).collect(),
        ..PersonDraft::default()
    }
}

fn who(draft: &Draft) -> PartnerPersonsDraft {
    PartnerPersonsDraft { sender: "XA".into(), persons: vec![draft.persons[1].clone()] }
}

fn ends() -> Timestamp {
    "2027-06-15T12:00:00Z".parse().unwrap()
}

#[test]
fn a_partner_gets_the_referral_and_the_protected_without_their_identity() {
    let (section, identities) = parts(&linked());
    assert_eq!(section.referral.contact, "Child protection desk, +33123456789");
    assert_eq!(section.persons.len(), 1, "the wanted man is not a partner's");
    let child = &section.persons[0];
    let whole = check(&linked(), now()).unwrap();
    let whole = &whole.notice().persons[1];
    assert_eq!((child.role, child.majority), (PersonRole::Victim, Majority::Child));
    assert_eq!((child.sex, &child.nationalities), (whole.sex, &whole.nationalities));
    assert!(child.sex.is_some() && !child.nationalities.is_empty(), "the case has something to give");
    let who = &identities.persons[0];
    assert_eq!(who.names[0].latin.as_deref(), Some("Salma Namudhaji"));
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
        handling: _,
        handling_conditions: _,
        referral: Referral { needs: _, summary: _, country: _, place: _, contact: _, until: _ },
        persons,
    } = section;
    let [PartnerPerson { role: _, sex: _, majority: _, nationalities: _ }] = &persons[..] else { panic!() };
    let PartnerPersonsSection { sender: _, persons } = identities;
    let [PartnerIdentity { names: _, born: _, birth_place: _, documents: _, phones: _, emails: _ }] =
        &persons[..]
    else {
        panic!()
    };
}

#[test]
fn a_part_reads_back_with_and_without_identities() {
    let draft = linked();
    let (section, _) = parts(&draft);
    let view = merge_partner(read(&section), None, sender(), now(), ends()).unwrap();
    assert_eq!((view.persons.len(), view.persons[0].names.len()), (1, 0));
    assert_eq!(view.referral, section.referral);

    let whole = merge_partner(read(&section), Some(who(&draft)), sender(), now(), ends()).unwrap();
    assert_eq!(whole.persons[0].names[0].latin.as_deref(), Some("Salma Namudhaji"));
    assert!(whole.persons[0].remarks.is_empty() && whole.persons[0].accounts.is_empty());
    assert!(whole.persons[0].trafficking.is_none() && whole.persons[0].key.is_none());
}

#[test]
fn more_than_a_partners_part_is_dropped_or_refused() {
    let draft = linked();
    let (section, _) = parts(&draft);
    let refused =
        |section, identities| merge_partner(section, identities, sender(), now(), ends()).unwrap_err();
    // What a person should not hold is dropped.
    let mut swollen = read(&section);
    swollen.persons[0].remarks = vec![text("en", "seen at the harbour")];
    swollen.persons[0].names = draft.persons[1].names.clone();
    let view = merge_partner(swollen, None, sender(), now(), ends()).unwrap();
    assert!(view.persons[0].remarks.is_empty() && view.persons[0].names.is_empty());
    // Somebody who is neither victim nor child.
    let mut suspect = read(&section);
    suspect.persons[0].role = PersonRole::Suspect.into();
    suspect.persons[0].majority = Majority::Adult.into();
    let MergeRefused::Invalid(problems) = refused(suspect, None) else { panic!() };
    assert!(matches!(&problems[..], [Problem { rule: Rule::ReferralWithoutPerson, .. }]));
    // Another's words, and persons that do not belong to it.
    let foreign = PartnerDraft { sender: "XE".into(), ..read(&section) };
    assert_eq!(refused(foreign, None), MergeRefused::Sender(sender()));
    let two = PartnerPersonsDraft { persons: vec![PersonDraft::default(); 2], ..who(&draft) };
    assert_eq!(refused(read(&section), Some(two)), MergeRefused::Disagree);
    // Longer than the notice.
    let short = section.referral.until.before(amana_types::Duration::from_seconds(1));
    let long = merge_partner(read(&section), None, sender(), now(), short);
    let Err(MergeRefused::Invalid(problems)) = long else { panic!() };
    assert_eq!(problems[0].rule, Rule::ReferralOutlastsNotice);
}
