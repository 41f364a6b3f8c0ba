//! The addressing, as it travels beside the header for the hub alone.

use amana_types::{Addressing, Digest, GroupName, MemberCode, Region, limits};

use super::refused::{EnvelopeRefused, Part};
use crate::codec::{CodecError, Reader, Writer};
use crate::hash::labelled;

const LABEL: &str = "amana/v1/addressing";
/// As many codes as an envelope has recipients, as many exceptions, and as many groups, each of the greatest
/// length.
const LARGEST: usize = 2 * (4 + limits::RECIPIENTS * (4 + MemberCode::MOST_BYTES))
    + (4 + Region::ALL.len() * (4 + REGION_BYTES))
    + (4 + limits::RECIPIENTS * (4 + GroupName::MOST_BYTES))
    + 1;
const _: () = assert!(LARGEST <= limits::ADDRESSING_BYTES);
/// The most bytes of a region's code.
const REGION_BYTES: usize = 8;

/// Random bytes that keep the addressing from being guessed from its hash.
pub type AddressingSalt = [u8; 32];

/// The one encoding of an addressing.
#[must_use]
pub fn encode_addressing(addressing: &Addressing) -> Vec<u8> {
    let mut w = Writer::default();
    let Addressing { countries, regions, groups, all_members, except } = addressing;
    for set in [countries, except] {
        w.count(set.len());
        set.iter().for_each(|code| {
            w.member(*code);
        });
    }
    w.count(regions.len());
    regions.iter().for_each(|region| {
        w.text(region.code());
    });
    w.count(groups.len());
    groups.iter().for_each(|group| {
        w.text(group.as_str());
    });
    w.flag(*all_members);
    w.finish()
}

/// Reads an addressing.
///
/// # Errors
/// [`EnvelopeRefused::Malformed`] for bytes that [`encode_addressing`] would not have written.
pub fn decode_addressing(bytes: &[u8]) -> Result<Addressing, EnvelopeRefused> {
    read(bytes).map_err(|cause| EnvelopeRefused::Malformed { part: Part::Addressing, cause })
}

fn read(bytes: &[u8]) -> Result<Addressing, CodecError> {
    let mut r = Reader::new(bytes);
    let countries = r.set(limits::ADDRESSING_SET, Reader::member)?;
    let except = r.set(limits::ADDRESSING_SET, Reader::member)?;
    let regions = r.set(Region::ALL.len(), |r| r.parsed(REGION_BYTES, "region"))?;
    let groups = r.set(limits::ADDRESSING_SET, |r| r.parsed(GroupName::MOST_BYTES, "group"))?;
    let all_members = r.flag()?;
    r.finish()?;
    Ok(Addressing { countries, regions, groups, all_members, except })
}

/// The labelled hash that the header names.
#[must_use]
pub fn addressing_hash(salt: &AddressingSalt, encoded: &[u8]) -> Digest {
    labelled(LABEL, &[salt, encoded])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_addressing_is_read_back_in_its_one_encoding() {
        let mut addressing = Addressing { all_members: true, ..Addressing::default() };
        addressing.countries.extend(["XF", "XA"].map(|code| code.parse::<MemberCode>().unwrap()));
        addressing.except.insert("XE".parse().unwrap());
        addressing.regions.extend(Region::ALL);
        addressing.groups.insert("HT-EXPERTS".parse().unwrap());
        let bytes = encode_addressing(&addressing);
        assert_eq!(decode_addressing(&bytes), Ok(addressing));

        let swapped: Vec<u8> = [&bytes[..4], b"\0\0\0\x02XF", b"\0\0\0\x02XA", &bytes[16..]].concat();
        assert!(decode_addressing(&swapped).is_err(), "another order would be another hash");
        assert_eq!(swapped.len(), bytes.len());
    }

    #[test]
    fn the_largest_addressing_that_can_be_asked_for_is_within_the_limit() {
        let member = |n: usize| format!("XM{n:06}").parse::<MemberCode>().unwrap();
        let addressing = Addressing {
            countries: (0..limits::RECIPIENTS).map(member).collect(),
            regions: Region::ALL.iter().copied().collect(),
            groups: (0..limits::RECIPIENTS).map(|n| format!("G{n:031}").parse().unwrap()).collect(),
            all_members: true,
            except: (limits::RECIPIENTS..2 * limits::RECIPIENTS).map(member).collect(),
        };
        let bytes = encode_addressing(&addressing);
        assert!(bytes.len() <= LARGEST && LARGEST - bytes.len() < 64, "{}", bytes.len());
        assert_eq!(decode_addressing(&bytes), Ok(addressing));
    }

    #[test]
    fn the_salt_counts() {
        assert_ne!(addressing_hash(&[0; 32], b"x"), addressing_hash(&[1; 32], b"x"));
    }
}
