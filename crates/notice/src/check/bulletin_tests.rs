use crate::check::check;
use crate::check::fixture::*;
use crate::draft::*;
use crate::model::*;
use crate::{Draft, Rule};

/// A bulletin on a law.
fn law() -> Draft {
    let legislation = LegislationDraft {
        country: "TN".to_owned(),
        citation: "Loi organique n° 2016-61".to_owned(),
        in_force_since: Some(DateDraft { year: 2016, month: 8, ..DateDraft::default() }),
        link: "https://legislation.example/2016-61".to_owned(),
    };
    let bulletin = BulletinDraft {
        category: BulletinCategory::Legislation.into(),
        legislation: Some(legislation),
        keywords: vec!["TRAFFICKING_IN_PERSONS".to_owned(), "FORCED_LABOUR".to_owned()],
        ..BulletinDraft::default()
    };
    plain(Circulation::Bulletin, |draft| draft.bulletin = Some(bulletin.clone()))
}

fn plain(circulation: Circulation, change: impl Fn(&mut Draft)) -> Draft {
    let text = |text: &str| vec![TextDraft { language: "en".to_owned(), text: text.to_owned() }];
    let mut draft = Draft {
        circulation: circulation.into(),
        case_reference: "LIB-1".to_owned(),
        subject: text("A title"),
        narrative: text("A body"),
        handling: Handling::H0.into(),
        purpose: Purpose::CriminalInvestigation.into(),
        ..Draft::default()
    };
    change(&mut draft);
    draft
}

fn broken(draft: &Draft) -> Vec<(String, Rule)> {
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
    assert_eq!(bulletin.category, BulletinCategory::Legislation);
    assert_eq!(
        bulletin.keywords.iter().map(Keyword::kind).collect::<Vec<_>>(),
        ["offence_type", "exploitation"]
    );

    let changed = |change: &dyn Fn(&mut BulletinDraft)| {
        let mut draft = law();
        change(draft.bulletin.as_mut().unwrap());
        broken(&draft)
    };
    assert_eq!(changed(&|b| b.category = Stated::Absent), one("bulletin.category", Rule::FieldNeeded));
    assert_eq!(changed(&|b| b.legislation = None), one("bulletin.legislation", Rule::FieldNeeded));
    assert_eq!(
        changed(&|b| b.category = BulletinCategory::Training.into()),
        [
            ("bulletin.training".to_owned(), Rule::FieldNeeded),
            ("bulletin.legislation".to_owned(), Rule::NotCarriedHere)
        ]
    );
    let citation = |b: &mut BulletinDraft| b.legislation.as_mut().unwrap().citation.clear();
    assert_eq!(changed(&citation), one("bulletin.legislation.citation", Rule::FieldNeeded));
    let country = |b: &mut BulletinDraft| b.legislation.as_mut().unwrap().country = "ZZZ".to_owned();
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
    let bulletin = |category: BulletinCategory, change: &dyn Fn(&mut BulletinDraft)| {
        let mut bulletin = BulletinDraft { category: category.into(), ..BulletinDraft::default() };
        change(&mut bulletin);
        broken(&plain(Circulation::Bulletin, |draft| draft.bulletin = Some(bulletin.clone())))
    };
    let training = TrainingDraft {
        provider: "A school".to_owned(),
        format: TrainingFormat::Online.into(),
        ..TrainingDraft::default()
    };
    assert_eq!(bulletin(BulletinCategory::Training, &|b| b.training = Some(training.clone())), []);
    assert_eq!(
        bulletin(BulletinCategory::Training, &|b| b.training = Some(TrainingDraft::default())),
        [
            ("bulletin.training.provider".to_owned(), Rule::FieldNeeded),
            ("bulletin.training.format".to_owned(), Rule::FieldNeeded)
        ]
    );
    let event = MeetingDraft { starts: Some(now()), place: "Tunis".to_owned(), ..MeetingDraft::default() };
    assert_eq!(bulletin(BulletinCategory::Event, &|b| b.event = Some(event.clone())), []);
    let backwards =
        MeetingDraft { ends: Some(now().before(amana_types::Duration::from_days(1))), ..event.clone() };
    assert_eq!(
        bulletin(BulletinCategory::Event, &|b| b.event = Some(backwards.clone())),
        one("bulletin.event.ends", Rule::DatesOutOfOrder)
    );
    let resource = ResourceDraft {
        kind: ResourceKind::Guide.into(),
        publisher: "A publisher".to_owned(),
        ..ResourceDraft::default()
    };
    assert_eq!(bulletin(BulletinCategory::Resource, &|b| b.resource = Some(resource.clone())), []);
}

#[test]
fn figures_are_those_of_an_operation_and_about_nobody() {
    let entry = |measure: TallyMeasure, count| TallyEntryDraft { measure: measure.into(), count };
    let tally = |change: &dyn Fn(&mut Draft)| {
        plain(Circulation::Message, |draft| {
            draft.operation = "OP-DAWN".to_owned();
            draft.tally = vec![entry(TallyMeasure::Arrests, 3), entry(TallyMeasure::VictimsReferred, 0)];
            change(draft);
        })
    };
    let checked = check(&tally(&|_| ()), now()).unwrap();
    assert_eq!(checked.notice().tally.len(), 2);
    assert_eq!(checked.notice().operation.as_ref().map(amana_types::GroupName::as_str), Some("OP-DAWN"));

    assert_eq!(broken(&tally(&|d| d.operation.clear())), one("operation", Rule::FieldNeeded));
    assert_eq!(broken(&tally(&|d| d.operation = "op dawn".into())), one("operation", Rule::InvalidOperation));
    assert_eq!(
        broken(&tally(&|d| d.tally[1] = entry(TallyMeasure::Arrests, 4))),
        one("tally[1]", Rule::Duplicate)
    );
    assert_eq!(broken(&tally(&|d| d.tally[0].count = u64::MAX)), one("tally[0].count", Rule::CountTooLarge));
    assert_eq!(
        broken(&tally(&|d| d.tally[0].measure = Stated::Absent)),
        one("tally[0].measure", Rule::FieldNeeded)
    );
    let spontaneous = tally(&|d| d.circulation = Circulation::SpontaneousInformation.into());
    assert_eq!(broken(&spontaneous), one("tally", Rule::NotCarriedHere));
    let about = broken(&tally(&|d| d.persons = vec![PersonDraft::default()]));
    assert!(about.contains(&("persons".to_owned(), Rule::NotCarriedHere)), "{about:?}");
}

#[test]
fn a_closing_report_adds_up() {
    let entry = |count| TallyEntryDraft { measure: TallyMeasure::Arrests.into(), count };
    let country = |member: &str, count, log_index| CountryFiguresDraft {
        member: member.to_owned(),
        tally: vec![entry(count)],
        notice_id: "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
        reported: Some(now()),
        log_index,
    };
    let figures = OperationFiguresDraft {
        countries: vec![country("XA", 3, 7), country("XF", 4, 9)],
        totals: vec![entry(7)],
        not_reported: vec!["XE".to_owned()],
        first_log_index: Some(7),
        last_log_index: Some(9),
        ..OperationFiguresDraft::default()
    };
    let report = |change: &dyn Fn(&mut Draft)| {
        plain(Circulation::Bulletin, |draft| {
            let category = BulletinCategory::ClosingReport.into();
            draft.bulletin = Some(BulletinDraft { category, ..BulletinDraft::default() });
            draft.operation = "OP-DAWN".to_owned();
            draft.closing_report = Some(figures.clone());
            change(draft);
        })
    };
    let of = |d: &mut Draft| d.closing_report.clone().unwrap();
    let checked = check(&report(&|_| ()), now()).unwrap();
    assert_eq!(
        checked.notice().closing_report.as_ref().unwrap().log,
        Some((amana_types::Seq(7), amana_types::Seq(9)))
    );

    let wrong =
        report(&|d| d.closing_report = Some(OperationFiguresDraft { totals: vec![entry(8)], ..of(d) }));
    assert_eq!(broken(&wrong), one("closing_report.totals", Rule::SumsDoNotAgree));
    assert_eq!(broken(&report(&|d| d.closing_report = None)), one("closing_report", Rule::FieldNeeded));
    assert_eq!(broken(&report(&|d| d.operation.clear())), one("operation", Rule::FieldNeeded));
    let elsewhere = report(&|d| d.bulletin = law().bulletin);
    assert_eq!(broken(&elsewhere), one("closing_report", Rule::NotCarriedHere));
    let half = report(&|d| d.closing_report = Some(OperationFiguresDraft { last_log_index: None, ..of(d) }));
    assert_eq!(broken(&half), one("closing_report.first_log_index", Rule::DatesOutOfOrder));
}
