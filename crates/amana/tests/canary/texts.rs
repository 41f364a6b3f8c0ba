//! Which texts of a message have none of the words that are looked for: a search says nothing about them.

use std::collections::BTreeSet;

use serde_json::Value;

/// The fields that are empty, or hold neither one of the words nor a code in capitals.
pub(crate) fn without(words: &[&str], message: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(words, "", message, &mut found);
    found
}

fn walk(words: &[&str], at: &str, value: &Value, found: &mut BTreeSet<String>) {
    let is_code = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    match value {
        Value::Object(fields) => {
            let dot = if at.is_empty() { "" } else { "." };
            fields.iter().for_each(|(name, value)| walk(words, &format!("{at}{dot}{name}"), value, found));
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().for_each(|item| walk(words, at, item, found));
        }
        Value::String(text) if words.iter().any(|word| text.contains(word)) || is_code(text) => {}
        Value::Bool(_) | Value::Number(_) => {}
        Value::String(_) | Value::Array(_) | Value::Null => {
            found.insert(at.to_owned());
        }
    }
}
