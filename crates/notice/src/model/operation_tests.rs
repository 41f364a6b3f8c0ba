use super::*;
use crate::content::MemberFigures;

#[test]
fn totals_are_over_all_members_and_only_of_what_was_counted() {
    let entry =
        |(measure, count): &(TallyMeasure, u64)| TallyEntry { measure: (*measure).into(), count: *count };
    let country = |code: &str, tally: &[(TallyMeasure, u64)]| MemberFigures {
        member: code.into(),
        tally: tally.iter().map(entry).collect(),
        ..MemberFigures::default()
    };
    let figures = OperationFigures {
        members: vec![
            country("XA", &[(TallyMeasure::Arrests, 3), (TallyMeasure::PersonsChecked, 100)]),
            country("XF", &[(TallyMeasure::Arrests, 4), (TallyMeasure::VictimsReferred, 0)]),
        ],
        ..OperationFigures::default()
    };
    let expected =
        [(TallyMeasure::PersonsChecked, 100), (TallyMeasure::VictimsReferred, 0), (TallyMeasure::Arrests, 7)];
    assert_eq!(figures.sums(), expected.each_ref().map(entry));
    assert!(OperationFigures::default().sums().is_empty());
}
