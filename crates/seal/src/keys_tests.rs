use super::*;

#[test]
fn debug_shows_the_id_only() {
    let seed = [0x42; 32];
    let signing = SigningKeyPair::from_seed(&seed).unwrap();
    let hpke = HpkeKeyPair::from_seed(&seed).unwrap();
    assert_eq!(format!("{signing:?}"), format!("SigningKeyPair({})", signing.id()));
    assert_eq!(format!("{hpke:?}"), format!("HpkeKeyPair({})", hpke.id()));
}

#[test]
fn a_signature_counts_for_its_payload_type_only() {
    let pair = SigningKeyPair::from_seed(&[7; 32]).unwrap();
    let signature = pair.sign(PayloadType::RECEIPT, &[b"body"]);
    assert!(verify(&pair.public(), PayloadType::RECEIPT, &[b"bo", b"dy"], &signature));
    assert!(!verify(&pair.public(), PayloadType::HEADER, &[b"body"], &signature));
    assert!(!verify(&pair.public(), PayloadType::RECEIPT, &[b"bodY"], &signature));
}

#[test]
fn good_keys_enter() {
    assert_eq!(check_verifying_key(&SigningKeyPair::from_seed(&[7; 32]).unwrap().public()), Ok(()));
    assert_eq!(check_hpke_key(HpkeKeyPair::from_seed(&[7; 32]).unwrap().public()), Ok(()));
}

#[test]
fn an_unreduced_lattice_key_does_not_enter() {
    let mut bytes = *HpkeKeyPair::from_seed(&[7; 32]).unwrap().public().0;
    bytes[..3].fill(0xff); // two coefficients of 4095, above q = 3329
    assert_eq!(check_hpke_key(&HpkePublicKey(Arc::new(bytes))), Err(KeyRefused::Hpke));
}

#[test]
fn a_seed_of_another_length_is_refused() {
    assert_eq!(SigningKeyPair::from_seed(&[1; 31]).err(), Some(KeyRefused::Seed));
    assert_eq!(HpkeKeyPair::from_seed(&[1; 33]).err(), Some(KeyRefused::Seed));
}
