//! The directory's signed entries, and the fold that turns them into a [`Directory`].
//!
//! The hub puts entries into order but can author none: enrolment, suspension and groups are signed
//! by root keys that need not be on the hub, everything else by the member's own identity key: its keys, and
//! whether it takes part in a group that invites it.
//! Entries are bound to their exchange; a grant counts once, every other entry carries its signer's
//! running number, so nothing can be played twice.
//!
//! [`Directory`]: amana_types::Directory

mod enrol;
mod entry;
mod examined;
mod fold;
mod grant;
mod group;
mod invitation;
mod keys;
mod parent;
mod refused;
mod statement;

pub use entry::{Entry, ReviewChange, RootSigned, StatusChange};
pub use examined::{Change, Examined};
pub use fold::{entry_leaf, examine, fold};
pub use grant::{Grant, OneTimeSecret, SignedGrant};
pub use group::{GroupAnswer, GroupChange};
pub use invitation::{Invitation, InvitationError};
pub use keys::next_epoch;
pub use parent::{ParentRefused, check_parent};
pub use refused::EntryRefused;
pub use statement::{IdentitySigned, KeyChange, MemberStatement};
