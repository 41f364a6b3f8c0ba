//! Domain to wire where the message is not content; the content's own conversions are passed on.

use amana_types::{Group, Text, Timestamp};

pub use amana_notice::convert::*;

use crate::v1;

/// Texts of the directory as messages.
fn texts(texts: &[Text]) -> Vec<v1::Text> {
    let message = |text: &Text| v1::Text { language: text.language.to_string(), text: text.text.clone() };
    texts.iter().map(message).collect()
}

/// A group as it is at a moment.
#[must_use]
pub fn group_message(group: &Group, now: Timestamp) -> v1::Group {
    let terms = &group.terms;
    let members = group.members.iter().map(|(code, standing)| v1::GroupMember {
        member: code.to_string(),
        membership: number(standing.membership),
        since: standing.since.0,
    });
    v1::Group {
        name: terms.name.to_string(),
        kind: number(terms.kind),
        title: texts(&terms.title),
        description: texts(&terms.description),
        lead: terms.lead.map(|lead| lead.to_string()).unwrap_or_default(),
        starts: terms.starts.map(timestamp_message),
        ends: terms.ends.map(timestamp_message),
        phase: number(group.phase(now)),
        members: members.collect(),
        invitation: group.invitation.0,
    }
}

impl From<amana_notice::diff::Change> for v1::FieldChange {
    fn from(d: amana_notice::diff::Change) -> Self {
        Self { path: d.path, before: d.before, after: d.after }
    }
}
