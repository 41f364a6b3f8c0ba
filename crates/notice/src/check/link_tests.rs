use crate::check::Rule;
use crate::check::fixture::{Case, child, link, linked, now, problems, run_on, text, valid};
use crate::content::{Asset, Evaluation, Link, Notice, Person, Place, Vehicle};
use crate::model::{
    AssetType, Exploitation, LinkType, NoticeType, OffenceType, PersonRole, SourceReliability,
};

fn run(cases: &[Case]) {
    run_on(linked, cases);
}

#[test]
fn a_case_with_things_and_links_is_accepted_whole() {
    let notice = crate::check(&linked(), now()).unwrap().into_notice();
    let things = notice;
    assert_eq!((things.vehicles.len(), things.organisations.len(), things.places.len()), (2, 2, 2));
    assert_eq!((things.assets.len(), things.events.len(), things.links.len()), (2, 2, 9));
    assert_eq!(things.places[0].latitude, "36.8065");
    assert_eq!(things.assets[0].currency, "TND");
    assert!(things.links[8].evaluation.is_some());
}

#[test]
fn values_of_things() {
    run(&[
        ("VIN", |d| d.vehicles[0].vin = "1M8".into(), &[("vehicles[0].vin", Rule::InvalidVin)]),
        ("plate", |d| d.vehicles[0].plate = "A<B".into(), &[("vehicles[0].plate", Rule::InvalidPlate)]),
        (
            "IBAN with a digit mistyped",
            |d| d.assets[0].iban = "GB82WEST12345698765433".into(),
            &[("assets[0].iban", Rule::InvalidIban)],
        ),
        (
            "currency",
            |d| d.assets[0].currency = "TDN".into(),
            &[("assets[0].currency", Rule::UnknownCurrency)],
        ),
        ("amount", |d| d.assets[0].amount = "1,5".into(), &[("assets[0].amount", Rule::InvalidAmount)]),
        ("amount alone", |d| d.assets[0].currency.clear(), &[("assets[0].currency", Rule::FieldNeeded)]),
        (
            "latitude",
            |d| d.places[0].latitude = "91".into(),
            &[("places[0].latitude", Rule::InvalidCoordinates)],
        ),
        ("latitude alone", |d| d.places[0].longitude.clear(), &[("places[0].longitude", Rule::FieldNeeded)]),
        (
            "a company without a name",
            |d| d.organisations[0].names.clear(),
            &[("organisations[0].names", Rule::FieldNeeded)],
        ),
        (
            "things of which nothing is said",
            |d| {
                d.vehicles.push(Vehicle::default());
                d.places.push(Place::default());
                let asset_type = AssetType::Cash.into();
                d.assets.push(Asset { r#type: asset_type, ..Asset::default() });
            },
            &[
                ("vehicles[2]", Rule::FieldNeeded),
                ("places[2]", Rule::FieldNeeded),
                ("assets[2]", Rule::FieldNeeded),
            ],
        ),
        (
            "half an evaluation",
            |d| {
                let source = SourceReliability::A.into();
                d.links[0].evaluation = Some(Evaluation { source, information: 99 });
                d.persons[0].evaluation = Some(Evaluation { source: 0, information: 0 });
            },
            &[
                ("persons[0].evaluation.source", Rule::FieldNeeded),
                ("persons[0].evaluation.information", Rule::FieldNeeded),
                ("links[0].evaluation.information", Rule::UnknownCode),
            ],
        ),
        (
            "an account without its platform",
            |d| d.persons[0].accounts[0].platform.clear(),
            &[("persons[0].accounts[0].platform", Rule::FieldNeeded)],
        ),
        (
            "an event to come",
            |d| d.events[0].date = crate::check::fixture::date(2026, 7, 1),
            &[("events[0].date", Rule::DateInFuture)],
        ),
    ]);
}

#[test]
fn keys_and_what_they_lead_to() {
    run(&[
        (
            "a key that does not exist",
            |d| d.links[2].target = "v9".into(),
            &[("links[2].target", Rule::LabelNotFound)],
        ),
        (
            "neither end exists",
            |d| d.links.push(link(LinkType::Owns, "p8", "a8")),
            &[("links[9].source", Rule::LabelNotFound), ("links[9].target", Rule::LabelNotFound)],
        ),
        (
            "a key twice",
            |d| d.vehicles[1].label = "v2".into(),
            &[("vehicles[1].label", Rule::Duplicate), ("links[2].target", Rule::LabelNotFound)],
        ),
        (
            "a name as a key",
            |d| d.links[0].source = "Salma".into(),
            &[("links[0].source", Rule::InvalidLabel)],
        ),
        ("a link twice", |d| d.links.push(d.links[0].clone()), &[("links[9]", Rule::Duplicate)]),
        (
            "a link to itself",
            |d| d.links.push(link(LinkType::AssociateOf, "p1", "p1")),
            &[("links[9].target", Rule::LinkDoesNotFit)],
        ),
        (
            "a place of an event that is none",
            |d| d.events[0].place = "v1".into(),
            &[("events[0].place", Rule::LinkDoesNotFit)],
        ),
        (
            "a place of an event that is nowhere",
            |d| d.events[0].place = "pl9".into(),
            &[("events[0].place", Rule::LabelNotFound)],
        ),
        ("no second end", |d| d.links[2].target.clear(), &[("links[2].target", Rule::FieldNeeded)]),
    ]);
}

#[test]
fn a_link_joins_what_its_type_can_join() {
    run(&[
        (
            "a vehicle has no family",
            |d| d.links.push(link(LinkType::FamilyOf, "p1", "v1")),
            &[("links[9].target", Rule::LinkDoesNotFit)],
        ),
        (
            "a place owns nothing",
            |d| d.links.push(link(LinkType::Owns, "pl1", "v1")),
            &[("links[9].source", Rule::LinkDoesNotFit)],
        ),
        (
            "one kind is the same as one kind",
            |d| d.links.push(link(LinkType::SameAs, "p1", "v1")),
            &[("links[9].target", Rule::LinkDoesNotFit)],
        ),
        (
            "who may be a victim has the role of one",
            |d| d.links.push(link(LinkType::MayHaveBecomeVictim, "p1", "e1")),
            &[("links[9].source", Rule::LinkDoesNotFit)],
        ),
        (
            "only one type leads to another case",
            |d| {
                let target_case = "XA-2026-7".into();
                d.links.push(Link { target_case, ..link(LinkType::AssociateOf, "p1", "") });
            },
            &[("links[9].target_case", Rule::LinkDoesNotFit)],
        ),
    ]);
    for link_type in LinkType::ALL {
        let (from, to) = link_type.ends();
        assert!(!from.is_empty() && !to.is_empty(), "{link_type}");
    }
}

/// Smuggling with a purpose of exploitation: p2 is a person who may have become a victim.
fn smuggled() -> Notice {
    let mut draft = linked();
    draft.offences[0].r#type = OffenceType::SmugglingOfMigrants.into();
    draft.persons[1].roles = vec![PersonRole::PossibleVictim.into()];
    draft
}

#[test]
fn smuggling_becomes_trafficking_only_by_a_link() {
    run_on(
        smuggled,
        &[
            ("no link", |_| {}, &[("exploitation", Rule::SmugglingWithExploitation)]),
            (
                "other links do not say so",
                |d| d.links.push(link(LinkType::RecruitedBy, "p2", "org1")),
                &[("exploitation", Rule::SmugglingWithExploitation)],
            ),
            ("by whom", |d| d.links.push(link(LinkType::MayHaveBecomeVictim, "p2", "p1")), &[]),
            ("in an event", |d| d.links.push(link(LinkType::MayHaveBecomeVictim, "p2", "e1")), &[]),
            (
                "in another case",
                |d| {
                    let target_case = "XA-2026-7".into();
                    d.links.push(Link { target_case, ..link(LinkType::MayHaveBecomeVictim, "p2", "") });
                },
                &[],
            ),
            (
                "at a place that nobody else will see",
                |d| d.links.push(link(LinkType::MayHaveBecomeVictim, "p2", "pl2")),
                &[("exploitation", Rule::SmugglingWithExploitation)],
            ),
            ("no purpose, no link", |d| d.exploitation.clear(), &[]),
            (
                "trafficking beside it does not say who",
                |d| {
                    let mut trafficking = valid().offences.remove(0);
                    trafficking.evaluation = None;
                    d.offences.push(trafficking);
                },
                &[("exploitation", Rule::SmugglingWithExploitation)],
            ),
            (
                "another form is no excuse",
                |d| {
                    d.exploitation[0].form = Exploitation::ForcedLabour.into();
                    d.exploitation[0].criminality = 0;
                },
                &[("exploitation", Rule::SmugglingWithExploitation)],
            ),
        ],
    );
}

#[test]
fn silver_is_about_assets_that_recipients_see() {
    let silver: fn(&mut Notice) = |d| {
        d.r#type = NoticeType::Silver.into();
        d.arrest_warrant_reference.clear();
    };
    let mut draft = linked();
    silver(&mut draft);
    assert_eq!(problems(&draft), []);
    draft.assets.remove(0);
    assert_eq!(problems(&draft), [("assets".into(), Rule::AssetNeeded)], "the child's account is kept back");
}

#[test]
fn a_special_notice_lists_a_person_or_an_organisation() {
    let mut draft = valid();
    draft.r#type = NoticeType::UnSpecial.into();
    draft.sanctions_reference = "QDi.001".into();
    draft.persons.clear();
    draft.offences[0].means = vec![crate::model::Means::Force.into()];
    assert_eq!(problems(&draft), [("persons".into(), Rule::ListedEntityNeeded)]);
    draft.organisations = linked().organisations;
    assert_eq!(problems(&draft), []);
}

#[test]
fn what_is_kept_back_stands_in_no_text_either() {
    run(&[
        (
            "address",
            |d| d.narrative[0].text = "نُقلت إلى 9 rue CACHÉE".into(),
            &[("narrative[0].text", Rule::ProtectedIdentityInText)],
        ),
        (
            "plate",
            |d| d.vehicles[1].description = vec![text("fr", "suivie par 777 XA 42")],
            &[("vehicles[1].description[0].text", Rule::ProtectedIdentityInText)],
        ),
        (
            "account of the child",
            |d| d.events[0].description = vec![text("en", "wrote to salma.star")],
            &[("events[0].description[0].text", Rule::ProtectedIdentityInText)],
        ),
        (
            "name of the child as a company's",
            |d| d.organisations[0].names[0].original = "Salma Namudhaji Ltd".into(),
            &[("organisations[0].names[0].original", Rule::ProtectedIdentityInText)],
        ),
        (
            "the wanted man's things",
            |d| d.narrative[0].text = "123 XA 4567, 1 quai de l'Exercice".into(),
            &[],
        ),
    ]);
}

#[test]
fn a_flood_of_links_is_not_read() {
    let mut draft = linked();
    draft.links = vec![link(LinkType::Owns, "p1", "org1"); 5_000];
    let found = problems(&draft);
    assert!(found.contains(&("links".into(), Rule::TooMany)));
    draft.persons.push(Person { label: "p3".into(), ..child() });
    assert!(crate::check(&draft, now()).is_err());
}
