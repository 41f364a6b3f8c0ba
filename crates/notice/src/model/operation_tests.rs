use super::*;

#[test]
fn totals_are_over_all_countries_and_only_of_what_was_counted() {
    let country = |code: &str, tally: &[(TallyMeasure, u64)]| CountryFigures {
        member: code.parse().unwrap(),
        tally: tally.iter().map(|(measure, count)| TallyEntry { measure: *measure, count: *count }).collect(),
        notice: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
        reported: Timestamp::default(),
        index: Seq(3),
    };
    let figures = OperationFigures {
        countries: vec![
            country("XA", &[(TallyMeasure::Arrests, 3), (TallyMeasure::PersonsChecked, 100)]),
            country("XF", &[(TallyMeasure::Arrests, 4), (TallyMeasure::VictimsReferred, 0)]),
        ],
        ..OperationFigures::default()
    };
    let totals: Vec<_> = figures.totals().into_iter().map(|entry| (entry.measure, entry.count)).collect();
    let expected =
        [(TallyMeasure::PersonsChecked, 100), (TallyMeasure::VictimsReferred, 0), (TallyMeasure::Arrests, 7)];
    assert_eq!(totals, expected);
    assert!(OperationFigures::default().totals().is_empty());
}
