//! Groups: standing ones of specialists, and operations, which have a start and an end.
//!
//! The exchange's root key says what a group is and whom it invites; each country says for itself whether it
//! takes part. What is here is the pure rule of both: [`Group::set`] and [`Group::answer`].

use std::collections::{BTreeMap, BTreeSet};

use crate::codes;
use crate::hygiene::first_refused;
use crate::{GroupName, MemberCode, Seq, Timestamp};
use crate::{Language, Text};

codes! {
    /// What a group is.
    pub enum GroupKind in "group_kind" {
        /// Specialists of several countries, for as long as there is need of them.
        SpecialistGroup = "SPECIALIST_GROUP",
        /// An operation: it has a start, an end and a lead.
        Operation = "OPERATION",
    }
}

codes! {
    /// How an invited member stands to a group.
    pub enum Membership in "membership" {
        /// It was invited and has not answered. It is no member.
        Invited = "INVITED",
        /// It takes part.
        Accepted = "ACCEPTED",
        /// It does not want to.
        Declined = "DECLINED",
        /// It took part, and does no more.
        Left = "LEFT",
    }
}

codes! {
    /// Where in its time a group is.
    pub enum GroupPhase in "group_phase" {
        /// Its start lies ahead.
        NotStarted = "NOT_STARTED",
        /// It can be addressed.
        Running = "RUNNING",
        /// Its end is over.
        Ended = "ENDED",
    }
}

/// What an invited member says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// It takes part.
    Accept,
    /// It does not.
    Decline,
    /// It does no more.
    Leave,
}

impl Answer {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::Accept, Self::Decline, Self::Leave];

    /// The answer as a verb, such as `accept`.
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Leave => "leave",
        }
    }
}

use Membership::{Accepted, Declined, Invited, Left};

/// What is not in this table cannot happen. Who declined or left may think better of it while the invitation
/// stands.
const ANSWERS: &[(Membership, Answer, Membership)] = &[
    (Invited, Answer::Accept, Accepted),
    (Invited, Answer::Decline, Declined),
    (Accepted, Answer::Leave, Left),
    (Declined, Answer::Accept, Accepted),
    (Left, Answer::Accept, Accepted),
];

impl Membership {
    /// How the member stands after an answer; `None` when that answer does not fit.
    #[must_use]
    pub fn after(self, answer: Answer) -> Option<Self> {
        let row = ANSWERS.iter().find(|(from, on, _)| (*from, *on) == (self, answer));
        row.map(|(.., to)| *to)
    }
}

/// The most characters of a group's title, in one language.
pub const TITLE_CHARS: usize = 200;
/// The most characters of a group's description, in one language.
pub const DESCRIPTION_CHARS: usize = 500;

/// What a root key says about a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupTerms {
    /// Its name.
    pub name: GroupName,
    /// What it is.
    pub kind: GroupKind,
    /// What it is called: a line in each of one to four official languages.
    pub title: Vec<Text>,
    /// What it is for, in official languages.
    pub description: Vec<Text>,
    /// Who leads it: needed for an operation.
    pub lead: Option<MemberCode>,
    /// Whom the exchange invites.
    pub invited: BTreeSet<MemberCode>,
    /// The first moment at which it can be addressed: needed for an operation.
    pub starts: Option<Timestamp>,
    /// The first moment at which it can no longer be addressed: needed for an operation.
    pub ends: Option<Timestamp>,
}

/// Terms that make no group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsRefused {
    /// No title.
    #[error("a group needs a title in at least one official language")]
    Title,
    /// Two texts of one language, or a language that is not official.
    #[error("title and description are in the official languages (ar, en, fr, es), each once")]
    Language,
    /// A text that is empty, too long, or holds what can deceive a reader.
    #[error(
        "a title is one line of 1 to {TITLE_CHARS} characters, a description has 1 to {DESCRIPTION_CHARS}; \
         neither holds control characters"
    )]
    Text,
    /// An operation without start, end or lead.
    #[error("an operation needs a start, an end and a lead")]
    OperationNeeds,
    /// A standing group with a start or an end.
    #[error("a specialist group stands: it has neither start nor end")]
    StandingGroup,
    /// It would end before it starts.
    #[error("an operation ends after it starts")]
    EndBeforeStart,
    /// The lead is not invited.
    #[error("the lead must be among the invited")]
    LeadNotInvited,
    /// Nobody is invited.
    #[error("a group invites at least one member")]
    NobodyInvited,
}

impl GroupTerms {
    /// Whether they make a group.
    ///
    /// # Errors
    /// [`TermsRefused`].
    pub fn check(&self) -> Result<(), TermsRefused> {
        if self.title.is_empty() {
            return Err(TermsRefused::Title);
        }
        check_texts(&self.title, TITLE_CHARS, false)?;
        check_texts(&self.description, DESCRIPTION_CHARS, true)?;
        match (self.kind, self.starts, self.ends, self.lead) {
            (GroupKind::Operation, Some(starts), Some(ends), Some(_)) if starts < ends => {}
            (GroupKind::Operation, Some(_), Some(_), Some(_)) => return Err(TermsRefused::EndBeforeStart),
            (GroupKind::Operation, ..) => return Err(TermsRefused::OperationNeeds),
            (GroupKind::SpecialistGroup, None, None, _) => {}
            (GroupKind::SpecialistGroup, ..) => return Err(TermsRefused::StandingGroup),
        }
        if self.invited.is_empty() {
            return Err(TermsRefused::NobodyInvited);
        }
        match self.lead {
            Some(lead) if !self.invited.contains(&lead) => Err(TermsRefused::LeadNotInvited),
            _ => Ok(()),
        }
    }

    /// Whether they bind a member to more than the earlier ones did, so that it has to be asked again.
    #[must_use]
    fn asks_more_than(&self, before: &Self) -> bool {
        let later = match (before.ends, self.ends) {
            (Some(before), Some(now)) => now > before,
            (Some(_), None) => true,
            (None, _) => false,
        };
        later || self.kind != before.kind
    }
}

fn check_texts(texts: &[Text], most: usize, lines: bool) -> Result<(), TermsRefused> {
    for (i, Text { language, text }) in texts.iter().enumerate() {
        let again = texts.iter().take(i).any(|earlier| earlier.language == *language);
        if again || !Language::OFFICIAL.contains(language) {
            return Err(TermsRefused::Language);
        }
        let fits = !text.trim().is_empty() && text.chars().count() <= most;
        if !fits || first_refused(text, lines).is_some() {
            return Err(TermsRefused::Text);
        }
    }
    Ok(())
}

/// How one invited member stands, and since which place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How.
    pub membership: Membership,
    /// Since when.
    pub since: Seq,
}

/// A group as the directory knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What the root key said last.
    pub terms: GroupTerms,
    /// Where in the log the invitation is that members answer: the last entry that asked for more than the
    /// one before it.
    pub invitation: Seq,
    /// Everybody who is invited.
    pub members: BTreeMap<MemberCode, Standing>,
}

/// An answer that does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerRefused {
    /// Who answers is not invited.
    NotInvited,
    /// It is over.
    Ended,
    /// It answers an invitation that has been replaced.
    OtherInvitation,
    /// It stands so already, or cannot come to stand so from where it is.
    DoesNotFit(Membership),
}

impl Group {
    /// The group with new terms. Who accepted stays a member, unless these ask for more than was accepted:
    /// a later end, or another kind. Then everybody is asked again; so an operation that has ended cannot be
    /// brought back to life over its members' heads.
    #[must_use]
    pub fn set(terms: GroupTerms, before: Option<&Self>, at: Seq) -> Self {
        let kept = before.filter(|before| !terms.asks_more_than(&before.terms));
        let asked = Standing { membership: Invited, since: at };
        let standing = |code| kept.and_then(|kept| kept.members.get(code)).copied().unwrap_or(asked);
        let members = terms.invited.iter().map(|code| (*code, standing(code))).collect();
        Self { invitation: kept.map_or(at, |kept| kept.invitation), members, terms }
    }

    /// The group with one more invited member, which has not answered.
    #[must_use]
    pub fn inviting(&self, code: MemberCode, at: Seq) -> Self {
        let mut group = self.clone();
        group.terms.invited.insert(code);
        group.members.entry(code).or_insert(Standing { membership: Invited, since: at });
        group
    }

    /// The group after a member's answer to the invitation at `invitation`.
    ///
    /// # Errors
    /// [`AnswerRefused`].
    pub fn answer(
        &self,
        code: MemberCode,
        (answer, invitation): (Answer, Seq),
        at: Seq,
        now: Timestamp,
    ) -> Result<Self, AnswerRefused> {
        let standing = self.members.get(&code).ok_or(AnswerRefused::NotInvited)?;
        if self.phase(now) == GroupPhase::Ended {
            return Err(AnswerRefused::Ended);
        }
        if invitation != self.invitation {
            return Err(AnswerRefused::OtherInvitation);
        }
        let after = standing.membership.after(answer);
        let membership = after.ok_or(AnswerRefused::DoesNotFit(standing.membership))?;
        let mut group = self.clone();
        group.members.insert(code, Standing { membership, since: at });
        Ok(group)
    }

    /// Where in its time it is.
    #[must_use]
    pub fn phase(&self, now: Timestamp) -> GroupPhase {
        if self.terms.ends.is_some_and(|ends| ends <= now) {
            GroupPhase::Ended
        } else if self.terms.starts.is_some_and(|starts| now < starts) {
            GroupPhase::NotStarted
        } else {
            GroupPhase::Running
        }
    }

    /// How that member stands; `None` when it is not invited.
    #[must_use]
    pub fn membership(&self, code: MemberCode) -> Option<Membership> {
        self.members.get(&code).map(|standing| standing.membership)
    }

    /// Whether that member takes part.
    #[must_use]
    pub fn has_member(&self, code: MemberCode) -> bool {
        self.membership(code) == Some(Accepted)
    }

    /// Who takes part, by code.
    pub fn accepted(&self) -> impl Iterator<Item = MemberCode> {
        self.members.iter().filter(|(_, standing)| standing.membership == Accepted).map(|(code, _)| *code)
    }
}

#[cfg(test)]
#[path = "group_tests.rs"]
mod tests;
