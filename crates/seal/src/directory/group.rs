//! Groups: a root key says what one is and whom it invites, a member's identity key what it answers.
//!
//! A member takes part when it has accepted a root-signed invitation. Terms that ask for more need a new answer.

use std::sync::Arc;

use amana_types::group::{Answer, AnswerRefused};
use amana_types::{
    Directory, ExchangeName, Group, GroupName, GroupTerms, MemberCode, Seq, Timestamp, limits,
};
use amana_types::{Language, Text};

use super::entry::RootSigned;
use super::examined::{Change, Examined, Signer, by_root, check_exchange, check_number, known};
use super::refused::EntryRefused;
use super::statement::IdentitySigned;
use crate::codec::{CodecError, Encoded, plain, signed};
use crate::dsse::PayloadType;
use crate::keys::{SigningKeyPair, verify};

/// The most members that one group may invite; with texts at their longest, an entry holds fewer.
const GROUP_MEMBERS: usize = 1024;
/// The most bytes of a title or a description in one language.
const TEXT_BYTES: usize = 2048;

/// A group's terms from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupChange {
    /// The exchange.
    pub exchange: ExchangeName,
    /// How many entries, enrolments aside, the root keys signed before this one.
    pub number: u64,
    /// The terms; all who are invited must be enrolled.
    pub terms: GroupTerms,
}

/// A member's answer to an invitation. Nobody can answer for another: its identity key signs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupAnswer {
    /// The exchange.
    pub exchange: ExchangeName,
    /// The member's code.
    pub code: MemberCode,
    /// How many entries the member signed before this one.
    pub number: u64,
    /// The group.
    pub group: GroupName,
    /// The invitation that it answers: its place in the log.
    pub invitation: Seq,
    /// What it says.
    pub answer: Answer,
}

signed!(GroupChange { exchange, number, terms });
crate::encoded!(GroupTerms {
    name, kind, title [..= Language::OFFICIAL.len()], description [..= Language::OFFICIAL.len()], lead,
    invited [..= GROUP_MEMBERS], starts, ends,
} if |terms: &GroupTerms| terms.check().map_err(|_| CodecError::Value("terms of the group")));
signed!(GroupAnswer { exchange, code, number, group, invitation, answer });

plain! {
    Answer: |w, answer| w.u8(match answer {
        Answer::Accept => 1,
        Answer::Decline => 2,
        Answer::Leave => 3,
    }), |r| match r.u8()? {
        1 => Ok(Self::Accept),
        2 => Ok(Self::Decline),
        3 => Ok(Self::Leave),
        _ => Err(CodecError::Value("answer")),
    };
    Text: |w, text| w.text(text.language.as_str()).text(&text.text), |r| Ok(Self {
        language: r.parsed(2, "language")?,
        text: r.text(TEXT_BYTES)?.to_owned(),
    });
}

impl GroupChange {
    /// Whether its entry of the directory will be taken: asked before anybody signs it.
    ///
    /// # Errors
    /// [`EntryRefused::TooLarge`] with the bytes of the entry, and [`EntryRefused::Malformed`] with what is above
    /// its limit.
    pub fn check_size(&self) -> Result<(), EntryRefused> {
        let statement = Encoded::encode(self).map_err(EntryRefused::Malformed)?;
        let (bytes, most) = (RootSigned::entry_bytes(statement.len()), limits::DIRECTORY_ENTRY_BYTES);
        if bytes <= most { Ok(()) } else { Err(EntryRefused::TooLarge { bytes, most }) }
    }

    /// Signs the change with a root key.
    #[must_use]
    pub fn sign(&self, root: &SigningKeyPair) -> RootSigned {
        RootSigned::over(self.encode(), PayloadType::GROUP, root)
    }
}

impl GroupAnswer {
    /// Signs the answer with the member's present identity key.
    #[must_use]
    pub fn sign(&self, identity: &SigningKeyPair) -> IdentitySigned {
        IdentitySigned::over(self.encode(), PayloadType::MEMBERSHIP, identity)
    }
}

pub(super) fn set(directory: &Directory, signed: &RootSigned, at: Seq) -> Result<Examined, EntryRefused> {
    let change = by_root(directory, signed, PayloadType::GROUP, GroupChange::decode)?;
    check_exchange(directory, &change.exchange)?;
    check_number(change.number, directory.root_entries)?;
    change.terms.invited.iter().try_for_each(|code| known(directory, *code).map(drop))?;
    let what = Change::GroupSet(change.terms.name.clone());
    let before = directory.groups.get(&change.terms.name).map(AsRef::as_ref);
    let group = Group::set(change.terms, before, at);
    Ok(Examined { groups: vec![Arc::new(group)], ..Examined::new(what, Signer::Root) })
}

pub(super) fn answer(
    directory: &Directory,
    signed: &IdentitySigned,
    at: Seq,
    now: Timestamp,
) -> Result<Examined, EntryRefused> {
    let told = GroupAnswer::decode(&signed.bytes).map_err(EntryRefused::Malformed)?;
    check_exchange(directory, &told.exchange)?;
    let code = told.code;
    let member = known(directory, code)?;
    if !verify(&member.identity_key, PayloadType::MEMBERSHIP, &[&signed.bytes], &signed.signature) {
        return Err(EntryRefused::IdentitySignature(code));
    }
    check_number(told.number, directory.member_entries.get(&code).copied().unwrap_or(0))?;
    if !member.is_active() {
        return Err(EntryRefused::Suspended(code));
    }
    let group = directory.groups.get(&told.group);
    let group = group.ok_or_else(|| EntryRefused::UnknownGroup(told.group.clone()))?;
    let name = told.group;
    let answered = group.answer(code, (told.answer, told.invitation), at, now).map_err(|why| match why {
        AnswerRefused::NotInvited => EntryRefused::NotInvited(name.clone(), code),
        AnswerRefused::Ended => EntryRefused::GroupEnded(name.clone()),
        AnswerRefused::OtherInvitation => EntryRefused::OtherInvitation(name.clone()),
        AnswerRefused::DoesNotFit(membership) => {
            EntryRefused::AnswerDoesNotFit { group: name.clone(), membership, answer: told.answer }
        }
    })?;
    let membership = answered.membership(code).ok_or(EntryRefused::NoChange)?;
    let what = Change::Answered { group: name, member: code, membership };
    Ok(Examined { groups: vec![Arc::new(answered)], ..Examined::new(what, Signer::Member(code)) })
}
