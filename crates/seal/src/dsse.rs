//! What is really signed: DSSE's pre-authentication encoding, one payload type for each kind of
//! object, so that a signature under one thing never counts for another.

/// The payload type of a signed object (DSSE v1, `PAYLOAD_TYPE`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayloadType(&'static str);

impl PayloadType {
    /// An envelope: header core, slots root, depth.
    pub const HEADER: Self = Self("application/vnd.amana.header.v1");
    /// A recipient's receipts.
    pub const RECEIPT: Self = Self("application/vnd.amana.receipt.v1");
    /// A review desk's decision.
    pub const REVIEW: Self = Self("application/vnd.amana.review.v1");
    /// The trail of a notice, by the member that tells it.
    pub const TRAIL: Self = Self("application/vnd.amana.trail.v1");
    /// What the owner of a notice permits beyond its handling code.
    pub const USE_GRANT: Self = Self("application/vnd.amana.use-grant.v1");
    /// An enrolment grant, by a root key.
    pub const GRANT: Self = Self("application/vnd.amana.grant.v1");
    /// A member's statement of its keys, by its identity key.
    pub const STATEMENT: Self = Self("application/vnd.amana.statement.v1");
    /// A change of a member's keys, by its identity key.
    pub const KEYS: Self = Self("application/vnd.amana.keys.v1");
    /// A suspension or reinstatement, by a root key.
    pub const STATUS: Self = Self("application/vnd.amana.status.v1");
    /// A member is put under review or taken off it, by a root key.
    pub const UNDER_REVIEW: Self = Self("application/vnd.amana.under-review.v1");
    /// A member's answer to a group's invitation, by its identity key.
    pub const MEMBERSHIP: Self = Self("application/vnd.amana.membership.v1");
    /// A group as it is from now on, by a root key.
    pub const GROUP: Self = Self("application/vnd.amana.group.v1");

    /// The type as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// DSSE v1 `PAE(type, body)`: `"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body`, lengths in
/// decimal ASCII; the body is given in parts.
#[must_use]
pub fn pae(payload: PayloadType, body: &[&[u8]]) -> Vec<u8> {
    encode(payload.0, body)
}

fn encode(payload: &str, body: &[&[u8]]) -> Vec<u8> {
    let length: usize = body.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(payload.len() + length + 48);
    out.extend_from_slice(format!("DSSEv1 {} {payload} {length} ", payload.len()).as_bytes());
    body.iter().for_each(|part| out.extend_from_slice(part));
    out
}

#[cfg(test)]
mod tests {
    /// The example of the DSSE protocol document.
    #[test]
    fn published_example() {
        let encoded = super::encode("http://example.com/HelloWorld", &[b"hello ", b"world"]);
        assert_eq!(encoded, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }
}
