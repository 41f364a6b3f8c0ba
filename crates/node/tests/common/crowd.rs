//! Members that are no more than their keys: as many as the world has countries, so that what is addressed to
//! all is addressed to all. Their one root key is opened once; each enrols as a node does.

use amana_client::exchange::{Event, Receiver};
use amana_client::{Auditor, enrol};
use amana_kit::certs::CertificateRequest;
use amana_log::LogKey;
use amana_seal::directory::{Entry, Grant, Invitation, MemberStatement, OneTimeSecret};
use amana_seal::keyfile::{KeyKind, open_pem};
use amana_seal::keys::{HpkeKeyPair, SigningKeyPair, draw_seed};
use amana_types::{MemberCode, NoticeId, Seq};
use bytes::Bytes;

use super::*;

/// A member that can connect to the hub, and open nothing.
pub(crate) struct Face {
    pub(crate) code: MemberCode,
    tls: ClientTls,
    log_key: LogKey,
}

/// What the hub has for a member from the beginning of the log: envelopes that are whole, and those of which
/// only the head is left.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mailbox {
    pub(crate) whole: Vec<NoticeId>,
    pub(crate) erased: Vec<NoticeId>,
}

fn signing_pair() -> SigningKeyPair {
    SigningKeyPair::from_seed(draw_seed(&SystemRandom).as_slice()).unwrap()
}

/// `count` member codes, of which none begins with X: AA, AB, and so on.
fn codes(count: u8) -> impl Iterator<Item = MemberCode> {
    let letter = |n: u8| char::from(b'A' + n);
    (0..count).map(move |n| [letter(n / 26), letter(n % 26)].iter().collect::<String>().parse().unwrap())
}

impl Exchange {
    /// Enrols so many members that are no more than their keys.
    pub(crate) async fn crowd(&self, count: u8) -> Vec<Face> {
        let pem = std::fs::read_to_string(self.hub_dir().join("operator/root.key")).unwrap();
        let root = open_pem(&pem, KeyKind::Ed25519, &passphrase()).unwrap();
        let root = SigningKeyPair::from_seed(&root).unwrap();
        let (any, _) = Invitation::parse(&self.invite("ZZ", false)).unwrap();
        let hub = ServerIdentity::Hub(EXCHANGE.parse().unwrap());
        let trust = ServerTrust::Fingerprint(any.ca_fingerprint);
        let stranger = ClientTls::new(hub, trust, None, KeyExchange::HybridOnly).unwrap();
        let channel = connect(&self.config.enrol_listen.into(), &stranger).await.unwrap();
        let mut faces = Vec::new();
        for code in codes(count) {
            faces.push(Face::enrol(code, &root, &any, channel.clone()).await);
        }
        faces
    }
}

impl Face {
    async fn enrol(code: MemberCode, root: &SigningKeyPair, any: &Invitation, channel: Channel) -> Self {
        let secret = OneTimeSecret::draw(&SystemRandom);
        let grant = Grant {
            exchange: EXCHANGE.parse().unwrap(),
            code,
            name: format!("National unit {code}"),
            kind: MemberKind::Country,
            parent: None,
            regions: BTreeSet::from([Region::Asia]),
            child_protection: false,
            groups: BTreeSet::new(),
            first_epoch: HpkeEpoch(0),
            expires: now().after(Duration::from_days(1)),
            secret_hash: secret.hash(),
        };
        let grant = grant.sign(root);
        let (identity, key) = (signing_pair(), TlsKey::generate().unwrap());
        let request = CertificateRequest::create(&key).unwrap();
        let hpke = HpkeKeyPair::from_seed(draw_seed(&SystemRandom).as_slice()).unwrap();
        let statement = MemberStatement {
            exchange: EXCHANGE.parse().unwrap(),
            code,
            grant: grant.digest(),
            tls_key: request.spki_sha256(),
            identity_key: identity.public(),
            signing_key: signing_pair().public(),
            hpke_epoch: HpkeEpoch(0),
            hpke_key: hpke.public().clone(),
        };
        let entry = Entry::Enrol { grant, secret, statement: statement.sign(&identity) };
        let log_key: LogKey = any.log_key.parse().unwrap();
        let request = Bytes::copy_from_slice(request.der());
        let enrolled = enrol::enrol(channel, log_key.clone(), entry.encode().into(), request).await.unwrap();
        let chain = enrolled.certificate_chain.into_iter().map(Into::into).collect();
        let credentials = Credentials::new(chain, &key).unwrap();
        let hub = ServerIdentity::Hub(EXCHANGE.parse().unwrap());
        let trust = ServerTrust::Fingerprint(any.ca_fingerprint);
        let tls = ClientTls::new(hub, trust, Some(&credentials), KeyExchange::HybridOnly).unwrap();
        Self { code, tls, log_key }
    }

    /// What the hub delivers to it, up to the end of the log: each record proven to be in the log.
    pub(crate) async fn mailbox(&self, exchange: &Exchange) -> Mailbox {
        let channel = connect(&exchange.config.listen.into(), &self.tls).await.unwrap();
        let auditor = Auditor::new(self.log_key.clone());
        let mut receiver = Receiver::open(channel, auditor, Seq(0), 1024).await.unwrap();
        let id = |header: &[u8]| amana_seal::envelope::Header::decode(header).unwrap().id;
        let mut mailbox = Mailbox::default();
        loop {
            match tokio::time::timeout(PATIENCE, receiver.next()).await.unwrap().unwrap().unwrap() {
                Event::Envelope(proven) => mailbox.whole.push(id(&proven.record.header)),
                Event::Erased(proven) => mailbox.erased.push(id(&proven.record.header)),
                Event::Head { checkpoint, complete_below, .. }
                    if complete_below.0 >= checkpoint.head().size.get() =>
                {
                    return mailbox;
                }
                _ => {}
            }
        }
    }
}
