//! Sub-bureaux: each belongs to a country, and stands no better than that.
//!
//! A root key signs which country a sub-bureau belongs to. The fold writes that country's regions, suspension and
//! review into the sub-bureau, so that whoever asks about a member asks about one.

use std::collections::BTreeSet;

use amana_types::{Directory, MemberCode, MemberKind, Reason, Region};

use super::grant::Grant;

/// Why a member cannot stand below another as an invitation has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParentRefused {
    /// A sub-bureau of nobody.
    #[error("a sub-bureau belongs to a country: say which (--parent CODE)")]
    Missing,
    /// Something else than a sub-bureau that belongs to a country.
    #[error("only a SUB_BUREAU has a parent: leave it out, or invite it as a sub-bureau")]
    NotASubBureau,
    /// A sub-bureau with regions of its own.
    #[error("a sub-bureau belongs to the regions of its country: give it none of its own")]
    OwnRegions,
    /// The country is not in the directory.
    #[error("the parent {0} is not in the directory; enrol it first, or correct its code")]
    Unknown(MemberCode),
    /// The parent is something else.
    #[error("the parent {0} is not a COUNTRY; a sub-bureau belongs to a country and to nothing else")]
    NotACountry(MemberCode),
    /// A country with sub-bureaux would become something else.
    #[error("{0} has sub-bureaux: it stays a COUNTRY as long as they are in the directory")]
    HasSubBureaux(MemberCode),
}

impl ParentRefused {
    /// The reason, for programs.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Missing => Reason::ParentMissing,
            Self::NotASubBureau => Reason::ParentOfNoSubBureau,
            Self::OwnRegions => Reason::SubBureauRegions,
            Self::Unknown(_) => Reason::ParentUnknown,
            Self::NotACountry(_) => Reason::ParentNotACountry,
            Self::HasSubBureaux(_) => Reason::HasSubBureaux,
        }
    }
}

/// What can be said before the directory is asked: a sub-bureau has a parent and no regions of its own, and
/// nothing else has a parent.
///
/// # Errors
/// [`ParentRefused`].
pub fn check_parent(
    kind: MemberKind,
    parent: Option<MemberCode>,
    regions: &BTreeSet<Region>,
) -> Result<(), ParentRefused> {
    match (kind, parent) {
        (MemberKind::SubBureau, None) => Err(ParentRefused::Missing),
        (MemberKind::SubBureau, Some(_)) if !regions.is_empty() => Err(ParentRefused::OwnRegions),
        (MemberKind::SubBureau, Some(_)) | (_, None) => Ok(()),
        (_, Some(_)) => Err(ParentRefused::NotASubBureau),
    }
}

/// Whether a granted member can stand where its grant puts it.
pub(super) fn examine(directory: &Directory, grant: &Grant) -> Result<(), ParentRefused> {
    check_parent(grant.kind, grant.parent, &grant.regions)?;
    if grant.kind != MemberKind::Country && directory.bureaux_of(grant.code).next().is_some() {
        return Err(ParentRefused::HasSubBureaux(grant.code));
    }
    let Some(parent) = grant.parent else { return Ok(()) };
    let found = directory.member(parent).ok_or(ParentRefused::Unknown(parent))?;
    // A country that enrols again as its own sub-bureau is a country no more.
    if found.kind != MemberKind::Country || parent == grant.code {
        return Err(ParentRefused::NotACountry(parent));
    }
    Ok(())
}
