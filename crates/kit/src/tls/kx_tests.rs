use super::*;
use serde_json::Value;

/// A classical half with known keys: answers only the peer key of the vector.
struct Fixed {
    ours: Vec<u8>,
    theirs: Vec<u8>,
    secret: Vec<u8>,
}

impl ActiveKeyExchange for Fixed {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        assert_eq!(peer, self.theirs);
        Ok(SharedSecret::from(self.secret.as_slice()))
    }
    fn pub_key(&self) -> &[u8] {
        &self.ours
    }
    fn group(&self) -> NamedGroup {
        NamedGroup::X25519
    }
}

fn vectors() -> Vec<Value> {
    serde_json::from_str(include_str!("../../tests/vectors/x25519mlkem768.json")).unwrap()
}

fn bytes(vector: &Value, key: &str) -> Vec<u8> {
    let hex = vector[key].as_str().unwrap();
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

fn array<const N: usize>(vector: &Value, key: &str) -> [u8; N] {
    bytes(vector, key).try_into().unwrap()
}

fn classical(vector: &Value, ours: &str, theirs: &str) -> Box<dyn ActiveKeyExchange> {
    Box::new(Fixed {
        ours: bytes(vector, ours),
        theirs: bytes(vector, theirs),
        secret: bytes(vector, "x25519_secret"),
    })
}

#[test]
fn client_agrees_with_openssl() {
    for v in vectors() {
        let client = Started::new(&array(&v, "seed"), classical(&v, "client_x25519", "server_x25519"));
        assert_eq!(client.pub_key(), bytes(&v, "client_share"));
        let secret = Box::new(client).complete(&bytes(&v, "server_share")).unwrap();
        assert_eq!(secret.secret_bytes(), bytes(&v, "shared_secret"));
    }
}

#[test]
fn server_agrees_with_fips_203() {
    for v in vectors() {
        let half = classical(&v, "server_x25519", "client_x25519");
        let done = respond(&bytes(&v, "client_share"), &array(&v, "message"), half).unwrap();
        assert_eq!(done.group, NamedGroup::X25519MLKEM768);
        assert_eq!(done.pub_key, bytes(&v, "server_share"));
        assert_eq!(done.secret.secret_bytes(), bytes(&v, "shared_secret"));
    }
}

#[test]
fn both_sides_agree_and_each_run_differs() {
    let client = X25519MLKEM768.start().unwrap();
    let (first, second) = (
        X25519MLKEM768.start_and_complete(client.pub_key()).unwrap(),
        X25519MLKEM768.start_and_complete(client.pub_key()).unwrap(),
    );
    assert_ne!(first.secret.secret_bytes(), second.secret.secret_bytes());
    let secret = client.complete(&first.pub_key).unwrap();
    assert_eq!(secret.secret_bytes(), first.secret.secret_bytes());
    assert_eq!(secret.secret_bytes().len(), 64);
}

#[test]
fn wrong_lengths_are_the_peers_fault() {
    let refused = |result: Result<CompletedKeyExchange, Error>| {
        matches!(result, Err(Error::PeerMisbehaved(PeerMisbehaved::InvalidKeyShare)))
    };
    for length in [0, 1, 31, 32, 1183, 1184, 1215, 1217, 2000] {
        assert!(refused(X25519MLKEM768.start_and_complete(&vec![0; length])), "client share of {length}");
    }
    for length in [0, 1, 32, 1088, 1119, 1121, 1216] {
        let client = X25519MLKEM768.start().unwrap();
        assert!(client.complete(&vec![0; length]).is_err(), "server share of {length}");
    }
}

#[test]
fn a_key_with_coefficients_past_the_modulus_is_refused() {
    let mut share = X25519MLKEM768.start().unwrap().pub_key().to_vec();
    share[0] = 0xff; // the first 12-bit coefficient becomes 4095, past q = 3329 (FIPS 203 §7.2)
    share[1] |= 0x0f;
    assert!(X25519MLKEM768.start_and_complete(&share).is_err());
}

#[test]
fn a_small_order_x25519_key_is_refused() {
    let mut share = X25519MLKEM768.start().unwrap().pub_key().to_vec();
    share[1184..].fill(0);
    assert!(X25519MLKEM768.start_and_complete(&share).is_err());
    let client = X25519MLKEM768.start().unwrap();
    let mut answer = X25519MLKEM768.start_and_complete(client.pub_key()).unwrap().pub_key;
    answer[1088..].fill(0);
    assert!(client.complete(&answer).is_err());
}

#[test]
fn a_changed_ciphertext_gives_another_secret() {
    let client = X25519MLKEM768.start().unwrap();
    let mut done = X25519MLKEM768.start_and_complete(client.pub_key()).unwrap();
    done.pub_key[500] ^= 1;
    let secret = client.complete(&done.pub_key).unwrap(); // implicit rejection, FIPS 203 §6.3
    assert_ne!(secret.secret_bytes(), done.secret.secret_bytes());
}
