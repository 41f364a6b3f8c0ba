//! What is said back to a notice: answers, hits, refusals with their ground, answers to referrals, and
//! requests for the owner's permission.
//!
//! [`check_reply`](crate::check_reply) makes a [`CheckedReply`]; nothing else does, and
//! nothing else can be sealed.

use crate::content::reply::Body;
use crate::content::{
    Answer, ExportReport, FurtherQuestion, Hit, InterimAnswer, NoHit, Permission, PermissionGranted,
    PermissionRequest, PermissionRevoked, ReferralAccepted, ReferralAnswer, ReferralDone, Refusal, Reply,
};
use crate::content::{permission, referral_answer};
use amana_types::codes;
use amana_types::{Duration, MemberCode, NoticeId};

codes! {
    /// What a reply says.
    pub enum ReplyType in "reply_type" {
        /// What was asked for.
        Answer = "ANSWER",
        /// Something of the notice is known here; how to reach who knows.
        Hit = "HIT",
        /// Nothing of it is known here.
        NoHit = "NO_HIT",
        /// No answer is given, for a ground.
        Refusal = "REFUSAL",
        /// Something must be known before an answer is possible.
        FurtherQuestion = "FURTHER_QUESTION",
        /// The partner takes the referral on.
        ReferralAccepted = "REFERRAL_ACCEPTED",
        /// The partner does not take it on, for a ground.
        ReferralDeclined = "REFERRAL_DECLINED",
        /// The partner has done what it took on.
        ReferralDone = "REFERRAL_DONE",
        /// The owner is asked to permit what the handling code forbids.
        PermissionRequest = "PERMISSION_REQUEST",
        /// The owner permits it, by a grant that it signed.
        PermissionGranted = "PERMISSION_GRANTED",
        /// The owner does not permit it, for a ground.
        PermissionRefused = "PERMISSION_REFUSED",
        /// The owner takes back a grant, which comes along.
        PermissionRevoked = "PERMISSION_REVOKED",
        /// The notice was taken out for a court; the grant under which that was done comes along.
        Exported = "EXPORTED",
        /// The answer takes longer.
        Interim = "INTERIM",
    }
}

codes! {
    /// Why something is not answered, not taken on or not permitted.
    pub enum ReplyGround in "reply_ground" {
        /// The law of the country that is asked does not allow it.
        LegalBar = "LEGAL_BAR",
        /// It is not for this member to answer.
        NotCompetent = "NOT_COMPETENT",
        /// It would harm an investigation that goes on.
        OngoingInvestigation = "ONGOING_INVESTIGATION",
        /// It would harm the security of the country.
        NationalSecurity = "NATIONAL_SECURITY",
        /// It would put a person's life, health or rights at risk.
        FundamentalRights = "FUNDAMENTAL_RIGHTS",
        /// It asks for more than the case bears.
        NotProportionate = "NOT_PROPORTIONATE",
        /// There is no place, nobody or no time for it.
        NoCapacity = "NO_CAPACITY",
        /// The person concerned does not agree.
        ConsentWithheld = "CONSENT_WITHHELD",
        /// Something else, said in words.
        Other = "OTHER",
    }
}

codes! {
    /// What somebody does with a notice: what its owner can permit, and what it is taken out for.
    pub enum Use in "use" {
        /// To investigate. Each recipient may, and nobody asks for it.
        Investigation = "INVESTIGATION",
        /// As evidence in court.
        Court = "COURT",
        /// Passing on to members that are named.
        Onward = "ONWARD",
    }
}

codes! {
    /// What is due, and on which side.
    pub enum DueKind in "due_kind" {
        /// We have not answered.
        ReplyOwed = "REPLY_OWED",
        /// A member has not answered us.
        ReplyAwaited = "REPLY_AWAITED",
        /// We have not said whether we take a referral on.
        ReferralOwed = "REFERRAL_OWED",
        /// A partner has not said whether it takes our referral on.
        ReferralAwaited = "REFERRAL_AWAITED",
        /// We have not decided about a permission that a member asked us for.
        PermissionOwed = "PERMISSION_OWED",
        /// The owner has not decided about a permission that we asked for.
        PermissionAwaited = "PERMISSION_AWAITED",
        /// A notice of ours is to be looked at again.
        Reexamine = "REEXAMINE",
        /// A member has not signed that it erased a notice of ours that ended.
        ErasureOwed = "ERASURE_OWED",
        /// What we passed on was amended by its owner: pass the newer version on, or withdraw ours.
        ForwardOutdated = "FORWARD_OUTDATED",
        /// We took a referral on and have not said that it is done.
        ReferralDoneOwed = "REFERRAL_DONE_OWED",
        /// A partner took our referral on and has not said that it is done.
        ReferralDoneAwaited = "REFERRAL_DONE_AWAITED",
        /// Something of ours does not go out by itself.
        NotSent = "NOT_SENT",
    }
}

codes! {
    /// What is waited for: each has a clock of its own.
    pub enum Awaited in "awaited" {
        /// The answer to a question.
        Reply = "REPLY",
        /// A partner's word on a referral.
        Referral = "REFERRAL",
        /// The owner's word on a permission.
        Permission = "PERMISSION",
        /// A newer forward, or its withdrawal, of what passes on a version that was amended.
        Forward = "FORWARD",
        /// A partner's word that what it took on is done.
        ReferralDone = "REFERRAL_DONE",
    }
}

impl Awaited {
    /// What it is called by whoever owes it.
    #[must_use]
    pub const fn owed(self) -> DueKind {
        match self {
            Self::Reply => DueKind::ReplyOwed,
            Self::Referral => DueKind::ReferralOwed,
            Self::Permission => DueKind::PermissionOwed,
            Self::Forward => DueKind::ForwardOutdated,
            Self::ReferralDone => DueKind::ReferralDoneOwed,
        }
    }

    /// What it is called by whoever waits for it.
    #[must_use]
    pub const fn awaited(self) -> DueKind {
        match self {
            Self::Reply => DueKind::ReplyAwaited,
            Self::Referral => DueKind::ReferralAwaited,
            Self::Permission => DueKind::PermissionAwaited,
            // Who has the forward was told that it is suspended, and waits for nothing.
            Self::Forward => DueKind::ForwardOutdated,
            Self::ReferralDone => DueKind::ReferralDoneAwaited,
        }
    }
}

/// How long the owner of a notice has to decide about a permission, whoever passed on what was amended
/// about that, and a partner about a referral that does not end sooner.
pub const DECIDE_WITHIN: Duration = Duration::from_days(3);

/// How long a member has to sign that it erased a notice that ended, before that is called overdue.
pub const ERASE_WITHIN: Duration = Duration::from_days(1);

impl ReplyType {
    /// What a reply says; nothing when it says nothing, or what only a newer contract has.
    #[must_use]
    pub fn of(reply: &Reply) -> Option<Self> {
        Some(match reply.body.as_ref()? {
            Body::Answer(_) => Self::Answer,
            Body::Hit(_) => Self::Hit,
            Body::NoHit(_) => Self::NoHit,
            Body::Refusal(_) => Self::Refusal,
            Body::Question(_) => Self::FurtherQuestion,
            Body::Referral(said) => match said.step.as_ref()? {
                referral_answer::Step::Accepted(_) => Self::ReferralAccepted,
                referral_answer::Step::Declined(_) => Self::ReferralDeclined,
                referral_answer::Step::Done(_) => Self::ReferralDone,
            },
            Body::Permission(said) => match said.step.as_ref()? {
                permission::Step::Request(_) => Self::PermissionRequest,
                permission::Step::Granted(_) => Self::PermissionGranted,
                permission::Step::Refused(_) => Self::PermissionRefused,
                permission::Step::Revoked(_) => Self::PermissionRevoked,
            },
            Body::Export(_) => Self::Exported,
            Body::Interim(_) => Self::Interim,
        })
    }

    /// The body that says this, with nothing in it yet.
    #[must_use]
    pub fn body(self) -> Body {
        let referral = |step| Body::Referral(ReferralAnswer { step: Some(step) });
        let permission = |step| Body::Permission(Permission { step: Some(step) });
        match self {
            Self::Answer => Body::Answer(Answer {}),
            Self::Hit => Body::Hit(Hit::default()),
            Self::NoHit => Body::NoHit(NoHit {}),
            Self::Refusal => Body::Refusal(Refusal::default()),
            Self::FurtherQuestion => Body::Question(FurtherQuestion {}),
            Self::ReferralAccepted => referral(referral_answer::Step::Accepted(ReferralAccepted {})),
            Self::ReferralDeclined => referral(referral_answer::Step::Declined(Refusal::default())),
            Self::ReferralDone => referral(referral_answer::Step::Done(ReferralDone {})),
            Self::PermissionRequest => permission(permission::Step::Request(PermissionRequest::default())),
            Self::PermissionGranted => permission(permission::Step::Granted(PermissionGranted {})),
            Self::PermissionRefused => permission(permission::Step::Refused(Refusal::default())),
            Self::PermissionRevoked => permission(permission::Step::Revoked(PermissionRevoked {})),
            Self::Exported => Body::Export(ExportReport::default()),
            Self::Interim => Body::Interim(InterimAnswer::default()),
        }
    }

    /// What it ends the waiting for. A further question ends none: the clock of what was asked goes on.
    #[must_use]
    pub const fn settles(self) -> Option<Awaited> {
        match self {
            Self::Answer | Self::Hit | Self::NoHit | Self::Refusal => Some(Awaited::Reply),
            Self::ReferralAccepted | Self::ReferralDeclined | Self::ReferralDone => Some(Awaited::Referral),
            Self::PermissionGranted | Self::PermissionRefused => Some(Awaited::Permission),
            Self::FurtherQuestion
            | Self::PermissionRequest
            | Self::PermissionRevoked
            | Self::Exported
            | Self::Interim => None,
        }
    }

    /// Whether it says no, so that it needs a ground.
    #[must_use]
    pub const fn needs_ground(self) -> bool {
        matches!(self, Self::Refusal | Self::ReferralDeclined | Self::PermissionRefused)
    }

    /// Whether it says nothing without words.
    #[must_use]
    pub const fn needs_text(self) -> bool {
        matches!(self, Self::Answer | Self::FurtherQuestion | Self::PermissionRequest)
    }

    /// Whether only the owner of the notice can say it.
    #[must_use]
    pub const fn is_the_owners(self) -> bool {
        matches!(self, Self::PermissionGranted | Self::PermissionRefused | Self::PermissionRevoked)
    }

    /// Whether a node says it when it is done, and nobody in words.
    #[must_use]
    pub const fn is_said_by_doing(self) -> bool {
        matches!(self, Self::PermissionGranted | Self::PermissionRevoked | Self::Exported)
    }

    /// Whether the owner of the notice cannot say it: it would answer itself.
    #[must_use]
    pub const fn is_a_recipients(self) -> bool {
        !matches!(self, Self::Answer | Self::FurtherQuestion) && !self.is_the_owners()
    }
}

impl Reply {
    /// A reply that says this, with nothing in its body yet.
    #[must_use]
    pub fn saying(reply_type: ReplyType) -> Self {
        Self { body: Some(reply_type.body()), ..Self::default() }
    }

    /// What is known there, of a hit.
    #[must_use]
    pub const fn as_hit(&self) -> Option<&Hit> {
        match &self.body {
            Some(Body::Hit(hit)) => Some(hit),
            _ => None,
        }
    }

    /// What a no says.
    pub const fn as_no_mut(&mut self) -> Option<&mut Refusal> {
        match &mut self.body {
            Some(
                Body::Refusal(no)
                | Body::Referral(ReferralAnswer { step: Some(referral_answer::Step::Declined(no)) })
                | Body::Permission(Permission { step: Some(permission::Step::Refused(no)) }),
            ) => Some(no),
            _ => None,
        }
    }
}

/// A reply that broke no rule. Only [`check_reply`](crate::check_reply) makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedReply {
    reply_type: ReplyType,
    reply: Reply,
}

impl CheckedReply {
    pub(crate) const fn new(reply_type: ReplyType, reply: Reply) -> Self {
        Self { reply_type, reply }
    }

    /// What it says.
    #[must_use]
    pub const fn reply_type(&self) -> ReplyType {
        self.reply_type
    }

    /// The reply. Its handling is never looser than that of the notice that it answers.
    #[must_use]
    pub const fn reply(&self) -> &Reply {
        &self.reply
    }
}

/// The `REPLY` section.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplySection {
    /// The body's sender; it must equal the envelope's.
    pub sender: MemberCode,
    /// The notice that it answers; it must equal the header's.
    pub notice: NoticeId,
    /// What is said.
    pub reply: CheckedReply,
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
