//! From a drafted reply to one that may be sent: every problem at once.

use super::report::{Lines, Report};
use super::{Problem, Rule};
use crate::content::Reply;
use crate::convert::{known, number};
use crate::handling::Handled;
use crate::model::{CaseReference, Handling, Key, Purpose};
use crate::reply::{CheckedReply, PermittedUse, ReplyGround, ReplyType};
use amana_types::Coded as _;
use amana_types::MemberCode;
use amana_types::limits::{LINE_CHARS, MATCHES, RECIPIENTS, REMARK_CHARS};

/// Checks a reply to a notice that is handled like `origin`: it inherits the stricter code.
///
/// # Errors
/// Every [`Problem`] there is.
pub fn check_reply(written: &Reply, origin: &Handled) -> Result<CheckedReply, Vec<Problem>> {
    checked(Report::default(), written, origin)
}

/// What somebody else said, held to the rules that bind its readers. Its type decides what is done with it, so
/// one that is not known here is refused.
pub(crate) fn read_reply(written: &Reply, origin: &Handled) -> Result<CheckedReply, Vec<Problem>> {
    checked(Report::of_reader(), written, origin)
}

fn checked(mut report: Report, written: &Reply, origin: &Handled) -> Result<CheckedReply, Vec<Problem>> {
    let mut reply = written.clone();
    read(&mut report, written, &mut reply, origin);
    let (problems, _) = report.finish();
    match known(reply.r#type) {
        Some(reply_type) if problems.is_empty() => Ok(CheckedReply::new(reply_type, reply)),
        _ => Err(problems),
    }
}

fn read(report: &mut Report, written: &Reply, reply: &mut Reply, origin: &Handled) {
    let reply_type = report.decisive_code("type", written.r#type, true);
    report.code::<ReplyGround>("ground", written.ground);
    report.texts("text", REMARK_CHARS, Lines::Many, &mut reply.text);
    handled(report, reply, origin);
    report.value::<CaseReference>("case_reference", &mut reply.case_reference, Rule::InvalidCaseReference);
    report.each("matches", MATCHES, &mut reply.matches, |report, one| {
        report.needed_value::<Key>("key", &mut one.key, Rule::InvalidKey);
        report.line("identifier", &mut one.identifier, LINE_CHARS);
    });
    report.line("contact_point", &mut reply.contact_point, LINE_CHARS);
    permission(report, reply);
    report.code::<Purpose>("purpose", written.purpose);
    let Some(reply_type) = reply_type else { return };
    grounds(report, written, reply_type);
    parts(report, written, reply_type);
}

/// What the author states, and never less than what the notice says.
fn handled(report: &mut Report, reply: &mut Reply, origin: &Handled) {
    let own = report.code("handling", reply.handling);
    let asked = !reply.handling_conditions.is_empty();
    report.texts("handling_conditions", REMARK_CHARS, Lines::Many, &mut reply.handling_conditions);
    if own == Some(Handling::H3) && !asked && origin.handling < Handling::H3 {
        let message = "handling H3 needs the conditions in words; write them";
        report.refuse("handling_conditions", Rule::ConditionsNeeded, message);
    } else if asked && own != Some(Handling::H3) {
        let message = "only H3 shows conditions before the content; choose H3 or remove them";
        report.refuse("handling_conditions", Rule::ConditionsNotAllowed, message);
    }
    let conditions = std::mem::take(&mut reply.handling_conditions);
    let handled = origin.inherited_by(own.map(|handling| Handled { handling, conditions }));
    (reply.handling, reply.handling_conditions) = (number(handled.handling), handled.conditions);
}

fn permission(report: &mut Report, reply: &mut Reply) {
    let permitted_use = report.code("permitted_use", reply.permitted_use);
    report.values::<MemberCode>("members", RECIPIENTS, &mut reply.members, Rule::UnknownMember);
    match permitted_use {
        Some(PermittedUse::Forward) if reply.members.is_empty() => {
            report.refuse("members", Rule::FieldNeeded, "missing; say to whom it would be passed on");
        }
        Some(PermittedUse::CourtUse) if !reply.members.is_empty() => {
            report.refuse("members", Rule::NotCarriedHere, "only FORWARD names members; remove them");
        }
        // Nothing is asked to be permitted: nobody is named.
        None => reply.members.clear(),
        _ => {}
    }
    reply.members.sort_unstable();
    reply.members.dedup();
}

/// Who says no says why.
fn grounds(report: &mut Report, draft: &Reply, reply_type: ReplyType) {
    let stated = draft.ground != 0;
    if reply_type.needs_ground() && !stated {
        let codes: Vec<&str> = ReplyGround::all().iter().map(|ground| ground.as_code()).collect();
        let message = format!("{reply_type} needs a ground; give one of {}", codes.join(", "));
        report.refuse("ground", Rule::GroundNeeded, message);
    } else if stated && !reply_type.needs_ground() {
        let message = format!("{reply_type} has no ground; remove it or choose REFUSAL");
        report.refuse("ground", Rule::NotCarriedHere, message);
    }
    let other = draft.ground == number(ReplyGround::Other);
    if draft.text.is_empty() && (other || reply_type.needs_text()) {
        let what = if other { "the ground OTHER".to_owned() } else { reply_type.to_string() };
        report.refuse("text", Rule::FieldNeeded, format!("{what} needs words; write them in one language"));
    }
}

/// What only one type of reply carries, and carries always.
fn parts(report: &mut Report, draft: &Reply, reply_type: ReplyType) {
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
    let stated = draft.permitted_use != 0;
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
fn exported(report: &mut Report, draft: &Reply, reply_type: ReplyType) {
    let stated = draft.purpose != 0;
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
