//! Labels of every code and field, and names of countries, in the official languages.
//!
//! Codes travel; labels are for people. They stand in two tables beside this file and nowhere else.

/// A list of codes whose meaning is their label: it stands in `labels.tsv`, once.
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident in $kind:literal { $($variant:ident = $code:literal,)+ }) => {
        $crate::codes! {
            $(#[$doc])*
            pub enum $name in $kind {
                $(#[doc = concat!("`", $code, "`; its labels are in `labels.tsv`.")] $variant = $code,)+
            }
        }
    };
}
mod field;
mod word;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use field::Field;
pub use word::{AudienceRule, DeliveryState, StatusField, Word};

use crate::{Coded, CountryCode, Language};

/// One row: Arabic, English, French, Spanish.
type Row = [&'static str; 4];

static LABELS: LazyLock<HashMap<(&str, &str), Row>> = LazyLock::new(|| {
    rows(include_str!("labels.tsv"))
        .filter_map(|mut cells| Some(((cells.next()?, cells.next()?), row(cells)?)))
        .collect()
});

static COUNTRIES: LazyLock<HashMap<&str, Row>> = LazyLock::new(|| {
    rows(include_str!("countries.tsv")).filter_map(|mut cells| Some((cells.next()?, row(cells)?))).collect()
});

/// The label of a code, such as `عمل الأطفال` for `CHILD_LABOUR`. In a language that is not official it
/// is in English.
#[must_use]
pub fn label<C: Coded>(code: C, language: Language) -> &'static str {
    by_code(C::KIND, code.as_code(), language).unwrap_or_else(|| code.as_code())
}

/// The label of a code by the names of its list and of itself, if there is such a code.
#[must_use]
pub fn by_code(kind: &str, code: &str, language: Language) -> Option<&'static str> {
    LABELS.get(&(kind, code)).and_then(|row| cell(row, language))
}

/// The name of a country. In a language that is not official it is in English.
#[must_use]
pub fn country_name(country: CountryCode, language: Language) -> Option<&'static str> {
    COUNTRIES.get(country.as_str()).and_then(|row| cell(row, language))
}

/// Every code that has labels, by the names of its list and of itself, in no order.
pub fn keys() -> impl Iterator<Item = (&'static str, &'static str)> {
    LABELS.keys().copied()
}

fn rows(table: &'static str) -> impl Iterator<Item = std::str::Split<'static, char>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t'))
}

fn row(mut cells: impl Iterator<Item = &'static str>) -> Option<Row> {
    Some([cells.next()?, cells.next()?, cells.next()?, cells.next()?])
}

fn cell(row: &Row, language: Language) -> Option<&'static str> {
    let column = Language::OFFICIAL.iter().position(|official| *official == language);
    let english = Language::OFFICIAL.iter().position(|official| *official == Language::EN);
    row.get(column.or(english)?).copied()
}

#[cfg(test)]
#[path = "labels_tests.rs"]
mod tests;
