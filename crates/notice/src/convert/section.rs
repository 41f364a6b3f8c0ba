//! What is sealed inside an envelope: sections to bytes and back.

use amana_types::life::{Grounds, GroundsRefused, SuspensionSection, WithdrawalSection};
use amana_types::{MemberCode, NoticeId, limits};
use prost::{Message, Name};

use super::code::{known, number};
use crate::SectionKind;
use crate::check::read_reply;
use crate::content;
use crate::describe;
use crate::handling::Handled;
use crate::reply::{CheckedReply, ReplySection};

/// Opened bytes that are not the section that they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SectionError {
    /// A kind that this version does not know: its sender runs a newer one.
    #[error("section kind {0} is not known here; this node may need an update")]
    UnknownKind(u8),
    /// More bytes than a section may have.
    #[error("a section of {bytes} bytes; at most {} are possible", limits::SECTION_BYTES)]
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// Bytes that are not the message.
    #[error("the section is not a {kind}: {cause}")]
    Malformed {
        /// Which section it should be.
        kind: SectionKind,
        /// What the decoder says. It names fields, never their content.
        cause: prost::DecodeError,
    },
    /// A section that does not say which version it is of.
    #[error("the {0} section does not say which version of the contract it is of")]
    NoSchema(SectionKind),
    /// A section with a field that its reader must know, and this version does not have.
    #[error(
        "the {kind} section, of version {schema}, holds what a reader must know and this node does not; it \
         needs an update"
    )]
    Critical {
        /// Which section it is.
        kind: SectionKind,
        /// The version that its author wrote.
        schema: u32,
    },
    /// A withdrawal or a suspension by nobody or of nothing.
    #[error("the section does not name its sender and its notice")]
    Parties,
    /// A withdrawal without a ground of this version.
    #[error("the withdrawal names no ground that is known here; this node may need an update")]
    Ground,
    /// A withdrawal whose grounds cannot stand.
    #[error(transparent)]
    Grounds(#[from] GroundsRefused),
    /// A reply by nobody, to nothing, or without its words.
    #[error("the reply does not name its sender and its notice, or says nothing")]
    NoReply,
    /// A reply that its sender's own check would not have let through.
    #[error("the reply breaks {0} rules that its sender should have checked")]
    Reply(usize),
}

/// The section kind of a number in an envelope's header.
///
/// # Errors
/// [`SectionError::UnknownKind`].
pub fn section_kind(number: u8) -> Result<SectionKind, SectionError> {
    known(number.into()).ok_or(SectionError::UnknownKind(number))
}

/// The bytes of a `WITHDRAWAL` section.
#[must_use]
pub fn encode_withdrawal(section: &WithdrawalSection) -> Vec<u8> {
    content::WithdrawalSection {
        sender: section.sender.to_string(),
        notice_id: section.notice.to_string(),
        ground: number(section.grounds.ground()),
        text: section.grounds.text().to_owned(),
        schema: SCHEMA,
        critical: Vec::new(),
    }
    .encode_to_vec()
}

/// Reads a `WITHDRAWAL` section.
///
/// # Errors
/// [`SectionError`] when it is not one that can stand.
pub fn withdrawal(bytes: &[u8]) -> Result<WithdrawalSection, SectionError> {
    let message: content::WithdrawalSection = decode(bytes)?;
    let ground = known(message.ground).ok_or(SectionError::Ground)?;
    Ok(WithdrawalSection {
        sender: message.sender.parse().map_err(|_| SectionError::Parties)?,
        notice: message.notice_id.parse().map_err(|_| SectionError::Parties)?,
        grounds: Grounds::new(ground, &message.text)?,
    })
}

/// The bytes of a `SUSPENSION` section.
#[must_use]
pub fn encode_suspension(section: &SuspensionSection) -> Vec<u8> {
    content::SuspensionSection {
        sender: section.sender.to_string(),
        notice_id: section.notice.to_string(),
        suspended: section.suspended,
        sequence: section.number,
        schema: SCHEMA,
        critical: Vec::new(),
    }
    .encode_to_vec()
}

/// Reads a `SUSPENSION` section.
///
/// # Errors
/// [`SectionError`] when it is not one that can stand.
pub fn suspension(bytes: &[u8]) -> Result<SuspensionSection, SectionError> {
    let message: content::SuspensionSection = decode(bytes)?;
    Ok(SuspensionSection {
        sender: message.sender.parse().map_err(|_| SectionError::Parties)?,
        notice: message.notice_id.parse().map_err(|_| SectionError::Parties)?,
        suspended: message.suspended,
        number: message.sequence,
    })
}

/// The bytes of a `REPLY` section.
#[must_use]
pub fn encode_reply(sender: MemberCode, notice: NoticeId, reply: &CheckedReply) -> Vec<u8> {
    content::ReplySection {
        sender: sender.to_string(),
        notice_id: notice.to_string(),
        reply: Some(reply.reply().clone()),
        schema: SCHEMA,
        critical: Vec::new(),
    }
    .encode_to_vec()
}

/// Reads a `REPLY` section, and checks it as its sender should have. Whether its handling is as strict as
/// the notice's is for whoever holds the notice.
///
/// # Errors
/// [`SectionError`] when it is not one that can stand.
pub fn reply_section(bytes: &[u8]) -> Result<ReplySection, SectionError> {
    let message: content::ReplySection = decode(bytes)?;
    let sender = message.sender.parse().map_err(|_| SectionError::NoReply)?;
    let notice = message.notice_id.parse().map_err(|_| SectionError::NoReply)?;
    let reply = message.reply.ok_or(SectionError::NoReply)?;
    let reply = read_reply(&reply, &Handled::OPEN).map_err(|problems| SectionError::Reply(problems.len()))?;
    Ok(ReplySection { sender, notice, reply })
}

/// The version of what sections hold.
pub const SCHEMA: u32 = 1;

/// A message that is sealed as a section.
pub trait Section: Message + Name + Default {
    /// Which section it is.
    const KIND: SectionKind;

    /// The version that its author wrote.
    fn schema(&self) -> u32;

    /// Fields that its reader must know.
    fn critical(&self) -> &[String];
}

macro_rules! sections {
    ($($message:ident = $kind:ident,)+) => {$(
        impl Section for content::$message {
            const KIND: SectionKind = SectionKind::$kind;

            fn schema(&self) -> u32 {
                self.schema
            }

            fn critical(&self) -> &[String] {
                &self.critical
            }
        }
    )+};
}

sections! {
    CaseSection = Case,
    ProtectedPersonsSection = ProtectedPersons,
    WithdrawalSection = Withdrawal,
    SuspensionSection = Suspension,
    PartnerSection = Partner,
    ReplySection = Reply,
    GrantSection = Grant,
    PartnerPersonsSection = PartnerPersons,
}

/// Reads a section. Nothing in it is judged yet, but that it can be understood.
///
/// # Errors
/// [`SectionError`] when the bytes are too many or not the message, say no version, or name a field that a
/// reader must know and this one does not.
pub fn decode<M: Section>(bytes: &[u8]) -> Result<M, SectionError> {
    if bytes.len() > limits::SECTION_BYTES {
        return Err(SectionError::TooLarge { bytes: bytes.len() });
    }
    let section = M::decode(bytes).map_err(|cause| SectionError::Malformed { kind: M::KIND, cause })?;
    if section.schema() == 0 {
        return Err(SectionError::NoSchema(M::KIND));
    }
    match section.critical().iter().find(|path| !describe::has_field::<M>(path)) {
        Some(_) => Err(SectionError::Critical { kind: M::KIND, schema: section.schema() }),
        None => Ok(section),
    }
}

#[cfg(test)]
#[path = "section_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "section_reply_tests.rs"]
mod reply_tests;
