//! The invitation: a text file that the exchange hands to a party that shall enrol.
//!
//! First line `amana-invitation-v1`, then base64 in lines of 64, over the encoded invitation and the
//! first 8 bytes of its labelled hash, so that a torn file is named as such.

use amana_types::{Digest, VerifyingKey, limits};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use super::grant::{Grant, OneTimeSecret, SignedGrant};
use crate::codec::{CodecError, Encoded, Reader, Writer};
use crate::hash::labelled;
use crate::keys::{KeyRefused, check_verifying_key};

const FIRST_LINE: &str = "amana-invitation-v1";
const LABEL: &str = "amana/v1/invitation";
const LINE_BYTES: usize = 64;
const CHECKSUM_BYTES: usize = 8;
/// The most bytes that an address or a log key may have.
const TEXT_BYTES: usize = 512;
const ROOT_KEYS: usize = 16;

/// All that a party needs to find the exchange, to know it again, and to be let in once.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// A root key's leave.
    pub grant: SignedGrant,
    /// The secret that spends it.
    pub secret: OneTimeSecret,
    /// The hub's address for members, such as `https://hub.example:7443`.
    pub hub_url: String,
    /// The hub's address for enrolment.
    pub enrolment_url: String,
    /// SHA-256 of the DER certificate of the exchange's authority.
    pub ca_fingerprint: Digest,
    /// The audit log's key in C2SP vkey form.
    pub log_key: String,
    /// The exchange's root keys.
    pub root_keys: Vec<VerifyingKey>,
}

/// Why a text is no invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// It does not begin as invitations do.
    #[error("not an invitation: the first line is not {FIRST_LINE}; use the file as it came")]
    FirstLine,
    /// A part is missing or changed.
    #[error("the invitation is torn: a part is missing or changed; copy the file again")]
    Torn,
    /// Whole, but not what an invitation holds.
    #[error("the invitation is malformed: {0}; it was made by another version, ask for a new one")]
    Malformed(CodecError),
    /// The grant is not signed by the root keys in it.
    #[error("the invitation is not signed by its exchange; do not use it, and tell the exchange")]
    Grant,
    /// The secret is not that of the grant.
    #[error("the invitation's secret is not that of its grant; ask for a new one")]
    Secret,
    /// A root key must not be used.
    #[error("a root key in the invitation: {0}")]
    RootKey(KeyRefused),
}

impl Invitation {
    /// The invitation as a text file. It holds a secret: give it to the invited party only.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut w = Writer::with_capacity(limits::DIRECTORY_ENTRY_BYTES);
        w.fixed(&self.grant.to_bytes()).fixed(self.secret.0.as_slice());
        w.text(&self.hub_url).text(&self.enrolment_url).digest(&self.ca_fingerprint).text(&self.log_key);
        w.count(self.root_keys.len());
        self.root_keys.iter().for_each(|key| {
            w.fixed(&key.0);
        });
        let mut bytes = Zeroizing::new(w.finish());
        let checksum = checksum(&bytes);
        bytes.extend_from_slice(&checksum);
        let encoded = Zeroizing::new(BASE64_STANDARD.encode(&*bytes));
        let mut text = Zeroizing::new(String::with_capacity(encoded.len() + encoded.len() / 32 + 64));
        text.push_str(FIRST_LINE);
        for (place, letter) in encoded.chars().enumerate() {
            if place % LINE_BYTES == 0 {
                text.push('\n');
            }
            text.push(letter);
        }
        text.push('\n');
        text
    }

    /// Reads an invitation, and checks that it is whole and signed by the root keys in it. Whether
    /// those are the exchange's is for the reader to ask the exchange.
    ///
    /// # Errors
    /// [`InvitationError`].
    pub fn parse(text: &str) -> Result<(Self, Grant), InvitationError> {
        let mut lines = text.lines().map(str::trim);
        if lines.next() != Some(FIRST_LINE) {
            return Err(InvitationError::FirstLine);
        }
        // Room for all: what is moved is not wiped.
        let mut encoded = Zeroizing::new(String::with_capacity(text.len()));
        encoded.extend(lines);
        let bytes = BASE64_STANDARD.decode(encoded.as_bytes()).map_err(|_| InvitationError::Torn)?;
        let bytes = Zeroizing::new(bytes);
        let (body, sum) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(InvitationError::Torn)?;
        if checksum(body) != *sum {
            return Err(InvitationError::Torn);
        }
        Self::fields(body).map_err(InvitationError::Malformed)?.checked()
    }

    fn fields(body: &[u8]) -> Result<Self, CodecError> {
        let mut r = Reader::new(body);
        let invitation = Self {
            grant: SignedGrant::read(&mut r)?,
            secret: OneTimeSecret::read(&mut r)?,
            hub_url: r.text(TEXT_BYTES)?.to_owned(),
            enrolment_url: r.text(TEXT_BYTES)?.to_owned(),
            ca_fingerprint: r.digest()?,
            log_key: r.text(TEXT_BYTES)?.to_owned(),
            root_keys: r.list(ROOT_KEYS, |r| r.array().map(VerifyingKey))?,
        };
        r.finish().map(|()| invitation)
    }

    fn checked(self) -> Result<(Self, Grant), InvitationError> {
        self.root_keys.iter().try_for_each(check_verifying_key).map_err(InvitationError::RootKey)?;
        if !self.grant.is_signed_by(&self.root_keys) {
            return Err(InvitationError::Grant);
        }
        let grant = Grant::decode(&self.grant.bytes).map_err(InvitationError::Malformed)?;
        if self.secret.fits(&grant) { Ok((self, grant)) } else { Err(InvitationError::Secret) }
    }
}

fn checksum(body: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut sum = [0; CHECKSUM_BYTES];
    sum.iter_mut().zip(labelled(LABEL, &[body]).as_bytes()).for_each(|(to, from)| *to = *from);
    sum
}
