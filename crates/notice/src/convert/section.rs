//! What is sealed inside an envelope: sections to bytes and back.

use crate::draft::{EntitiesDraft, Stated};
use crate::{
    CaseSection, CaseSectionDraft, Draft, Entities, ProtectedPersonsDraft, ProtectedPersonsSection,
    SectionKind,
};
use amana_types::life::{Grounds, GroundsRefused, SuspensionSection, WithdrawalSection};
use amana_types::limits;
use prost::Message;

use super::code::{number, stated};
use super::draft::all;
use crate::content;

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
    /// A withdrawal or a suspension by nobody or of nothing.
    #[error("the section does not name its sender and its notice")]
    Parties,
    /// A withdrawal without a ground of this version.
    #[error("the withdrawal names no ground that is known here; this node may need an update")]
    Ground,
    /// A withdrawal whose grounds cannot stand.
    #[error(transparent)]
    Grounds(#[from] GroundsRefused),
    /// A section without its notice.
    #[error("the section holds no notice")]
    NoNotice,
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
    match stated(number.into()) {
        Stated::Known(kind) => Ok(kind),
        Stated::Absent | Stated::Unknown(_) => Err(SectionError::UnknownKind(number)),
    }
}

/// The bytes of a `CASE` section.
#[must_use]
pub fn encode_case_section(section: &CaseSection) -> Vec<u8> {
    content::CaseSection {
        sender: section.sender.to_string(),
        notice: Some((&section.notice).into()),
        protected_persons: section.protected_persons.clone(),
    }
    .encode_to_vec()
}

/// Reads a `CASE` section. Nothing in it is judged yet.
///
/// # Errors
/// [`SectionError`] when the bytes are too many or not the message.
pub fn case_section(bytes: &[u8]) -> Result<CaseSectionDraft, SectionError> {
    let message: content::CaseSection = decode(SectionKind::Case, bytes)?;
    Ok(CaseSectionDraft {
        sender: message.sender,
        notice: Draft::from(message.notice.ok_or(SectionError::NoNotice)?),
        protected_persons: message.protected_persons,
    })
}

/// The bytes of a `PROTECTED_PERSONS` section.
#[must_use]
pub fn encode_protected_persons(section: &ProtectedPersonsSection) -> Vec<u8> {
    protected_persons_message(section).encode_to_vec()
}

/// A `PROTECTED_PERSONS` section as a message.
#[must_use]
pub fn protected_persons_message(section: &ProtectedPersonsSection) -> content::ProtectedPersonsSection {
    content::ProtectedPersonsSection {
        sender: section.sender.to_string(),
        persons: section.persons.iter().map(Into::into).collect(),
        ..things(&section.entities)
    }
}

fn things(entities: &Entities) -> content::ProtectedPersonsSection {
    content::ProtectedPersonsSection {
        vehicles: entities.vehicles.iter().map(Into::into).collect(),
        organisations: entities.organisations.iter().map(Into::into).collect(),
        places: entities.places.iter().map(Into::into).collect(),
        assets: entities.assets.iter().map(Into::into).collect(),
        events: entities.events.iter().map(Into::into).collect(),
        links: entities.links.iter().map(Into::into).collect(),
        attachments: entities.attachments.iter().map(Into::into).collect(),
        abuse_media: entities.abuse_media.iter().map(Into::into).collect(),
        ..content::ProtectedPersonsSection::default()
    }
}

/// Reads a `PROTECTED_PERSONS` section. Nothing in it is judged yet.
///
/// # Errors
/// [`SectionError`] when the bytes are too many or not the message.
pub fn protected_persons(bytes: &[u8]) -> Result<ProtectedPersonsDraft, SectionError> {
    let message: content::ProtectedPersonsSection = decode(SectionKind::ProtectedPersons, bytes)?;
    Ok(ProtectedPersonsDraft {
        sender: message.sender,
        persons: all(message.persons),
        entities: EntitiesDraft {
            vehicles: all(message.vehicles),
            organisations: all(message.organisations),
            places: all(message.places),
            assets: all(message.assets),
            events: all(message.events),
            links: all(message.links),
            attachments: all(message.attachments),
            abuse_media: all(message.abuse_media),
        },
    })
}

/// The bytes of a `WITHDRAWAL` section.
#[must_use]
pub fn encode_withdrawal(section: &WithdrawalSection) -> Vec<u8> {
    content::WithdrawalSection {
        sender: section.sender.to_string(),
        notice_id: section.notice.to_string(),
        ground: number(section.grounds.ground()),
        text: section.grounds.text().to_owned(),
    }
    .encode_to_vec()
}

/// Reads a `WITHDRAWAL` section.
///
/// # Errors
/// [`SectionError`] when it is not one that can stand.
pub fn withdrawal(bytes: &[u8]) -> Result<WithdrawalSection, SectionError> {
    let message: content::WithdrawalSection = decode(SectionKind::Withdrawal, bytes)?;
    let Stated::Known(ground) = stated(message.ground) else { return Err(SectionError::Ground) };
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
        number: section.number,
    }
    .encode_to_vec()
}

/// Reads a `SUSPENSION` section.
///
/// # Errors
/// [`SectionError`] when it is not one that can stand.
pub fn suspension(bytes: &[u8]) -> Result<SuspensionSection, SectionError> {
    let message: content::SuspensionSection = decode(SectionKind::Suspension, bytes)?;
    Ok(SuspensionSection {
        sender: message.sender.parse().map_err(|_| SectionError::Parties)?,
        notice: message.notice_id.parse().map_err(|_| SectionError::Parties)?,
        suspended: message.suspended,
        number: message.number,
    })
}

pub(super) fn decode<M: Message + Default>(kind: SectionKind, bytes: &[u8]) -> Result<M, SectionError> {
    if bytes.len() > limits::SECTION_BYTES {
        return Err(SectionError::TooLarge { bytes: bytes.len() });
    }
    M::decode(bytes).map_err(|cause| SectionError::Malformed { kind, cause })
}

#[cfg(test)]
#[path = "section_tests.rs"]
mod tests;
