//! The tables of the Human Trafficking Case Data Standard leave out no field and no value of it.
#![allow(clippy::unwrap_used, reason = "test code: a panic is a failed test")]

use std::collections::BTreeSet;

use amana_notice::htcds::{Goes, fields, values};
use amana_types::Language;
use amana_types::labels;

fn lines(text: &'static str) -> BTreeSet<&'static str> {
    text.lines().filter(|line| !line.starts_with('#')).collect()
}

#[test]
fn every_field_of_the_standard_has_its_place_or_a_reason() {
    let standard = lines(include_str!("vectors/htcds_fields.txt"));
    let ours: BTreeSet<&str> = fields().map(|(field, _)| field).collect();
    assert_eq!(ours, standard);
    assert_eq!(fields().count(), standard.len(), "a field stands twice");
    for (field, goes) in fields() {
        let (Goes::To(said) | Goes::Nowhere(said)) = goes;
        assert!(said.len() > 3, "{field}: {goes:?}");
    }
}

#[test]
fn every_value_of_the_standard_has_a_code_that_exists() {
    let standard = lines(include_str!("vectors/htcds_values.txt"));
    let rows: Vec<String> = values().map(|row| format!("{}\t{}", row.field, row.value)).collect();
    assert_eq!(rows.iter().map(String::as_str).collect::<BTreeSet<_>>(), standard);
    assert_eq!(rows.len(), standard.len(), "a value stands twice");
    for row in values() {
        assert!(labels::by_code(row.list, row.code, Language::EN).is_some(), "{row:?}");
    }
}
