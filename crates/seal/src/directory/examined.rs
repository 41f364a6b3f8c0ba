//! What an entry does once it is examined, and what every kind of entry is examined for.

use std::sync::Arc;

use amana_types::group::Membership;
use amana_types::{Digest, Directory, DirectoryHead, ExchangeName, Group, GroupName, Member, MemberCode};

use super::entry::RootSigned;
use super::refused::EntryRefused;
use crate::codec::CodecError;
use crate::dsse::PayloadType;

/// What an entry did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new member.
    Enrolled(MemberCode),
    /// A member enrolled again, by leave of a root key and not of its own keys: report it loudly.
    EnrolledAgain(MemberCode),
    /// A member changed its keys.
    KeysChanged(MemberCode),
    /// A member was suspended.
    Suspended(MemberCode),
    /// A member was reinstated.
    Reinstated(MemberCode),
    /// A group was set.
    GroupSet(GroupName),
    /// A member answered a group's invitation.
    Answered {
        /// The group.
        group: GroupName,
        /// The member.
        member: MemberCode,
        /// How it stands to the group now.
        membership: Membership,
    },
    /// A member was put under review.
    PutUnderReview(MemberCode),
    /// A member is under review no more.
    TakenOffReview(MemberCode),
}

/// An entry that may be folded into the directory it was examined against.
#[must_use]
pub struct Examined {
    pub(super) change: Change,
    pub(super) member: Option<Arc<Member>>,
    pub(super) groups: Vec<Arc<Group>>,
    pub(super) used_grant: Option<Digest>,
    pub(super) signer: Signer,
    pub(super) head: DirectoryHead,
}

/// Whose counter the entry moves.
#[derive(Clone, Copy)]
pub(super) enum Signer {
    /// None: a grant counts once by itself, but it starts or moves on the member's counter, so that
    /// nothing signed before it can follow it.
    Grant(MemberCode),
    Member(MemberCode),
    Root,
}

impl Examined {
    pub(super) const fn new(change: Change, signer: Signer) -> Self {
        let head = DirectoryHead { entries: 0, hash: Digest([0; 32]) };
        Self { change, member: None, groups: Vec::new(), used_grant: None, signer, head }
    }

    /// What the entry does.
    #[must_use]
    pub const fn change(&self) -> &Change {
        &self.change
    }
}

/// Decodes what a root key signed; the signature is checked first.
pub(super) fn by_root<T>(
    directory: &Directory,
    signed: &RootSigned,
    payload: PayloadType,
    decode: impl FnOnce(&[u8]) -> Result<T, CodecError>,
) -> Result<T, EntryRefused> {
    if !signed.is_signed_by(&directory.root_keys, payload) {
        return Err(EntryRefused::RootSignature);
    }
    decode(&signed.bytes).map_err(EntryRefused::Malformed)
}

pub(super) fn check_exchange(directory: &Directory, exchange: &ExchangeName) -> Result<(), EntryRefused> {
    if *exchange == directory.exchange { Ok(()) } else { Err(EntryRefused::OtherExchange) }
}

pub(super) const fn check_number(given: u64, next: u64) -> Result<(), EntryRefused> {
    if given == next { Ok(()) } else { Err(EntryRefused::Number { given, next }) }
}

pub(super) fn known(directory: &Directory, code: MemberCode) -> Result<&Arc<Member>, EntryRefused> {
    directory.member(code).ok_or(EntryRefused::UnknownMember(code))
}
