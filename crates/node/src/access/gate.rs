//! Who may do what, and the record of who read what: durable before the answer leaves.

use std::sync::Arc;

use amana_kit::identity::PrincipalName;
use amana_kit::serve::Peer;
use amana_notice::Stated;
use amana_notice::{CaseReference, Purpose, ScalarError};
use amana_policy::{AccessRequest, Caller, Denied, Permit, authorise};
use amana_seal::codec::Writer;
use amana_seal::rest::RestError;

use amana_types::{Action, Clock, MemberCode, MemberKind, NoticeId, Reason, hygiene};
use amana_wire::convert::stated;
use amana_wire::v1;

use crate::access::{Registry, Unknown};
use crate::fold::record::AccessRead;
use crate::handling::record::Exported;
use crate::ledger::holdings::Holdings;
use crate::ledger::vault::Vault;
use crate::ledger::writer::{Draft, LedgerWriter, WriteError};
use crate::notice::record::Acknowledged;
use crate::subjects::Record;

/// The most characters of the reference of an approval.
const APPROVAL_CHARS: usize = 200;
/// The name under which details of reads are sealed.
const READS: &str = "access";
/// Notices that one record of a read names; a read of more takes several. A record's sealed detail is bounded.
const SHOWN: usize = 2048;

/// The caller may not do that.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccessError {
    /// No certificate, or not one of ours.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// The rules say no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The purpose is not one of the contract.
    #[error("the purpose is not one of this version; name one of the contract")]
    Purpose,
    /// The case reference cannot be one.
    #[error("the case reference: {0}")]
    CaseReference(#[from] ScalarError),
    /// The officer is not the one of the certificate, or no name.
    #[error(
        "the officer: with an officer's certificate leave it out; a system names one by 1 to 64 of a-z, 0-9, '.', '_', '-'"
    )]
    Officer,
    /// The reference of an approval cannot be one.
    #[error("the approval: its reference has at most {APPROVAL_CHARS} characters, and no control character")]
    Approval,
}

impl AccessError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Unknown(Unknown::NotKnown) => Reason::AgencyUnknown,
            Self::Unknown(Unknown::Revoked) => Reason::AgencyRevoked,
            Self::Denied(denied) => denied.rule.reason(),
            Self::Purpose => Reason::PurposeUnknown,
            Self::CaseReference(_) => Reason::CaseReferenceInvalid,
            Self::Officer => Reason::OfficerDiffers,
            Self::Approval => Reason::ApprovalInvalid,
        }
    }
}

/// Lets agencies in, and keeps the book of what they read.
pub(crate) struct AccessGate {
    pub(crate) own: MemberCode,
    pub(crate) registry: Registry,
    pub(crate) holdings: Holdings,
    pub(crate) vault: Arc<Vault>,
    pub(crate) ledger_writer: LedgerWriter,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A read that could not be written down; so nothing was shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BookError {
    /// The record could not be sealed.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// The record could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl AccessGate {
    /// Judges a call by who is at the other end and what it says about itself: the one place where that is read.
    pub(crate) fn permit(
        &self,
        peer: Option<&Peer>,
        action: Action,
        access: Option<&v1::AccessContext>,
    ) -> Result<Permit, AccessError> {
        let identity = peer.and_then(|peer| peer.identity.as_ref()).ok_or(Unknown::NotKnown)?;
        let caller = self.registry.caller(identity)?;
        let asked = asked(&caller, action, access.unwrap_or(&v1::AccessContext::default()))?;
        // Before its own enrolment is known here, a node holds nothing.
        let directory = Arc::clone(&self.holdings.state().read().base.directory);
        let node = directory.member(self.own).map_or(MemberKind::Country, |own| own.kind);
        Ok(authorise(node, &caller, &asked)?)
    }

    /// Writes down that these notices are about to be shown. Nothing may leave before this returns.
    pub(crate) async fn write_down(&self, permit: &Permit, shown: &[NoticeId]) -> Result<(), BookError> {
        // What shows nothing is a read as well.
        let first = shown.get(..SHOWN.min(shown.len())).unwrap_or_default();
        let rest = shown.get(first.len()..).unwrap_or_default().chunks(SHOWN);
        let drafts = std::iter::once(first).chain(rest).map(|shown| self.read(permit, shown));
        self.ledger_writer.write(drafts.collect::<Result<_, _>>()?).await?;
        Ok(())
    }

    /// Writes down an acknowledgement with the read that it is.
    pub(crate) async fn write_acknowledgement(
        &self,
        permit: &Permit,
        acknowledged: impl FnOnce([u8; 16], Vec<u8>) -> Acknowledged,
        id: NoticeId,
    ) -> Result<(), BookError> {
        let (nonce, sealed) = self.vault.seal_detail(READS, &detail(permit, &[id]))?;
        let record = Record::Acknowledged(acknowledged(nonce, sealed));
        self.ledger_writer.write(vec![record.into(), self.read(permit, &[id])?]).await?;
        Ok(())
    }

    /// Writes down that a notice is taken out of the node, with the read that it is.
    pub(crate) async fn write_export(
        &self,
        permit: &Permit,
        notice: NoticeId,
        court: bool,
    ) -> Result<(), BookError> {
        let (nonce, sealed) = self.vault.seal_detail(READS, &detail(permit, &[notice]))?;
        let record = Record::Exported(Exported { notice, at: self.clock.now(), court, nonce, sealed });
        self.ledger_writer.write(vec![record.into(), self.read(permit, &[notice])?]).await?;
        Ok(())
    }

    fn read(&self, permit: &Permit, shown: &[NoticeId]) -> Result<Draft, RestError> {
        let (nonce, sealed) = self.vault.seal_detail(READS, &detail(permit, shown))?;
        let (at, action) = (self.clock.now(), permit.asked().action);
        Ok(Record::Access(AccessRead { at, action, nonce, sealed }).into())
    }
}

/// What a caller says about a call, if it may say that.
fn asked(caller: &Caller, action: Action, access: &v1::AccessContext) -> Result<AccessRequest, AccessError> {
    let purpose = match stated::<Purpose>(access.purpose) {
        Stated::Absent => None,
        Stated::Known(purpose) => Some(purpose),
        Stated::Unknown(_) => return Err(AccessError::Purpose),
    };
    let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let case_reference =
        given(&access.case_reference).map(|text| text.parse::<CaseReference>()).transpose()?;
    let own = caller.unit.as_deref().and_then(|unit| unit.strip_prefix("officer/"));
    let officer = given(&access.officer).or_else(|| own.map(str::to_owned));
    let named = officer.as_deref().is_none_or(|officer| officer.parse::<PrincipalName>().is_ok());
    if !named || (own.is_some() && own != officer.as_deref()) {
        return Err(AccessError::Officer);
    }
    let approval = given(&access.approval);
    let fits = |text: &String| {
        text.chars().count() <= APPROVAL_CHARS && hygiene::first_refused(text, false).is_none()
    };
    if !approval.as_ref().is_none_or(fits) {
        return Err(AccessError::Approval);
    }
    Ok(AccessRequest { action, purpose, case_reference, officer, approval })
}

/// Who, as what, on whose behalf, why, for which case, by which approval, and what was shown.
fn detail(permit: &Permit, shown: &[NoticeId]) -> Vec<u8> {
    let mut w = Writer::with_capacity(128 + 16 * shown.len());
    let (caller, asked) = (permit.caller(), permit.asked());
    w.text(&caller.name).text(caller.role.code());
    let stated = [
        caller.unit.as_deref(),
        asked.officer.as_deref(),
        asked.purpose.map(|purpose| purpose.code()),
        asked.case_reference.as_ref().map(CaseReference::as_str),
        asked.approval.as_deref(),
    ];
    for text in stated {
        w.option(text, |w, text: &str| {
            w.text(text);
        });
    }
    w.count(shown.len());
    for id in shown {
        w.notice(*id);
    }
    w.finish()
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
