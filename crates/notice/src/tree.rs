//! What a file holds, whatever its format: values with their place in the text.

use std::ops::Range;

/// A place in a text, in bytes.
pub(crate) type Span = Range<usize>;

/// A value and where it stands. Values made for writing stand nowhere (`0..0`).
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// A value of a file.
#[derive(Debug)]
pub(crate) enum Value {
    /// JSON's `null`: the same as leaving the key out.
    Null,
    Bool(bool),
    Integer(i128),
    /// A decimal number, as it is written.
    Decimal(String),
    Text(String),
    /// A date or time that TOML writes without quotes.
    Moment(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
    /// Something that no field of ours takes, such as a number out of range.
    Other(&'static str),
}

/// A key of a table and its value.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

impl Value {
    /// What it is, for messages.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Integer(_) => "a number",
            Self::Decimal(_) => "a decimal number",
            Self::Text(_) => "a text",
            Self::Moment(_) => "a date or time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self { value, span: 0..0 }
    }
}

impl Entry {
    /// An entry for writing.
    pub(crate) fn new(key: &str, value: Value) -> Self {
        Self { key: key.to_owned(), key_span: 0..0, node: value.into() }
    }
}
