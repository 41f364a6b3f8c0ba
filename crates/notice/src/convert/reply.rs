//! Replies: from the wire to drafts, and typed ones to messages and bytes.

use crate::Handling;
use crate::SectionKind;
use crate::check_reply;
use crate::handling::Handled;
use crate::reply::{CheckedReply, Match, MatchDraft, Reply, ReplyDraft, ReplySection};
use amana_types::{MemberCode, NoticeId};
use prost::Message as _;

use super::code::{number, stated};
use super::draft::all;
use super::notice::{all as messages, number_or_none, text_or_none};
use super::section::{SectionError, decode};
use crate::content;

impl From<content::Reply> for ReplyDraft {
    fn from(m: content::Reply) -> Self {
        Self {
            reply_type: stated(m.r#type),
            ground: stated(m.ground),
            text: all(m.text),
            handling: stated(m.handling),
            handling_conditions: all(m.handling_conditions),
            case_reference: m.case_reference,
            matches: all(m.matches),
            contact_point: m.contact_point,
            permitted_use: stated(m.permitted_use),
            members: m.members,
            purpose: stated(m.purpose),
        }
    }
}

impl From<content::Match> for MatchDraft {
    fn from(m: content::Match) -> Self {
        Self { key: m.key, identifier: m.identifier }
    }
}

impl From<&Match> for content::Match {
    fn from(d: &Match) -> Self {
        Self { key: d.key.to_string(), identifier: text_or_none(d.identifier.as_ref()) }
    }
}

/// A reply as a message.
#[must_use]
pub fn reply_message(d: &Reply) -> content::Reply {
    let asked = d.permission.as_ref();
    content::Reply {
        handling: number(d.handling),
        handling_conditions: messages(&d.handling_conditions),
        r#type: number(d.reply_type),
        ground: number_or_none(d.ground),
        text: messages(&d.text),
        case_reference: text_or_none(d.case_reference.as_ref()),
        matches: messages(&d.matches),
        contact_point: text_or_none(d.contact_point.as_ref()),
        permitted_use: number_or_none(asked.map(|asked| asked.permitted_use)),
        members: asked.iter().flat_map(|asked| &asked.members).map(ToString::to_string).collect(),
        purpose: number_or_none(d.purpose),
    }
}

/// The bytes of a `REPLY` section.
#[must_use]
pub fn encode_reply(sender: MemberCode, notice: NoticeId, reply: &CheckedReply) -> Vec<u8> {
    content::ReplySection {
        sender: sender.to_string(),
        notice_id: notice.to_string(),
        reply: Some(reply_message(reply.reply())),
    }
    .encode_to_vec()
}

/// Reads a `REPLY` section, and checks it as its sender should have. Whether its handling is as strict as
/// the notice's is for whoever holds the notice.
///
/// # Errors
/// [`SectionError`] when it is not one that can stand.
pub fn reply_section(bytes: &[u8]) -> Result<ReplySection, SectionError> {
    let message: content::ReplySection = decode(SectionKind::Reply, bytes)?;
    let sender = message.sender.parse().map_err(|_| SectionError::NoReply)?;
    let notice = message.notice_id.parse().map_err(|_| SectionError::NoReply)?;
    let draft = ReplyDraft::from(message.reply.ok_or(SectionError::NoReply)?);
    let least = Handled { handling: Handling::H0, conditions: Vec::new() };
    let checked = check_reply(&draft, &least).map_err(|problems| SectionError::Reply(problems.len()))?;
    Ok(ReplySection { sender, notice, reply: checked.reply().clone() })
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
