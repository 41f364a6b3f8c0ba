//! Private keys at rest: encrypted PKCS#8 in PEM (RFC 5958 §3, RFC 7468 §11).
//!
//! PBES2 (RFC 8018 §6.2) with scrypt (RFC 7914, N = 2^14, r = 8, p = 1: about 16 MiB) and
//! AES-256-CBC, so that other tools can read what they have an algorithm for. CBC proves nothing
//! about its plaintext; therefore the IV is a labelled hash of salt and plaintext, and a file that
//! opens to another key than it was made with is refused. The hash tells nothing: a private key
//! cannot be guessed.

use std::fmt;

use amana_types::Random;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Decode, Encode, SecretDocument};
use pkcs8::pkcs5::pbes2::{EncryptionScheme, Kdf, Parameters, Salt, ScryptParams};
use pkcs8::{
    AlgorithmIdentifierRef, EncryptedPrivateKeyInfoRef, LineEnding, ObjectIdentifier, PrivateKeyInfoRef,
};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::hash::labelled;

const PEM_LABEL: &str = "ENCRYPTED PRIVATE KEY";
const IV_LABEL: &str = "amana/v1/key-file";
/// The longest key file that is read.
const MOST_BYTES: usize = 64 * 1024;
const SCRYPT_N: u64 = 1 << 14;
const SCRYPT_R: u16 = 8;
const SCRYPT_P: u16 = 1;
/// A file may ask for this much work at most: eight times what we ask for.
const MOST_SCRYPT_BYTES: u64 = 8 * 128 * SCRYPT_N * SCRYPT_R as u64;
/// The ASN.1 header of a 32-byte OCTET STRING, in which RFC 8410 §7 wraps a seed once more.
const SEED_HEADER: [u8; 2] = [0x04, 32];

/// What a key file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// The 32-byte seed of an Ed25519 key (RFC 8410 §7).
    Ed25519,
    /// The 32-byte private key of X-Wing (draft-connolly-cfrg-xwing-kem-10 §5.8).
    XWing,
    /// A P-256 key as PKCS#8 in DER, for TLS (RFC 5915, RFC 5480).
    P256,
    /// The 32 bytes of a vault key: input to HKDF with SHA-256 (RFC 8619), from which all is derived.
    Vault,
}

impl KeyKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Ed25519, Self::XWing, Self::P256, Self::Vault];

    const fn algorithm(self) -> ObjectIdentifier {
        match self {
            Self::Ed25519 => ObjectIdentifier::new_unwrap("1.3.101.112"),
            Self::XWing => ObjectIdentifier::new_unwrap("1.3.6.1.4.1.62253.25722"),
            Self::P256 => ObjectIdentifier::new_unwrap("1.2.840.10045.2.1"),
            Self::Vault => ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.3.28"),
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ed25519 => "Ed25519 key",
            Self::XWing => "X-Wing key",
            Self::P256 => "P-256 key",
            Self::Vault => "vault key",
        })
    }
}

/// A passphrase: wiped when dropped, never printed.
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// Takes a passphrase as it came from a file descriptor, a file or a credential.
    ///
    /// # Errors
    /// [`KeyFileError::EmptyPassphrase`].
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Result<Self, KeyFileError> {
        if bytes.is_empty() { Err(KeyFileError::EmptyPassphrase) } else { Ok(Self(bytes)) }
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// Why a key file cannot be read or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// No passphrase.
    #[error("the passphrase is empty; give one")]
    EmptyPassphrase,
    /// Not an encrypted key in PEM.
    #[error("not a key file: expected an {PEM_LABEL} in PEM; restore the file from its backup")]
    NotAKeyFile,
    /// Encrypted in a way that we do not accept.
    #[error(
        "the key file is not encrypted with scrypt and AES-256, or asks for too much work; encrypt it again"
    )]
    Encryption,
    /// The passphrase is wrong, or the file was damaged: the format cannot tell them apart.
    #[error("the passphrase is wrong, or the key file is damaged; try again, then restore its backup")]
    WrongPassphrase,
    /// It opens, but holds another kind of key.
    #[error("the key file does not hold a {0}; name the right file")]
    WrongKind(KeyKind),
    /// It opens, but not to the key that it was made with.
    #[error("the key file is damaged, or was written by another tool; restore its backup")]
    Damaged,
    /// The secret to write is not one of its kind.
    #[error("not a {0}: it has another length or form")]
    Secret(KeyKind),
}

/// Encrypts a secret into a key file. The secret is 32 bytes, or for [`KeyKind::P256`] a PKCS#8
/// document in DER.
///
/// # Errors
/// [`KeyFileError::Secret`].
pub fn seal_pem(
    kind: KeyKind,
    secret: &[u8],
    passphrase: &Passphrase,
    random: &dyn Random,
) -> Result<String, KeyFileError> {
    let mut salt = [0; 16];
    random.fill(&mut salt);
    let plain = document(kind, secret).ok_or(KeyFileError::Secret(kind))?;
    let iv = iv_of(&salt, &plain);
    let kdf = Kdf::Scrypt(ScryptParams {
        salt: Salt::new(salt).map_err(|_| KeyFileError::Encryption)?,
        cost_parameter: SCRYPT_N,
        block_size: SCRYPT_R,
        parallelization: SCRYPT_P,
        key_length: None,
    });
    let parameters = Parameters { kdf, encryption: EncryptionScheme::Aes256Cbc { iv } };

    let encrypted = parameters.encrypt(&*passphrase.0, &plain).map_err(|_| KeyFileError::Encryption)?;
    let encrypted_data = OctetStringRef::new(&encrypted).map_err(|_| KeyFileError::Encryption)?;
    let info = EncryptedPrivateKeyInfoRef { encryption_algorithm: parameters.into(), encrypted_data };
    let document = SecretDocument::encode_msg(&info).map_err(|_| KeyFileError::Encryption)?;
    // What the PEM holds is encrypted: it needs no wiping.
    let pem = document.to_pem(PEM_LABEL, LineEnding::LF).map_err(|_| KeyFileError::Encryption)?;
    Ok(pem.as_str().to_owned())
}

/// Decrypts a key file. Gives what [`seal_pem`] was given.
///
/// # Errors
/// [`KeyFileError`].
pub fn open_pem(
    text: &str,
    kind: KeyKind,
    passphrase: &Passphrase,
) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    if text.len() > MOST_BYTES {
        return Err(KeyFileError::NotAKeyFile);
    }
    let (label, document) = SecretDocument::from_pem(text).map_err(|_| KeyFileError::NotAKeyFile)?;
    if label != PEM_LABEL {
        return Err(KeyFileError::NotAKeyFile);
    }
    let info =
        EncryptedPrivateKeyInfoRef::from_der(document.as_bytes()).map_err(|_| KeyFileError::NotAKeyFile)?;
    let parameters = info.encryption_algorithm.pbes2().ok_or(KeyFileError::Encryption)?;
    let (salt, iv) = check_work(parameters)?;
    let plain = parameters.decrypt(&*passphrase.0, info.encrypted_data.as_bytes());
    let plain = Zeroizing::new(plain.map_err(|_| KeyFileError::WrongPassphrase)?);
    // Wrong passphrases mostly end in the padding above; those that do not end here.
    let info = PrivateKeyInfoRef::from_der(&plain).map_err(|_| KeyFileError::WrongPassphrase)?;
    if !bool::from(iv_of(salt, &plain).ct_eq(iv)) {
        return Err(KeyFileError::Damaged);
    }
    secret(kind, &info, &plain)
}

/// The IV of a document: salted, so that one key in two files has two.
fn iv_of(salt: &[u8], plain: &[u8]) -> [u8; 16] {
    let mut iv = [0; 16];
    iv.iter_mut().zip(labelled(IV_LABEL, &[salt, plain]).as_bytes()).for_each(|(to, from)| *to = *from);
    iv
}

/// Refuses other ciphers, and parameters by which a file could take the process down. Gives salt
/// and IV.
fn check_work(parameters: &Parameters) -> Result<(&[u8], &[u8; 16]), KeyFileError> {
    let (Kdf::Scrypt(scrypt), EncryptionScheme::Aes256Cbc { iv }) = (&parameters.kdf, &parameters.encryption)
    else {
        return Err(KeyFileError::Encryption);
    };
    let memory = scrypt.cost_parameter.checked_mul(128 * u64::from(scrypt.block_size));
    let work = memory.and_then(|memory| memory.checked_mul(u64::from(scrypt.parallelization)));
    match work {
        // scrypt is defined for powers of two above 1 only (RFC 7914 §2); the library panics on 0.
        Some(work) if work <= MOST_SCRYPT_BYTES && scrypt.cost_parameter.is_power_of_two() => {
            Ok((scrypt.salt.as_bytes(), iv))
        }
        _ => Err(KeyFileError::Encryption),
    }
}

/// The PKCS#8 document of a secret, in DER.
fn document(kind: KeyKind, secret: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if kind == KeyKind::P256 {
        let info = PrivateKeyInfoRef::from_der(secret).ok()?;
        return (info.algorithm.oid == kind.algorithm()).then(|| Zeroizing::new(secret.to_vec()));
    }
    let seed: &[u8; 32] = secret.try_into().ok()?;
    let wrapped = Zeroizing::new([&SEED_HEADER, seed.as_slice()].concat());
    let algorithm = AlgorithmIdentifierRef { oid: kind.algorithm(), parameters: None };
    let private_key = if kind == KeyKind::Ed25519 { wrapped.as_slice() } else { seed };
    let private_key = OctetStringRef::new(private_key).ok()?;
    // Version 1, without the public key: OpenSSL 3.0 does not read version 2 (RFC 5958 §2).
    PrivateKeyInfoRef::new(algorithm, private_key).to_der().ok().map(Zeroizing::new)
}

/// The secret in a PKCS#8 document, if it is of that kind.
fn secret(
    kind: KeyKind,
    info: &PrivateKeyInfoRef<'_>,
    plain: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    if info.algorithm.oid != kind.algorithm() {
        return Err(KeyFileError::WrongKind(kind));
    }
    let private_key = info.private_key.as_bytes();
    let secret = match kind {
        KeyKind::P256 => Some(plain),
        KeyKind::Ed25519 => private_key.strip_prefix(&SEED_HEADER).filter(|seed| seed.len() == 32),
        KeyKind::XWing | KeyKind::Vault => Some(private_key).filter(|seed| seed.len() == 32),
    };
    secret.map(|secret| Zeroizing::new(secret.to_vec())).ok_or(KeyFileError::WrongKind(kind))
}

#[cfg(test)]
#[path = "keyfile_tests.rs"]
mod tests;
