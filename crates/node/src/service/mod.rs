//! The agency API: `NoticeService`, `VersionService` and `ReplyService` of the contract, and `ReviewService`
//! for the review desk.
//!
//! Each call is: a permit; the work, with the permit in hand; the read written down; the answer.

mod api;
mod attachment;
mod draft;
mod due;
mod error;
mod forbidden;
mod grant;
mod groups;
mod handling;
mod library;
mod notice;
mod operations;
mod publish;
mod read;
mod reply;
mod review;
mod routes;
mod told;
mod trail;
mod unsaid;
mod version;
mod waiting;
mod watch;
mod withdraw;

pub(crate) use api::AgencyApi;
pub(crate) use notice::NoticeCalls;
pub(crate) use routes::agency_api;
