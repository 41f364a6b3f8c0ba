//! Changes of a member's keys, and which keys may enter at all.

use std::sync::Arc;

use amana_types::{
    Digest, Directory, HpkeEpoch, HpkePublicKey, Member, MemberCode, Seq, SigningKey, VerifyingKey,
};

use super::examined::{Change, Examined, Signer, check_exchange, check_number, known};
use super::refused::EntryRefused;
use super::statement::{IdentitySigned, KeyChange};
use crate::dsse::PayloadType;
use crate::keys::{check_hpke_key as check_hpke_form, check_verifying_key, key_id, verify};

/// How many HPKE keys of a member the directory keeps: slots may still be under way to the older
/// ones.
const KEPT_HPKE_KEYS: usize = 4;

pub(super) fn examine(
    directory: &Directory,
    signed: &IdentitySigned,
    at: Seq,
) -> Result<Examined, EntryRefused> {
    let change = KeyChange::decode(&signed.bytes).map_err(EntryRefused::Malformed)?;
    check_exchange(directory, &change.exchange)?;
    let code = change.code;
    let member = known(directory, code)?;
    if !verify(&member.identity_key, PayloadType::KEYS, &[&signed.bytes], &signed.signature) {
        return Err(EntryRefused::IdentitySignature(code));
    }
    check_number(change.number, directory.member_entries.get(&code).copied().unwrap_or(0))?;
    if !member.is_active() {
        return Err(EntryRefused::Suspended(code));
    }
    let KeyChange { tls_key, identity_key, signing_key, hpke_key, .. } = change;
    if tls_key.is_none() && identity_key.is_none() && signing_key.is_none() && hpke_key.is_none() {
        return Err(EntryRefused::NoChange);
    }
    if signing_key.is_some() && signing_key == identity_key {
        return Err(EntryRefused::KeyInUse("signing key"));
    }

    let mut member = Member::clone(member);
    if let Some(key) = tls_key {
        check_tls_key(directory, code, &key)?;
        member.tls_key = key;
    }
    if let Some(key) = identity_key {
        check_identity_key(directory, code, &key)?;
        member.identity_key = key;
    }
    if let Some(key) = signing_key {
        check_signing_key(directory, &key)?;
        replace_signing_key(&mut member.signing_keys, key, at);
    }
    if let Some((given, key)) = hpke_key {
        add_hpke_key(directory, &mut member, given, key)?;
    }
    let examined = Examined::new(Change::KeysChanged(code), Signer::Member(code));
    Ok(Examined { member: Some(Arc::new(member)), ..examined })
}

fn add_hpke_key(
    directory: &Directory,
    member: &mut Member,
    given: HpkeEpoch,
    key: HpkePublicKey,
) -> Result<(), EntryRefused> {
    let next = next_epoch(member);
    if given != next {
        return Err(EntryRefused::Epoch { given, next });
    }
    check_hpke_key(directory, &key)?;
    member.hpke_keys.insert(given, key);
    while member.hpke_keys.len() > KEPT_HPKE_KEYS {
        member.hpke_keys.pop_first();
    }
    Ok(())
}

/// The epoch that follows a member's newest HPKE key.
#[must_use]
pub fn next_epoch(member: &Member) -> HpkeEpoch {
    member.current_hpke_key().map_or(HpkeEpoch(0), |(epoch, _)| HpkeEpoch(epoch.0.saturating_add(1)))
}

/// Ends the present signing key at `at` and begins the new one there.
pub(super) fn replace_signing_key(keys: &mut Vec<SigningKey>, key: VerifyingKey, at: Seq) {
    for old in keys.iter_mut().filter(|old| old.until.is_none()) {
        old.until = Some(at);
    }
    keys.push(SigningKey { key, id: key_id(&key.0), since: at, until: None });
}

/// An identity key may be one's own again, but no signing key and nobody else's.
pub(super) fn check_identity_key(
    directory: &Directory,
    own: MemberCode,
    key: &VerifyingKey,
) -> Result<(), EntryRefused> {
    check_verifying_key(key)?;
    let others = |member: &Arc<Member>| member.code != own && member.identity_key == *key;
    let used = directory.members.values().any(|m| others(m) || signs_with(m, key));
    free("identity key", used || directory.root_keys.contains(key))
}

/// A signing key is new: a key that ended does not come back.
pub(super) fn check_signing_key(directory: &Directory, key: &VerifyingKey) -> Result<(), EntryRefused> {
    check_verifying_key(key)?;
    let used = directory.members.values().any(|m| m.identity_key == *key || signs_with(m, key));
    free("signing key", used || directory.root_keys.contains(key))
}

pub(super) fn check_hpke_key(directory: &Directory, key: &HpkePublicKey) -> Result<(), EntryRefused> {
    check_hpke_form(key)?;
    let used = directory.members.values().any(|m| m.hpke_keys.values().any(|k| k == key));
    free("HPKE key", used)
}

pub(super) fn check_tls_key(
    directory: &Directory,
    own: MemberCode,
    key: &Digest,
) -> Result<(), EntryRefused> {
    free("TLS key", directory.members.values().any(|m| m.code != own && m.tls_key == *key))
}

fn signs_with(member: &Member, key: &VerifyingKey) -> bool {
    member.signing_keys.iter().any(|signing| signing.key == *key)
}

const fn free(what: &'static str, used: bool) -> Result<(), EntryRefused> {
    if used { Err(EntryRefused::KeyInUse(what)) } else { Ok(()) }
}
