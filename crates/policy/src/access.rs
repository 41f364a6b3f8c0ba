//! Who may do what at a node: deny by default, by one table.

use amana_notice::{CaseReference, Purpose};
use amana_types::{Action, MemberKind, Reason, Role};

/// Who asks: taken from the agency certificate, never from the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The name in the certificate.
    pub name: String,
    /// Which officer or system of it, where the certificate is not the agency's own: `officer/ID`, `system/ID`.
    pub unit: Option<String>,
    /// The role that the node gave to it.
    pub role: Role,
}

/// What is asked, why, and on whose behalf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRequest {
    /// What is asked.
    pub action: Action,
    /// For which purpose: needed where cases are read.
    pub purpose: Option<Purpose>,
    /// For which case: needed where cases are read.
    pub case_reference: Option<CaseReference>,
    /// On behalf of which officer, as the certificate or the system that calls says.
    pub officer: Option<String>,
    /// The reference of an approval that somebody gave for it.
    pub approval: Option<String>,
}

/// A yes. Made by [`authorise`] only; whoever does the work must hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    caller: Caller,
    asked: AccessRequest,
    reading: Option<Reading>,
    library: Option<LibraryCard>,
}

/// A yes to reading bulletins, which are no cases: it asks for no purpose, and opens nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LibraryCard {
    shows_operations: bool,
}

impl LibraryCard {
    /// Whether closing reports of operations are shown: to everybody but partners.
    #[must_use]
    pub const fn shows_operations(&self) -> bool {
        self.shows_operations
    }
}

/// A yes to reading cases. Code that opens a case takes this, so that a permit for anything else, such
/// as the node's status, does not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    purpose: Purpose,
    case_reference: CaseReference,
    may_open_protected: bool,
}

impl Permit {
    /// To whom it was given.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// What it allows, and nothing else; and what was said about it.
    #[must_use]
    pub const fn asked(&self) -> &AccessRequest {
        &self.asked
    }

    /// What may be read of the library, for the action that reads bulletins.
    #[must_use]
    pub const fn library(&self) -> Option<&LibraryCard> {
        self.library.as_ref()
    }

    /// What may be read, for the actions that read cases.
    #[must_use]
    pub const fn reading(&self) -> Option<&Reading> {
        self.reading.as_ref()
    }
}

impl Reading {
    /// For which purpose.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// For which case.
    #[must_use]
    pub const fn case_reference(&self) -> &CaseReference {
        &self.case_reference
    }

    /// Whether the identities of victims and children may be opened. If not, every answer must leave
    /// them out, search results included.
    #[must_use]
    pub const fn may_open_protected(&self) -> bool {
        self.may_open_protected
    }
}

/// A no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Denied {
    /// The rule that decided.
    pub rule: DeniedRule,
    /// What is wrong and what to do.
    pub message: &'static str,
}

/// The rules that deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeniedRule {
    /// The role may not publish, check, amend, suspend or withdraw notices.
    RoleMayNotPublish,
    /// The role may not do that.
    RoleMayNotAct,
    /// A read without a purpose.
    PurposeNeeded,
    /// A read without a case reference.
    CaseReferenceNeeded,
}

impl DeniedRule {
    /// Every rule.
    pub const ALL: [Self; 4] =
        [Self::RoleMayNotPublish, Self::RoleMayNotAct, Self::PurposeNeeded, Self::CaseReferenceNeeded];

    /// The reason, for programs.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::RoleMayNotPublish => Reason::RoleMayNotPublish,
            Self::RoleMayNotAct => Reason::RoleMayNotAct,
            Self::PurposeNeeded => Reason::PurposeNeeded,
            Self::CaseReferenceNeeded => Reason::CaseReferenceNeeded,
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::RoleMayNotPublish => "this role may not publish notices; ask an investigator or supervisor",
            Self::RoleMayNotAct => "this role may not do that; ask your node's administrator",
            Self::PurposeNeeded => "reading needs a purpose; name it, such as CRIMINAL_INVESTIGATION",
            Self::CaseReferenceNeeded => "reading needs the reference of your own case; name it",
        }
    }
}

impl From<DeniedRule> for Denied {
    fn from(rule: DeniedRule) -> Self {
        Self { rule, message: rule.message() }
    }
}

/// What one role may do.
struct Row {
    role: Role,
    actions: &'static [&'static [Action]],
    opens_protected: bool,
}

use Action::{
    Acknowledge, Amend, Check, DecideReview, Export, Forward, Grant, KeepDraft, List, ListDue, ListGroups,
    ListReceipts, ListReplies, ListReviews, ListVersions, Prove, Publish, PublishReport, Read, ReadLibrary,
    Reply, Search, Status, Suspend, Watch, Withdraw,
};

/// What whoever reads cases may do with them.
const READS: &[Action] =
    &[Read, List, Search, Watch, ListVersions, ReadLibrary, ListReplies, ListDue, Status];

/// What whoever may publish may do beside reading.
const WRITES: &[Action] = &[
    Check,
    KeepDraft,
    Publish,
    PublishReport,
    Amend,
    Suspend,
    Withdraw,
    Acknowledge,
    ListReceipts,
    Prove,
    ListGroups,
    Reply,
    Export,
    Forward,
];

/// What a supervisor may do beside that. A grant binds the country, so a supervisor signs it. What is about
/// reviews is refused at every node but the review desk's.
const SUPERVISES: &[Action] = &[Grant, ListReviews, DecideReview];

/// What is not in this table is denied. Which purposes a role serves is each country's own law, so any
/// purpose does, but one must be named.
///
/// A partner reads nothing at a police node: it gets a part of one case by referral, never the node's
/// holdings, and answers it; bulletins it reads, which are no cases. What it may do at its own member's node
/// says [`PARTNER_AT_HOME`]. An auditor sees what happened to notices and what is due, never what is in them.
const TABLE: &[Row] = &[
    Row { role: Role::Investigator, actions: &[READS, WRITES], opens_protected: false },
    Row { role: Role::Border, actions: &[READS, &[Acknowledge, ListGroups, Reply]], opens_protected: false },
    Row { role: Role::ChildProtection, actions: &[READS, WRITES], opens_protected: true },
    Row { role: Role::Analyst, actions: &[READS, &[Prove, ListGroups, Export]], opens_protected: false },
    Row { role: Role::Partner, actions: &[&[Reply, ReadLibrary, Status]], opens_protected: false },
    Row { role: Role::Supervisor, actions: &[READS, WRITES, SUPERVISES], opens_protected: false },
    Row {
        role: Role::Auditor,
        actions: &[&[ListVersions, ListReceipts, Prove, ListGroups, ReadLibrary, ListDue, Status]],
        opens_protected: false,
    },
];

/// What a partner may do at the node of a partner, which holds nothing but what was referred to it.
const PARTNER_AT_HOME: Row =
    Row { role: Role::Partner, actions: &[READS, &[Acknowledge, Prove, Reply]], opens_protected: false };

/// Judges a request at the node of a member of that kind.
///
/// # Errors
/// [`Denied`], with the rule that decided.
pub fn authorise(node: MemberKind, caller: &Caller, request: &AccessRequest) -> Result<Permit, Denied> {
    let at_home = (node, caller.role) == (MemberKind::Partner, Role::Partner);
    let row = TABLE.iter().find(|row| row.role == caller.role).ok_or(DeniedRule::RoleMayNotAct)?;
    let row = if at_home { &PARTNER_AT_HOME } else { row };
    if !row.actions.iter().any(|actions| actions.contains(&request.action)) {
        return Err(match request.action {
            Check | KeepDraft | Publish | PublishReport | Amend | Suspend | Withdraw => {
                DeniedRule::RoleMayNotPublish.into()
            }
            _ => DeniedRule::RoleMayNotAct.into(),
        });
    }
    let reading = if reads_cases(request.action) { Some(reading(row, request)?) } else { None };
    let card = LibraryCard { shows_operations: caller.role != Role::Partner };
    let library = (request.action == ReadLibrary).then_some(card);
    Ok(Permit { caller: caller.clone(), asked: request.clone(), reading, library })
}

fn reading(row: &Row, request: &AccessRequest) -> Result<Reading, Denied> {
    let purpose = request.purpose.ok_or(DeniedRule::PurposeNeeded)?;
    let case_reference = request.case_reference.clone().ok_or(DeniedRule::CaseReferenceNeeded)?;
    Ok(Reading { purpose, case_reference, may_open_protected: row.opens_protected })
}

/// Whether the action shows what is in cases, so that purpose and case reference are needed.
const fn reads_cases(action: Action) -> bool {
    match action {
        Read | List | Search | Watch | Acknowledge | ListReviews | DecideReview | Reply | ListReplies
        | PublishReport | Export | Forward | Grant => true,
        Check | KeepDraft | Publish | Amend | Suspend | Withdraw | ListVersions | ListReceipts | Prove
        | ListGroups | ReadLibrary | ListDue | Status => false,
    }
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;
