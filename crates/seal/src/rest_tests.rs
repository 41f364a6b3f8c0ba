use super::*;

struct Fixed(u8);

impl Random for Fixed {
    fn fill(&self, out: &mut [u8]) {
        out.fill(self.0);
    }
}

const PLACE: Place<'_> = Place { tree: "inbox", key: b"key", field: "body" };

#[test]
fn values_open_in_their_place_only() {
    let vault = VaultKey::new(&[1; 32]).unwrap();
    let data = DataKey::draw(&Fixed(2));
    let under_vault = vault.seal(PLACE, b"value", &Fixed(3)).unwrap();
    let under_data = data.seal(PLACE, b"value", &Fixed(3)).unwrap();
    assert_eq!(under_data.len(), b"value".len() + OVERHEAD_BYTES);
    assert_eq!(vault.open(PLACE, &under_vault).unwrap().as_slice(), b"value");
    assert_eq!(data.open(PLACE, &under_data).unwrap().as_slice(), b"value");
    let elsewhere = [
        Place { tree: "outbox", ..PLACE },
        Place { key: b"kez", ..PLACE },
        Place { field: "bod", ..PLACE },
        Place { key: b"key\0\0\0\x04bod", field: "y", ..PLACE },
    ];
    for place in elsewhere {
        assert_eq!(vault.open(place, &under_vault).err(), Some(RestError::Refused), "{place:?}");
        assert_eq!(data.open(place, &under_data).err(), Some(RestError::Refused), "{place:?}");
    }
    assert_eq!(vault.open(PLACE, &under_data).err(), Some(RestError::Refused));
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let data = DataKey::draw(&Fixed(2));
    let sealed = data.seal(PLACE, b"value", &Fixed(3)).unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut flipped = sealed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(data.open(PLACE, &flipped).is_err(), "bit {bit}");
    }
    assert!((0..sealed.len()).all(|cut| data.open(PLACE, &sealed[..cut]).is_err()));
}

#[test]
fn a_wrapped_key_is_unwrapped_in_its_place_by_its_vault() {
    let vault = VaultKey::new(&[1; 32]).unwrap();
    let data = DataKey::draw(&Fixed(2));
    let wrapped = vault.wrap(PLACE, &data, &Fixed(4)).unwrap();
    assert_eq!(*vault.unwrap(PLACE, &wrapped).unwrap().0, *data.0);
    assert!(vault.unwrap(Place { key: b"other", ..PLACE }, &wrapped).is_err());
    assert!(VaultKey::new(&[9; 32]).unwrap().unwrap(PLACE, &wrapped).is_err());
    assert!(vault.open(PLACE, &wrapped).is_err(), "a key is never read as a value");
    assert_eq!(VaultKey::new(&[1; 31]).err(), Some(RestError::Key));
}

#[test]
fn index_names_hang_on_field_word_and_vault() {
    let vault = VaultKey::new(&[1; 32]).unwrap();
    let name = vault.blind_index("name", "amal");
    assert_eq!(name, vault.blind_index("name", "amal"));
    assert_ne!(name, vault.blind_index("name", "amala"));
    assert_ne!(name, vault.blind_index("place", "amal"));
    assert_ne!(vault.blind_index("ab", "c"), vault.blind_index("a", "bc"));
    assert_ne!(name, VaultKey::new(&[2; 32]).unwrap().blind_index("name", "amal"));
}

#[test]
fn keys_are_not_printed() {
    assert_eq!(format!("{:?}", VaultKey::new(&[1; 32]).unwrap()), "VaultKey(..)");
    assert_eq!(format!("{:?}", DataKey::draw(&Fixed(1))), "DataKey(..)");
}

#[test]
fn a_row_comes_out_the_same_each_time_and_opens_at_its_place_only() {
    let vault = VaultKey::new(&[7; 32]).unwrap();
    let at = |key| Place { tree: "terms", key, field: "entries" };
    let sealed = vault.seal_row(at(b"one"), b"entries").unwrap();
    assert_eq!(vault.seal_row(at(b"one"), b"entries").unwrap(), sealed);
    assert_eq!(vault.open_row(at(b"one"), &sealed).unwrap().as_slice(), b"entries");
    assert_eq!(vault.open_row(at(b"two"), &sealed).unwrap_err(), RestError::Refused);
    assert_eq!(vault.open(at(b"one"), &sealed).unwrap_err(), RestError::Refused, "a key of their own");
    // Another value, another place, another vault: another nonce, so that none serves twice.
    let others = [
        vault.seal_row(at(b"one"), b"entrieS").unwrap(),
        vault.seal_row(at(b"two"), b"entries").unwrap(),
        VaultKey::new(&[8; 32]).unwrap().seal_row(at(b"one"), b"entries").unwrap(),
    ];
    let nonces: std::collections::BTreeSet<&[u8]> =
        others.iter().chain([&sealed]).map(|s| &s[..12]).collect();
    assert_eq!(nonces.len(), 4);
}
