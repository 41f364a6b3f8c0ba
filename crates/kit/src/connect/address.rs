//! Where a server is.

use std::fmt;
use std::str::FromStr;

/// Where a server listens: a host name or IP address, and a port. Written `host:port`, `[::1]:port` or
/// `https://host:port`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct ServerAddress {
    host: String,
    port: u16,
}

/// A text that is not a [`ServerAddress`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a server address: {0:?}; write host:port, such as hub.example:7443 or [::1]:7443")]
pub struct AddressError(String);

impl ServerAddress {
    /// The host, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The TCP port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl FromStr for ServerAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let parse = || {
            let rest = text.strip_prefix("https://").unwrap_or(text);
            let (host, port) = rest.strip_suffix('/').unwrap_or(rest).rsplit_once(':')?;
            let port = port.parse().ok().filter(|port| *port != 0)?;
            let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
                Some(v6) => v6.parse::<std::net::Ipv6Addr>().ok()?.to_string(),
                None => host.to_owned(),
            };
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
            let named = (1..=253).contains(&host.len()) && host.bytes().all(plain);
            (named || host.parse::<std::net::Ipv6Addr>().is_ok() && rest.starts_with('['))
                .then_some(Self { host, port })
        };
        parse().ok_or_else(|| AddressError(text.chars().take(100).collect()))
    }
}

impl TryFrom<String> for ServerAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<std::net::SocketAddr> for ServerAddress {
    fn from(address: std::net::SocketAddr) -> Self {
        Self { host: address.ip().to_string(), port: address.port() }
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
