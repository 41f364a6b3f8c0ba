//! Groups of the directory as messages.

use amana_types::{Group, Timestamp};

use super::code::number;
use super::notice::{all, text_or_none};
use super::time::timestamp_message;
use crate::v1;

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
        title: all(&terms.title),
        description: all(&terms.description),
        lead: text_or_none(terms.lead.as_ref()),
        starts: terms.starts.map(timestamp_message),
        ends: terms.ends.map(timestamp_message),
        phase: number(group.phase(now)),
        members: members.collect(),
        invitation: group.invitation.0,
    }
}
