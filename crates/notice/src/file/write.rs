//! Writing a notice file.

use super::reader::TO;
use crate::content;
use crate::describe;
use crate::json::from_tree;
use crate::show;
use crate::tree::{Entry, Node, Value};

/// The notice and its addressing as TOML, which [`read`](super::read) reads back. Empty fields are left
/// out.
#[must_use]
pub fn to_toml(notice: &content::Notice, to: &content::Addressing) -> String {
    super::toml::write(texts_short(tree(notice, to)))
}

/// The notice and its addressing as JSON, which [`read`](super::read) reads back. Every field is there.
#[must_use]
pub fn to_json(notice: &content::Notice, to: &content::Addressing) -> serde_json::Value {
    from_tree(tree(notice, to))
}

fn tree(notice: &content::Notice, to: &content::Addressing) -> Value {
    let mut notice = describe::open(notice).map_or(Value::Null, |notice| show::message(&notice));
    let to = describe::open(to).map_or(Value::Null, |to| show::message(&to));
    if let Value::Table(entries) = &mut notice {
        entries.push(Entry::new(TO, to));
    }
    notice
}

/// Writes lists of texts with the language as the key, where no language stands twice.
fn texts_short(value: Value) -> Value {
    match value {
        Value::List(items) => match by_language(&items) {
            Some(table) => table,
            None => Value::List(items.into_iter().map(|item| texts_short(item.value).into()).collect()),
        },
        Value::Table(entries) => Value::Table(
            entries.into_iter().map(|entry| Entry::new(&entry.key, texts_short(entry.node.value))).collect(),
        ),
        other => other,
    }
}

fn by_language(items: &[Node]) -> Option<Value> {
    let mut texts: Vec<Entry> = Vec::with_capacity(items.len());
    for item in items {
        let Value::Table(fields) = &item.value else { return None };
        let [language, text] = fields.as_slice() else { return None };
        let ("language", "text") = (language.key.as_str(), text.key.as_str()) else { return None };
        let (Value::Text(language), Value::Text(text)) = (&language.node.value, &text.node.value) else {
            return None;
        };
        if language.is_empty() || text.is_empty() || texts.iter().any(|known| known.key == *language) {
            return None;
        }
        texts.push(Entry::new(language, Value::Text(text.clone())));
    }
    (!texts.is_empty()).then_some(Value::Table(texts))
}
