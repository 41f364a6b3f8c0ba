//! A message of the contract as JSON.
//!
//! Field names are those of the contract, every field is there, codes have no prefix, times are
//! RFC 3339 in UTC (also those of `*_at` and `*_unix_ms` fields, which are Unix milliseconds on the wire), dates are
//! `1984-02-29` or as much of it as is known, bytes are hexadecimal except `checkpoint`, which is text.

use prost::{Message, Name};
use prost_reflect::DynamicMessage;
use serde_json::{Map, Number};

use crate::describe;
use crate::show;
use crate::tree::Value;

/// A message of [`content`](crate::content) as JSON.
#[must_use]
pub fn view<M: Message + Name>(message: &M) -> serde_json::Value {
    // Every message of `content` is described; what is not would show as null.
    describe::open(message).map_or(serde_json::Value::Null, |message| shown(&message))
}

/// Any message of the contract as JSON.
#[must_use]
pub fn shown(message: &DynamicMessage) -> serde_json::Value {
    from_tree(show::message(message))
}

/// A tree as JSON.
pub(crate) fn from_tree(value: Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => value.into(),
        Value::Integer(value) => Number::from_i128(value).map_or(serde_json::Value::Null, Into::into),
        Value::Text(text) | Value::Moment(text) | Value::Decimal(text) => text.into(),
        Value::List(items) => items.into_iter().map(|item| from_tree(item.value)).collect(),
        Value::Table(entries) => {
            let fields = entries.into_iter().map(|entry| (entry.key, from_tree(entry.node.value)));
            fields.collect::<Map<_, _>>().into()
        }
        Value::Other(kind) => kind.into(),
    }
}
