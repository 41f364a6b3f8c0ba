//! What may travel in the name of an operation: judged at its sender, and again at whoever receives it.
//!
//! While an operation runs, who takes part sends to who takes part. When it has ended its lead reports what it
//! came to, to the same, by their codes; nothing else travels in its name any more.

use amana_types::group::{GroupKind, GroupPhase, Membership};
use amana_types::{Directory, Group, GroupName, MemberCode, MemberKind, Reason, Timestamp};

use crate::Audience;

/// What travels in the name of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationNotice {
    /// Anything but the closing report.
    Ordinary,
    /// The closing report.
    ClosingReport,
}

/// Why something may not travel in the name of an operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperationRefused {
    /// There is no such operation.
    #[error("the directory has no operation {0}; `amana operation list` shows those that it has")]
    NoOperation(GroupName),
    /// Its time has not come.
    #[error("the operation {0} has not started; nothing travels in its name before it does")]
    NotStarted(GroupName),
    /// Its time is over.
    #[error("the operation {0} has ended; only its lead's closing report travels in its name now")]
    Ended(GroupName),
    /// It has not ended yet.
    #[error("the operation {0} still runs; its closing report follows its end")]
    Runs(GroupName),
    /// The sender does not take part.
    #[error("{1} does not take part in the operation {0}; accept its invitation first")]
    NotAMember(GroupName, MemberCode),
    /// Somebody else leads it.
    #[error("{1} does not lead the operation {0}; only its lead reports what it came to")]
    NotTheLead(GroupName, MemberCode),
    /// Somebody is addressed who does not take part.
    #[error(
        "addressed, and not part of the operation {0}: {outside}; leave them out, or send it without the operation",
        outside = list(.1)
    )]
    OutsideOperation(GroupName, Vec<MemberCode>),
}

impl OperationRefused {
    /// The reason, for programs.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::NoOperation(_) => Reason::NoOperation,
            Self::NotStarted(_) => Reason::OperationNotStarted,
            Self::Ended(_) => Reason::OperationEnded,
            Self::Runs(_) => Reason::OperationRuns,
            Self::NotAMember(..) => Reason::NotAMember,
            Self::NotTheLead(..) => Reason::NotTheLead,
            Self::OutsideOperation(..) => Reason::OutsideOperation,
        }
    }
}

/// The operation of that name.
///
/// # Errors
/// [`OperationRefused::NoOperation`]; a specialist group is none.
pub fn operation<'a>(name: &GroupName, directory: &'a Directory) -> Result<&'a Group, OperationRefused> {
    let group = directory.groups.get(name).filter(|group| group.terms.kind == GroupKind::Operation);
    group.map(AsRef::as_ref).ok_or_else(|| OperationRefused::NoOperation(name.clone()))
}

/// Whether a member may send something in the name of an operation to an audience. The review desk, which has
/// to pass what is held, is no stranger.
///
/// # Errors
/// [`OperationRefused`].
pub fn may_send(
    name: &GroupName,
    what: OperationNotice,
    (sender, audience): (MemberCode, &Audience),
    directory: &Directory,
    now: Timestamp,
) -> Result<(), OperationRefused> {
    let group = operation(name, directory)?;
    use OperationNotice::{ClosingReport, Ordinary};
    match (what, group.phase(now)) {
        (Ordinary, GroupPhase::Running) | (ClosingReport, GroupPhase::Ended) => {}
        (_, GroupPhase::NotStarted) => return Err(OperationRefused::NotStarted(name.clone())),
        (Ordinary, GroupPhase::Ended) => return Err(OperationRefused::Ended(name.clone())),
        (ClosingReport, GroupPhase::Running) => return Err(OperationRefused::Runs(name.clone())),
    }
    if !group.has_member(sender) {
        return Err(OperationRefused::NotAMember(name.clone(), sender));
    }
    if what == ClosingReport && group.terms.lead != Some(sender) {
        return Err(OperationRefused::NotTheLead(name.clone(), sender));
    }
    let is_desk = |code| directory.member(code).is_some_and(|member| member.kind == MemberKind::ReviewDesk);
    let stranger = |code: &MemberCode| !group.has_member(*code) && !is_desk(*code);
    let strangers: Vec<MemberCode> = audience.recipients().iter().copied().filter(stranger).collect();
    match strangers.is_empty() {
        true => Ok(()),
        false => Err(OperationRefused::OutsideOperation(name.clone(), strangers)),
    }
}

/// Whether what a member sent in the name of an operation is taken in, by the directory at its place in the
/// log. `created` is the moment that its sender signed.
///
/// Who left since it wrote is still believed: what was held for review comes late. Whether the others who
/// received it take part cannot be seen from here.
///
/// # Errors
/// [`OperationRefused`].
pub fn may_take(
    name: &GroupName,
    what: OperationNotice,
    sender: MemberCode,
    directory: &Directory,
    created: Timestamp,
) -> Result<(), OperationRefused> {
    let group = operation(name, directory)?;
    let took_part = matches!(group.membership(sender), Some(Membership::Accepted | Membership::Left));
    if !took_part {
        return Err(OperationRefused::NotAMember(name.clone(), sender));
    }
    use OperationNotice::{ClosingReport, Ordinary};
    match (what, group.phase(created)) {
        (ClosingReport, _) if group.terms.lead != Some(sender) => {
            Err(OperationRefused::NotTheLead(name.clone(), sender))
        }
        (Ordinary, GroupPhase::Running) | (ClosingReport, GroupPhase::Ended) => Ok(()),
        (_, GroupPhase::NotStarted) => Err(OperationRefused::NotStarted(name.clone())),
        (Ordinary, GroupPhase::Ended) => Err(OperationRefused::Ended(name.clone())),
        (ClosingReport, GroupPhase::Running) => Err(OperationRefused::Runs(name.clone())),
    }
}

fn list(codes: &[MemberCode]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
#[path = "operation_tests.rs"]
mod tests;
