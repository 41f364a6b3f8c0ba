//! TOML to the common tree, with every syntax error; and from the tree.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Found;
use crate::tree::{Entry, Node, Value};

/// Reads TOML. What could be read in spite of errors is in the tree too.
pub(super) fn parse(text: &str) -> (Node, Vec<Found>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let found = errors.iter().map(|error| {
        let span = error.span().unwrap_or(0..0);
        Found::new(&span, "", "SYNTAX", format!("not TOML: {}", error.message()))
    });
    let found = found.collect();
    (Node { span: table.span(), value: table_value(table.into_inner()) }, found)
}

fn table_value(table: DeTable<'_>) -> Value {
    let entries = table.into_iter().map(|(key, value)| Entry {
        key_span: key.span(),
        key: key.into_inner().into_owned(),
        node: node(value),
    });
    Value::Table(entries.collect())
}

fn node(value: Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::Other("a number out of range"), Value::Integer),
        DeValue::Float(number) => Value::Decimal(number.as_str().to_owned()),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(moment) => Value::Moment(moment.to_string()),
        DeValue::Array(items) => Value::List(items.into_iter().map(node).collect()),
        DeValue::Table(table) => table_value(table),
    };
    Node { value, span }
}

/// Writes a table as TOML; what is absent or empty is left out.
pub(super) fn write(value: Value) -> String {
    match value_of(value) {
        // Every value made by `value_of` can be written: there is no key that is not a text.
        Some(toml::Value::Table(table)) => toml::to_string_pretty(&table).unwrap_or_default(),
        _ => String::new(),
    }
}

fn value_of(value: Value) -> Option<toml::Value> {
    match value {
        Value::Null | Value::Bool(false) | Value::Decimal(_) | Value::Other(_) => None,
        Value::Bool(true) => Some(true.into()),
        Value::Integer(number) => i64::try_from(number).ok().map(Into::into),
        Value::Text(text) if text.is_empty() => None,
        Value::Text(text) => Some(text.into()),
        Value::Moment(text) => {
            Some(text.parse().map_or_else(|_| toml::Value::String(text), toml::Value::Datetime))
        }
        Value::List(items) => {
            let items: Vec<_> = items.into_iter().filter_map(|item| value_of(item.value)).collect();
            (!items.is_empty()).then_some(items.into())
        }
        Value::Table(entries) => {
            let fields =
                entries.into_iter().filter_map(|entry| Some((entry.key, value_of(entry.node.value)?)));
            let table: toml::Table = fields.collect();
            (!table.is_empty()).then_some(table.into())
        }
    }
}
