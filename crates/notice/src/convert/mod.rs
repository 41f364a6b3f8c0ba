//! Wire to domain and back, once and for everybody.
//!
//! From the wire comes a [`Draft`](crate::Draft): filling it cannot fail, so that
//! `crate::check` can name everything that is wrong at once. To the wire goes a typed
//! [`Notice`](crate::Notice): that cannot fail either. Where there is nothing to draft (a purpose,
//! an id), the conversion is a [`Result`].

mod addressing;
mod attachment;
mod bulletin;
mod code;
mod draft;
mod entity;
mod notice;
mod partner;
mod reply;
mod section;
mod time;
mod trafficking;

pub use addressing::addressing;
pub use code::{number, stated, stated_all};
pub use partner::{encode_partner, encode_partner_persons, partner, partner_notice, partner_persons};
pub use reply::{encode_reply, reply_message, reply_section};
pub use section::{
    SectionError, case_section, encode_case_section, encode_protected_persons, encode_suspension,
    encode_withdrawal, protected_persons, protected_persons_message, section_kind, suspension, withdrawal,
};
pub use time::{timestamp, timestamp_message};
