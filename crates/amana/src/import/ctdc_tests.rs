use std::io::Write;

use amana_notice::check;
use amana_types::Clock;

use super::*;

const HEADER: &str = "yearRegister,gender,majorityStatus,isForcedLabour,isSexualExploit,UN_COO_Region,\
UN_COE_Region,IP_Exploiter,IP_Gender,IP_ageBroad,IP_citizen_UNRegion,IP_Relation,IP_PayMoney,\
IP_RecruiterBroker,IP_TransactionProcess,IP_ControlAbuseKidnap\n";

fn read(rows: &str, skip: u64, limit: Option<u64>) -> DataSet {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "{HEADER}{rows}").unwrap();
    DataSet::read(file.path(), skip, limit).unwrap()
}

const WHOLE: &str = ",Female,Adult,1,,Europe,Asia,1,Female;Male,,Europe,StrangerUnknownOther,No;Yes,1,1,1\n";
const BARE: &str = ",,,,,,,,,,,,,,,\n";

#[test]
fn every_row_makes_a_notice_that_may_be_sent() {
    let now = amana_kit::clock::SystemClock.now();
    let data = read(&format!("{WHOLE}{BARE}2019,Male,Minor,,1,Americas/Oceania,Africa,,,,,,,1,,\n"), 0, None);
    assert_eq!(data.cases.len(), 3);
    for case in &data.cases {
        let problems = check(&case.notice.clone(), now).err();
        assert!(problems.is_none(), "row {}: {problems:?}", case.row);
    }
}

#[test]
fn what_is_stated_is_carried_and_what_is_not_is_named() {
    let data = read(&format!("{WHOLE}{BARE}"), 0, None);
    let notice = &data.cases[0].notice;
    assert_eq!(notice.offences[0].acts.len(), 2);
    assert_eq!(notice.offences[0].means.len(), 2);
    assert_eq!(notice.route.len(), 2);
    assert!(notice.narrative[0].text.ends_with("Unknown: yearRegister, isSexualExploit, IP_ageBroad."));
    assert!(data.cases[1].notice.offences.is_empty(), "nothing is invented");
    assert_eq!(data.forms(), BTreeMap::from([("FORCED_LABOUR", 1), ("NOT_STATED", 1)]));
    assert_eq!(data.unknown()["yearRegister"], 2);
}

#[test]
fn a_child_needs_no_means() {
    let data = read(",Male,Minor,1,,,,,,,,,,1,,\n,Male,Adult,1,,,,,,,,,,1,,\n", 0, None);
    assert_eq!(data.cases[0].notice.offences.len(), 1);
    assert!(data.cases[1].notice.offences.is_empty());
}

#[test]
fn values_that_the_codebook_does_not_have_are_all_named() {
    let data = read(",Femail,Adult,2,,Europe,Mars,,,,,,,,,\n,Male;Female,Adult,1,,,,,,,,,,,,\n", 0, None);
    assert_eq!(data.unreadable.len(), 4);
    assert_eq!(data.unreadable[0], "row 1: gender: \"Femail\" is none of Female, Male");
    assert!(data.unreadable[3].starts_with("row 2: gender"));
}

#[test]
fn skip_and_limit_keep_the_row_numbers() {
    let data = read(&WHOLE.repeat(5), 2, Some(2));
    assert_eq!(data.cases.iter().map(|case| case.row).collect::<Vec<_>>(), [3, 4]);
}
