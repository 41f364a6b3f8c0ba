//! Scalars of the contract as the domain's: codes, moments, addressing; and what is sealed as bytes.

mod addressing;
mod code;
mod section;
mod time;

pub use addressing::addressing;
pub use code::{Stated, known, number, stated};
pub use section::{
    SCHEMA, Section, SectionError, decode, encode_reply, encode_suspension, encode_withdrawal, reply_section,
    section_kind, suspension, withdrawal,
};
pub use time::{timestamp, timestamp_message};
