//! What somebody who taps the hub has: the very bytes of its deliveries. And who can open them.

use std::collections::BTreeMap;

use amana_client::exchange::{Event, Receiver};
use amana_client::{Auditor, directory};
use amana_kit::certs::{TlsKey, certificate_from_pem, certificates_from_pem};
use amana_kit::connect::connect;
use amana_kit::identity::ServerIdentity;
use amana_kit::tls::{ClientTls, Credentials, KeyExchange, ServerTrust};
use amana_node::{CertificateName, KeyName, Layout};
use amana_seal::SignerKey;
use amana_seal::directory::fold;
use amana_seal::envelope::{Delivered, GrantedSections, Header, open};
use amana_seal::keyfile::{KeyKind, Passphrase, open_pem};
use amana_seal::keys::HpkeKeyPair;
use amana_types::{Directory, HpkeEpoch, MemberCode, NoticeId, Seq};
use amana_wire::v1;
use tonic::transport::Channel;

use super::exchange::{Exchange, failed};
use crate::context::read;
use crate::exit::Failure;

/// Records of one delivery stream that may be under way: more than the demo makes.
const WINDOW: u32 = 1024;

/// All envelopes for one member as they went over the wire, and the directory by which senders are known.
pub(crate) struct Captured {
    deliveries: Vec<v1::EnvelopeDelivery>,
    recipient: MemberCode,
    directory: Directory,
}

/// Receives, in the place of `code`'s node, every envelope meant for it in the log's first `size` records.
pub(crate) async fn capture(exchange: &Exchange, code: &str, size: u64) -> Result<Captured, Failure> {
    let passphrase = exchange.passphrase()?;
    let channel = member_channel(exchange, code, &passphrase).await?;
    let operator = exchange.operator();
    let mut known = Directory::new(operator.exchange().clone(), operator.root_keys().to_vec());
    for listed in directory::entries(channel.clone(), 0).await.map_err(failed)? {
        fold(&mut known, &listed.entry, listed.index, listed.accepted_at).map_err(failed)?;
    }
    let auditor = Auditor::new(operator.log_key().parse().map_err(failed)?);
    let mut stream = Receiver::open(channel, auditor, Seq(0), WINDOW).await.map_err(failed)?;
    let mut deliveries = Vec::new();
    loop {
        match stream.next().await.map_err(failed)? {
            Some(Event::Envelope(proven)) => deliveries.push(proven.record),
            Some(Event::Head { complete_below, .. }) if complete_below >= Seq(size) => break,
            Some(_) => {}
            None => return Err(failed("the hub closed the stream before all was delivered")),
        }
    }
    Ok(Captured { deliveries, recipient: code.parse().map_err(failed)?, directory: known })
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
    /// How often each notice was delivered.
    pub(crate) fn notices(&self) -> Result<BTreeMap<NoticeId, usize>, Failure> {
        let mut times = BTreeMap::new();
        for delivery in &self.deliveries {
            let header = Header::decode(&delivery.header).map_err(failed)?;
            *times.entry(header.id).or_insert(0) += 1;
        }
        Ok(times)
    }

    /// How many of the envelopes the private key of `code`'s node opens, as the recipient or as itself.
    pub(crate) fn opened_by(&self, exchange: &Exchange, code: &str) -> Result<usize, Failure> {
        let layout = Layout::new(exchange.node_dir(code));
        let seed = open_pem(&read(&layout.key(KeyName::Hpke))?, KeyKind::XWing, &exchange.passphrase()?)
            .map_err(failed)?;
        let key = HpkeKeyPair::from_seed(&seed).map_err(failed)?;
        let own: MemberCode = code.parse().map_err(failed)?;
        let opens = |delivery: &&v1::EnvelopeDelivery| {
            [own, self.recipient].into_iter().any(|claimed| self.opens_as(delivery, claimed, &key))
        };
        Ok(self.deliveries.iter().filter(opens).count())
    }

    /// A ciphertext of the first notice.
    pub(crate) fn some_ciphertext(&self) -> Option<&[u8]> {
        self.deliveries.first()?.sections.first().map(AsRef::as_ref)
    }

    fn opens_as(&self, delivery: &v1::EnvelopeDelivery, claimed: MemberCode, key: &HpkeKeyPair) -> bool {
        let Some(slot) = &delivery.slot else { return false };
        let Some(granted) = GrantedSections::of_bits(slot.granted_sections) else { return false };
        let path = delivery.slot_path.concat();
        let parts = Delivered {
            header: &delivery.header,
            slots_root: &delivery.slots_root,
            depth: delivery.depth,
            signature: &delivery.signature,
            epoch: HpkeEpoch(slot.key_epoch),
            granted,
            slot: &slot.sealed,
            place: delivery.slot_index,
            path: &path,
            sections: delivery.sections.iter().map(AsRef::as_ref).collect(),
        };
        let sender = |header: &amana_seal::envelope::Header| {
            SignerKey::find(&self.directory, header.sender, header.sender_key, Seq(u64::MAX - 1))
        };
        open(parts, claimed, sender, |_| Some(key)).is_ok()
    }
}
