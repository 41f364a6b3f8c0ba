//! The agencies that may connect: one file each, made by the administrator, read by the running node.
//!
//! Who can be fooled and how: a certificate that the node's own authority signed is not enough. The
//! agency's file must name its key and say that it is active, and the running node looks at that file
//! again whenever it changed; so a revocation counts at once and survives a restart.

use amana_types::Timestamp;
use serde::{Deserialize, Serialize};

/// The largest file of an agency, in bytes.
pub(super) const MOST_BYTES: u64 = 16 * 1024;

/// `agencies/NAME.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgencyFile {
    /// The agency's name, as in its certificate.
    pub name: String,
    /// Its role, such as `INVESTIGATOR`.
    pub role: String,
    /// SHA-256 of the SubjectPublicKeyInfo of its key, hexadecimal.
    pub key: String,
    /// `ACTIVE` or `REVOKED`.
    pub status: AgencyStatus,
    /// When its certificate was issued, RFC 3339.
    pub issued: String,
    /// When its certificate expires, RFC 3339.
    pub expires: String,
}

/// Whether an agency may connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AgencyStatus {
    /// It may.
    Active,
    /// Not any more.
    Revoked,
}

impl AgencyFile {
    pub(super) fn to_toml(&self) -> Result<String, String> {
        toml::to_string(self).map_err(|error| error.to_string())
    }

    pub(super) fn from_toml(text: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(text).map_err(|_| "not text".to_owned())?;
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    pub(super) fn moment(at: Timestamp) -> String {
        at.to_string()
    }
}

#[cfg(test)]
#[path = "agency_tests.rs"]
mod tests;
