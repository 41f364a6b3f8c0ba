//! The contract at run time: which fields a message has, in which order, under which names.

use std::sync::LazyLock;

use prost::{Message, Name};
use prost_reflect::{DescriptorPool, DynamicMessage, EnumDescriptor, MessageDescriptor};

use crate::DESCRIPTOR_SET;

/// The descriptor set is part of this crate; a test shows that every message is found in it.
static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(DESCRIPTOR_SET).unwrap_or_default());

/// A message of which nothing but the description is needed.
pub(crate) fn descriptor<M: Name>() -> Option<MessageDescriptor> {
    POOL.get_message_by_name(&M::full_name())
}

/// The same message, with its fields open to inspection.
pub(crate) fn open<M: Message + Name>(message: &M) -> Option<DynamicMessage> {
    let bytes = message.encode_to_vec();
    DynamicMessage::decode(descriptor::<M>()?, bytes.as_slice()).ok()
}

/// Whether a message has the field of that path, such as `notice.persons.roles`.
pub(crate) fn has_field<M: Name>(path: &str) -> bool {
    let mut within = descriptor::<M>();
    path.split('.').all(|name| {
        let field = within.take().and_then(|message| message.get_field_by_name(name));
        within = field.as_ref().and_then(|field| field.kind().as_message().cloned());
        field.is_some()
    })
}

/// A list of codes by its full name, such as `amana.content.v1.NoticeType`.
#[cfg(test)]
pub(crate) fn list(name: &str) -> Option<EnumDescriptor> {
    POOL.get_enum_by_name(name)
}

/// The codes of an enum in the words of the domain: without the enum's name in front, and without
/// `UNSPECIFIED`.
pub(crate) fn codes(list: &EnumDescriptor) -> impl Iterator<Item = (i32, String)> {
    let prefix = prefix(list.name());
    list.values()
        .filter(|value| value.number() != 0)
        .map(move |value| {
            let name = value.name();
            (value.number(), name.strip_prefix(&prefix).unwrap_or(name).to_owned())
        })
        .collect::<Vec<_>>()
        .into_iter()
}

/// `NoticeType` gives `NOTICE_TYPE_`.
fn prefix(name: &str) -> String {
    let mut prefix = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !prefix.is_empty() {
            prefix.push('_');
        }
        prefix.push(c.to_ascii_uppercase());
    }
    prefix.push('_');
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_loses_its_prefix() {
        let lists = POOL.all_enums().filter(|list| list.package_name() == "amana.content.v1");
        let mut count = 0;
        for list in lists {
            count += 1;
            let prefix = prefix(list.name());
            for value in list.values() {
                assert!(value.name().starts_with(&prefix), "{} in {}", value.name(), list.name());
            }
        }
        assert!(count >= 17, "only {count} enums found");
    }
}
