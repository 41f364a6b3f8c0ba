//! Grants: signed by the owner and by nobody else, good for one version of one notice, one member, and so
//! long; whoever is not named gains nothing by holding one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a panic is a failed test")]

mod common;

use std::collections::BTreeSet;

use amana_notice::Handling;
use amana_seal::SignerKey;
use amana_seal::dsse::PayloadType;
use amana_seal::use_grant::*;
use amana_types::*;
use common::*;

fn members(codes: &[&str]) -> BTreeSet<MemberCode> {
    codes.iter().map(|member| code(member)).collect()
}

fn grant(world: &World, permitted: Permitted) -> UseGrant {
    UseGrant {
        owner: code("XA"),
        key: world.parties["XA"].signing.id(),
        notice: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
        header_hash: Digest([4; 32]),
        handling: Handling::H2,
        grantee: code("XF"),
        permitted,
        until: "2026-12-23T08:00:00Z".parse().unwrap(),
        at: "2026-11-23T08:00:01Z".parse().unwrap(),
    }
}

fn verify(world: &World, signed: &SignedUseGrant) -> Result<UseGrant, UseGrantRefused> {
    verify_use_grant(&signed.bytes, &signed.signature, |grant| {
        SignerKey::find(&world.directory, grant.owner, grant.key, Seq(9))
    })
}

fn wanted<'a>(grant: &UseGrant, what: Wanted<'a>) -> Use<'a> {
    let UseGrant { owner, notice, header_hash, grantee: by, at, .. } = *grant;
    Use { owner, notice, header_hash, by, what, at }
}

#[test]
fn a_grant_is_verified_and_read_back() {
    let world = World::new();
    for permitted in [Permitted::CourtUse, Permitted::Forward(members(&["XE", "XS"]))] {
        let grant = grant(&world, permitted);
        assert_eq!(verify(&world, &grant.sign(&world.parties["XA"].signing)), Ok(grant));
    }
}

#[test]
fn only_the_owner_signs_it() {
    let world = World::new();
    let mut forged = grant(&world, Permitted::CourtUse);
    let signed = forged.sign(&world.parties["XF"].signing);
    assert_eq!(verify(&world, &signed), Err(UseGrantRefused::Signature), "signed by the grantee");
    forged.key = world.parties["XF"].signing.id();
    let signed = forged.sign(&world.parties["XF"].signing);
    assert!(matches!(verify(&world, &signed), Err(UseGrantRefused::Owner(_))), "XA has no such key");
    // The owner's signature under something else is no grant.
    let bytes = grant(&world, Permitted::CourtUse).encode();
    let signature = world.parties["XA"].signing.sign(PayloadType::RECEIPT, &[&bytes]);
    assert_eq!(verify(&world, &SignedUseGrant { bytes, signature }), Err(UseGrantRefused::Signature));
}

#[test]
fn every_flipped_bit_is_refused() {
    let world = World::new();
    for permitted in [Permitted::CourtUse, Permitted::Forward(members(&["XE"]))] {
        let signed = grant(&world, permitted).sign(&world.parties["XA"].signing);
        for bit in 0..(signed.bytes.len() + 64) * 8 {
            let mut whole = [signed.bytes.as_slice(), &signed.signature].concat();
            whole[bit / 8] ^= 1 << (bit % 8);
            let (bytes, signature) = whole.split_at(signed.bytes.len());
            let signer = |grant: &UseGrant| SignerKey::find(&world.directory, grant.owner, grant.key, Seq(9));
            assert!(verify_use_grant(bytes, signature, signer).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn it_permits_what_it_names_to_whom_it_names_and_nothing_else() {
    let world = World::new();
    let (one, both) = (members(&["XE"]), members(&["XE", "XS"]));
    let forward = grant(&world, Permitted::Forward(one.clone()));
    let good = wanted(&forward, Wanted::Forward(&one));
    assert!(forward.permits(&good));
    assert!(forward.permits(&Use { at: forward.until, ..good }));
    assert!(!forward.permits(&Use { at: forward.until.after(Duration::from_millis(1)), ..good }));
    assert!(!forward.permits(&Use { what: Wanted::Forward(&both), ..good }), "XS was not named");
    assert!(!forward.permits(&Use { what: Wanted::Forward(&BTreeSet::new()), ..good }));
    assert!(!forward.permits(&Use { what: Wanted::CourtUse, ..good }));
    assert!(!forward.permits(&Use { by: code("XE"), ..good }), "who was forwarded to passes nothing on");
    assert!(!forward.permits(&Use { owner: code("XF"), ..good }));
    assert!(!forward.permits(&Use { header_hash: Digest([5; 32]), ..good }), "another version");
    let court = grant(&world, Permitted::CourtUse);
    assert!(court.permits(&wanted(&court, Wanted::CourtUse)));
    assert!(!court.permits(&wanted(&court, Wanted::Forward(&one))));
}
