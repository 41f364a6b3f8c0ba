//! The hybrid key exchange group X25519MLKEM768 (IANA 0x11EC, draft-ietf-tls-ecdhe-mlkem §3).
//!
//! Whoever records the traffic today must break both halves to read it later. The client's share is
//! the ML-KEM-768 encapsulation key (FIPS 203, 1184 bytes) then the X25519 key (RFC 7748, 32 bytes);
//! the server's share is the ML-KEM ciphertext (1088 bytes) then its X25519 key; the secret is the
//! ML-KEM secret then the X25519 secret, 32 bytes each.

use ml_kem::kem::{Decapsulate, KeyExport, TryKeyInit};
use ml_kem::{DecapsulationKey768, EncapsulationKey768};
use ring::rand::{SecureRandom, SystemRandom};
use rustls::crypto::ring::kx_group::X25519;
use rustls::crypto::{
    ActiveKeyExchange, CompletedKeyExchange, GetRandomFailed, SharedSecret, SupportedKxGroup,
};
use rustls::ffdhe_groups::FfdheGroup;
use rustls::{Error, NamedGroup, PeerMisbehaved, ProtocolVersion};
use zeroize::Zeroizing;

/// The group, ready for a [`rustls::crypto::CryptoProvider`].
pub static X25519MLKEM768: &dyn SupportedKxGroup = &Hybrid;

/// Bytes of an ML-KEM-768 encapsulation key (FIPS 203, table 3).
const ENCAPSULATION_KEY_BYTES: usize = 1184;
/// Bytes of an ML-KEM-768 ciphertext (FIPS 203, table 3).
const CIPHERTEXT_BYTES: usize = 1088;
/// Bytes of an X25519 public key (RFC 7748 §5).
const X25519_BYTES: usize = 32;

#[derive(Debug)]
struct Hybrid;

impl SupportedKxGroup for Hybrid {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let mut seed = Zeroizing::new([0; 64]);
        SystemRandom::new().fill(&mut *seed).map_err(|_| GetRandomFailed)?;
        Ok(Box::new(Started::new(&seed, X25519.start()?)))
    }

    fn start_and_complete(&self, client_share: &[u8]) -> Result<CompletedKeyExchange, Error> {
        let mut message = Zeroizing::new([0; 32]);
        SystemRandom::new().fill(&mut *message).map_err(|_| GetRandomFailed)?;
        respond(client_share, &message, X25519.start()?)
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::X25519MLKEM768
    }

    fn usable_for_version(&self, version: ProtocolVersion) -> bool {
        version == ProtocolVersion::TLSv1_3
    }
}

/// The server's side, from the client's share and fresh chance.
fn respond(
    client_share: &[u8],
    message: &[u8; 32],
    classical: Box<dyn ActiveKeyExchange>,
) -> Result<CompletedKeyExchange, Error> {
    let (key, their_x25519) = split(client_share, ENCAPSULATION_KEY_BYTES)?;
    // The modulus check of FIPS 203 §7.2 happens here.
    let key = EncapsulationKey768::new_from_slice(key).map_err(|_| PeerMisbehaved::InvalidKeyShare)?;
    let (ciphertext, post_quantum) = key.encapsulate_deterministic(message.into());
    let post_quantum = Zeroizing::new(post_quantum);

    let mut pub_key = Vec::with_capacity(CIPHERTEXT_BYTES + X25519_BYTES);
    pub_key.extend_from_slice(&ciphertext);
    pub_key.extend_from_slice(classical.pub_key());
    let secret = join(&post_quantum, &classical.complete(their_x25519)?);
    Ok(CompletedKeyExchange { group: NamedGroup::X25519MLKEM768, pub_key, secret })
}

/// The client's side, waiting for the server's share.
struct Started {
    post_quantum: DecapsulationKey768,
    classical: Box<dyn ActiveKeyExchange>,
    share: Vec<u8>,
}

impl Started {
    fn new(seed: &[u8; 64], classical: Box<dyn ActiveKeyExchange>) -> Self {
        let post_quantum = DecapsulationKey768::from_seed((*seed).into());
        let mut share = Vec::with_capacity(ENCAPSULATION_KEY_BYTES + X25519_BYTES);
        share.extend_from_slice(&post_quantum.encapsulation_key().to_bytes());
        share.extend_from_slice(classical.pub_key());
        Self { post_quantum, classical, share }
    }
}

impl ActiveKeyExchange for Started {
    fn complete(self: Box<Self>, server_share: &[u8]) -> Result<SharedSecret, Error> {
        let (ciphertext, their_x25519) = split(server_share, CIPHERTEXT_BYTES)?;
        let post_quantum =
            self.post_quantum.decapsulate_slice(ciphertext).map_err(|_| PeerMisbehaved::InvalidKeyShare)?;
        Ok(join(&Zeroizing::new(post_quantum), &self.classical.complete(their_x25519)?))
    }

    /// Lets a client that also allows plain X25519 offer both shares at once (RFC 8446 §4.2.8), so
    /// that a classical server costs no second round trip.
    fn hybrid_component(&self) -> Option<(NamedGroup, &[u8])> {
        Some((self.classical.group(), self.classical.pub_key()))
    }

    fn complete_hybrid_component(self: Box<Self>, server_share: &[u8]) -> Result<SharedSecret, Error> {
        self.classical.complete(server_share)
    }

    fn pub_key(&self) -> &[u8] {
        &self.share
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::X25519MLKEM768
    }
}

/// Splits a share into its ML-KEM part of `first` bytes and its X25519 part; any other length is the
/// peer's fault.
fn split(share: &[u8], first: usize) -> Result<(&[u8], &[u8]), Error> {
    match share.split_at_checked(first) {
        Some((post_quantum, classical)) if classical.len() == X25519_BYTES => Ok((post_quantum, classical)),
        _ => Err(PeerMisbehaved::InvalidKeyShare.into()),
    }
}

fn join(post_quantum: &[u8], classical: &SharedSecret) -> SharedSecret {
    // `SharedSecret` zeroes the vector when dropped; with this capacity it is never moved before.
    let mut secret = Vec::with_capacity(64);
    secret.extend_from_slice(post_quantum);
    secret.extend_from_slice(classical.secret_bytes());
    SharedSecret::from(secret)
}

#[cfg(test)]
#[path = "kx_tests.rs"]
mod tests;
