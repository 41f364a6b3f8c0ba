//! Amana's own vectors: files that any language can read, rebuilt here from the formulas in their
//! README with nothing of the crate but its outermost calls.
//!
//! `AMANA_WRITE_VECTORS=1 cargo test -p amana-seal --test vectors` writes them anew.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a panic is a failed test")]

mod common;
mod formulas;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use amana_log::LeafSalt;
use amana_notice::{AttachmentKey, Handling};
use amana_seal::attachment::{Sealer, Shape};
use amana_seal::directory::*;
use amana_seal::envelope::*;
use amana_seal::receipt::*;
use amana_seal::review::*;
use amana_seal::use_grant::*;
use amana_types::group::Answer;
use amana_types::review::ReviewGround;
use amana_types::*;
use common::*;
use formulas::*;
use serde_json::{Value, json};

/// Compares with the file, or writes it.
fn check(name: &str, built: &Value) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    if std::env::var_os("AMANA_WRITE_VECTORS").is_some() {
        std::fs::write(&path, serde_json::to_string_pretty(built).unwrap() + "\n").unwrap();
    }
    let told: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    for (field, value) in told.as_object().unwrap() {
        assert_eq!(value, &built[field], "{name}: {field}");
    }
    assert_eq!(&told, built, "{name}");
}

/// Remembers every draw.
struct Recorded {
    stream: Stream,
    draws: Mutex<Vec<Vec<u8>>>,
}

impl Random for Recorded {
    fn fill(&self, out: &mut [u8]) {
        self.stream.fill(out);
        self.draws.lock().unwrap().push(out.to_vec());
    }
}

#[test]
fn envelope() {
    let world = World::new();
    let random = Recorded { stream: Stream::new("amana vector: envelope"), draws: Mutex::default() };
    let envelope = world.seal(&random);
    let draws = random.draws.into_inner().unwrap();
    let verified = world.verify(&envelope).unwrap();
    let header = verified.header();

    let xa = &world.parties["XA"];
    let sections: Vec<Value> = (0..2)
        .map(|index| section(&envelope, header, index, &draws[1 + index], SECTION_TEXTS[index]))
        .collect();
    let slots = (0..2).map(|index| slot(&world, &envelope, &verified, index, &draws)).collect::<Vec<_>>();
    let (leaves, padding) = tree(&envelope, &verified);
    let body = [&envelope.header[..], envelope.slots_root.as_bytes(), &[envelope.depth.get()]].concat();
    let pae = pae("application/vnd.amana.header.v1", &body);
    assert!(ed25519(&xa.signing.public(), &pae, &envelope.signature));
    let salt = labelled("amana/v1/addressing", &[&draws[0], &envelope.addressing]);
    assert_eq!(salt, header.addressing.0);
    check(
        "envelope.json",
        &json!({
            "sender": {
                "code": "XA",
                "signing_seed": hex::encode(xa.signing.seed().as_slice()),
                "signing_public": hex::encode(xa.signing.public().0),
                "key_id": xa.signing.id().to_string(),
            },
            "header": {
                "kind": "NOTICE",
                "id": header.id.to_string(),
                "created": header.created.to_string(),
                "expires": header.expires.to_string(),
                "directory_entries": 0,
                "directory_hash": hex::encode([0; 32]),
                "core": hex::encode(&envelope.header),
                "sha256": hex::encode(sha256(&envelope.header)),
            },
            "addressing": {
                "countries": ["XF", "XS"],
                "except": ["XE"],
                "encoded": hex::encode(&envelope.addressing),
                "salt": hex::encode(envelope.addressing_salt),
                "hash": header.addressing.to_string(),
            },
            "sections": sections,
            "slots": slots,
            "tree": {
                "depth": envelope.depth.get(),
                "padding": padding,
                "sorted_leaves": leaves,
                "root": envelope.slots_root.to_string(),
            },
            "signature": { "pae": hex::encode(&pae), "ed25519": hex::encode(envelope.signature) },
            "accept_leaf": accept_leaf(&envelope),
        }),
    );
}

fn section(envelope: &Envelope, header: &Header, index: usize, key: &[u8], content: &str) -> Value {
    let told = &header.sections[index];
    let (cipher_key, commitment) = section_keys(header.id, key);
    let aad = section_aad(header, u8::try_from(index).unwrap());
    let padded = aes_256_gcm_open(&cipher_key, &aad, &envelope.sections[index]);
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    assert!(padded.starts_with(&[&length, content.as_bytes()].concat()));
    assert!(padded[4 + content.len()..].iter().all(|byte| *byte == 0));
    assert_eq!(commitment, told.commitment.0);
    assert_eq!(sha256(&envelope.sections[index]), told.ciphertext.0);
    json!({
        "index": index,
        "kind": told.kind.0,
        "content": content,
        "padded_bytes": told.padded_bytes,
        "key": hex::encode(key),
        "cipher_key": hex::encode(cipher_key),
        "commitment": hex::encode(commitment),
        "aad": hex::encode(aad),
        "ciphertext": hex::encode(&envelope.sections[index]),
        "ciphertext_sha256": told.ciphertext.to_string(),
    })
}

fn slot(
    world: &World,
    envelope: &Envelope,
    verified: &VerifiedEnvelope,
    index: usize,
    draws: &[Vec<u8>],
) -> Value {
    let slot = &envelope.slots[index];
    let party = &world.parties[slot.recipient.as_str()];
    let info = slot_info(slot.recipient, party.hpke.id(), slot.epoch);
    let header_hash = sha256(&envelope.header);
    let plaintext = hpke_open(party.hpke.seed().as_slice(), &info, &header_hash, &slot.bytes);
    let path = verified.slots().view().path(index).unwrap();
    let opened = world.open(slot.recipient.as_str(), deliver(envelope, &path, index)).unwrap();
    let keys = opened.sections.iter().map(|s| (s.index.0, draws[1 + usize::from(s.index.0)].as_slice()));
    assert_eq!(plaintext, slot_plaintext(opened.link, &keys.collect::<Vec<_>>(), 2));
    json!({
        "recipient": slot.recipient.to_string(),
        "epoch": slot.epoch.0,
        "hpke_seed": hex::encode(party.hpke.seed().as_slice()),
        "hpke_public": hex::encode(party.hpke.public().0.as_slice()),
        "key_id": party.hpke.id().to_string(),
        "pair_seq": opened.link.seq.0,
        "pair_previous": opened.link.previous.to_string(),
        "granted_sections": opened.sections.iter().map(|s| s.index.0).collect::<Vec<_>>(),
        "granted_bits": slot.granted.bits(),
        "encapsulation_randomness": hex::encode(&draws[3 + index]),
        "info": hex::encode(info),
        "aad": hex::encode(header_hash),
        "plaintext": hex::encode(plaintext),
        "slot": hex::encode(&slot.bytes),
        "leaf": hex::encode(slot_leaf(slot)),
        "place": path.place.0,
        "path": hex::encode(&path.siblings),
    })
}

/// The sorted leaves, and the padding with its leaves.
fn tree(envelope: &Envelope, verified: &VerifiedEnvelope) -> (Vec<String>, Vec<Value>) {
    let slots = envelope.slots.iter().map(slot_leaf);
    let padding = envelope.padding.iter().map(|random| labelled("amana/v1/slot-padding", &[random]));
    let mut leaves: Vec<_> = slots.chain(padding.clone()).collect();
    leaves.sort_unstable();
    assert_eq!(root(&leaves), envelope.slots_root.0);
    for (index, slot) in envelope.slots.iter().enumerate() {
        let path = verified.slots().view().path(index).unwrap();
        assert_eq!(leaves[usize::from(path.place.0)], slot_leaf(slot));
    }
    let padding = envelope.padding.iter().zip(padding);
    let padding =
        padding.map(|(random, leaf)| json!({"random": hex::encode(random), "leaf": hex::encode(leaf)}));
    (leaves.iter().map(hex::encode).collect(), padding.collect())
}

fn accept_leaf(envelope: &Envelope) -> Value {
    let accepted_at: Timestamp = "2026-11-23T08:00:01Z".parse().unwrap();
    let record = AcceptRecord {
        header: &envelope.header,
        slots_root: envelope.slots_root.as_bytes(),
        depth: u32::from(envelope.depth.get()),
        signature: &envelope.signature,
        accepted_at,
    };
    let leaf = record.leaf(&LeafSalt::new([7; 32])).unwrap();
    let parts: [&[u8]; 5] = [
        record.header,
        record.slots_root,
        &record.depth.to_be_bytes(),
        record.signature,
        &accepted_at.unix_millis().to_be_bytes(),
    ];
    assert_eq!(leaf.as_bytes(), &salted_leaf(1, &[7; 32], &parts));
    json!({
        "salt": hex::encode([7; 32]),
        "accepted_at": accepted_at.to_string(),
        "leaf_hash": leaf.to_string(),
    })
}

/// Byte n is n modulo 251.
fn counted(length: usize) -> Vec<u8> {
    (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect()
}

#[test]
fn attachment() {
    let (key, salt) = (seed("attachment key"), [9; 16]);
    let cases: Vec<Value> = [0, 5000, 200_000]
        .map(|length| {
            let content = counted(length);
            let shape = Shape::of(length as u64).unwrap();
            let (mut sealer, head) = Sealer::new(&AttachmentKey::new(key), &salt, shape).unwrap();
            let mut sealed = head.to_vec();
            sealer.push(&content, &mut sealed).unwrap();
            let digests = sealer.finish(&mut sealed).unwrap();
            assert_eq!(sha256(&sealed), digests.sealed.0);
            let (cipher_key, commitment, prefix) = attachment_keys(&salt, &key);
            assert_eq!(head, [&salt[..], &commitment].concat()[..]);
            let chunks: Vec<&[u8]> = sealed[head.len()..].chunks(65_536 + 16).collect();
            let last = chunks.len() - 1;
            let mut opened = Vec::new();
            let told: Vec<Value> = chunks
                .iter()
                .enumerate()
                .map(|(n, chunk)| {
                    let nonce = attachment_nonce(&prefix, u32::try_from(n).unwrap(), n == last);
                    opened.extend(open_chunk(&cipher_key, nonce, &salt, chunk));
                    json!({
                        "nonce": hex::encode(nonce),
                        "bytes": chunk.len(),
                        "begins": hex::encode(&chunk[..16]),
                        "tag": hex::encode(&chunk[chunk.len() - 16..]),
                    })
                })
                .collect();
            assert!(opened.starts_with(&content) && opened[length..].iter().all(|byte| *byte == 0));
            assert_eq!(opened.len() as u64, shape.padded_bytes());
            json!({
                "content_bytes": length,
                "content_sha256": digests.content.to_string(),
                "padded_bytes": shape.padded_bytes(),
                "cipher_key": hex::encode(cipher_key),
                "nonce_prefix": hex::encode(prefix),
                "head": hex::encode(head),
                "chunks": told,
                "sealed_bytes": sealed.len(),
                "sealed_sha256": digests.sealed.to_string(),
            })
        })
        .into();
    check(
        "attachment.json",
        &json!({ "key": hex::encode(key), "salt": hex::encode(salt), "attachments": cases }),
    );
}

#[test]
fn receipt() {
    let world = World::new();
    let xf = &world.parties["XF"];
    let id: NoticeId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    let receipted = |n: u8| Receipted { seq: Seq(u64::from(n)), id, header_hash: Digest([n; 32]) };
    let receipt = Receipt {
        recipient: xf.code,
        key: xf.signing.id(),
        sender: code("XA"),
        state: ReceiptState::Read,
        at: "2026-11-23T08:00:02Z".parse().unwrap(),
        envelopes: [receipted(4), receipted(7)].into(),
    };
    let signed = receipt.sign(&xf.signing);
    let pae = pae("application/vnd.amana.receipt.v1", &signed.bytes);
    assert!(ed25519(&xf.signing.public(), &pae, &signed.signature));
    let accepted_at: Timestamp = "2026-11-23T08:00:03Z".parse().unwrap();
    let leaf = receipt_leaf(&LeafSalt::new([7; 32]), &signed.bytes, &signed.signature, accepted_at).unwrap();
    let parts: [&[u8]; 3] = [&signed.bytes, &signed.signature, &accepted_at.unix_millis().to_be_bytes()];
    assert_eq!(leaf.as_bytes(), &salted_leaf(4, &[7; 32], &parts));
    check(
        "receipt.json",
        &json!({
            "recipient": "XF",
            "signing_seed": hex::encode(xf.signing.seed().as_slice()),
            "key_id": receipt.key.to_string(),
            "sender": "XA",
            "state": receipt.state.code(),
            "at": receipt.at.to_string(),
            "envelopes": receipt.envelopes.iter().map(|e| json!({
                "seq": e.seq.0, "id": e.id.to_string(), "header_sha256": e.header_hash.to_string(),
            })).collect::<Vec<_>>(),
            "encoded": hex::encode(&signed.bytes),
            "pae": hex::encode(pae),
            "ed25519": hex::encode(signed.signature),
            "leaf": {
                "salt": hex::encode([7; 32]),
                "accepted_at": accepted_at.to_string(),
                "leaf_hash": leaf.to_string(),
            },
        }),
    );
}

#[test]
fn review() {
    let mut world = World::new();
    let desk = Member { kind: MemberKind::ReviewDesk, ..world.members["XS"].clone() };
    world.directory.members.insert(desk.code, Arc::new(desk));
    let xs = &world.parties["XS"];
    let id: NoticeId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    let envelope = Receipted { seq: Seq(4), id, header_hash: Digest([4; 32]) };
    let at: Timestamp = "2026-11-23T08:00:02Z".parse().unwrap();
    let ground = ReviewGround::InsufficientData;
    let (text, sender) = ("no act is named", &world.members["XA"]);
    let random = Stream::new("amana vector: review");
    let words = seal_words(text, xs.code, sender, &envelope.header_hash, &random).unwrap();
    let accepted_at: Timestamp = "2026-11-23T08:00:03Z".parse().unwrap();
    let built = |ruling: Ruling| {
        let (desk, key, sender) = (xs.code, xs.signing.id(), code("XA"));
        let decision = ReviewDecision { desk, key, sender, envelope, ruling, at };
        let signed = decision.sign(&xs.signing);
        assert_eq!(verify_decision(&signed.bytes, &signed.signature, &world.directory, Seq(9)), Ok(decision));
        let pae = pae("application/vnd.amana.review.v1", &signed.bytes);
        assert!(ed25519(&xs.signing.public(), &pae, &signed.signature));
        let salt = LeafSalt::new([7; 32]);
        let leaf = decision_leaf(&salt, &signed.bytes, &signed.signature, accepted_at).unwrap();
        let parts: [&[u8]; 3] = [&signed.bytes, &signed.signature, &accepted_at.unix_millis().to_be_bytes()];
        assert_eq!(leaf.as_bytes(), &salted_leaf(8, &[7; 32], &parts));
        json!({
            "encoded": hex::encode(&signed.bytes),
            "pae": hex::encode(pae),
            "ed25519": hex::encode(signed.signature),
            "leaf_hash": leaf.to_string(),
        })
    };
    let xa = &world.parties["XA"].hpke;
    let info = [
        b"amana/v1/review-words\0".as_slice(),
        &[&2_u32.to_be_bytes()[..], b"XS", &2_u32.to_be_bytes(), b"XA", &xa.id().0].concat(),
        &words.epoch.0.to_be_bytes(),
    ]
    .concat();
    let plaintext = hpke_open(xa.seed().as_slice(), &info, &envelope.header_hash.0, &words.sealed);
    assert!(plaintext.starts_with(&[&15_u32.to_be_bytes()[..], text.as_bytes()].concat()));
    assert!(plaintext.len() == 2004 && plaintext[19..].iter().all(|byte| *byte == 0));
    check(
        "review.json",
        &json!({
            "desk": "XS",
            "signing_seed": hex::encode(xs.signing.seed().as_slice()),
            "key_id": xs.signing.id().to_string(),
            "sender": "XA",
            "envelope": { "seq": 4, "id": id.to_string(), "header_sha256": envelope.header_hash.to_string() },
            "at": at.to_string(),
            "leaf_salt": hex::encode([7; 32]),
            "accepted_at": accepted_at.to_string(),
            "pass": built(Ruling::Pass),
            "ground": ground.code(),
            "words": {
                "text": text,
                "hpke_seed": hex::encode(xa.seed().as_slice()),
                "epoch": words.epoch.0,
                "info": hex::encode(&info),
                "aad": envelope.header_hash.to_string(),
                "sealed": hex::encode(&words.sealed),
            },
            "refusal": built(Ruling::Refuse { ground, words: Some(words) }),
        }),
    );
}

#[test]
fn use_grant() {
    let world = World::new();
    let xa = &world.parties["XA"];
    let notice: NoticeId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    let built = |permitted: Permitted| {
        let grant = UseGrant {
            owner: xa.code,
            key: xa.signing.id(),
            notice,
            header_hash: Digest([4; 32]),
            handling: Handling::H2,
            grantee: code("XF"),
            permitted,
            until: "2026-12-23T08:00:00Z".parse().unwrap(),
            at: "2026-11-23T08:00:02Z".parse().unwrap(),
        };
        let signed = grant.sign(&xa.signing);
        let pae = pae("application/vnd.amana.use-grant.v1", &signed.bytes);
        assert!(ed25519(&xa.signing.public(), &pae, &signed.signature));
        json!({
            "encoded": hex::encode(&signed.bytes),
            "pae": hex::encode(pae),
            "ed25519": hex::encode(signed.signature),
        })
    };
    check(
        "use-grant.json",
        &json!({
            "owner": "XA",
            "signing_seed": hex::encode(xa.signing.seed().as_slice()),
            "key_id": xa.signing.id().to_string(),
            "notice": notice.to_string(),
            "header_sha256": Digest([4; 32]).to_string(),
            "handling": Handling::H2.code(),
            "grantee": "XF",
            "members": ["XE", "XS"],
            "until": "2026-12-23T08:00:00Z",
            "at": "2026-11-23T08:00:02Z",
            "court_use": built(Permitted::CourtUse),
            "forward": built(Permitted::Forward([code("XE"), code("XS")].into())),
        }),
    );
}

#[test]
fn directory() {
    let mut register = Register::new();
    let (xa, xf) = (Party::new("XA"), Party::new("XF"));
    let mut entries = Vec::new();
    let mut head = [0; 32];
    let mut fold = |register: &mut Register, what: &str, entry: Entry| {
        let bytes = entry.encode();
        register.fold(&entry).unwrap();
        head = labelled("amana/v1/directory-head", &[&head, &bytes]);
        assert_eq!(register.directory.head.hash.0, head);
        entries.push(json!({
            "what": what,
            "entry": hex::encode(bytes),
            "head_entries": register.directory.head.entries,
            "head_hash": hex::encode(head),
        }));
    };
    let entry = register.enrolment(&xa);
    fold(&mut register, "XA enrols", entry);
    let entry = register.enrolment(&xf);
    fold(&mut register, "XF enrols", entry);
    let entry = register.group(Register::terms("HT-EXPERTS", &[xa.code, xf.code]));
    fold(&mut register, "the group HT-EXPERTS invites XA and XF", entry);
    let accept = register.answer("HT-EXPERTS", xf.code, Answer::Accept);
    let entry = Entry::Answer(accept.sign(&xf.identity));
    fold(&mut register, "XF accepts the invitation to HT-EXPERTS", entry);
    let next = Party::new("XA2");
    let mut change = register.key_change(xa.code);
    change.signing_key = Some(next.signing.public());
    change.hpke_key = Some((HpkeEpoch(1), next.hpke.public().clone()));
    let entry = Entry::Keys(change.sign(&xa.identity));
    fold(&mut register, "XA changes its signing key and publishes HPKE epoch 1", entry);
    let entry = register.status(xf.code, true);
    fold(&mut register, "XF is suspended", entry);
    let entry = register.status(xf.code, false);
    fold(&mut register, "XF is reinstated", entry);
    let entry = register.review(xf.code, true);
    fold(&mut register, "XF is put under review", entry);
    let salt = [7; 32];
    let leaf = entry_leaf(&LeafSalt::new(salt), &register.enrolment(&xf).encode(), register.now).unwrap();
    let parts: [&[u8]; 2] = [&register.enrolment(&xf).encode(), &register.now.unix_millis().to_be_bytes()];
    assert_eq!(leaf.as_bytes(), &salted_leaf(7, &salt, &parts));
    check(
        "directory.json",
        &json!({
            "exchange": register.directory.exchange.as_str(),
            "root_seed": hex::encode(register.root.seed().as_slice()),
            "root_public": hex::encode(register.root.public().0),
            "accepted_at": register.now.to_string(),
            "first_seq": 0,
            "entries": entries,
        }),
    );
}

#[test]
fn invitation() {
    let register = Register::new();
    let grant = register.grant(code("XA"));
    let invitation = Invitation {
        grant: grant.sign(&register.root),
        secret: Register::secret(code("XA")),
        hub_url: "https://hub.exchange.example:7443".to_owned(),
        enrolment_url: "https://hub.exchange.example:7444".to_owned(),
        ca_fingerprint: Digest([1; 32]),
        log_key: "amana/exchange.example/audit+00000000+AAAA".to_owned(),
        root_keys: vec![register.root.public()],
    };
    let text = invitation.to_text();
    assert_eq!(Invitation::parse(&text).unwrap().1, grant);
    let pae = pae("application/vnd.amana.grant.v1", &invitation.grant.bytes);
    assert!(ed25519(&register.root.public(), &pae, &invitation.grant.signature));
    check(
        "invitation.json",
        &json!({
            "text": text.as_str(),
            "exchange": "exchange.example",
            "code": "XA",
            "name": grant.name,
            "kind": grant.kind.code(),
            "regions": ["EUROPE"],
            "expires": grant.expires.to_string(),
            "secret_hash": grant.secret_hash.to_string(),
            "grant": hex::encode(&invitation.grant.bytes),
            "grant_digest": invitation.grant.digest().to_string(),
            "grant_ed25519": hex::encode(invitation.grant.signature),
            "root_public": hex::encode(register.root.public().0),
            "hub_url": invitation.hub_url,
            "enrolment_url": invitation.enrolment_url,
            "ca_fingerprint": invitation.ca_fingerprint.to_string(),
            "log_key": invitation.log_key,
        }),
    );
}
