//! From a drafted reply to one that may be sent: every problem at once.

use std::collections::BTreeSet;

use super::report::{Lines, Report};
use super::{Problem, Rule};
use crate::draft::Stated;
use crate::handling::Handled;
use crate::model::{Handling, Purpose};
use crate::reply::{
    CheckedReply, Match, MatchDraft, PermissionAsked, PermittedUse, Reply, ReplyDraft, ReplyGround, ReplyType,
};
use amana_types::Coded as _;
use amana_types::MemberCode;
use amana_types::limits::{LINE_CHARS, MATCHES, RECIPIENTS, REMARK_CHARS};

/// Checks a reply to a notice that is handled like `origin`: it inherits the stricter code.
///
/// # Errors
/// Every [`Problem`] there is.
pub fn check_reply(draft: &ReplyDraft, origin: &Handled) -> Result<CheckedReply, Vec<Problem>> {
    let mut report = Report::default();
    let reply = reply(&mut report, draft, origin);
    let (problems, _) = report.finish();
    match reply {
        Some(reply) if problems.is_empty() => Ok(CheckedReply::new(reply)),
        _ => Err(problems),
    }
}

fn reply(report: &mut Report, draft: &ReplyDraft, origin: &Handled) -> Option<Reply> {
    let reply_type = report.needed_code("type", &draft.reply_type);
    let ground = report.code("ground", &draft.ground);
    let text = report.texts("text", REMARK_CHARS, Lines::Many, &draft.text);
    let handled = handled(report, draft, origin);
    let case_reference = report.value("case_reference", &draft.case_reference, Rule::InvalidCaseReference);
    let matches = report.each("matches", MATCHES, &draft.matches, one_match);
    let contact_point = report.line("contact_point", &draft.contact_point, LINE_CHARS);
    let permission = permission(report, draft);
    let purpose = report.code("purpose", &draft.purpose);
    let reply_type = reply_type?;
    grounds(report, draft, reply_type);
    parts(report, draft, reply_type);
    let Handled { handling, conditions: handling_conditions } = handled;
    Some(Reply {
        reply_type,
        ground,
        text,
        handling,
        handling_conditions,
        case_reference,
        matches,
        contact_point,
        permission,
        purpose,
    })
}

/// What the author states, and never less than what the notice says.
fn handled(report: &mut Report, draft: &ReplyDraft, origin: &Handled) -> Handled {
    let own = report.code("handling", &draft.handling);
    let conditions =
        report.texts("handling_conditions", REMARK_CHARS, Lines::Many, &draft.handling_conditions);
    let asked = !draft.handling_conditions.is_empty();
    if own == Some(Handling::H3) && !asked && origin.handling < Handling::H3 {
        let message = "handling H3 needs the conditions in words; write them";
        report.refuse("handling_conditions", Rule::ConditionsNeeded, message);
    } else if asked && own != Some(Handling::H3) {
        let message = "only H3 shows conditions before the content; choose H3 or remove them";
        report.refuse("handling_conditions", Rule::ConditionsNotAllowed, message);
    }
    origin.inherited_by(own.map(|handling| Handled { handling, conditions }))
}

fn one_match(report: &mut Report, draft: &MatchDraft) -> Option<Match> {
    let key = report.needed_value("key", &draft.key, Rule::InvalidKey);
    let identifier = report.line("identifier", &draft.identifier, LINE_CHARS);
    Some(Match { key: key?, identifier })
}

fn permission(report: &mut Report, draft: &ReplyDraft) -> Option<PermissionAsked> {
    let permitted_use = report.code("permitted_use", &draft.permitted_use);
    let members: BTreeSet<MemberCode> = report
        .each("members", RECIPIENTS, &draft.members, |report, code| {
            report.needed_value("", code, Rule::UnknownMember)
        })
        .into_iter()
        .collect();
    let permitted_use = permitted_use?;
    match permitted_use {
        PermittedUse::Forward if draft.members.is_empty() => {
            report.refuse("members", Rule::FieldNeeded, "missing; say to whom it would be passed on");
        }
        PermittedUse::CourtUse if !draft.members.is_empty() => {
            report.refuse("members", Rule::NotCarriedHere, "only FORWARD names members; remove them");
        }
        _ => {}
    }
    Some(PermissionAsked { permitted_use, members })
}

/// Who says no says why.
fn grounds(report: &mut Report, draft: &ReplyDraft, reply_type: ReplyType) {
    let stated = draft.ground != Stated::<ReplyGround>::Absent;
    if reply_type.needs_ground() && !stated {
        let codes: Vec<&str> = ReplyGround::all().iter().map(|ground| ground.as_code()).collect();
        let message = format!("{reply_type} needs a ground; give one of {}", codes.join(", "));
        report.refuse("ground", Rule::GroundNeeded, message);
    } else if stated && !reply_type.needs_ground() {
        let message = format!("{reply_type} has no ground; remove it or choose REFUSAL");
        report.refuse("ground", Rule::NotCarriedHere, message);
    }
    let other = draft.ground == Stated::Known(ReplyGround::Other);
    if draft.text.is_empty() && (other || reply_type.needs_text()) {
        let what = if other { "the ground OTHER".to_owned() } else { reply_type.to_string() };
        report.refuse("text", Rule::FieldNeeded, format!("{what} needs words; write them in one language"));
    }
}

/// What only one type of reply carries, and carries always.
fn parts(report: &mut Report, draft: &ReplyDraft, reply_type: ReplyType) {
    let hit = reply_type == ReplyType::Hit;
    if hit && draft.contact_point.trim().is_empty() {
        let message = "a hit says whom to ask; give the contact point";
        report.refuse("contact_point", Rule::FieldNeeded, message);
    }
    let carries = !draft.matches.is_empty() || !draft.contact_point.trim().is_empty();
    if !hit && carries {
        let field = if draft.matches.is_empty() { "contact_point" } else { "matches" };
        report.refuse(field, Rule::NotCarriedHere, "only HIT carries this; remove it or choose HIT");
    }
    let asks = reply_type == ReplyType::PermissionRequest;
    let stated = draft.permitted_use != Stated::<PermittedUse>::Absent;
    if asks && !stated {
        let message = "missing; say what is asked: COURT_USE or FORWARD";
        report.refuse("permitted_use", Rule::FieldNeeded, message);
    } else if stated && !asks {
        let message = "only PERMISSION_REQUEST carries this; remove it";
        report.refuse("permitted_use", Rule::NotCarriedHere, message);
    }
    exported(report, draft, reply_type);
}

/// An export says for which purpose and in which case.
fn exported(report: &mut Report, draft: &ReplyDraft, reply_type: ReplyType) {
    let stated = draft.purpose != Stated::<Purpose>::Absent;
    if reply_type != ReplyType::Exported {
        if stated {
            report.refuse("purpose", Rule::NotCarriedHere, "only EXPORTED carries this; remove it");
        }
        return;
    }
    if !stated {
        report.refuse("purpose", Rule::FieldNeeded, "missing; say for which purpose it was exported");
    }
    if draft.case_reference.trim().is_empty() {
        report.refuse("case_reference", Rule::FieldNeeded, "missing; say for which case it was exported");
    }
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
