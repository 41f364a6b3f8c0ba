//! The agencies as a running node knows them: read again whenever a file changed.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use amana_kit::identity::{PeerIdentity, Principal, PrincipalName};
use amana_policy::Caller;
use amana_types::{Digest, Role};

use super::agency::{AgencyFile, AgencyStatus};
use super::issue::{path, read};
use crate::setup::layout::Layout;

/// Answers who is at the other end of a connection.
pub(crate) struct Registry {
    layout: Layout,
    known: Mutex<HashMap<PrincipalName, Known>>,
}

/// What an agency's file said when it was last read.
#[derive(Clone)]
struct Known {
    version: Version,
    /// The role and key of an active agency; nothing for any other.
    active: Option<(Role, Digest)>,
}

/// What tells two versions of a file apart: a replaced file has another inode.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Version {
    inode: u64,
    bytes: u64,
    changed: (i64, i64),
}

/// The certificate holder is no active agency of this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unknown {
    /// Not an agency, no file, or not the key that the file names.
    #[error("this certificate is not of an agency of this node; ask its administrator for one")]
    NotKnown,
    /// Revoked.
    #[error("this agency was revoked; ask the node's administrator")]
    Revoked,
}

impl Registry {
    pub(crate) fn new(layout: Layout) -> Self {
        Self { layout, known: Mutex::default() }
    }

    /// The caller behind a verified certificate.
    pub(crate) fn caller(&self, identity: &PeerIdentity) -> Result<Caller, Unknown> {
        let Principal::Agency { name, .. } = &identity.principal else { return Err(Unknown::NotKnown) };
        let known = self.look_up(name)?;
        let (role, key) = known.active.ok_or(Unknown::Revoked)?;
        if key != identity.spki_sha256 {
            return Err(Unknown::NotKnown);
        }
        Ok(Caller { name: name.to_string(), role })
    }

    fn look_up(&self, name: &PrincipalName) -> Result<Known, Unknown> {
        let version = version(&path(&self.layout, name)).ok_or(Unknown::NotKnown)?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(known) = known.filter(|known| known.version == version) {
            return Ok(known);
        }
        let file = read(&self.layout, name).inspect_err(|error| {
            tracing::error!(agency = %name, %error, "an agency's file does not read; the agency is refused");
        });
        let known = Known { version, active: file.ok().flatten().and_then(|file| active(name, &file)) };
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), known.clone());
        Ok(known)
    }
}

fn active(name: &PrincipalName, file: &AgencyFile) -> Option<(Role, Digest)> {
    if file.status != AgencyStatus::Active || file.name != name.as_str() {
        return None;
    }
    Some((file.role.parse().ok()?, file.key.parse().ok()?))
}

fn version(path: &Path) -> Option<Version> {
    let metadata = std::fs::metadata(path).ok()?;
    Some(Version {
        inode: metadata.ino(),
        bytes: metadata.len(),
        changed: (metadata.mtime(), metadata.mtime_nsec()),
    })
}
