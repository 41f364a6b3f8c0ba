//! Any message of the contract as JSON, for `--output json` and `--output ndjson`: see
//! [`amana_notice::json`].
//!
//! ```
//! use amana_wire::{json, v1};
//! let summary = v1::NoticeSummary { sender: "XA".into(), r#type: v1::NoticeType::Blue.into(), ..Default::default() };
//! let view = json::view(&summary);
//! assert_eq!(view["type"], "BLUE");
//! assert_eq!(view["exploitation"], serde_json::json!([]));
//! ```

use std::sync::LazyLock;

use amana_notice::json::shown;
use prost::{Message, Name};
use prost_reflect::{DescriptorPool, DynamicMessage};

use crate::DESCRIPTOR_SET;

/// The descriptor set is part of this crate; a test shows that every message is found in it.
static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(DESCRIPTOR_SET).unwrap_or_default());

/// The message as JSON.
#[must_use]
pub fn view<M: Message + Name>(message: &M) -> serde_json::Value {
    // Every message of the contract is described; what is not would show as null.
    let bytes = message.encode_to_vec();
    POOL.get_message_by_name(&M::full_name())
        .and_then(|descriptor| DynamicMessage::decode(descriptor, bytes.as_slice()).ok())
        .map_or(serde_json::Value::Null, |message| shown(&message))
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
