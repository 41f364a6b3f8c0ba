//! Enrolment: a root key's grant meets a member's own statement.

use std::collections::BTreeMap;
use std::sync::Arc;

use amana_types::{Directory, Group, HpkeEpoch, Member, MemberStatus, Parent, Seq, SigningKey, Timestamp};

use super::examined::{Change, Examined, Signer, check_exchange};
use super::grant::{Grant, OneTimeSecret, SignedGrant};
use super::keys::{self, next_epoch, replace_signing_key};
use super::parent;
use super::refused::EntryRefused;
use super::statement::{IdentitySigned, MemberStatement};
use crate::dsse::PayloadType;
use crate::keys::verify;

pub(super) fn examine(
    directory: &Directory,
    signed: &SignedGrant,
    secret: &OneTimeSecret,
    statement: &IdentitySigned,
    at: Seq,
    now: Timestamp,
) -> Result<Examined, EntryRefused> {
    let grant = check_grant(directory, signed, secret, now)?;
    let statement = check_statement(&grant, signed, statement)?;
    keys::check_identity_key(directory, grant.code, &statement.identity_key)?;
    keys::check_signing_key(directory, &statement.signing_key)?;
    if statement.signing_key == statement.identity_key {
        return Err(EntryRefused::KeyInUse("signing key"));
    }
    keys::check_hpke_key(directory, &statement.hpke_key)?;
    keys::check_tls_key(directory, grant.code, &statement.tls_key)?;

    let previous = directory.member(grant.code);
    let next = previous.map_or(HpkeEpoch(0), |member| next_epoch(member));
    if grant.first_epoch != next {
        return Err(EntryRefused::Epoch { given: grant.first_epoch, next });
    }
    parent::examine(directory, &grant).map_err(|why| EntryRefused::Parent { code: grant.code, why })?;
    let change = match previous {
        Some(member) => Change::EnrolledAgain(member.code),
        None => Change::Enrolled(grant.code),
    };
    let groups = inviting_groups(directory, &grant, at)?;
    let member = Arc::new(member(grant, statement, previous, at));
    let signer = Signer::Grant(member.code);
    let used_grant = Some(signed.digest());
    Ok(Examined { member: Some(member), groups, used_grant, ..Examined::new(change, signer) })
}

fn check_grant(
    directory: &Directory,
    signed: &SignedGrant,
    secret: &OneTimeSecret,
    now: Timestamp,
) -> Result<Grant, EntryRefused> {
    if !signed.is_signed_by(&directory.root_keys) {
        return Err(EntryRefused::RootSignature);
    }
    let grant = Grant::decode(&signed.bytes).map_err(EntryRefused::Malformed)?;
    check_exchange(directory, &grant.exchange)?;
    if !secret.fits(&grant) {
        return Err(EntryRefused::Secret(grant.code));
    }
    if directory.used_grants.contains(&signed.digest()) {
        return Err(EntryRefused::GrantUsed(grant.code));
    }
    if grant.expires <= now {
        return Err(EntryRefused::GrantExpired { code: grant.code, expired: grant.expires });
    }
    Ok(grant)
}

fn check_statement(
    grant: &Grant,
    granted: &SignedGrant,
    signed: &IdentitySigned,
) -> Result<MemberStatement, EntryRefused> {
    let statement = MemberStatement::decode(&signed.bytes).map_err(EntryRefused::Malformed)?;
    let matches = [
        ("exchange", statement.exchange == grant.exchange),
        ("code", statement.code == grant.code),
        ("grant", statement.grant == granted.digest()),
        ("HPKE epoch", statement.hpke_epoch == grant.first_epoch),
    ];
    if let Some((what, _)) = matches.into_iter().find(|(_, matches)| !matches) {
        return Err(EntryRefused::Statement(what));
    }
    // A key that must not be used proves nothing by its signature.
    crate::keys::check_verifying_key(&statement.identity_key)?;
    let by_identity =
        verify(&statement.identity_key, PayloadType::STATEMENT, &[&signed.bytes], &signed.signature);
    if by_identity { Ok(statement) } else { Err(EntryRefused::IdentitySignature(grant.code)) }
}

/// The grant's groups, which invite the new member: whether it takes part it says itself.
fn inviting_groups(directory: &Directory, grant: &Grant, at: Seq) -> Result<Vec<Arc<Group>>, EntryRefused> {
    let invite = |name| {
        let group = directory.groups.get(name);
        let group = group.ok_or_else(|| EntryRefused::UnknownGroup(Clone::clone(name)))?;
        Ok(Arc::new(group.inviting(grant.code, at)))
    };
    grant.groups.iter().map(invite).collect()
}

/// The member as it is from now on. One that enrols again keeps its status, its review and the record of its
/// earlier signing keys; a suspension ends by reinstatement only.
fn member(grant: Grant, statement: MemberStatement, previous: Option<&Arc<Member>>, at: Seq) -> Member {
    let mut signing_keys: Vec<SigningKey> =
        previous.map(|member| member.signing_keys.clone()).unwrap_or_default();
    replace_signing_key(&mut signing_keys, statement.signing_key, at);
    Member {
        code: grant.code,
        name: grant.name,
        kind: grant.kind,
        // How its country stands follows when the member is taken in.
        parent: grant.parent.map(|code| Parent { code, status: MemberStatus::Active, under_review: false }),
        regions: grant.regions,
        child_protection: grant.child_protection,
        status: previous.map_or(MemberStatus::Active, |member| member.status),
        under_review: previous.is_some_and(|member| member.under_review),
        tls_key: statement.tls_key,
        identity_key: statement.identity_key,
        signing_keys,
        hpke_keys: BTreeMap::from([(statement.hpke_epoch, statement.hpke_key)]),
        enrolled_at: at,
    }
}
