//! The agency API: every service of `amana.agency.v1`, a file for each or for what it does.
//!
//! Each call is: a permit (`call.rs`); the work, with the permit in hand; the record of it; the answer.

mod api;
mod attachment;
mod call;
mod deadlines;
mod delivery;
mod draft;
mod error;
mod events;
mod forbidden;
mod forward;
mod grant;
mod groups;
mod library;
mod notice;
mod operations;
mod page;
mod paused;
mod proof;
mod publish;
mod reading;
mod reply;
mod review;
mod routes;
mod search;
mod status;
mod unsaid;
mod versions;
mod waiting;
mod withdraw;

pub(crate) use api::AgencyApi;
pub(crate) use notice::NoticeCalls;
pub(crate) use paused::Paused;
pub(crate) use routes::agency_api;
