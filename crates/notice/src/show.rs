//! A message in the words of the domain: codes without prefix, dates and times as text.
//!
//! Every field is there, in the contract's order; what is absent is null, false, 0 or empty. So what a
//! program finds in the output does not depend on the case.

use std::collections::{BTreeMap, HashMap};

use amana_types::Timestamp;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, ReflectMessage, Value as Field};

use crate::content;
use crate::convert::timestamp;
use crate::describe;
use crate::tree::{Entry, Value};

/// The message as a table.
pub(crate) fn message(message: &DynamicMessage) -> Value {
    match message.descriptor().full_name() {
        "google.protobuf.Timestamp" => {
            message.transcode_to().map_or(Value::Null, |at| Value::Moment(timestamp(at).to_string()))
        }
        "amana.content.v1.PartialDate" => {
            message.transcode_to().map_or(Value::Null, |date| Value::Text(date_text(&date)))
        }
        _ => {
            let descriptor = message.descriptor();
            let mut fields: Vec<FieldDescriptor> = descriptor
                .fields()
                .filter(|field| !is_choice(field) || message.has_field(field))
                .filter(|field| !is_kept(field))
                .collect();
            // What the owner demands is read before anything else, wherever the contract has room for it.
            fields.sort_by_key(|field| !is_handling(field));
            let entry = |field: FieldDescriptor| Entry::new(field.name(), field_value(message, &field));
            Value::Table(fields.into_iter().map(entry).collect())
        }
    }
}

fn is_handling(field: &FieldDescriptor) -> bool {
    field.kind().as_message().is_some_and(|message| message.full_name() == "amana.agency.v1.HandlingView")
}

/// Whether it is one of several that exclude each other: only the one that is there is shown.
fn is_choice(field: &FieldDescriptor) -> bool {
    field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic())
}

/// What opens an attachment is shown nowhere, and where its author had it is nobody else's matter.
fn is_kept(field: &FieldDescriptor) -> bool {
    field.parent_message().full_name() == "amana.content.v1.Attachment"
        && matches!(field.name(), "key" | "file")
}

fn field_value(message: &DynamicMessage, field: &FieldDescriptor) -> Value {
    if field.supports_presence() && !message.has_field(field) {
        return Value::Null;
    }
    match &*message.get_field(field) {
        Field::List(items) => Value::List(items.iter().map(|item| single(field, item).into()).collect()),
        value => single(field, value),
    }
}

fn single(field: &FieldDescriptor, value: &Field) -> Value {
    match value {
        Field::Bool(value) => Value::Bool(*value),
        Field::I32(value) => Value::Integer((*value).into()),
        Field::I64(value) => Value::Integer((*value).into()),
        Field::U32(value) => Value::Integer((*value).into()),
        Field::U64(value) if field.name().ends_with("_at") || field.name().ends_with("_unix_ms") => {
            Value::Moment(Timestamp::from_unix_millis(*value).to_string())
        }
        Field::U64(value) => Value::Integer((*value).into()),
        Field::String(value) => Value::Text(value.clone()),
        // A checkpoint is a signed note, which is text (C2SP signed-note).
        Field::Bytes(value) if field.name() == "checkpoint" => {
            Value::Text(String::from_utf8_lossy(value).into_owned())
        }
        Field::Bytes(value) => Value::Text(value.iter().map(|byte| format!("{byte:02x}")).collect()),
        Field::EnumNumber(number) => code(field, *number),
        Field::Message(value) => message(value),
        Field::Map(entries) => facts(entries),
        Field::F32(_) | Field::F64(_) | Field::List(_) => Value::Other("not in the contract"),
    }
}

/// Facts for programs: texts by name, in the order of the names.
fn facts(entries: &HashMap<MapKey, Field>) -> Value {
    let fact =
        |(name, value): (&MapKey, &Field)| Some((name.as_str()?.to_owned(), value.as_str()?.to_owned()));
    let facts: BTreeMap<String, String> = entries.iter().filter_map(fact).collect();
    Value::Table(facts.into_iter().map(|(name, fact)| Entry::new(&name, Value::Text(fact))).collect())
}

/// The code of a number: null for `UNSPECIFIED`, and the number itself where this version knows no code.
fn code(field: &FieldDescriptor, number: i32) -> Value {
    let Kind::Enum(list) = field.kind() else { return Value::Null };
    match describe::codes(&list).find(|(known, _)| *known == number) {
        Some((_, code)) => Value::Text(code),
        None if number == 0 => Value::Null,
        None => Value::Integer(number.into()),
    }
}

/// `1984`, `1984-02`, `1984-02-29`, or `1984/1988` for an estimate.
pub(crate) fn date_text(date: &content::PartialDate) -> String {
    match date {
        content::PartialDate { year, estimated_to_year, .. } if *estimated_to_year != 0 => {
            format!("{year:04}/{estimated_to_year:04}")
        }
        content::PartialDate { year, month: 0, .. } => format!("{year:04}"),
        content::PartialDate { year, month, day: 0, .. } => format!("{year:04}-{month:02}"),
        content::PartialDate { year, month, day, .. } => format!("{year:04}-{month:02}-{day:02}"),
    }
}
