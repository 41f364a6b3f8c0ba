use crate::Rule;
use crate::check::check;
use crate::check::fixture::*;
use crate::content::{
    Bulletin, Legislation, Marking, Meeting, MemberFigures, Notice, OperationFigures, Person, Resource,
    TallyEntry, Text, Training,
};
use crate::model::*;

/// A bulletin on a law.
fn law() -> Notice {
    let legislation = Legislation {
        country: "TN".to_owned(),
        citation: "Loi organique n° 2016-61".to_owned(),
        in_force_since: date(2016, 8, 0),
        link: "https://legislation.example/2016-61".to_owned(),
    };
    let bulletin = Bulletin {
        category: BulletinCategory::Legislation.into(),
        legislation: Some(legislation),
        keywords: vec!["TRAFFICKING_IN_PERSONS".to_owned(), "FORCED_LABOUR".to_owned()],
        ..Bulletin::default()
    };
    plain(Circulation::Bulletin, |draft| draft.bulletin = Some(Box::new(bulletin.clone())))
}

fn plain(circulation: Circulation, change: impl Fn(&mut Notice)) -> Notice {
    let text = |text: &str| vec![Text { language: "en".to_owned(), text: text.to_owned() }];
    let mut draft = Notice {
        circulation: circulation.into(),
        case_reference: "LIB-1".to_owned(),
        subject: text("A title"),
        narrative: text("A body"),
        marking: Some(Marking { handling: Handling::H0.into(), ..Marking::default() }),
        purpose: Purpose::CriminalInvestigation.into(),
        ..Notice::default()
    };
    change(&mut draft);
    draft
}

fn broken(draft: &Notice) -> Vec<(String, Rule)> {
    let problems = check(draft, now()).err().unwrap_or_default();
    problems.into_iter().map(|problem| (problem.field, problem.rule)).collect()
}

fn one(field: &str, rule: Rule) -> Vec<(String, Rule)> {
    vec![(field.to_owned(), rule)]
}

#[test]
fn a_bulletin_says_what_belongs_to_its_category_and_nothing_else() {
    let checked = check(&law(), now()).unwrap();
    let bulletin = checked.notice().bulletin.clone().unwrap();
    assert_eq!(bulletin.category, i32::from(BulletinCategory::Legislation));
    assert_eq!(
        bulletin.keywords.iter().map(|word| word.parse::<Keyword>().unwrap().kind()).collect::<Vec<_>>(),
        ["offence_type", "exploitation"]
    );

    let changed = |change: &dyn Fn(&mut Bulletin)| {
        let mut draft = law();
        change(draft.bulletin.as_mut().unwrap());
        broken(&draft)
    };
    assert_eq!(changed(&|b| b.category = 0), one("bulletin.category", Rule::FieldNeeded));
    assert_eq!(changed(&|b| b.legislation = None), one("bulletin.legislation", Rule::FieldNeeded));
    assert_eq!(
        changed(&|b| b.category = BulletinCategory::Training.into()),
        [
            ("bulletin.training".to_owned(), Rule::FieldNeeded),
            ("bulletin.legislation".to_owned(), Rule::NotCarriedHere)
        ]
    );
    let citation = |b: &mut Bulletin| b.legislation.as_mut().unwrap().citation.clear();
    assert_eq!(changed(&citation), one("bulletin.legislation.citation", Rule::FieldNeeded));
    let country = |b: &mut Bulletin| b.legislation.as_mut().unwrap().country = "ZZZ".to_owned();
    assert_eq!(changed(&country), one("bulletin.legislation.country", Rule::UnknownCountry));
    assert_eq!(
        changed(&|b| b.keywords.push("NOT_A_WORD".into())),
        one("bulletin.keywords[2]", Rule::UnknownCode)
    );
    assert_eq!(
        changed(&|b| b.keywords.push("FORCED_LABOUR".into())),
        one("bulletin.keywords[2]", Rule::Duplicate)
    );

    let without = plain(Circulation::Bulletin, |_| ());
    assert_eq!(broken(&without), one("bulletin", Rule::BulletinNeeded));
    let elsewhere = plain(Circulation::Message, |draft| draft.bulletin = law().bulletin);
    assert_eq!(broken(&elsewhere), one("bulletin", Rule::NotCarriedHere));
}

#[test]
fn the_other_categories_have_their_own_needs() {
    let bulletin = |category: BulletinCategory, change: &dyn Fn(&mut Bulletin)| {
        let mut bulletin = Bulletin { category: category.into(), ..Bulletin::default() };
        change(&mut bulletin);
        broken(&plain(Circulation::Bulletin, |draft| draft.bulletin = Some(Box::new(bulletin.clone()))))
    };
    let training = Training {
        provider: "A school".to_owned(),
        format: TrainingFormat::Online.into(),
        ..Training::default()
    };
    assert_eq!(bulletin(BulletinCategory::Training, &|b| b.training = Some(training.clone())), []);
    assert_eq!(
        bulletin(BulletinCategory::Training, &|b| b.training = Some(Training::default())),
        [
            ("bulletin.training.provider".to_owned(), Rule::FieldNeeded),
            ("bulletin.training.format".to_owned(), Rule::FieldNeeded)
        ]
    );
    let event = Meeting {
        starts: Some(crate::convert::timestamp_message(now())),
        place: "Tunis".to_owned(),
        ..Meeting::default()
    };
    assert_eq!(bulletin(BulletinCategory::Event, &|b| b.event = Some(event.clone())), []);
    let backwards = Meeting {
        ends: Some(crate::convert::timestamp_message(now().before(amana_types::Duration::from_days(1)))),
        ..event.clone()
    };
    assert_eq!(
        bulletin(BulletinCategory::Event, &|b| b.event = Some(backwards.clone())),
        one("bulletin.event.ends", Rule::DatesOutOfOrder)
    );
    let resource = Resource {
        kind: ResourceKind::Guide.into(),
        publisher: "A publisher".to_owned(),
        ..Resource::default()
    };
    assert_eq!(bulletin(BulletinCategory::Resource, &|b| b.resource = Some(resource.clone())), []);
}

#[test]
fn figures_are_those_of_an_operation_and_about_nobody() {
    let entry = |measure: TallyMeasure, count| TallyEntry { measure: measure.into(), count };
    let tally = |change: &dyn Fn(&mut Notice)| {
        plain(Circulation::Message, |draft| {
            draft.operation = "OP-DAWN".to_owned();
            draft.tally = vec![entry(TallyMeasure::Arrests, 3), entry(TallyMeasure::VictimsReferred, 0)];
            change(draft);
        })
    };
    let checked = check(&tally(&|_| ()), now()).unwrap();
    assert_eq!(checked.notice().tally.len(), 2);
    assert_eq!(checked.notice().operation, "OP-DAWN");

    assert_eq!(broken(&tally(&|d| d.operation.clear())), one("operation", Rule::FieldNeeded));
    assert_eq!(broken(&tally(&|d| d.operation = "op dawn".into())), one("operation", Rule::InvalidOperation));
    assert_eq!(
        broken(&tally(&|d| d.tally[1] = entry(TallyMeasure::Arrests, 4))),
        one("tally[1]", Rule::Duplicate)
    );
    assert_eq!(broken(&tally(&|d| d.tally[0].count = u64::MAX)), one("tally[0].count", Rule::CountTooLarge));
    assert_eq!(broken(&tally(&|d| d.tally[0].measure = 0)), one("tally[0].measure", Rule::FieldNeeded));
    let spontaneous = tally(&|d| d.circulation = Circulation::SpontaneousInformation.into());
    assert_eq!(broken(&spontaneous), one("tally", Rule::NotCarriedHere));
    let about = broken(&tally(&|d| d.persons = vec![Person::default()]));
    assert!(about.contains(&("persons".to_owned(), Rule::NotCarriedHere)), "{about:?}");
}

#[test]
fn a_closing_report_adds_up() {
    let entry = |count| TallyEntry { measure: TallyMeasure::Arrests.into(), count };
    let country = |member: &str, count, log_index| MemberFigures {
        member: member.to_owned(),
        tally: vec![entry(count)],
        notice_id: "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
        reported: Some(crate::convert::timestamp_message(now())),
        log_index,
    };
    let figures = OperationFigures {
        members: vec![country("XA", 3, 7), country("XF", 4, 9)],
        totals: vec![entry(7)],
        not_reported: vec!["XE".to_owned()],
        first_log_index: Some(7),
        last_log_index: Some(9),
        ..OperationFigures::default()
    };
    let report = |change: &dyn Fn(&mut Notice)| {
        plain(Circulation::Bulletin, |draft| {
            let category = BulletinCategory::ClosingReport.into();
            draft.bulletin = Some(Box::new(Bulletin { category, ..Bulletin::default() }));
            draft.operation = "OP-DAWN".to_owned();
            draft.closing_report = Some(Box::new(figures.clone()));
            change(draft);
        })
    };
    let of = |d: &mut Notice| d.closing_report.clone().unwrap();
    let checked = check(&report(&|_| ()), now()).unwrap();
    assert_eq!(checked.notice().closing_report.as_ref().unwrap().last_log_index, Some(9));

    let wrong =
        report(&|d| d.closing_report = Some(Box::new(OperationFigures { totals: vec![entry(8)], ..*of(d) })));
    assert_eq!(broken(&wrong), one("closing_report.totals", Rule::SumsDoNotAgree));
    assert_eq!(broken(&report(&|d| d.closing_report = None)), one("closing_report", Rule::FieldNeeded));
    assert_eq!(broken(&report(&|d| d.operation.clear())), one("operation", Rule::FieldNeeded));
    let elsewhere = report(&|d| d.bulletin = law().bulletin);
    assert_eq!(broken(&elsewhere), one("closing_report", Rule::NotCarriedHere));
    let half =
        report(&|d| d.closing_report = Some(Box::new(OperationFigures { last_log_index: None, ..*of(d) })));
    assert_eq!(broken(&half), one("closing_report.first_log_index", Rule::DatesOutOfOrder));
}
