//! What somebody who taps the hub has: the very bytes of a delivery. And who can open them.

use amana_client::exchange::{Event, Receiver};
use amana_client::{Auditor, directory};
use amana_kit::certs::{TlsKey, certificate_from_pem, certificates_from_pem};
use amana_kit::connect::connect;
use amana_kit::identity::ServerIdentity;
use amana_kit::tls::{ClientTls, Credentials, KeyExchange, ServerTrust};
use amana_node::{CertificateName, KeyName, Layout};
use amana_seal::SignerKey;
use amana_seal::directory::fold;
use amana_seal::envelope::{Delivered, GrantedSections, open};
use amana_seal::keyfile::{KeyKind, Passphrase, open_pem};
use amana_seal::keys::HpkeKeyPair;
use amana_types::{Directory, HpkeEpoch, MemberCode, Seq};
use amana_wire::v1;
use tonic::transport::Channel;

use super::exchange::{Exchange, failed};
use crate::context::read;
use crate::exit::Failure;

/// A delivery as it went over the wire, and the directory by which its sender is known.
pub(crate) struct Captured {
    delivery: v1::EnvelopeDelivery,
    recipient: MemberCode,
    directory: Directory,
}

/// Receives, in the place of `code`'s node, the first envelope meant for it.
pub(crate) async fn capture(exchange: &Exchange, code: &str) -> Result<Captured, Failure> {
    let passphrase = exchange.passphrase()?;
    let channel = member_channel(exchange, code, &passphrase).await?;
    let operator = exchange.operator();
    let mut known = Directory::new(operator.exchange().clone(), operator.root_keys().to_vec());
    for listed in directory::entries(channel.clone(), 0).await.map_err(failed)? {
        fold(&mut known, &listed.entry, listed.index, listed.accepted_at).map_err(failed)?;
    }
    let auditor = Auditor::new(operator.log_key().parse().map_err(failed)?);
    let mut stream = Receiver::open(channel, auditor, Seq(0), 64).await.map_err(failed)?;
    loop {
        match stream.next().await.map_err(failed)? {
            Some(Event::Envelope(proven)) => {
                let recipient = code.parse().map_err(failed)?;
                return Ok(Captured { delivery: proven.record, recipient, directory: known });
            }
            Some(_) => {}
            None => return Err(failed("the hub closed the stream before the envelope came")),
        }
    }
}

/// A channel to the hub with a member's own certificate.
async fn member_channel(
    exchange: &Exchange,
    code: &str,
    passphrase: &Passphrase,
) -> Result<Channel, Failure> {
    let layout = Layout::new(exchange.node_dir(code));
    let key = open_pem(&read(&layout.key(KeyName::Tls))?, KeyKind::P256, passphrase).map_err(failed)?;
    let chain = certificates_from_pem(&read(&layout.certificate(CertificateName::Tls))?).map_err(failed)?;
    let authority = read(&layout.certificate(CertificateName::ExchangeAuthority))?;
    let trust = ServerTrust::Authority(certificate_from_pem(&authority).map_err(failed)?);
    let credentials = Credentials::new(chain, &TlsKey::from_pkcs8(key).map_err(failed)?).map_err(failed)?;
    let hub = ServerIdentity::Hub(exchange.operator().exchange().clone());
    let tls = ClientTls::new(hub, trust, Some(&credentials), KeyExchange::HybridOnly).map_err(failed)?;
    connect(&exchange.operator().hub_url().parse().map_err(failed)?, &tls).await.map_err(failed)
}

impl Captured {
    /// Whether the private key of `code`'s node opens these bytes, as the recipient's slot or as its own.
    pub(crate) fn opens_for(&self, exchange: &Exchange, code: &str) -> Result<bool, Failure> {
        let layout = Layout::new(exchange.node_dir(code));
        let seed = open_pem(&read(&layout.key(KeyName::Hpke))?, KeyKind::XWing, &exchange.passphrase()?)
            .map_err(failed)?;
        let key = HpkeKeyPair::from_seed(&seed).map_err(failed)?;
        let own: MemberCode = code.parse().map_err(failed)?;
        Ok([own, self.recipient].into_iter().any(|claimed| self.opens_as(claimed, &key)))
    }

    /// A ciphertext of the case.
    pub(crate) fn some_ciphertext(&self) -> Option<&[u8]> {
        self.delivery.sections.first().map(AsRef::as_ref)
    }

    fn opens_as(&self, claimed: MemberCode, key: &HpkeKeyPair) -> bool {
        let Some(slot) = &self.delivery.slot else { return false };
        let Some(granted) = GrantedSections::of_bits(slot.granted_sections) else { return false };
        let path = self.delivery.slot_path.concat();
        let parts = Delivered {
            header: &self.delivery.header,
            slots_root: &self.delivery.slots_root,
            depth: self.delivery.depth,
            signature: &self.delivery.signature,
            epoch: HpkeEpoch(slot.key_epoch),
            granted,
            slot: &slot.sealed,
            place: self.delivery.slot_index,
            path: &path,
            sections: self.delivery.sections.iter().map(AsRef::as_ref).collect(),
        };
        let sender = |header: &amana_seal::envelope::Header| {
            SignerKey::find(&self.directory, header.sender, header.sender_key, Seq(u64::MAX - 1))
        };
        open(parts, claimed, sender, |_| Some(key)).is_ok()
    }
}
