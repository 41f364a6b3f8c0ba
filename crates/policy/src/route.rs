//! Who receives: set algebra over the directory, the same at node and hub.
//!
//! ```text
//! recipients = (countries ∪ regions ∪ groups ∪ all_members) − except − suspended − sender
//! ```
//!
//! where a group is those who accepted its invitation, while it runs; and, of what is held for review, the
//! review desk beside them.
//!
//! A sub-bureau is addressed for itself, by its code, its groups or its country's regions, and never gets what
//! its country is excepted from: the exception wins, also over its own code. When its country is suspended, so
//! is it.
//!
//! [`route`] and [`explain`] ask the same function about each member, so they cannot disagree.
//!
//! Partners and the review desk are reached by name or group only, never by regions or `all_members`. A suspended
//! member that is named is a refusal; one that is reached by a region or group is left out, and [`explain`] says
//! so. `except` of a country leaves out a sub-bureau that is named, too, and is no refusal, so that a wider
//! exception only narrows. A country's own code does not address its sub-bureaux.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use amana_types::group::GroupPhase;
use amana_types::{
    Addressing, Directory, Group, GroupName, Member, MemberCode, MemberStatus, Reason, Region, Timestamp,
    limits,
};

use crate::kinds::of_kind;

/// The members that receive a notice: never empty, sorted by code, made by [`route`] only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    recipients: Vec<MemberCode>,
}

impl Audience {
    /// The recipients, sorted by code, each once.
    #[must_use]
    pub fn recipients(&self) -> &[MemberCode] {
        &self.recipients
    }

    /// Whether that member receives.
    #[must_use]
    pub fn contains(&self, member: MemberCode) -> bool {
        self.recipients.binary_search(&member).is_ok()
    }
}

/// Why nobody receives. The sender must act on every one of these.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteRefused {
    /// The sender is not in the directory.
    #[error("the sender {0} is not a member of this exchange")]
    UnknownSender(MemberCode),
    /// The sender does not take part at present.
    #[error("the sender {0} is suspended and cannot send until it is reinstated")]
    SenderSuspended(MemberCode),
    /// Codes in `countries` or `except` that no member has. A mistyped exception would be a leak.
    #[error("not members of this exchange: {}; correct or remove them", list(.0))]
    UnknownMembers(Vec<MemberCode>),
    /// Groups that the directory does not have.
    #[error("no such groups: {}; correct or remove them", list(.0))]
    UnknownGroups(Vec<GroupName>),
    /// Operations whose time has not come.
    #[error("not started yet: {}; address them from their start on", list(.0))]
    OperationsNotStarted(Vec<GroupName>),
    /// Operations whose time is over.
    #[error("ended: {}; address their members by code or region", list(.0))]
    OperationsEnded(Vec<GroupName>),
    /// Members named by code that are suspended: the sender counts on them, so it must know.
    #[error("suspended at present: {}; remove them, or wait until they are reinstated", list(.0))]
    MembersSuspended(Vec<MemberCode>),
    /// Nothing was addressed, or nobody is left. It is never read as 'everyone'.
    #[error("nobody would receive this: address countries, regions, groups or all members")]
    EmptyAudience,
    /// It is to be held, and there is no review desk, or nobody could say which, or the sender is it.
    #[error("this needs review, and the exchange has no review desk that could pass it; ask its operator")]
    NoReviewDesk,
    /// It is to be held, and the review desk is excepted.
    #[error("this needs review, and the review desk {0} is excepted; take it out of the exceptions")]
    ReviewDeskExcepted(MemberCode),
    /// More recipients than an envelope can have.
    #[error("{count} recipients, at most {} are possible; address fewer", limits::RECIPIENTS)]
    TooManyRecipients {
        /// How many it would have been.
        count: usize,
    },
}

impl RouteRefused {
    /// The reason, for programs.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::UnknownSender(_) => Reason::UnknownSender,
            Self::SenderSuspended(_) => Reason::SenderSuspended,
            Self::UnknownMembers(_) => Reason::UnknownMember,
            Self::UnknownGroups(_) => Reason::UnknownGroup,
            Self::OperationsNotStarted(_) => Reason::OperationNotStarted,
            Self::OperationsEnded(_) => Reason::OperationEnded,
            Self::MembersSuspended(_) => Reason::MemberSuspended,
            Self::EmptyAudience => Reason::EmptyAudience,
            Self::NoReviewDesk => Reason::NoReviewDesk,
            Self::ReviewDeskExcepted(_) => Reason::ReviewDeskExcepted,
            Self::TooManyRecipients { .. } => Reason::TooManyRecipients,
        }
    }
}

/// The rule that decided about one member. Prints as in the contract, such as `REGION EUROPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule<'a> {
    /// Receives: named by code.
    Country,
    /// Receives: belongs to that region.
    Region(Region),
    /// Receives: it is a sub-bureau, and its country belongs to that region.
    ParentRegion(Region),
    /// Receives: takes part in that group.
    Group(&'a GroupName),
    /// Receives: all members do.
    AllMembers,
    /// Receives, before everyone else: it is the review desk, and this is held for it.
    ReviewDesk,
    /// Does not receive: it is the sender.
    Sender,
    /// Does not receive: excepted.
    Except,
    /// Does not receive: that country is excepted, and with it its sub-bureaux.
    ExceptParent(MemberCode),
    /// Does not receive: addressed, but suspended.
    Suspended,
    /// Does not receive: addressed, but that country is suspended, and with it its sub-bureaux.
    ParentSuspended(MemberCode),
    /// Does not receive: partners and the review desk get a case only when named by code or group.
    NamedOnly,
    /// Does not receive: an addressed group invites it, and it has not accepted, or has left.
    InvitedOnly,
    /// Does not receive: not addressed.
    NotAddressed,
}

impl Rule<'_> {
    /// Whether a member that this rule decided about receives.
    #[must_use]
    pub const fn receives(self) -> bool {
        match self {
            Self::Country
            | Self::Region(_)
            | Self::ParentRegion(_)
            | Self::Group(_)
            | Self::AllMembers
            | Self::ReviewDesk => true,
            Self::Sender
            | Self::Except
            | Self::ExceptParent(_)
            | Self::Suspended
            | Self::ParentSuspended(_)
            | Self::NamedOnly
            | Self::InvitedOnly
            | Self::NotAddressed => false,
        }
    }
}

impl fmt::Display for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country => f.write_str("COUNTRY"),
            Self::Region(region) => write!(f, "REGION {region}"),
            Self::ParentRegion(region) => write!(f, "PARENT_REGION {region}"),
            Self::Group(group) => write!(f, "GROUP {group}"),
            Self::AllMembers => f.write_str("ALL_MEMBERS"),
            Self::ReviewDesk => f.write_str("REVIEW_DESK"),
            Self::Sender => f.write_str("SENDER"),
            Self::Except => f.write_str("EXCEPT"),
            Self::ExceptParent(country) => write!(f, "EXCEPT_PARENT {country}"),
            Self::Suspended => f.write_str("SUSPENDED"),
            Self::ParentSuspended(country) => write!(f, "PARENT_SUSPENDED {country}"),
            Self::NamedOnly => f.write_str("NAMED_ONLY"),
            Self::InvitedOnly => f.write_str("INVITED_ONLY"),
            Self::NotAddressed => f.write_str("NOT_ADDRESSED"),
        }
    }
}

/// What was decided about one member, and by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The member.
    pub member: MemberCode,
    /// The rule.
    pub rule: Rule<'a>,
}

impl Decision<'_> {
    /// Whether the member receives.
    #[must_use]
    pub const fn receives(&self) -> bool {
        self.rule.receives()
    }
}

/// Works out who receives.
///
/// Sender, suspended and excepted members never do, nor the sub-bureaux of suspended and excepted countries. A suspended member that is named by code makes the
/// whole addressing refused, because the sender counts on it; one that a region or group would bring in
/// is left out, and [`explain`] says so.
///
/// What is `held` for review goes to the review desk as well. Without anybody else it goes nowhere.
///
/// # Errors
/// [`RouteRefused`], with every code of the first kind of mistake found.
pub fn route(
    addressing: &Addressing,
    sender: MemberCode,
    held: bool,
    directory: &Directory,
    now: Timestamp,
) -> Result<Audience, RouteRefused> {
    check_sender(sender, directory)?;
    check_codes(addressing, directory)?;
    check_groups(&addressing.groups, directory, now)?;
    let question = Question::new(addressing, sender, held, directory, now);
    if held {
        check_desk(&question)?;
    }
    let recipients = question.recipients(directory);
    match recipients.len() {
        0 => Err(RouteRefused::EmptyAudience),
        1 if held => Err(RouteRefused::EmptyAudience),
        count if count > limits::RECIPIENTS => Err(RouteRefused::TooManyRecipients { count }),
        _ => Ok(Audience { recipients }),
    }
}

/// Says for every member of the directory whether it receives, and by which rule.
///
/// Unlike [`route`] it also answers when the addressing would be refused: unknown codes, unknown groups
/// and operations outside their time count for nothing in it.
#[must_use]
pub fn explain<'a>(
    addressing: &'a Addressing,
    sender: MemberCode,
    held: bool,
    directory: &'a Directory,
    now: Timestamp,
) -> Vec<Decision<'a>> {
    let question = Question::new(addressing, sender, held, directory, now);
    directory
        .members
        .values()
        .map(|member| Decision { member: member.code, rule: question.decide(member) })
        .collect()
}

/// One addressing, with its groups looked up.
struct Question<'a> {
    addressing: &'a Addressing,
    sender: MemberCode,
    groups: Vec<&'a Group>,
    /// The review desk, if this is held for it.
    desk: Option<MemberCode>,
}

impl<'a> Question<'a> {
    fn new(
        addressing: &'a Addressing,
        sender: MemberCode,
        held: bool,
        directory: &'a Directory,
        now: Timestamp,
    ) -> Self {
        let groups = addressing
            .groups
            .iter()
            .filter_map(|name| directory.groups.get(name))
            .map(AsRef::as_ref)
            .filter(|group| group.phase(now) == GroupPhase::Running)
            .collect();
        let desk = if held { directory.review_desk().map(|desk| desk.code) } else { None };
        Self { addressing, sender, groups, desk }
    }

    /// The one place where it is decided whether a member receives.
    fn decide(&self, member: &Member) -> Rule<'a> {
        if member.code == self.sender {
            return Rule::Sender;
        }
        if self.desk == Some(member.code) {
            return Rule::ReviewDesk;
        }
        let rule = self.addressed_by(member);
        if !rule.receives() {
            return rule;
        }
        let left_out = excepted(&self.addressing.except, member).or_else(|| suspended(member));
        left_out.unwrap_or(rule)
    }

    /// By which part of the union the member is addressed, the narrowest first.
    fn addressed_by(&self, member: &Member) -> Rule<'a> {
        if self.addressing.countries.contains(&member.code) {
            return Rule::Country;
        }
        if let Some(group) = self.groups.iter().find(|group| group.has_member(member.code)) {
            return Rule::Group(&group.terms.name);
        }
        let region = if self.addressing.regions.is_empty() {
            None
        } else {
            member.regions.iter().find(|region| self.addressing.regions.contains(region))
        };
        let wide = match region {
            Some(region) if member.parent.is_some() => Rule::ParentRegion(*region),
            Some(region) => Rule::Region(*region),
            None if self.addressing.all_members => Rule::AllMembers,
            None if self.groups.iter().any(|group| group.members.contains_key(&member.code)) => {
                return Rule::InvitedOnly;
            }
            None => return Rule::NotAddressed,
        };
        if of_kind(member.kind).swept_in { wide } else { Rule::NamedOnly }
    }

    fn recipients(&self, directory: &Directory) -> Vec<MemberCode> {
        let receives = |member: &&Member| self.decide(member).receives();
        let only_countries =
            self.groups.is_empty() && self.addressing.regions.is_empty() && !self.addressing.all_members;
        if only_countries {
            // The usual case: a few countries out of two hundred. Nobody else can be addressed.
            let mut codes = Cow::Borrowed(&self.addressing.countries);
            if let Some(desk) = self.desk {
                codes.to_mut().insert(desk);
            }
            let named = codes.iter().filter_map(|code| directory.members.get(code));
            return named.map(AsRef::as_ref).filter(receives).map(|member| member.code).collect();
        }
        let mut recipients = Vec::with_capacity(directory.members.len());
        recipients.extend(directory.members.values().map(AsRef::as_ref).filter(receives).map(|m| m.code));
        recipients
    }
}

/// The exception that leaves the member out, if one does: its own, or its country's.
fn excepted(except: &BTreeSet<MemberCode>, member: &Member) -> Option<Rule<'static>> {
    if except.contains(&member.code) {
        return Some(Rule::Except);
    }
    member.parent_code().filter(|country| except.contains(country)).map(Rule::ExceptParent)
}

/// The suspension that keeps the member out, if one does: its own, or its country's.
fn suspended(member: &Member) -> Option<Rule<'static>> {
    match member.parent_code() {
        _ if member.is_active() => None,
        Some(country) if member.status == MemberStatus::Active => Some(Rule::ParentSuspended(country)),
        _ => Some(Rule::Suspended),
    }
}

fn check_sender(sender: MemberCode, directory: &Directory) -> Result<(), RouteRefused> {
    match directory.members.get(&sender) {
        None => Err(RouteRefused::UnknownSender(sender)),
        Some(member) if !member.is_active() => Err(RouteRefused::SenderSuspended(sender)),
        Some(_) => Ok(()),
    }
}

fn check_desk(question: &Question<'_>) -> Result<(), RouteRefused> {
    match question.desk {
        None => Err(RouteRefused::NoReviewDesk),
        // Nobody reviews what it sends itself.
        Some(desk) if desk == question.sender => Err(RouteRefused::NoReviewDesk),
        Some(desk) if question.addressing.except.contains(&desk) => {
            Err(RouteRefused::ReviewDeskExcepted(desk))
        }
        Some(_) => Ok(()),
    }
}

fn check_codes(addressing: &Addressing, directory: &Directory) -> Result<(), RouteRefused> {
    let named = || addressing.countries.union(&addressing.except);
    let unknown = some(named().copied().filter(|code| !directory.members.contains_key(code)));
    if let Some(unknown) = unknown {
        return Err(RouteRefused::UnknownMembers(unknown));
    }
    let is_relied_on = |member: &Member| excepted(&addressing.except, member).is_none();
    let cannot = |member: &Member| is_relied_on(member) && !member.is_active();
    let named = addressing.countries.iter().copied();
    let suspended =
        some(named.filter(|code| directory.members.get(code).is_some_and(|member| cannot(member))));
    suspended.map_or(Ok(()), |suspended| Err(RouteRefused::MembersSuspended(suspended)))
}

fn check_groups(
    names: &BTreeSet<GroupName>,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), RouteRefused> {
    let found = |name: &GroupName| directory.groups.get(name);
    let those = |wrong: GroupPhase| {
        let is_wrong = |name: &&GroupName| found(name).is_some_and(|group| group.phase(now) == wrong);
        some(names.iter().filter(is_wrong).cloned())
    };
    if let Some(unknown) = some(names.iter().filter(|name| found(name).is_none()).cloned()) {
        return Err(RouteRefused::UnknownGroups(unknown));
    }
    if let Some(ended) = those(GroupPhase::Ended) {
        return Err(RouteRefused::OperationsEnded(ended));
    }
    those(GroupPhase::NotStarted).map_or(Ok(()), |early| Err(RouteRefused::OperationsNotStarted(early)))
}

/// The items, if there are any. Allocates nothing when there are none.
fn some<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.collect();
    if items.is_empty() { None } else { Some(items) }
}

pub(crate) fn list<T: fmt::Display>(items: &[T]) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "route_property_tests.rs"]
mod property_tests;
