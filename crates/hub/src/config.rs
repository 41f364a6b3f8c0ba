//! What an operator decides (`hub.toml`, unknown keys refused), and where a hub's files are.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The hub's configuration. Every value has a default, so that each layer of it is checked by itself.
///
/// ```
/// let config: amana_hub::HubConfig = toml::from_str("listen = '127.0.0.1:7443'")?;
/// assert_eq!(config.limits.group_records, 512);
/// assert!(toml::from_str::<amana_hub::HubConfig>("lisen = '127.0.0.1:7443'").is_err());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HubConfig {
    /// Where members and operators connect (mutual TLS).
    pub listen: SocketAddr,
    /// Where a member without a certificate enrols.
    pub enrol_listen: SocketAddr,
    /// Bounds on memory and queues.
    pub limits: HubLimits,
}

impl Default for HubConfig {
    fn default() -> Self {
        // This machine alone: that others can connect is for somebody to decide.
        let here = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self { listen: here(7443), enrol_listen: here(7444), limits: HubLimits::default() }
    }
}

/// Bounds on memory and queues. Every one has a default; none depends on the log's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HubLimits {
    /// Envelopes of one publish stream that wait for their answer.
    pub in_flight_per_stream: u32,
    /// Publish streams of one member.
    pub publish_streams_per_member: u32,
    /// Attachments of one member that come or go at once.
    pub attachment_streams_per_member: u32,
    /// Attachments of one member that wait for an envelope which lists them, in MiB.
    pub attachment_pending_mib_per_member: u32,
    /// Bytes of envelopes of one member that wait for their answer, in KiB.
    pub in_flight_kib_per_member: u32,
    /// Records in one group: one data sync and one checkpoint for each.
    pub group_records: u32,
    /// Bytes in one group, in KiB.
    pub group_kib: u32,
    /// Bytes of unacknowledged deliveries on one stream, in KiB.
    pub delivery_window_kib: u32,
    /// Accepted records kept in memory for fresh deliveries, in KiB.
    pub recent_kib: u32,
    /// Cache of the views, in KiB.
    pub view_cache_kib: u32,
    /// One file of the journal, in MiB; one that could not hold a whole group is made larger.
    pub journal_segment_mib: u32,
    /// How long a member's certificate is valid, in days.
    pub member_certificate_days: u32,
}

impl Default for HubLimits {
    fn default() -> Self {
        Self {
            in_flight_per_stream: 1024,
            publish_streams_per_member: 32,
            attachment_streams_per_member: 8,
            attachment_pending_mib_per_member: 4 * 1024,
            in_flight_kib_per_member: 32 * 1024,
            group_records: 512,
            group_kib: 8 * 1024,
            delivery_window_kib: 8 * 1024,
            recent_kib: 64 * 1024,
            view_cache_kib: 64 * 1024,
            journal_segment_mib: 64,
            member_certificate_days: 365,
        }
    }
}

/// The files of one hub, below one directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    dir: PathBuf,
}

impl Layout {
    /// The layout of the hub in `dir`.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The directory itself.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.dir.join("hub.toml")
    }

    /// What the running hub keeps: journal, tree, ids, views.
    #[must_use]
    pub fn ledger(&self) -> PathBuf {
        self.dir.join("ledger")
    }

    /// What never changes: the exchange's name, its root keys, the log's key.
    #[must_use]
    pub fn exchange(&self) -> PathBuf {
        self.dir.join("exchange.toml")
    }

    /// A file among the hub's keys.
    #[must_use]
    pub fn key(&self, name: &str) -> PathBuf {
        self.dir.join("keys").join(name)
    }

    /// What only operators need; may be moved elsewhere.
    #[must_use]
    pub fn operator(&self) -> PathBuf {
        self.dir.join("operator")
    }
}
