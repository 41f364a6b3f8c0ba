//! Who may ask the node: the agencies that may connect, and the gate at which each request is judged and recorded.

mod agency;
pub(crate) mod gate;
mod issue;
mod registry;
mod watch;

pub use agency::{AgencyFile, AgencyStatus};
pub use issue::{AgencyBundle, AgencyError, agency_add, agency_list, agency_revoke};
pub(crate) use registry::{Registry, Unknown};
pub(crate) use watch::AgencyWatch;
