//! The fold: the same code at hub and node turns the same entries into the same directory.

use std::sync::Arc;

use amana_log::{LeafHash, LeafSalt, LeafType, PartTooLong};
use amana_types::{Directory, DirectoryHead, Member, MemberStatus, Seq, Timestamp};

use super::entry::{Entry, ReviewChange, RootSigned, StatusChange};
use super::examined::{Change, Examined, Signer, by_root, check_exchange, check_number, known};
use super::refused::EntryRefused;
use super::{enrol, group, keys};
use crate::dsse::PayloadType;
use crate::hash::labelled;

const HEAD_LABEL: &str = "amana/v1/directory-head";

impl Examined {
    fn apply(self, directory: &mut Directory) -> Change {
        if let Some(member) = self.member {
            directory.admit(member);
        }
        for group in self.groups {
            directory.groups.insert(group.terms.name.clone(), group);
        }
        directory.used_grants.extend(self.used_grant);
        let counter = match self.signer {
            Signer::Grant(code) | Signer::Member(code) => directory.member_entries.entry(code).or_insert(0),
            Signer::Root => &mut directory.root_entries,
        };
        *counter = counter.saturating_add(1);
        directory.head = self.head;
        self.change
    }
}

/// Verifies an entry against the directory, and works out what it does. `at` is its place in the
/// log, `now` the time at which the hub accepted it, which its record holds.
///
/// # Errors
/// [`EntryRefused`].
pub fn examine(
    directory: &Directory,
    entry: &[u8],
    at: Seq,
    now: Timestamp,
) -> Result<Examined, EntryRefused> {
    let mut examined = match Entry::decode(entry)? {
        Entry::Enrol { grant, secret, statement } => {
            enrol::examine(directory, &grant, &secret, &statement, at, now)?
        }
        Entry::Keys(change) => keys::examine(directory, &change, at)?,
        Entry::Status(change) => status(directory, &change, at)?,
        Entry::Group(change) => group::set(directory, &change, at)?,
        Entry::Review(change) => review(directory, &change)?,
        Entry::Answer(answer) => group::answer(directory, &answer, at, now)?,
    };
    let DirectoryHead { entries, hash } = directory.head;
    examined.head = DirectoryHead {
        entries: entries.saturating_add(1),
        hash: labelled(HEAD_LABEL, &[hash.as_bytes(), entry]),
    };
    Ok(examined)
}

/// Folds an entry into the directory. `at` is its place in the log, `now` the time at which the hub
/// accepted it, which its record holds.
///
/// # Errors
/// [`EntryRefused`]; the directory is then unchanged.
pub fn fold(
    directory: &mut Directory,
    entry: &[u8],
    at: Seq,
    now: Timestamp,
) -> Result<Change, EntryRefused> {
    examine(directory, entry, at, now).map(|examined| examined.apply(directory))
}

/// The DIRECTORY leaf: parts are the entry's bytes and the hub's time of acceptance (8 bytes, Unix
/// milliseconds).
///
/// # Errors
/// [`PartTooLong`], which no entry within its limits causes.
pub fn entry_leaf(salt: &LeafSalt, entry: &[u8], accepted_at: Timestamp) -> Result<LeafHash, PartTooLong> {
    LeafType::Directory.leaf_hash(salt, &[entry, &accepted_at.unix_millis().to_be_bytes()])
}

fn status(directory: &Directory, signed: &RootSigned, at: Seq) -> Result<Examined, EntryRefused> {
    let change = by_root(directory, signed, PayloadType::STATUS, StatusChange::decode)?;
    check_exchange(directory, &change.exchange)?;
    check_number(change.number, directory.root_entries)?;
    let member = known(directory, change.code)?;
    // Its own standing: what its country's does to it is not the question.
    if (member.status == MemberStatus::Active) != change.suspended {
        return Err(EntryRefused::NoChange);
    }
    let mut member = Member::clone(member);
    let what = if change.suspended {
        member.status = MemberStatus::Suspended(at);
        Change::Suspended(change.code)
    } else {
        member.status = MemberStatus::Active;
        Change::Reinstated(change.code)
    };
    Ok(Examined { member: Some(Arc::new(member)), ..Examined::new(what, Signer::Root) })
}

fn review(directory: &Directory, signed: &RootSigned) -> Result<Examined, EntryRefused> {
    let change = by_root(directory, signed, PayloadType::UNDER_REVIEW, ReviewChange::decode)?;
    check_exchange(directory, &change.exchange)?;
    check_number(change.number, directory.root_entries)?;
    let member = known(directory, change.code)?;
    if member.under_review == change.under_review {
        return Err(EntryRefused::NoChange);
    }
    let member = Arc::new(Member { under_review: change.under_review, ..Member::clone(member) });
    let what = if change.under_review { Change::PutUnderReview } else { Change::TakenOffReview };
    Ok(Examined { member: Some(member), ..Examined::new(what(change.code), Signer::Root) })
}
