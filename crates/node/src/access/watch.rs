//! Ending connections of agencies that were revoked.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;

use amana_kit::serve::Connections;

use super::Registry;
use crate::setup::layout::Layout;
use crate::work::rounds::{Next, Round, RoundError};

/// How often the agencies' files are looked at for connections that must end.
const AGENCY_WATCH: Duration = Duration::from_millis(250);

/// Cuts the connections of agencies that were revoked. Their requests are refused at once; this ends
/// streams that are open already. A connection is cut at the second look, so that one that is new hears why
/// it is refused.
pub(crate) struct AgencyWatch {
    registry: Registry,
    connections: Connections,
    /// Where a refused agency was connected at the look before.
    refused: HashSet<SocketAddr>,
}

impl AgencyWatch {
    pub(crate) fn new(layout: Layout, connections: Connections) -> Self {
        Self { registry: Registry::new(layout), connections, refused: HashSet::new() }
    }
}

impl Round for AgencyWatch {
    const NAME: &'static str = "revoked agencies";

    async fn once(&mut self) -> Result<Next, RoundError> {
        let before = std::mem::take(&mut self.refused);
        let cut = self.connections.cut(|peer| {
            let identity = peer.identity.as_ref();
            let welcome = identity.is_some_and(|identity| self.registry.caller(identity).is_ok());
            if !welcome {
                self.refused.insert(peer.address);
            }
            !welcome && before.contains(&peer.address)
        });
        if cut > 0 {
            tracing::info!(cut, "connections of agencies that may no longer connect were cut");
        }
        Ok(Next::After(AGENCY_WATCH))
    }
}
