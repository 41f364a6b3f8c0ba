//! JSON to the common tree.
//!
//! `serde_json` reads level by level into borrowed [`RawValue`]s: where each lies in the text is where
//! it stands.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::lines::Lines;
use super::problem::Found;
use crate::tree::{Entry, Node, Span, Value};

/// How deep values may lie in each other; a notice needs six levels.
const DEPTH: usize = 16;

/// Reads JSON.
pub(super) fn parse(text: &str) -> Result<Node, Found> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| syntax(&error, 0, text))?;
    Parser { text }.node(raw, DEPTH)
}

struct Parser<'a> {
    text: &'a str,
}

impl<'a> Parser<'a> {
    fn node(&self, raw: &'a RawValue, depth: usize) -> Result<Node, Found> {
        let span = self.span(raw);
        let Some(depth) = depth.checked_sub(1) else {
            return Err(Found::new(
                &span,
                "",
                "SYNTAX",
                format!("values lie in each other more than {DEPTH} deep"),
            ));
        };
        let value = match raw.get().as_bytes().first() {
            Some(b'{') => {
                let entries: Entries<'a> = self.read(raw)?;
                Value::Table(entries.0.into_iter().map(|e| self.entry(e, depth)).collect::<Result<_, _>>()?)
            }
            Some(b'[') => {
                let items: Vec<&'a RawValue> = self.read(raw)?;
                Value::List(items.into_iter().map(|item| self.node(item, depth)).collect::<Result<_, _>>()?)
            }
            Some(b'"') => Value::Text(self.read(raw)?),
            Some(b't' | b'f') => Value::Bool(self.read(raw)?),
            Some(b'n') => Value::Null,
            _ => raw.get().parse().map_or_else(|_| Value::Decimal(raw.get().to_owned()), Value::Integer),
        };
        Ok(Node { value, span })
    }

    fn entry(&self, (key, value): (&'a RawValue, &'a RawValue), depth: usize) -> Result<Entry, Found> {
        Ok(Entry { key: self.read(key)?, key_span: self.span(key), node: self.node(value, depth)? })
    }

    fn read<T: Deserialize<'a>>(&self, raw: &'a RawValue) -> Result<T, Found> {
        serde_json::from_str(raw.get()).map_err(|error| syntax(&error, self.span(raw).start, raw.get()))
    }

    /// Where a part of the text lies in it.
    fn span(&self, raw: &RawValue) -> Span {
        let start = raw.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        start..start + raw.get().len()
    }
}

/// A syntax error in a part that begins at byte `start` of the file.
fn syntax(error: &serde_json::Error, start: usize, part: &str) -> Found {
    // serde_json counts columns in bytes, within the part that it reads.
    let at = start + Lines::of(part).start_of(error.line()) + error.column().saturating_sub(1);
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    Found::new(&(at..at), "", "SYNTAX", format!("not JSON: {message}"))
}

/// A JSON object with its keys as they stand, repeated ones too.
struct Entries<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}
