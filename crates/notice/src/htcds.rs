//! How the fields and values of the Human Trafficking Case Data Standard (IOM HTCDS 2.0) stand in a notice.
//!
//! Two tables, so that another system's case data can be carried over and back without guessing. What the
//! standard lacks (forced criminality other than begging) has no row; what a notice does not carry says why.

/// Where a field of the standard goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goes {
    /// To this path of a notice, such as `persons.trafficking.status`.
    To(&'static str),
    /// Nowhere, for this reason.
    Nowhere(&'static str),
}

/// One value of a closed list of the standard, and our code for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// The field of the standard, such as `vic_MethodsOfControl`.
    pub field: &'static str,
    /// Its value, such as `DebtBondage`.
    pub value: &'static str,
    /// Our list, such as `means_of_control`.
    pub list: &'static str,
    /// Our code, such as `DEBT_BONDAGE`.
    pub code: &'static str,
}

/// Every field of the standard, and where it goes.
pub fn fields() -> impl Iterator<Item = (&'static str, Goes)> {
    rows(include_str!("htcds/fields.tsv")).filter_map(|mut cells| {
        let (field, path) = (cells.next()?, cells.next()?);
        let goes = if path == "-" { Goes::Nowhere(cells.next()?) } else { Goes::To(path) };
        Some((field, goes))
    })
}

/// Every value of the standard that a notice has a code for.
pub fn values() -> impl Iterator<Item = Value> {
    rows(include_str!("htcds/values.tsv")).filter_map(|mut cells| {
        let mut cell = || cells.next();
        Some(Value { field: cell()?, value: cell()?, list: cell()?, code: cell()? })
    })
}

fn rows(table: &'static str) -> impl Iterator<Item = std::str::Split<'static, char>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t'))
}
