//! A certificate authority and what it issues (RFC 5280).

use std::net::IpAddr;

use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyUsagePurpose, PublicKeyData, SanType, SerialNumber,
};
use rustls::pki_types::CertificateDer;

use amana_types::{Digest, ExchangeName, Random};

use super::{CertificateError, CertificateRequest, TlsKey, Validity, certificate_from_pem, to_pem};
use crate::digest::sha256;
use crate::identity::{Principal, Realm, ServerIdentity};
use crate::tls::fingerprint;

/// A certificate authority with its private key.
///
/// The exchange's vouches for its hub, its members' nodes as clients and its operators; a member's
/// vouches for its node as a server and its agencies.
pub struct Authority {
    realm: Realm,
    certificate: CertificateDer<'static>,
    key: TlsKey,
}

/// A certificate just issued.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The certificate.
    pub certificate: CertificateDer<'static>,
    /// The issuing authority's certificate.
    pub authority: CertificateDer<'static>,
    /// SHA-256 of the holder's SubjectPublicKeyInfo.
    pub spki_sha256: Digest,
    /// When it is valid.
    pub validity: Validity,
}

/// A further name or address under which a server is reached by clients that check it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AltName {
    /// A DNS name.
    Dns(String),
    /// An IP address.
    Ip(IpAddr),
}

impl Issued {
    /// The chain to show in a handshake: the certificate, then its authority's, so that a client who
    /// knows only the authority's fingerprint can check it.
    #[must_use]
    pub fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.certificate.clone(), self.authority.clone()]
    }

    /// The chain as PEM.
    #[must_use]
    pub fn chain_pem(&self) -> String {
        to_pem(&self.certificate) + &to_pem(&self.authority)
    }
}

impl Authority {
    /// A new self-signed authority for `realm`.
    ///
    /// # Errors
    /// [`CertificateError`] when the validity does not fit X.509 or signing fails.
    pub fn create(
        realm: Realm,
        key: TlsKey,
        validity: Validity,
        random: &dyn Random,
    ) -> Result<Self, CertificateError> {
        let mut params = params(&format!("Amana {}", realm.trust_domain()), validity, random)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let certificate = params.self_signed(&key).map_err(CertificateError::Make)?;
        Ok(Self { realm, certificate: certificate.into(), key })
    }

    /// An authority made before, from its certificate in PEM and its key.
    ///
    /// # Errors
    /// [`CertificateError::AuthorityKey`] when the two are not a pair, or a parse error.
    pub fn load(realm: Realm, certificate_pem: &str, key: TlsKey) -> Result<Self, CertificateError> {
        let certificate = certificate_from_pem(certificate_pem)?;
        let (_, parsed) =
            x509_parser::parse_x509_certificate(&certificate).map_err(|_| CertificateError::Malformed)?;
        if parsed.public_key().raw != key.subject_public_key_info() {
            return Err(CertificateError::AuthorityKey);
        }
        Ok(Self { realm, certificate, key })
    }

    /// The authority's certificate.
    #[must_use]
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// SHA-256 of the certificate: what an enrolment token carries.
    #[must_use]
    pub fn fingerprint(&self) -> Digest {
        fingerprint(&self.certificate)
    }

    /// The names this authority may vouch for.
    #[must_use]
    pub fn realm(&self) -> &Realm {
        &self.realm
    }

    /// The authority's private key, for the cipher at rest.
    #[must_use]
    pub fn key(&self) -> &TlsKey {
        &self.key
    }

    /// A server certificate over the server's own key: its fixed DNS name, its SPIFFE id and the given
    /// further names.
    ///
    /// # Errors
    /// [`CertificateError::OutOfRealm`] for a server of another realm, [`CertificateError::Name`] for a
    /// name X.509 cannot carry.
    pub fn issue_server(
        &self,
        server: &ServerIdentity,
        also: &[AltName],
        key: &TlsKey,
        validity: Validity,
        random: &dyn Random,
    ) -> Result<Issued, CertificateError> {
        if server.realm() != self.realm {
            return Err(self.out_of_realm(&server));
        }
        let mut params = params(&server.dns_name(), validity, random)?;
        params.subject_alt_names = vec![dns(&server.dns_name())?, uri(&server.spiffe_id())?];
        for name in also {
            params.subject_alt_names.push(match name {
                AltName::Dns(name) => dns(name)?,
                AltName::Ip(address) => SanType::IpAddress(*address),
            });
        }
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.sign(params, key, validity)
    }

    /// A client certificate for `principal` over the key that `request` proves.
    ///
    /// # Errors
    /// [`CertificateError::OutOfRealm`] for a principal of another realm.
    pub fn issue_client(
        &self,
        principal: &Principal,
        request: &CertificateRequest,
        validity: Validity,
        random: &dyn Random,
    ) -> Result<Issued, CertificateError> {
        if !self.realm.holds(principal) {
            return Err(self.out_of_realm(principal));
        }
        let mut params = params(&principal.to_string(), validity, random)?;
        params.subject_alt_names = vec![uri(&principal.spiffe_id(self.exchange()))?];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(params, &request.key, validity)
    }

    fn sign(
        &self,
        mut params: CertificateParams,
        key: &impl PublicKeyData,
        validity: Validity,
    ) -> Result<Issued, CertificateError> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        let issuer =
            Issuer::from_ca_cert_der(&self.certificate, &self.key).map_err(CertificateError::Make)?;
        let certificate = params.signed_by(key, &issuer).map_err(CertificateError::Make)?;
        Ok(Issued {
            certificate: certificate.into(),
            authority: self.certificate.clone(),
            spki_sha256: sha256(&key.subject_public_key_info()),
            validity,
        })
    }

    fn exchange(&self) -> &ExchangeName {
        match &self.realm {
            Realm::Exchange(exchange) | Realm::Member(exchange, _) => exchange,
        }
    }

    fn out_of_realm(&self, name: &dyn std::fmt::Display) -> CertificateError {
        CertificateError::OutOfRealm { name: name.to_string(), trust_domain: self.realm.trust_domain() }
    }
}

fn params(
    common_name: &str,
    validity: Validity,
    random: &dyn Random,
) -> Result<CertificateParams, CertificateError> {
    let mut params = CertificateParams::default();
    validity.apply(&mut params)?;
    params.serial_number = Some(serial(random));
    params.distinguished_name = DistinguishedName::new();
    // An upper bound of 64 characters (RFC 5280, appendix A.1); nobody reads a name from here.
    params.distinguished_name.push(DnType::CommonName, common_name.chars().take(64).collect::<String>());
    Ok(params)
}

/// 16 octets, positive and never shortened (RFC 5280 §4.1.2.2): 126 random bits.
fn serial(random: &dyn Random) -> SerialNumber {
    let mut octets = [0; 16];
    random.fill(&mut octets);
    if let Some(first) = octets.first_mut() {
        *first = *first & 0x3f | 0x40;
    }
    SerialNumber::from_slice(&octets)
}

fn dns(name: &str) -> Result<SanType, CertificateError> {
    ia5(name).map(SanType::DnsName)
}

fn uri(id: &str) -> Result<SanType, CertificateError> {
    ia5(id).map(SanType::URI)
}

fn ia5(text: &str) -> Result<Ia5String, CertificateError> {
    Ia5String::try_from(text).map_err(|_| CertificateError::Name(text.chars().take(100).collect()))
}
