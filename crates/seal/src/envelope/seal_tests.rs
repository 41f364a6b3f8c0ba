//! A sender that says one thing beside a slot and another in it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use amana_types::{Addressing, Directory, HpkeEpoch, Member, MemberKind, MemberStatus, Seq, SigningKey};

use super::*;
use crate::SignerKey;
use crate::envelope::{
    ClearSection, Delivered, EnvelopeRefused, Granted, GrantedSections, Kind, SectionKind, open,
};
use crate::keys::HpkeKeyPair;

struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let block = sha256(&self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes());
            chunk.copy_from_slice(&block.as_bytes()[..chunk.len()]);
        }
    }
}

fn member(code: &str, signing: &SigningKeyPair, hpke: &HpkeKeyPair) -> Member {
    let key = SigningKey { key: signing.public(), id: signing.id(), since: Seq(0), until: None };
    Member {
        code: code.parse().unwrap(),
        name: String::new(),
        kind: MemberKind::Country,
        parent: None,
        regions: BTreeSet::new(),
        child_protection: false,
        status: MemberStatus::Active,
        under_review: false,
        tls_key: Digest([0; 32]),
        identity_key: signing.public(),
        signing_keys: vec![key],
        hpke_keys: [(HpkeEpoch(0), hpke.public().clone())].into(),
        enrolled_at: Seq(0),
    }
}

#[test]
fn a_slot_that_grants_other_sections_than_are_said_beside_it_is_refused() {
    let random = Counting(AtomicU64::new(0));
    let signing = SigningKeyPair::from_seed(draw_seed(&random).as_slice()).unwrap();
    let hpke = HpkeKeyPair::from_seed(draw_seed(&random).as_slice()).unwrap();
    let (xa, xf) = (member("XA", &signing, &hpke), member("XF", &signing, &hpke));
    let mut directory = Directory::new("exchange.example".parse().unwrap(), Vec::new());
    directory.members.insert(xa.code, Arc::new(xa.clone()));
    let section = |granted| ClearSection { kind: SectionKind(1), content: b"text", granted };
    let draft = EnvelopeDraft {
        kind: Kind::Notice,
        id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
        created: "2026-11-23T08:00:00Z".parse().unwrap(),
        expires: "2027-11-23T08:00:00Z".parse().unwrap(),
        addressing: &Addressing::default(),
        directory: directory.head,
        audit: None,
        in_reply_to: None,
        supersedes: None,
        held: false,
        attachments: &[],
        sections: &[section(Granted::Everyone), section(Granted::Only(BTreeSet::new()))],
        recipients: &[Recipient::of(&xf, PairLink::FIRST).unwrap()],
    };
    let honest = seal(&draft, xa.code, &signing, &random).unwrap();
    let opened = |bits| {
        let mut envelope = honest.clone();
        envelope.slots[0].granted = GrantedSections::of_bits(bits).unwrap();
        let (root, depth, padding) = plant(&envelope.slots, &random).unwrap();
        assert!(padding.is_empty());
        let body = signed_body(&envelope.header, &root, &depth);
        let signature = signing.sign(PayloadType::HEADER, &body);
        let slot = envelope.slots[0].view();
        let given: Vec<&[u8]> = envelope.sections.iter().map(Vec::as_slice).collect();
        let parts = Delivered {
            header: &envelope.header,
            slots_root: root.as_bytes(),
            depth: 0,
            signature: &signature,
            epoch: slot.epoch,
            granted: slot.granted,
            slot: slot.bytes,
            place: 0,
            path: &[],
            sections: slot.granted.choose(&given, &[].as_slice()).copied().collect(),
        };
        let sender = |h: &Header| SignerKey::find(&directory, h.sender, h.sender_key, Seq(1));
        open(parts, xf.code, sender, |_| Some(&hpke)).map(|opened| opened.sections.len())
    };
    assert_eq!(opened(0b01), Ok(1), "the control: it says what it grants");
    assert_eq!(opened(0b11), Err(EnvelopeRefused::Granted));
    assert_eq!(opened(0b10), Err(EnvelopeRefused::Granted));
}
