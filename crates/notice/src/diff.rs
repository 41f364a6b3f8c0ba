//! What changed between two notices, field by field.
//!
//! Both are compared as their JSON shows them, so a path is that of `--output json`. Items of a list belong
//! together by what names them, where something does: `label`, or the language of a text. Of what is left
//! those that are the same belong together, then the others in their order. The order of a list says
//! nothing, so a changed order is no change.
//!
//! ```
//! use amana_notice::{content, diff};
//! let before = content::Notice { case_reference: "XA-1".into(), ..Default::default() };
//! let after = content::Notice { case_reference: "XA-2".into(), ..Default::default() };
//! let changes = diff::changes(&before, &after);
//! assert_eq!(changes[0].path, "case_reference");
//! assert_eq!(changes[0].after.as_deref(), Some("XA-2"));
//! ```

use std::collections::BTreeSet;

use serde_json::Value;

use crate::content;
use crate::json;

/// One value that is not the same in both.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// Path of the field, such as `persons[1].names[0].latin`.
    pub path: String,
    /// What it was; absent when it was added.
    pub before: Option<String>,
    /// What it is; absent when it was removed.
    pub after: Option<String>,
}

// What changed is case text: Debug shows none of it.
impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Change").finish_non_exhaustive()
    }
}

/// Every value of which there is another one in the other notice, or none.
#[must_use]
pub fn changes(before: &content::Notice, after: &content::Notice) -> Vec<Change> {
    let mut changes = Vec::new();
    value("", Some(&json::view(before)), Some(&json::view(after)), &mut changes);
    changes
}

/// Two items of a list that belong together, each with its place; or one that is alone.
type Pair<'a> = (Option<(usize, &'a Value)>, Option<(usize, &'a Value)>);

fn value(path: &str, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    let (before, after) = (before.filter(|value| says(value)), after.filter(|value| says(value)));
    if before == after {
        return;
    }
    let is = |test: fn(&Value) -> bool| before.is_none_or(test) && after.is_none_or(test);
    if is(Value::is_object) {
        table(path, before, after, changes);
    } else if is(Value::is_array) {
        list(path, items(before), items(after), changes);
    } else {
        let (before, after) = (before.map(text), after.map(text));
        changes.push(Change { path: path.to_owned(), before, after });
    }
}

/// Whether a value says anything: what is absent, empty or false is the same as not said.
fn says(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => fields.values().any(says),
        _ => true,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn items(list: Option<&Value>) -> &[Value] {
    list.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn table(path: &str, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    let fields = |of: Option<&Value>| of.and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, after) = (fields(before), fields(after));
    let mut seen = BTreeSet::new();
    for name in before.keys().chain(after.keys()) {
        if seen.insert(name.as_str()) {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            value(&path, before.get(name), after.get(name), changes);
        }
    }
}

fn list(path: &str, before: &[Value], after: &[Value], changes: &mut Vec<Change>) {
    for (one, other) in pairs(before, after) {
        let place = other.or(one).map_or(0, |(place, _)| place);
        value(&format!("{path}[{place}]"), one.map(|(_, item)| item), other.map(|(_, item)| item), changes);
    }
}

/// Which items belong together: in the order of the list after, then those that were removed.
fn pairs<'a>(before: &'a [Value], after: &'a [Value]) -> Vec<Pair<'a>> {
    let mut left: Vec<Option<&Value>> = before.iter().map(Some).collect();
    let mut partner: Vec<Option<usize>> = vec![None; after.len()];
    let steps: [fn(&Value, &Value) -> bool; 3] = [
        |one, other| name_of(one).is_some() && name_of(one) == name_of(other),
        |one, other| one == other,
        alike,
    ];
    for belongs in steps {
        for (partner, item) in partner.iter_mut().zip(after) {
            if partner.is_none() {
                *partner = left.iter().position(|one| one.is_some_and(|one| belongs(one, item)));
                if let Some(taken) = partner.and_then(|place| left.get_mut(place)) {
                    *taken = None;
                }
            }
        }
    }
    let there = |place: Option<usize>| place.and_then(|place| Some((place, before.get(place)?)));
    let mut pairs: Vec<Pair<'a>> =
        partner.iter().zip(after.iter().enumerate()).map(|(one, other)| (there(*one), Some(other))).collect();
    let removed = left.iter().enumerate().filter_map(|(place, item)| Some((place, (*item)?)));
    pairs.extend(removed.map(|item| (Some(item), None)));
    pairs
}

/// Whether two items that nothing ties together may be one that changed. Codes and numbers are what they
/// are: another one is another one.
fn alike(one: &Value, other: &Value) -> bool {
    let named = |item: &Value| name_of(item).is_some();
    one.is_object() && other.is_object() && !named(one) && !named(other)
}

/// By what an item is known in both lists: its label, or the language of a text.
fn name_of(item: &Value) -> Option<&str> {
    let field = |name| item.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    field("label").or_else(|| item.get("text").and_then(|_| field("language")))
}

#[cfg(test)]
#[path = "diff_tests.rs"]
mod tests;
