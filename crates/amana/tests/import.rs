//! The CTDC data set from one country to two others: every row once, in order, readable; nothing unknown
//! is guessed. The rows are made here, in the exact layout of the published file; none is copied from it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::fs;

use amana_wire::v1;
use common::{Agency, Exchange, reason, text};
use serde_json::Value;

const ROWS: usize = 200;

/// The columns, each with values that the codebook has; the empty one means "not stated".
const COLUMNS: [(&str, &[&str]); 16] = [
    ("yearRegister", &["", "2005-2013", "2014-2018", "2019", "2020", "2021-2022"]),
    ("gender", &["", "Female", "Male"]),
    ("majorityStatus", &["", "Adult", "Minor"]),
    (LABOUR, &["", "1"]),
    (SEXUAL, &["", "1"]),
    ("UN_COO_Region", &["", "Africa", "Americas/Oceania", "Asia", "Europe"]),
    ("UN_COE_Region", &["", "Africa", "Americas/Oceania", "Asia", "Europe"]),
    ("IP_Exploiter", &["", "1"]),
    ("IP_Gender", &["", "Female", "Male", "Female;Male"]),
    ("IP_ageBroad", &["", "0--29", "30--38", "39--47", "48+", "0--29;30--38"]),
    ("IP_citizen_UNRegion", &["", "Africa", "Asia;Europe"]),
    ("IP_Relation", &["", "FamilyIntimatePartner", "FriendAcquaintance;StrangerUnknownOther"]),
    ("IP_PayMoney", &["", "No", "Yes", "No;Yes"]),
    ("IP_RecruiterBroker", &["", "1"]),
    ("IP_TransactionProcess", &["", "1"]),
    ("IP_ControlAbuseKidnap", &["", "1"]),
];
const LABOUR: &str = "isForcedLabour";
const SEXUAL: &str = "isSexualExploit";

/// Deterministic rows: a value of each column by a multiplicative hash of row and column.
fn rows() -> Vec<Vec<&'static str>> {
    let value = |row: usize, column: usize| {
        let hash = ((row * COLUMNS.len() + column) as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let values = COLUMNS[column].1;
        values[(hash >> 33) as usize % values.len()]
    };
    (0..ROWS).map(|row| (0..COLUMNS.len()).map(|column| value(row, column)).collect()).collect()
}

fn csv(rows: &[Vec<&str>]) -> String {
    let header = COLUMNS.map(|(name, _)| name).join(",");
    let lines = rows.iter().map(|row| row.join(","));
    std::iter::once(header).chain(lines).map(|line| line + "\n").collect()
}

/// How many rows state each form of exploitation.
fn forms(rows: &[Vec<&str>]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        let stated = |name| row[COLUMNS.iter().position(|(column, _)| *column == name).unwrap()] == "1";
        let mut names = Vec::new();
        names.extend(stated(LABOUR).then_some("FORCED_LABOUR"));
        names.extend(stated(SEXUAL).then_some("SEXUAL_EXPLOITATION"));
        if names.is_empty() {
            names.push("NOT_STATED");
        }
        for name in names {
            *counts.entry(name.to_owned()).or_default() += 1;
        }
    }
    counts
}

/// The forms of exploitation in notices that were received, counted the same way.
fn received_forms(received: &[v1::NoticeSummary]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for notice in received {
        if notice.exploitation.is_empty() {
            *counts.entry("NOT_STATED".to_owned()).or_default() += 1;
        }
        for form in notice.exploitation() {
            let name = form.as_str_name().trim_start_matches("EXPLOITATION_");
            *counts.entry(name.to_owned()).or_default() += 1;
        }
    }
    counts
}

/// Reads a received notice whole: it must be the row that its subject names.
async fn reads_as(agency: &Agency, summary: &v1::NoticeSummary, number: usize, row: &[&str]) {
    assert_eq!(summary.sender, "XA");
    assert_eq!(summary.case_reference, format!("CTDC-VP-{number}"), "in the file's order");
    let request = v1::GetNoticeRequest { notice_id: summary.notice_id.clone(), access: reason() };
    let whole = agency.0.clone().get_notice(request).await.unwrap().into_inner().notice.unwrap();
    let narrative = &whole.notice.unwrap().narrative[0].text;
    for ((column, _), cell) in COLUMNS.iter().zip(row) {
        let stated = format!("{column}: {}", cell.replace(';', ", "));
        let unknown = narrative.split_once("Unknown: ").map_or("", |(_, unknown)| unknown);
        let unknown = unknown.trim_end_matches('.').split(", ").any(|name| name == *column);
        assert_eq!(unknown, cell.is_empty(), "{column}: {narrative}");
        assert!(cell.is_empty() || narrative.contains(&stated), "{stated}: {narrative}");
    }
}

async fn import(exchange: &Exchange, file: &str) -> Value {
    let context = text(&exchange.agency_dir("XA"));
    let arguments = ["--context", &context, "import", "ctdc", file, "--to", "XF", "--to", "XS"];
    exchange.amana(&arguments).await.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_arrives_once_in_order_and_readable() {
    let (exchange, _hub) = Exchange::with_nodes(&["XA", "XF", "XS"]).await;
    let _nodes = [exchange.run("XA").await, exchange.run("XF").await, exchange.run("XS").await];
    exchange.agency("XA").await.knows(&["XF", "XS"]).await;
    let rows = rows();
    let expected = forms(&rows);
    assert!(expected.len() == 3 && expected.values().all(|count| *count > 10), "{expected:?}");
    fs::write(exchange.root().join("cases.csv"), csv(&rows)).unwrap();

    // The second run publishes the same rows, and sends nothing twice.
    for (published, before) in [(ROWS, 0), (0, ROWS)] {
        let report = import(&exchange, "cases.csv").await;
        assert_eq!(report["rows"], ROWS);
        assert_eq!(report["published"], published);
        assert_eq!(report["published_before"], before);
        assert_eq!(report["exploitation"], serde_json::to_value(&expected).unwrap());
    }
    // One more row behind them: what it finds before it is all that was ever sent.
    let mut longer = rows.clone();
    longer.push(vec![""; COLUMNS.len()]);
    fs::write(exchange.root().join("longer.csv"), csv(&longer)).unwrap();
    let context = text(&exchange.agency_dir("XA"));
    let skip = ROWS.to_string();
    let arguments = ["--context", &context, "import", "ctdc", "longer.csv", "--to", "XF", "--to", "XS"];
    exchange.amana(&[&arguments[..], &["--skip", &skip]].concat()).await;

    for code in ["XF", "XS"] {
        let agency = exchange.agency(code).await;
        agency.receives(ROWS + 1).await;
        let received = agency.received().await;
        assert_eq!(received_forms(&received[..ROWS]), expected, "at {code}");
        for (at, (summary, row)) in received.iter().zip(&longer).enumerate() {
            reads_as(&agency, summary, at + 1, row).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_value_is_named_with_its_row_and_column() {
    let exchange = Exchange::make().await;
    let mut rows = rows();
    rows[2][1] = "Femail";
    rows[6][5] = "Atlantis";
    fs::write(exchange.root().join("cases.csv"), csv(&rows)).unwrap();
    let (exit, shown, said) = exchange.try_amana(&["import", "ctdc", "cases.csv", "--to", "XF"]).await;
    assert_eq!((exit, shown.as_str()), (2, ""));
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "cases.csv: row 3: gender: \"Femail\" is none of Female, Male");
    assert!(
        lines[1].starts_with("cases.csv: row 7: UN_COO_Region: \"Atlantis\" is none of Africa, "),
        "{said}"
    );
    assert_eq!(lines[2], "amana: 2 mistakes in cases.csv; nothing was sent");
}
