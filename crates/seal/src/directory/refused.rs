//! Why a directory entry is refused.

use amana_types::group::{Answer, Membership};
use amana_types::{GroupName, HpkeEpoch, MemberCode, Reason, Timestamp};

use super::parent::ParentRefused;
use crate::codec::CodecError;
use crate::keys::KeyRefused;

/// Why a directory entry is refused. The directory is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryRefused {
    /// It is too large.
    #[error("the entry has {bytes} bytes, {} more than an entry may have ({most})", bytes.saturating_sub(*most))]
    TooLarge {
        /// Its length in bytes.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// It is not in its one encoding.
    #[error("the entry is malformed: {0}")]
    Malformed(CodecError),
    /// It is for another exchange.
    #[error("the entry is for another exchange")]
    OtherExchange,
    /// No root key of this exchange signed it.
    #[error("no root key of this exchange signed it")]
    RootSignature,
    /// The member's identity key did not sign it.
    #[error("the identity key of {0} did not sign it")]
    IdentitySignature(MemberCode),
    /// The invitation is too old.
    #[error("the invitation for {code} expired at {expired}; ask for a new one")]
    GrantExpired {
        /// Whom it was for.
        code: MemberCode,
        /// When it ceased to count.
        expired: Timestamp,
    },
    /// The invitation was used before.
    #[error("the invitation for {0} was used before; ask for a new one, and find out by whom")]
    GrantUsed(MemberCode),
    /// The secret is not that of the grant.
    #[error("the secret is not that of the invitation for {0}; use the invitation file as it came")]
    Secret(MemberCode),
    /// The statement is not for this grant.
    #[error("the statement's {0} is not that of the grant; enrol with the invitation as it came")]
    Statement(&'static str),
    /// A key must not be used.
    #[error("{0}")]
    Key(#[from] KeyRefused),
    /// A key is in use already.
    #[error("the {0} is in use already in this directory; make a new key")]
    KeyInUse(&'static str),
    /// The HPKE epoch is not the next one.
    #[error("HPKE epoch {} does not follow; the next epoch is {}", .given.0, .next.0)]
    Epoch {
        /// What was given.
        given: HpkeEpoch,
        /// What follows.
        next: HpkeEpoch,
    },
    /// It cannot belong to that country.
    #[error("the invitation for {code}: {why}")]
    Parent {
        /// Whom it is for.
        code: MemberCode,
        /// Why not.
        why: ParentRefused,
    },
    /// The member is not in the directory.
    #[error("{0} is not in the directory; enrol it first")]
    UnknownMember(MemberCode),
    /// The group does not exist.
    #[error("the group {0} does not exist; set it first")]
    UnknownGroup(GroupName),
    /// The member is suspended.
    #[error("{0} is suspended; it must be reinstated first")]
    Suspended(MemberCode),
    /// The entry's number is not the next one: it was played before, or another came first.
    #[error("entry number {given} does not follow; the next is {next}: sign it again with that number")]
    Number {
        /// What was given.
        given: u64,
        /// What follows.
        next: u64,
    },
    /// The group does not invite the member that answers.
    #[error("the group {0} does not invite {1}; ask the exchange's operator for an invitation")]
    NotInvited(GroupName, MemberCode),
    /// The operation is over.
    #[error("the operation {0} has ended; there is nothing to answer any more")]
    GroupEnded(GroupName),
    /// The invitation was replaced by one that asks for more.
    #[error("the invitation to {0} was replaced; look at what it says now, and answer that")]
    OtherInvitation(GroupName),
    /// The member stands so already, or cannot come to stand so.
    #[error("{} is not possible: to {group} the member is {membership}", .answer.verb())]
    AnswerDoesNotFit {
        /// The group.
        group: GroupName,
        /// How the member stands.
        membership: Membership,
        /// What it said.
        answer: Answer,
    },
    /// It would change nothing.
    #[error("the entry changes nothing")]
    NoChange,
}

impl EntryRefused {
    /// The reason, for programs.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::TooLarge { .. } | Self::Malformed(_) => Reason::NotAnEntry,
            Self::Key(_) | Self::KeyInUse(_) => Reason::KeyRefused,
            Self::OtherExchange | Self::RootSignature | Self::IdentitySignature(_) => {
                Reason::SignatureRefused
            }
            Self::Secret(_) | Self::Statement(_) => Reason::InvitationRefused,
            Self::GrantExpired { .. } => Reason::InvitationExpired,
            Self::GrantUsed(_) => Reason::InvitationUsed,
            Self::Epoch { .. } | Self::Number { .. } => Reason::EntryOutOfOrder,
            Self::Parent { why, .. } => why.reason(),
            Self::UnknownMember(_) => Reason::UnknownMember,
            Self::UnknownGroup(_) => Reason::UnknownGroup,
            Self::Suspended(_) => Reason::MemberSuspended,
            Self::NotInvited(..) => Reason::NotInvited,
            Self::GroupEnded(_) => Reason::OperationEnded,
            Self::OtherInvitation(_) => Reason::InvitationReplaced,
            Self::AnswerDoesNotFit { .. } => Reason::AnswerDoesNotFit,
            Self::NoChange => Reason::NoChange,
        }
    }
}
