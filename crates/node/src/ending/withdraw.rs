//! Taking a notice of ours back, with all its versions.
//!
//! The decision is a record for each version: it hides the version here and lists who is to be told. Telling
//! them is separate: see `recall`.
//!
//! A withdrawal is never held for review, also of a member under review. It goes to the desk and to the recipients,
//! whether or not the notice was passed, since the sender cannot know which comes first.

use std::collections::BTreeSet;

use amana_seal::rest::RestError;
use amana_types::life::{Event, Grounds, NoticeStatus};
use amana_types::{MemberCode, NoticeId, Reason};

use crate::ending::record::Withdrawn;
use crate::fold::parts::BlindDigest;
use crate::fold::rows::Requested;
use crate::ledger::holdings::HoldingsError;
use crate::ledger::writer::Draft;
use crate::subjects::Record;
use crate::versions::standing::{Ordered, StandingError};
use crate::work::basis::{Basis, RequestIdReused};
use crate::work::commands::{Command, CommandError, Decision};

/// A withdrawal that was asked for and is permitted.
pub(crate) struct Withdrawal {
    pub(crate) notice: NoticeId,
    /// Keyed digest of agency and request id.
    pub(crate) request: BlindDigest,
    /// Keyed digest of notice and grounds.
    pub(crate) content: BlindDigest,
    pub(crate) grounds: Grounds,
}

/// A notice was not withdrawn.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WithdrawError {
    /// The same request id came with something else before.
    #[error(transparent)]
    RequestIdReused(#[from] RequestIdReused),
    /// It cannot be, as it stands.
    #[error(transparent)]
    Standing(#[from] StandingError),
    /// The grounds cannot be sealed at rest.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// What is stored does not read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    /// It was not carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl WithdrawError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::RequestIdReused(_) => Reason::RequestIdReused,
            Self::Standing(error) => error.reason(),
            Self::Rest(_) | Self::Holdings(_) => Reason::NodeFault,
            Self::Command(error) => error.reason(),
        }
    }
}

impl Command for Withdrawal {
    type Answer = Ordered;
    type Error = WithdrawError;

    /// A record for each version, the newest first, after which all are hidden here.
    fn decide(self, basis: &Basis<'_>) -> Result<Decision<Ordered, WithdrawError>, WithdrawError> {
        let Self { notice, request, content, grounds } = self;
        if let Some(before) = basis.requested(request)? {
            return Ok(Decision::answer(taken_back_before(basis, &before, notice, content)?));
        }
        let (holdings, at) = (basis.holdings, basis.now);
        holdings.owned(notice)?;
        let versions = holdings.versions_owned(notice)?;
        let (status, event) = (holdings.status(notice)?, Event::Withdraw);
        let (mut records, mut told): (Vec<Draft>, BTreeSet<MemberCode>) = (Vec::new(), BTreeSet::new());
        for version in versions.all.iter().rev() {
            // What was refused nobody has, and what ended is erased already.
            if holdings.status(version.id)?.after(event).is_none() {
                continue;
            }
            let put = holdings.own_notice(version.id)?.ok_or(StandingError::NoSuchNotice)?;
            let recipients: Vec<MemberCode> = holdings.holders(version)?.into_iter().collect();
            told.extend(recipients.iter().copied());
            let (nonce, sealed) = basis.vault.seal_grounds(&grounds)?;
            let (notice, key_slot) = (version.id, put.vaulted.key_slot);
            let record = Withdrawn { notice, at, key_slot, request, content, recipients, nonce, sealed };
            records.push(Record::Withdrawn(record).into());
        }
        if records.is_empty() || status == NoticeStatus::Refused {
            return Err(StandingError::Status { status, event }.into());
        }
        Ok(Decision::records(
            records,
            Ordered { at, recipients: told.into_iter().collect(), repeated: false },
        ))
    }
}

/// The same request again.
fn taken_back_before(
    basis: &Basis<'_>,
    before: &Requested,
    notice: NoticeId,
    content: BlindDigest,
) -> Result<Ordered, WithdrawError> {
    let first = match basis.holdings.record(before.at)? {
        Record::Withdrawn(first) if first.content == content => first,
        _ => return Err(RequestIdReused.into()),
    };
    let mut told: BTreeSet<MemberCode> = BTreeSet::new();
    for version in basis.holdings.versions(notice)?.into_iter().flat_map(|versions| versions.all) {
        let Some(ended) = basis.holdings.ended(version.id)? else { continue };
        if let Record::Withdrawn(withdrawn) = basis.holdings.record(ended.place)?
            && withdrawn.request == first.request
        {
            told.extend(withdrawn.recipients);
        }
    }
    Ok(Ordered { at: first.at, recipients: told.into_iter().collect(), repeated: true })
}

#[cfg(test)]
#[path = "withdraw_tests.rs"]
mod tests;
