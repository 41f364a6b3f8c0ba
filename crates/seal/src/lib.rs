//! The envelope: seal, verify, open; attachments; receipts; review decisions; grants of use; the directory's signed entries; keys, and the cipher
//! at rest.
//!
//! All formats that are signed or hashed are here, with the one code that hub and node share for
//! them. The main type is [`envelope::Envelope`]; `tests/vectors/README.md` has every format in
//! full. Randomness and time come in as arguments. This crate refuses to know files, networks,
//! protobuf, storage, and the clock.
//!
//! ```
//! use amana_seal::SignerKey;
//! use amana_seal::envelope::{
//!     ClearSection, EnvelopeDraft, Granted, Kind, PairLink, Recipient, SectionKind, seal, verify_at_hub,
//! };
//! # use amana_seal::keys::{HpkeKeyPair, SigningKeyPair};
//! # use amana_types::*;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # struct Fixed;
//! # impl Random for Fixed {
//! #     fn fill(&self, out: &mut [u8]) {
//! #         out.fill(7);
//! #     }
//! # }
//! # let random = Fixed;
//! # let now = Timestamp::from_unix_millis(1_790_000_000_000);
//! # let own = SigningKeyPair::from_seed(&[1; 32])?;
//! # let hpke = HpkeKeyPair::from_seed(&[2; 32])?;
//! # let mut directory = Directory::new("exchange.example".parse()?, Vec::new());
//! # let member = |code: &str| Ok::<_, CodeError>(Member {
//! #     code: code.parse()?, name: code.to_owned(), kind: MemberKind::Country,
//! #     parent: None, regions: Default::default(), child_protection: false, status: MemberStatus::Active,
//! #     under_review: false,
//! #     tls_key: Digest([0; 32]), identity_key: own.public(),
//! #     signing_keys: vec![SigningKey { key: own.public(), id: own.id(), since: Seq(0), until: None }],
//! #     hpke_keys: [(HpkeEpoch(0), hpke.public().clone())].into(), enrolled_at: Seq(0),
//! # });
//! # let (xa, xf) = (member("XA")?, member("XF")?);
//! # directory.members.insert(xa.code, xa.into());
//! # let mut addressing = Addressing::default();
//! # addressing.countries.insert(xf.code);
//! let recipients = [Recipient::of(&xf, PairLink::FIRST).ok_or("XF has no HPKE key")?];
//! let sections =
//!     [ClearSection { kind: SectionKind(1), content: b"a notice", granted: Granted::Everyone }];
//! let draft = EnvelopeDraft {
//!     kind: Kind::Notice,
//!     id: NoticeId::new(now, &random),
//!     created: now,
//!     expires: now.after(Duration::from_days(30)),
//!     addressing: &addressing,
//!     directory: directory.head,
//!     audit: None,
//!     in_reply_to: None,
//!     supersedes: None,
//!     held: false,
//!     attachments: &[],
//!     sections: &sections,
//!     recipients: &recipients,
//! };
//! let envelope = seal(&draft, "XA".parse()?, &own, &random)?;
//!
//! // At the hub, which can open nothing:
//! let verified = verify_at_hub(envelope.view(), |header| {
//!     SignerKey::find(&directory, header.sender, header.sender_key, Seq(1))
//! })?;
//! assert!(verified.recipients().eq(["XF".parse()?]));
//! # Ok(())
//! # }
//! ```

pub mod attachment;
pub mod codec;
pub mod directory;
pub mod dsse;
pub mod envelope;
mod hash;
pub mod keyfile;
pub mod keys;
pub mod receipt;
pub mod rest;
pub mod review;
mod sealing;
mod signer;
mod together;
pub mod trail;
pub mod use_grant;

pub use hash::{ContentHash, FileHash, FileHashes, labelled};
pub use signer::{SignerKey, SignerRefused};
