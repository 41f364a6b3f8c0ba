//! Who may do what, and the record of who read what: durable before the answer leaves.

use std::sync::Arc;

use amana_kit::serve::Peer;
use amana_notice::Stated;
use amana_notice::{CaseReference, Purpose, ScalarError};
use amana_policy::{AccessRequest, Denied, Permit, Reading, authorise};
use amana_seal::codec::Writer;
use amana_seal::rest::RestError;

use amana_types::{Action, Clock, MemberCode, MemberKind, NoticeId, Reason};
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
    /// Judges a request.
    pub(crate) fn permit<T>(
        &self,
        request: &tonic::Request<T>,
        action: Action,
        reason: Option<&v1::AccessReason>,
    ) -> Result<Permit, AccessError> {
        let identity = Peer::of(request).and_then(|peer| peer.identity.as_ref()).ok_or(Unknown::NotKnown)?;
        let caller = self.registry.caller(identity)?;
        let purpose = match reason.map(|reason| stated::<Purpose>(reason.purpose)) {
            None | Some(Stated::Absent) => None,
            Some(Stated::Known(purpose)) => Some(purpose),
            Some(Stated::Unknown(_)) => return Err(AccessError::Purpose),
        };
        let reference = reason.map(|reason| reason.case_reference.as_str()).filter(|text| !text.is_empty());
        let case_reference = reference.map(str::parse::<CaseReference>).transpose()?;
        // Before its own enrolment is known here, a node holds nothing.
        let directory = Arc::clone(&self.holdings.state().read().base.directory);
        let node = directory.member(self.own).map_or(MemberKind::Country, |own| own.kind);
        Ok(authorise(node, &caller, &AccessRequest { action, purpose, case_reference })?)
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
        let (at, action) = (self.clock.now(), permit.action());
        Ok(Record::Access(AccessRead { at, action, nonce, sealed }).into())
    }
}

/// Who, as what, why, for which case, and what was shown.
fn detail(permit: &Permit, shown: &[NoticeId]) -> Vec<u8> {
    let mut w = Writer::with_capacity(128 + 16 * shown.len());
    w.text(&permit.caller().name).text(permit.caller().role.code());
    w.option(permit.reading(), |w, reading: &Reading| {
        w.text(reading.purpose().code()).text(reading.case_reference().as_str());
    });
    w.count(shown.len());
    for id in shown {
        w.notice(*id);
    }
    w.finish()
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
