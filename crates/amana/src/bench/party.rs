//! Members of a measured exchange: enrolled for real, their keys in memory only.

use std::sync::Arc;

use amana_client::{directory, enrol};
use amana_kit::certs::{CertificateRequest, TlsKey};
use amana_kit::clock::SystemClock;
use amana_kit::connect::{ServerAddress, connect};
use amana_kit::identity::ServerIdentity;
use amana_kit::random::SystemRandom;
use amana_kit::tls::{ClientTls, Credentials, KeyExchange, ServerTrust};
use amana_log::LogKey;
use amana_seal::directory::{Entry, Invitation, MemberStatement, fold};
use amana_seal::envelope::{
    AttachmentHeader, ClearSection, EnvelopeDraft, Granted, Kind, PairLink, Recipient, SectionKind, seal,
};
use amana_seal::keys::{HpkeKeyPair, SigningKeyPair, draw_seed};
use amana_types::{Addressing, Clock, Directory, Duration, ExchangeName, MemberCode, NoticeId};
use amana_wire::v1;
use bytes::Bytes;
use tonic::transport::Channel;

use crate::exit::{Exit, Failure};

/// One enrolled member.
pub(super) struct Party {
    pub(super) code: MemberCode,
    pub(super) signing: SigningKeyPair,
    address: ServerAddress,
    tls: ClientTls,
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, format_args!("bench: {error}"))
}

impl Party {
    /// Enrols with an invitation, as a node does.
    pub(super) async fn enrol(invitation: &str) -> Result<Self, Failure> {
        Ok(Self::enrol_with_identity(invitation).await?.0)
    }

    /// The same, for who has to sign entries of the directory later on.
    pub(super) async fn enrol_with_identity(invitation: &str) -> Result<(Self, SigningKeyPair), Failure> {
        let (invitation, grant) = Invitation::parse(invitation).map_err(failed)?;
        let pair = || SigningKeyPair::from_seed(draw_seed(&SystemRandom).as_slice()).map_err(failed);
        let (identity, signing) = (pair()?, pair()?);
        let hpke = HpkeKeyPair::from_seed(draw_seed(&SystemRandom).as_slice()).map_err(failed)?;
        let key = TlsKey::generate().map_err(failed)?;
        let statement = MemberStatement {
            exchange: grant.exchange.clone(),
            code: grant.code,
            grant: invitation.grant.digest(),
            tls_key: key.spki_sha256(),
            identity_key: identity.public(),
            signing_key: signing.public(),
            hpke_epoch: grant.first_epoch,
            hpke_key: hpke.public().clone(),
        }
        .sign(&identity);
        let entry = Entry::Enrol { grant: invitation.grant, secret: invitation.secret, statement }.encode();
        let request = CertificateRequest::create(&key).map_err(failed)?;
        let hub = ServerIdentity::Hub(grant.exchange.clone());
        let trust = ServerTrust::Fingerprint(invitation.ca_fingerprint);
        let tls =
            ClientTls::new(hub.clone(), trust.clone(), None, KeyExchange::HybridOnly).map_err(failed)?;
        let channel =
            connect(&invitation.enrolment_url.parse().map_err(failed)?, &tls).await.map_err(failed)?;
        let log_key: LogKey = invitation.log_key.parse().map_err(failed)?;
        let request = Bytes::copy_from_slice(request.der());
        let enrolled = enrol::enrol(channel, log_key, entry.into(), request).await.map_err(failed)?;
        let chain = enrolled.certificate_chain.into_iter().map(Into::into).collect();
        let credentials = Credentials::new(chain, &key).map_err(failed)?;
        let tls = ClientTls::new(hub, trust, Some(&credentials), KeyExchange::HybridOnly).map_err(failed)?;
        let address = invitation.hub_url.parse().map_err(failed)?;
        Ok((Self { code: grant.code, signing, address, tls }, identity))
    }

    /// A connection of its own to the hub.
    pub(super) async fn connect(&self) -> Result<Channel, Failure> {
        connect(&self.address, &self.tls).await.map_err(failed)
    }

    /// The directory as it stands, folded from its signed entries.
    pub(super) async fn directory(&self, invitation: &str) -> Result<Directory, Failure> {
        let (invitation, grant) = Invitation::parse(invitation).map_err(failed)?;
        let mut known = Directory::new(ExchangeName::clone(&grant.exchange), invitation.root_keys);
        for listed in directory::entries(self.connect().await?, 0).await.map_err(failed)? {
            fold(&mut known, &listed.entry, listed.index, listed.accepted_at).map_err(failed)?;
        }
        Ok(known)
    }
}

/// An envelope ready to be sent, and its id.
pub(super) type Ready = (NoticeId, v1::Envelope);

/// Seals `count` notices of one 4 KiB section for `recipients`, on every core.
pub(super) async fn seal_many(
    sender: &Arc<Party>,
    directory: &Arc<Directory>,
    recipients: &[MemberCode],
    count: usize,
) -> Result<Vec<Ready>, Failure> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let share = count.div_ceil(workers);
    let tasks = (0..workers).map(|worker| {
        let (sender, directory, recipients) =
            (Arc::clone(sender), Arc::clone(directory), recipients.to_vec());
        let count = share.min(count.saturating_sub(worker * share));
        tokio::task::spawn_blocking(move || {
            (0..count).map(|_| seal_one(&sender, &directory, &recipients)).collect::<Result<Vec<_>, _>>()
        })
    });
    let mut all = Vec::with_capacity(count);
    for task in tasks.collect::<Vec<_>>() {
        all.append(&mut task.await.map_err(failed)??);
    }
    Ok(all)
}

fn seal_one(sender: &Party, directory: &Directory, recipients: &[MemberCode]) -> Result<Ready, Failure> {
    let addressing = Addressing { countries: recipients.iter().copied().collect(), ..Addressing::default() };
    seal_as(sender, directory, recipients, &addressing, (false, &[]))
}

/// Seals a notice of one 4 KiB section for `recipients`, whom the addressing names: held for review or not,
/// with these attachments.
pub(super) fn seal_as(
    sender: &Party,
    directory: &Directory,
    recipients: &[MemberCode],
    addressing: &Addressing,
    (held, attachments): (bool, &[AttachmentHeader]),
) -> Result<Ready, Failure> {
    let created = SystemClock.now();
    let id = NoticeId::new(created, &SystemRandom);
    let link = if held { PairLink::HELD } else { PairLink::FIRST };
    let recipients: Vec<Recipient<'_>> =
        recipients.iter().filter_map(|code| Recipient::of(directory.member(*code)?, link)).collect();
    let section = ClearSection { kind: SectionKind(1), content: &[b'x'; 3000], granted: Granted::Everyone };
    let draft = EnvelopeDraft {
        kind: Kind::Notice,
        id,
        created,
        expires: created.after(Duration::from_days(30)),
        addressing,
        directory: directory.head,
        audit: None,
        in_reply_to: None,
        supersedes: None,
        held,
        attachments,
        sections: &[section],
        recipients: &recipients,
    };
    let envelope = seal(&draft, sender.code, &sender.signing, &SystemRandom).map_err(failed)?;
    Ok((id, message(envelope)))
}

fn message(envelope: amana_seal::envelope::Envelope) -> v1::Envelope {
    v1::Envelope {
        header: envelope.header.into(),
        slots_root: Bytes::copy_from_slice(envelope.slots_root.as_bytes()),
        depth: u32::from(envelope.depth.get()),
        signature: Bytes::copy_from_slice(&envelope.signature),
        addressing: envelope.addressing.into(),
        addressing_salt: Bytes::copy_from_slice(&envelope.addressing_salt),
        slots: envelope
            .slots
            .into_iter()
            .map(|slot| v1::Slot {
                recipient: slot.recipient.to_string(),
                key_epoch: slot.epoch.0,
                granted_sections: slot.granted.bits().into(),
                sealed: slot.bytes.into(),
            })
            .collect(),
        padding_leaves: envelope.padding.iter().map(|leaf| Bytes::copy_from_slice(leaf.as_slice())).collect(),
        sections: envelope.sections.into_iter().map(Bytes::from).collect(),
    }
}
