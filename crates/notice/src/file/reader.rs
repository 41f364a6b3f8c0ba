//! From the tree to messages, along the contract: what is not in the contract is named, with the
//! nearest thing that is.

use std::collections::{BTreeMap, BTreeSet};

use crate::Rule;
use prost::{Message, Name};
use prost_reflect::{
    DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, Value as Field,
};

use super::nearest::{hint, nearest};
use super::problem::Found;
use super::scalar::{DATE_FORM, TIME_FORM, date, time};
use crate::content;
use crate::describe;
use crate::tree::{Entry, Node, Span, Value};

/// The key of the addressing in a notice file.
pub(super) const TO: &str = "to";
/// The key of the language that plain texts are in.
const LANGUAGE: &str = "language";
const TEXT: &str = "amana.content.v1.Text";
const NAME: &str = "amana.content.v1.Name";
const ATTACHMENT: &str = "amana.content.v1.Attachment";
/// The key of an attachment that says where its file is.
const FILE: &str = "file";
/// A number that no list of codes has: the field is stated, but not with a code.
const NO_CODE: i32 = -1;

/// Reads a tree and remembers where everything stands.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) found: Vec<Found>,
    /// Where each field stands, by path.
    pub(super) places: BTreeMap<String, Span>,
    /// Fields about which something was said already, also those whose key was misspelt.
    settled: BTreeSet<String>,
    /// The language of texts that do not say theirs.
    language: Option<String>,
    /// Where the file of each attachment is, by the attachment's path. It is never sent.
    pub(super) files: BTreeMap<String, String>,
}

impl Reader {
    /// Reads the root of a notice file.
    pub(super) fn notice_file(&mut self, root: Node) -> (content::Notice, content::Addressing) {
        let Node { value, span } = root;
        let Value::Table(entries) = value else {
            self.wrong_kind("", &span, "a table", value.kind());
            return Default::default();
        };
        self.places.insert(String::new(), span);
        let entries = self.default_language(entries);
        let (to, notice): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| entry.key == TO);
        let notice = self.root_message(notice, &[TO, LANGUAGE], "");
        let mut addressing = content::Addressing::default();
        for (i, entry) in to.into_iter().enumerate() {
            self.places.entry(TO.to_owned()).or_insert(entry.key_span.clone());
            match entry.node.value {
                _ if i > 0 => self.repeated_key(TO, &entry.key_span),
                Value::Null => {}
                Value::Table(entries) => addressing = self.root_message(entries, &[], TO),
                other => {
                    self.wrong_kind(TO, &entry.node.span, "a table", other.kind());
                }
            }
        }
        (notice, addressing)
    }

    /// Reads the root of a reply file.
    pub(super) fn reply_file(&mut self, root: Node) -> content::Reply {
        let Node { value, span } = root;
        let Value::Table(entries) = value else {
            self.wrong_kind("", &span, "a table", value.kind());
            return content::Reply::default();
        };
        self.places.insert(String::new(), span);
        let entries = self.default_language(entries);
        self.root_message(entries, &[LANGUAGE], "")
    }

    /// Takes out the language that plain texts are in.
    fn default_language(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let (language, others): (Vec<Entry>, _) =
            entries.into_iter().partition(|entry| entry.key == LANGUAGE);
        for (i, Entry { key_span, node, .. }) in language.into_iter().enumerate() {
            match node.value {
                _ if i > 0 => self.repeated_key(LANGUAGE, &key_span),
                Value::Text(language) => self.language = Some(language),
                other => {
                    self.wrong_kind(
                        LANGUAGE,
                        &node.span,
                        "a language in quotes, such as \"ar\"",
                        other.kind(),
                    );
                }
            }
        }
        others
    }

    /// Adds a problem that was found in the typed value, unless its field was spoken of already.
    pub(super) fn add(&mut self, field: String, rule: String, message: String) {
        if self.ancestors(&field).any(|path| self.settled.contains(path)) {
            return;
        }
        let span = self.ancestors(&field).find_map(|path| self.places.get(path)).cloned().unwrap_or(0..0);
        self.found.push(Found { span, field, rule, message });
    }

    /// The path, its parent, and so on up to the root.
    fn ancestors<'a>(&self, path: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
        std::iter::successors(Some(path), |path| match path.rfind(['.', '[']) {
            Some(at) => path.get(..at),
            None => (!path.is_empty()).then_some(""),
        })
    }

    fn root_message<M: Message + Name + Default>(
        &mut self,
        entries: Vec<Entry>,
        extra: &[&str],
        path: &str,
    ) -> M {
        let Some(descriptor) = describe::descriptor::<M>() else { return M::default() };
        self.message(&descriptor, entries, extra, path).transcode_to().unwrap_or_default()
    }

    /// Reads a table as a message. `extra` are keys that are taken elsewhere.
    fn message(
        &mut self,
        descriptor: &MessageDescriptor,
        entries: Vec<Entry>,
        extra: &[&str],
        path: &str,
    ) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        let mut seen = BTreeSet::new();
        for Entry { key, key_span, node } in entries {
            let field_path = join(path, &key);
            let Some(field) = descriptor.get_field_by_name(&key) else {
                if let (FILE, Value::Text(file)) = (key.as_str(), &node.value)
                    && descriptor.full_name() == ATTACHMENT
                {
                    self.files.insert(path.to_owned(), file.clone());
                    continue;
                }
                self.unknown_key(descriptor, extra, path, &key, &key_span);
                continue;
            };
            if !seen.insert(key) {
                self.repeated_key(&field_path, &key_span);
                continue;
            }
            if matches!(node.value, Value::Null) {
                continue;
            }
            let others = field.containing_oneof().filter(|oneof| !oneof.is_synthetic());
            if others.is_some_and(|oneof| oneof.fields().any(|other| message.has_field(&other))) {
                let message = "something else that excludes this stands here already; keep one of them";
                self.say(&field_path, &key_span, "ONE_OF", message.to_owned());
                continue;
            }
            self.places.insert(field_path.clone(), node.span.clone());
            if let Some(value) = self.field(&field, node, &field_path) {
                message.set_field(&field, value);
            }
        }
        message
    }

    fn field(&mut self, field: &FieldDescriptor, node: Node, path: &str) -> Option<Field> {
        if !field.is_list() {
            return self.single(field, node, path);
        }
        let items = match node.value {
            Value::List(items) => items,
            Value::Table(entries) if is_message(field, TEXT) && !is_one_text(&entries) => {
                texts_by_language(entries)
            }
            // One value is a list of one.
            value => vec![Node { value, span: node.span }],
        };
        let items = items.into_iter().enumerate().map(|(i, item)| {
            let path = format!("{path}[{i}]");
            self.places.insert(path.clone(), item.span.clone());
            // What could not be read keeps its place, so that paths name the right element.
            self.single(field, item, &path).unwrap_or_else(|| Field::default_value(&field.kind()))
        });
        Some(Field::List(items.collect()))
    }

    fn single(&mut self, field: &FieldDescriptor, node: Node, path: &str) -> Option<Field> {
        let Node { value, span } = node;
        match (field.kind(), value) {
            (Kind::String, Value::Text(text)) => Some(Field::String(text)),
            (Kind::String, Value::Integer(number)) if takes_numbers(field) => {
                Some(Field::String(number.to_string()))
            }
            (Kind::String, Value::Decimal(number)) if takes_numbers(field) => Some(Field::String(number)),
            (Kind::String, other) => self.wrong_kind(path, &span, "a text in quotes", other.kind()),
            (Kind::Bool, Value::Bool(value)) => Some(Field::Bool(value)),
            (Kind::Bool, other) => self.wrong_kind(path, &span, "true or false", other.kind()),
            (Kind::Enum(list), Value::Text(text)) => Some(self.code(&list, &text, &span, path)),
            (Kind::Enum(list), Value::Integer(number)) if has_code(&list, &number.to_string()) => {
                Some(self.code(&list, &number.to_string(), &span, path))
            }
            (Kind::Enum(_), other) => self.wrong_kind(path, &span, "a code in quotes", other.kind()),
            (Kind::Uint64, Value::Integer(number)) if u64::try_from(number).is_ok() => {
                Some(Field::U64(u64::try_from(number).unwrap_or_default()))
            }
            (Kind::Uint64, other) => self.wrong_kind(path, &span, "a whole number", other.kind()),
            (Kind::Bytes, Value::Text(text)) => match hexadecimal(&text) {
                Some(bytes) => Some(Field::Bytes(bytes.into())),
                None => self.say(
                    path,
                    &span,
                    "NOT_HEXADECIMAL",
                    "not hexadecimal: two digits for each byte".to_owned(),
                ),
            },
            (Kind::Message(inner), value) => self.inner(field, &inner, Node { value, span }, path),
            (_, other) => self.wrong_kind(path, &span, "nothing", other.kind()),
        }
    }

    /// Reads a value that is a message on the wire.
    fn inner(
        &mut self,
        field: &FieldDescriptor,
        inner: &MessageDescriptor,
        node: Node,
        path: &str,
    ) -> Option<Field> {
        let Node { value, span } = self.in_full(inner, node);
        let span = &span;
        match (inner.full_name(), value) {
            ("amana.content.v1.PartialDate", value) if !matches!(value, Value::Table(_)) => {
                match date(&value) {
                    Some(date) => message_field(inner, &date),
                    None => self.say(path, span, "NOT_A_DATE", format!("not a date: {DATE_FORM}")),
                }
            }
            ("google.protobuf.Timestamp", value) => match time(&value, field.name() == "starts") {
                Some(time) => message_field(inner, &time),
                None => self.say(path, span, "NOT_A_TIME", format!("not a time: {TIME_FORM}")),
            },
            (_, Value::Table(entries)) => Some(Field::Message(self.message(inner, entries, &[], path))),
            (TEXT, other) => {
                let expected =
                    "a text with its language, such as { en = \"..\" }, or language = \"en\" at the top";
                self.wrong_kind(path, span, expected, other.kind())
            }
            (_, other) => self.wrong_kind(path, span, "a table", other.kind()),
        }
    }

    /// What is written in short, in full: a text or a name in the file's language, an evaluation such as `B2`, a
    /// form of exploitation such as `FORCED_CRIMINALITY/BEGGING`.
    fn in_full(&self, inner: &MessageDescriptor, node: Node) -> Node {
        let Node { value, span } = node;
        let language = self.language.as_deref();
        let parts = match (inner.full_name(), &value, language) {
            (TEXT, Value::Text(text), Some(language)) => vec![(LANGUAGE, language), ("text", text.as_str())],
            (NAME, Value::Text(name), Some(language)) => {
                vec![(LANGUAGE, language), ("original", name.as_str())]
            }
            ("amana.content.v1.Evaluation", Value::Text(code), _) if code.chars().count() == 2 => {
                let (source, information) = code.split_at(code.chars().next().map_or(0, char::len_utf8));
                vec![("source", source), ("information", information)]
            }
            ("amana.content.v1.ExploitationForm", Value::Text(form), _) => match form.split_once('/') {
                Some((form, crime)) => vec![("form", form), ("criminality", crime)],
                None => vec![("form", form.as_str())],
            },
            (NAME, Value::Table(entries), Some(language))
                if !entries.iter().any(|one| one.key == LANGUAGE) =>
            {
                vec![(LANGUAGE, language)]
            }
            _ => return Node { value, span },
        };
        let entry = |(key, text): (&str, &str)| Entry {
            key: key.to_owned(),
            key_span: span.clone(),
            node: Node { value: Value::Text(text.to_owned()), span: span.clone() },
        };
        let mut entries: Vec<Entry> = parts.into_iter().map(entry).collect();
        if let Value::Table(written) = value {
            entries.extend(written);
        }
        Node { value: Value::Table(entries), span }
    }

    /// Reads a code: in any case, with spaces or hyphens for its low lines.
    fn code(&mut self, list: &EnumDescriptor, text: &str, span: &Span, path: &str) -> Field {
        let codes: Vec<_> = describe::codes(list).collect();
        let number = codes.iter().find(|(_, code)| *code == as_code(text)).map(|(number, _)| *number);
        Field::EnumNumber(number.unwrap_or_else(|| {
            let hint = hint(&as_code(text), codes.iter().map(|(_, code)| code.as_str()));
            self.say(path, span, Rule::UnknownCode.code(), format!("unknown code {}; {hint}", quoted(text)));
            NO_CODE
        }))
    }

    fn unknown_key(&mut self, d: &MessageDescriptor, extra: &[&str], path: &str, key: &str, span: &Span) {
        let names: Vec<_> = d.fields().map(|field| field.name().to_owned()).collect();
        let file = (d.full_name() == ATTACHMENT).then_some(FILE);
        let known = names.iter().map(String::as_str).chain(extra.iter().copied()).chain(file);
        // A misspelt or misplaced key is one mistake: nothing more is said about the field that was meant.
        let hint = if extra.contains(&TO) && is_field::<content::Addressing>(key) {
            self.settled.insert(TO.to_owned());
            format!("it belongs under [{TO}]")
        } else if path == TO && is_field::<content::Notice>(key) {
            self.settled.insert(key.to_owned());
            format!("it belongs above [{TO}]: what stands below a header in [ ] is part of that table")
        } else {
            let meant = nearest(key, known.clone());
            self.settled.extend(meant.map(|meant| join(path, meant)));
            hint(key, known)
        };
        self.say(&join(path, key), span, "UNKNOWN_KEY", format!("unknown key {}; {hint}", quoted(key)));
    }

    fn repeated_key(&mut self, path: &str, span: &Span) {
        self.say(path, span, "REPEATED_KEY", "this key stands here a second time; keep one".to_owned());
    }

    fn wrong_kind(&mut self, path: &str, span: &Span, expected: &str, found: &str) -> Option<Field> {
        self.say(path, span, "WRONG_KIND", format!("expected {expected}, found {found}"))
    }

    /// Notes a problem. There is no value then.
    fn say(&mut self, path: &str, span: &Span, rule: &str, message: String) -> Option<Field> {
        self.settled.insert(path.to_owned());
        self.found.push(Found::new(span, path, rule, message));
        None
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(high)? << 4 | digit(low)?));
    bytes.collect::<Option<Vec<u8>>>().filter(|_| rest.is_empty())
}

fn is_field<M: Name>(key: &str) -> bool {
    describe::descriptor::<M>().is_some_and(|message| message.get_field_by_name(key).is_some())
}

/// A word as the contract writes codes.
fn as_code(text: &str) -> String {
    text.trim().to_uppercase().replace([' ', '-', '+'], "_")
}

fn has_code(list: &EnumDescriptor, text: &str) -> bool {
    describe::codes(list).any(|(_, code)| code == text)
}

/// Whether a text may be written as a number: amounts, coordinates, numbers of documents. Words are not.
fn takes_numbers(field: &FieldDescriptor) -> bool {
    !matches!(field.parent_message().full_name(), TEXT | NAME)
}

/// `{ language = "..", text = ".." }`, and no languages as keys.
fn is_one_text(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| entry.key == "text")
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// A word of the file, short enough for a message.
fn quoted(word: &str) -> String {
    let short: String = word.chars().take(40).collect();
    format!("{short:?}")
}

fn is_message(field: &FieldDescriptor, name: &str) -> bool {
    matches!(field.kind(), Kind::Message(message) if message.full_name() == name)
}

fn message_field<M: Message>(descriptor: &MessageDescriptor, message: &M) -> Option<Field> {
    let mut dynamic = DynamicMessage::new(descriptor.clone());
    dynamic.transcode_from(message).ok()?;
    Some(Field::Message(dynamic))
}

/// `{ ar = "..", en = ".." }` is short for a list of texts, each with its language.
fn texts_by_language(entries: Vec<Entry>) -> Vec<Node> {
    let text = |Entry { key, key_span, node }: Entry| {
        let span = key_span.start..node.span.end;
        let language = Node { value: Value::Text(key), span: key_span.clone() };
        let entries = [("language", language), ("text", node)];
        let entries =
            entries.map(|(key, node)| Entry { key: key.to_owned(), key_span: key_span.clone(), node });
        Node { value: Value::Table(entries.into()), span }
    };
    entries.into_iter().map(text).collect()
}
