use amana_types::{Digest, Duration, ExchangeName, Random, Timestamp};
use rcgen::{CertificateParams, KeyPair, SanType};
use rustls::pki_types::CertificateDer;
use zeroize::Zeroizing;

use super::*;
use crate::identity::{IdentityError, PeerIdentity, Principal, Realm, ServerIdentity};
use crate::random::SystemRandom;

/// 2026-11-23T08:30:00Z.
const NOW: Timestamp = Timestamp::from_unix_millis(1_795_422_600_000);

struct Same(u8);

impl Random for Same {
    fn fill(&self, out: &mut [u8]) {
        out.fill(self.0);
    }
}

fn exchange() -> ExchangeName {
    "exchange.example".parse().unwrap()
}

fn of_exchange() -> Realm {
    Realm::Exchange(exchange())
}

fn year() -> Validity {
    Validity::starting(NOW, Duration::from_days(365))
}

fn authority(realm: Realm) -> Authority {
    Authority::create(realm, TlsKey::generate().unwrap(), year(), &SystemRandom).unwrap()
}

fn member() -> Principal {
    Principal::Member("XF".parse().unwrap())
}

#[test]
fn a_client_certificate_names_its_holder_and_its_key() {
    let key = TlsKey::generate().unwrap();
    let request = CertificateRequest::from_der(CertificateRequest::create(&key).unwrap().der()).unwrap();
    assert_eq!(request.spki_sha256(), key.spki_sha256());
    let issued = authority(of_exchange()).issue_client(&member(), &request, year(), &SystemRandom).unwrap();
    let peer = PeerIdentity::from_certificate(&issued.certificate, &of_exchange()).unwrap();
    assert_eq!(peer.principal, member());
    assert_eq!(peer.spki_sha256, key.spki_sha256());
    assert_eq!(peer.not_after, NOW.after(Duration::from_days(365)));
    assert_eq!(issued.spki_sha256, key.spki_sha256());
}

#[test]
fn an_authority_vouches_for_its_own_realm_only() {
    let request = CertificateRequest::create(&TlsKey::generate().unwrap()).unwrap();
    let of_xf = Realm::Member(exchange(), "XF".parse().unwrap());
    let agency =
        Principal::Agency { member: "XA".parse().unwrap(), name: "unit".parse().unwrap(), unit: None };
    for (realm, principal) in [(of_exchange(), &agency), (of_xf.clone(), &agency), (of_xf.clone(), &member())]
    {
        let refused = authority(realm).issue_client(principal, &request, year(), &SystemRandom);
        assert!(matches!(refused, Err(CertificateError::OutOfRealm { .. })));
    }
    let key = TlsKey::generate().unwrap();
    let hub = ServerIdentity::Hub(exchange());
    let refused = authority(of_xf).issue_server(&hub, &[], &key, year(), &SystemRandom);
    assert!(matches!(refused, Err(CertificateError::OutOfRealm { .. })));
}

#[test]
fn an_authority_loads_with_its_own_key_only() {
    let made = authority(of_exchange());
    let pem = to_pem(made.certificate());
    let key = || TlsKey::from_pkcs8(Zeroizing::new(made.key().pkcs8().to_vec())).unwrap();
    let loaded = Authority::load(of_exchange(), &pem, key()).unwrap();
    assert_eq!(loaded.fingerprint(), made.fingerprint());
    let wrong = Authority::load(of_exchange(), &pem, TlsKey::generate().unwrap());
    assert!(matches!(wrong, Err(CertificateError::AuthorityKey)));
    assert!(matches!(Authority::load(of_exchange(), "", key()), Err(CertificateError::NoCertificate)));
}

#[test]
fn serials_are_positive_and_of_one_length() {
    for byte in [0x00, 0x7f, 0xff] {
        let key = TlsKey::generate().unwrap();
        let made = Authority::create(of_exchange(), key, year(), &Same(byte)).unwrap();
        let (_, parsed) = x509_parser::parse_x509_certificate(made.certificate()).unwrap();
        let serial = parsed.tbs_certificate.raw_serial();
        assert_eq!(serial.len(), 16);
        assert!((0x40..0x80).contains(&serial[0]));
    }
}

#[test]
fn a_request_must_prove_its_key_and_be_p256() {
    let der = CertificateRequest::create(&TlsKey::generate().unwrap()).unwrap().der().to_vec();
    let mut forged = der.clone();
    *forged.last_mut().unwrap() ^= 1;
    assert!(matches!(CertificateRequest::from_der(&forged), Err(CertificateError::Request)));
    for length in [0, 1, der.len() / 2, der.len() - 1] {
        assert!(CertificateRequest::from_der(&der[..length]).is_err());
    }
    let ed25519 = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let other = CertificateParams::default().serialize_request(&ed25519).unwrap();
    assert!(matches!(CertificateRequest::from_der(other.der()), Err(CertificateError::RequestAlgorithm)));
}

#[test]
fn no_certificate_past_the_year_9999() {
    let forever = Validity::starting(NOW, Duration::from_days(u64::MAX));
    let made = Authority::create(of_exchange(), TlsKey::generate().unwrap(), forever, &SystemRandom);
    assert!(matches!(made, Err(CertificateError::Validity)));
}

#[test]
fn pem_reads_back_and_nonsense_does_not() {
    let issued = authority(of_exchange());
    let pem = to_pem(issued.certificate());
    assert!(pem.lines().all(|line| line.len() <= 64));
    assert_eq!(certificates_from_pem(&pem.repeat(2)).unwrap().len(), 2);
    assert_eq!(&certificate_from_pem(&pem).unwrap(), issued.certificate());
    assert!(certificates_from_pem("").is_err());
    assert!(certificates_from_pem("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n").is_err());
    assert!(TlsKey::from_pkcs8(Zeroizing::new(vec![0x30; 100])).is_err());
}

fn self_made(names: Vec<SanType>) -> CertificateDer<'static> {
    let mut params = CertificateParams::default();
    params.subject_alt_names = names;
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().into()
}

#[test]
fn a_certificate_without_exactly_one_name_names_nobody() {
    let uri = |id: &str| SanType::URI(id.try_into().unwrap());
    let good = uri("spiffe://exchange.example/member/XF");
    let read = |names| PeerIdentity::from_certificate(&self_made(names), &of_exchange());
    assert!(read(vec![good.clone()]).is_ok());
    assert_eq!(read(vec![]), Err(IdentityError::NotOneUri(0)));
    assert_eq!(
        read(vec![SanType::DnsName("member.XF".try_into().unwrap())]),
        Err(IdentityError::NotOneUri(0))
    );
    assert_eq!(read(vec![good.clone(), good]), Err(IdentityError::NotOneUri(2)));
    assert!(matches!(read(vec![uri("https://exchange.example")]), Err(IdentityError::NotOfRealm { .. })));
    let nonsense = CertificateDer::from(vec![0x30, 0x82, 0xff]);
    assert_eq!(PeerIdentity::from_certificate(&nonsense, &of_exchange()), Err(IdentityError::Malformed));
}

#[test]
fn each_certificate_is_for_one_use() {
    let authority = authority(of_exchange());
    let key = TlsKey::generate().unwrap();
    let request = CertificateRequest::create(&key).unwrap();
    let client = authority.issue_client(&member(), &request, year(), &SystemRandom).unwrap();
    let hub = ServerIdentity::Hub(exchange());
    let also = [AltName::Dns("hub.internal".into()), AltName::Ip("192.0.2.7".parse().unwrap())];
    let server = authority.issue_server(&hub, &also, &key, year(), &SystemRandom).unwrap();
    for (der, serves, asks, signs) in [
        (&client.certificate, false, true, false),
        (&server.certificate, true, false, false),
        (authority.certificate(), false, false, true),
    ] {
        let (_, parsed) = x509_parser::parse_x509_certificate(der).unwrap();
        let usage = parsed.extended_key_usage().unwrap().map(|usage| usage.value.clone());
        assert_eq!(usage.as_ref().is_some_and(|usage| usage.server_auth), serves);
        assert_eq!(usage.as_ref().is_some_and(|usage| usage.client_auth), asks);
        assert_eq!(parsed.key_usage().unwrap().unwrap().value.key_cert_sign(), signs);
        assert_eq!(parsed.is_ca(), signs);
    }
    let (_, parsed) = x509_parser::parse_x509_certificate(&server.certificate).unwrap();
    let names = parsed.subject_alternative_name().unwrap().unwrap().value.general_names.clone();
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    for name in ["hub.exchange.example", "spiffe://exchange.example/hub", "hub.internal", "c0:00:02:07"] {
        assert!(names.iter().any(|held| held.contains(name)), "{name} in {names:?}");
    }
}

#[test]
fn fingerprints_are_sha_256_of_the_der() {
    let made = authority(of_exchange());
    let expected = ring::digest::digest(&ring::digest::SHA256, made.certificate());
    assert_eq!(Digest::try_from(expected.as_ref()), Ok(made.fingerprint()));
}
