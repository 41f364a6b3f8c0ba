//! From a drafted reply to one that may be sent: every problem at once.

use super::marking;
use super::report::{Lines, Report, moment};
use super::{Problem, Rule};
use crate::content::reply::Body;
use crate::content::{ExportReport, Hit, Permission, PermissionRequest, ReferralAnswer, Refusal, Reply};
use crate::content::{permission, referral_answer};
use crate::convert::number;
use crate::handling::Handled;
use crate::model::{CaseReference, Label};
use crate::reply::{CheckedReply, ReplyGround, ReplyType, Use};
use amana_types::limits::{LINE_CHARS, MATCHES, RECIPIENTS, REMARK_CHARS};
use amana_types::{MemberCode, UnknownCode};

/// Checks a reply to a notice that is handled like `origin`: it inherits the stricter code.
///
/// # Errors
/// Every [`Problem`] there is.
pub fn check_reply(written: &Reply, origin: &Handled) -> Result<CheckedReply, Vec<Problem>> {
    checked(Report::default(), written, origin)
}

/// What somebody else said, held to the rules that bind its readers. Its body decides what is done with it, so
/// one that is not known here is refused.
pub(crate) fn read_reply(written: &Reply, origin: &Handled) -> Result<CheckedReply, Vec<Problem>> {
    checked(Report::of_reader(), written, origin)
}

fn checked(mut report: Report, written: &Reply, origin: &Handled) -> Result<CheckedReply, Vec<Problem>> {
    let mut reply = written.clone();
    let reply_type = read(&mut report, &mut reply, origin);
    let (problems, _) = report.finish();
    match reply_type {
        Some(reply_type) if problems.is_empty() => Ok(CheckedReply::new(reply_type, reply)),
        _ => Err(problems),
    }
}

fn read(report: &mut Report, reply: &mut Reply, origin: &Handled) -> Option<ReplyType> {
    let reply_type = ReplyType::of(reply);
    if reply_type.is_none() {
        let message = "says nothing; give one of answer, hit, no_hit, refusal, question, referral, permission or interim";
        report.strictly(|report| report.refuse("body", Rule::FieldNeeded, message));
    }
    let wordless = reply.text.is_empty();
    report.texts("text", REMARK_CHARS, Lines::Many, &mut reply.text);
    marking::inherited(report, &mut reply.marking, origin);
    report.value::<CaseReference>("case_reference", &mut reply.case_reference, Rule::InvalidCaseReference);
    let says_other = reply.as_no_mut().is_some_and(|no| no.ground == number(ReplyGround::Other));
    if let Some(said) = reply_type.filter(|said| wordless && (says_other || said.needs_text())) {
        let what = if says_other { "the ground OTHER".to_owned() } else { said.to_string() };
        report.refuse("text", Rule::FieldNeeded, format!("{what} needs words; write them in one language"));
    }
    if reply_type == Some(ReplyType::Exported) && reply.case_reference.is_empty() {
        report.refuse("case_reference", Rule::FieldNeeded, "missing; say for which case it was exported");
    }
    body(report, reply.body.as_mut()?, wordless);
    reply_type
}

/// What only one body carries.
fn body(report: &mut Report, body: &mut Body, wordless: bool) {
    match body {
        Body::Hit(told) => report.at("hit", |report| hit(report, told)),
        Body::Refusal(no) => report.at("refusal", |report| ground(report, no)),
        Body::Referral(ReferralAnswer { step: Some(referral_answer::Step::Declined(no)) }) => {
            report.at("referral.declined", |report| ground(report, no));
        }
        Body::Permission(Permission { step: Some(permission::Step::Refused(no)) }) => {
            report.at("permission.refused", |report| ground(report, no));
        }
        Body::Permission(Permission { step: Some(permission::Step::Request(asked)) }) => {
            report.at("permission.request", |report| request(report, asked));
        }
        Body::Export(ExportReport { intended_use }) => {
            report.at("export", |report| report.needed_code::<Use>("intended_use", *intended_use));
        }
        Body::Interim(told) => {
            if moment(&mut told.expected).is_none() && wordless {
                let message =
                    "missing; say when the answer can be expected, or say in words that it takes longer";
                report.refuse("interim.expected", Rule::FieldNeeded, message);
            }
        }
        Body::Answer(_) | Body::NoHit(_) | Body::Question(_) | Body::Referral(_) | Body::Permission(_) => {}
    }
}

fn hit(report: &mut Report, hit: &mut Hit) {
    report.each("matches", MATCHES, &mut hit.matches, |report, one| {
        report.needed_value::<Label>("label", &mut one.label, Rule::InvalidLabel);
        report.line("identifier", &mut one.identifier, LINE_CHARS);
    });
    report.needed_line(
        "contact_point",
        &mut hit.contact_point,
        "a hit says whom to ask; give the contact point",
    );
}

/// Who says no says why.
fn ground(report: &mut Report, no: &Refusal) {
    if no.ground == 0 {
        let codes = UnknownCode::of::<ReplyGround>().expected.join(", ");
        let message = format!("a no needs its ground; give one of {codes}");
        report.refuse("ground", Rule::GroundNeeded, message);
    }
    report.code::<ReplyGround>("ground", no.ground);
}

fn request(report: &mut Report, asked: &mut PermissionRequest) {
    let intended_use = report.needed_code("intended_use", asked.intended_use);
    report.values::<MemberCode>("members", RECIPIENTS, &mut asked.members, Rule::UnknownMember);
    match intended_use {
        Some(Use::Onward) if asked.members.is_empty() => {
            report.refuse("members", Rule::FieldNeeded, "missing; say to whom it would be passed on");
        }
        Some(Use::Court) if !asked.members.is_empty() => {
            report.refuse("members", Rule::NotCarriedHere, "only ONWARD names members; remove them");
        }
        Some(Use::Investigation) => {
            let message = "nobody asks to investigate; ask for COURT or ONWARD";
            report.refuse("intended_use", Rule::NotCarriedHere, message);
        }
        _ => {}
    }
    asked.members.sort_unstable();
    asked.members.dedup();
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
