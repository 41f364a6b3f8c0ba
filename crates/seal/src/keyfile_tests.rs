use pkcs8::pkcs5::pbes2::Pbkdf2Params;

use super::*;

struct Fixed(u8);

impl Random for Fixed {
    fn fill(&self, out: &mut [u8]) {
        out.fill(self.0);
    }
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.as_bytes().to_vec())).unwrap()
}

/// A P-256 key as `ring` writes it.
fn p256() -> Vec<u8> {
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
    let random = ring::rand::SystemRandom::new();
    EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap().as_ref().to_vec()
}

#[test]
fn every_kind_is_read_back_and_told_from_the_others() {
    let secret = [7; 32].as_slice();
    let p256 = p256();
    for kind in KeyKind::ALL {
        let secret = if kind == KeyKind::P256 { &p256 } else { secret };
        let pem = seal_pem(kind, secret, &passphrase("open"), &Fixed(1)).unwrap();
        assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
        assert_eq!(open_pem(&pem, kind, &passphrase("open")).unwrap().as_slice(), secret);
        assert_eq!(open_pem(&pem, kind, &passphrase("shut")), Err(KeyFileError::WrongPassphrase));
        let other = if kind == KeyKind::Vault { KeyKind::XWing } else { KeyKind::Vault };
        assert_eq!(open_pem(&pem, other, &passphrase("open")), Err(KeyFileError::WrongKind(other)));
    }
}

#[test]
fn secrets_of_another_form_are_not_written() {
    for kind in KeyKind::ALL {
        let refused = seal_pem(kind, &[7; 31], &passphrase("open"), &Fixed(1));
        assert_eq!(refused, Err(KeyFileError::Secret(kind)));
    }
    assert_eq!(Passphrase::new(Zeroizing::default()).err(), Some(KeyFileError::EmptyPassphrase));
    assert_eq!(format!("{:?}", passphrase("open")), "Passphrase(..)");
}

#[test]
fn other_texts_are_not_key_files() {
    let pem = seal_pem(KeyKind::Vault, &[7; 32], &passphrase("open"), &Fixed(1)).unwrap();
    let open = |text: &str| open_pem(text, KeyKind::Vault, &passphrase("open"));
    for cut in [0, 1, pem.len() / 2, pem.len() - 8] {
        assert_eq!(open(&pem[..cut]), Err(KeyFileError::NotAKeyFile), "cut at {cut}");
    }
    assert_eq!(open(&pem.replace("ENCRYPTED PRIVATE", "PUBLIC")), Err(KeyFileError::NotAKeyFile));
    assert_eq!(open(&"x".repeat(MOST_BYTES + 1)), Err(KeyFileError::NotAKeyFile));
}

const CBC: EncryptionScheme = EncryptionScheme::Aes256Cbc { iv: [2; 16] };

fn scrypt(n: u64, r: u16, p: u16) -> ScryptParams {
    ScryptParams {
        salt: Salt::new([1; 16]).unwrap(),
        cost_parameter: n,
        block_size: r,
        parallelization: p,
        key_length: None,
    }
}

/// Encrypts a document in any way, as another tool could.
fn encrypt(parameters: Parameters, plain: &[u8]) -> String {
    let encrypted = parameters.encrypt("open", plain).unwrap();
    let encrypted_data = OctetStringRef::new(&encrypted).unwrap();
    let info = EncryptedPrivateKeyInfoRef { encryption_algorithm: parameters.into(), encrypted_data };
    SecretDocument::encode_msg(&info).unwrap().to_pem(PEM_LABEL, LineEnding::LF).unwrap().to_string()
}

#[test]
fn a_file_that_opens_to_another_key_is_damaged() {
    let plain = document(KeyKind::Vault, &[7; 32]).unwrap();
    let pem = seal_pem(KeyKind::Vault, &[7; 32], &passphrase("open"), &Fixed(1)).unwrap();
    let foreign = Parameters { kdf: Kdf::Scrypt(scrypt(1 << 15, 8, 1)), encryption: CBC };
    let foreign = encrypt(foreign, &plain);
    assert_eq!(open_pem(&foreign, KeyKind::Vault, &passphrase("open")), Err(KeyFileError::Damaged));

    // Flips in the body, which CBC passes on into the key: none may come out as a key.
    let (_, der) = SecretDocument::from_pem(&pem).unwrap();
    let length = der.as_bytes().len();
    for byte in (length - 60..length).step_by(7) {
        let mut flipped = der.as_bytes().to_vec();
        flipped[byte] ^= 1;
        let flipped = SecretDocument::try_from(flipped).unwrap().to_pem(PEM_LABEL, LineEnding::LF).unwrap();
        let opened = open_pem(&flipped, KeyKind::Vault, &passphrase("open"));
        assert!(matches!(opened, Err(KeyFileError::Damaged | KeyFileError::WrongPassphrase)), "byte {byte}");
    }
}

#[test]
fn weak_or_costly_encryption_is_refused_before_any_work() {
    let plain = document(KeyKind::Vault, &[7; 32]).unwrap();
    let pbkdf2 = Pbkdf2Params::hmac_sha256(1, &[1; 16]).unwrap();
    let weak = Parameters { kdf: pbkdf2.into(), encryption: CBC };
    let pem = encrypt(weak, &plain);
    assert_eq!(open_pem(&pem, KeyKind::Vault, &passphrase("open")), Err(KeyFileError::Encryption));

    let check =
        |n, r, p| check_work(&Parameters { kdf: Kdf::Scrypt(scrypt(n, r, p)), encryption: CBC }).map(|_| ());
    assert!(check(1 << 15, 8, 1).is_ok(), "what others use by default");
    for (n, r, p) in [(1 << 40, 8, 1), (u64::MAX, u16::MAX, u16::MAX), (1 << 14, 8, 9), (0, 8, 1), (3, 8, 1)]
    {
        assert_eq!(check(n, r, p).err(), Some(KeyFileError::Encryption), "{n} {r} {p}");
    }
}
