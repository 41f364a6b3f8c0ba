//! The one list of subjects: what the journal's records, the state and the envelopes that come in are made of.
//!
//! A subject is a folder. What it gives stands in its own files; here it is named, once for each thing that it gives.

mod arrivals;
mod record;
pub(crate) mod renew;
pub(crate) mod reseal;
mod state;

pub(crate) use arrivals::{AtRest, Incoming};
pub(crate) use record::{Record, RecordError};
pub(crate) use state::State;
pub(crate) mod services;
