//! One member: its keys, its channel, and what it publishes and receives.

use std::collections::BTreeSet;

use amana_client::exchange::{
    Answer, Event, PublishAnswers, PublishSender, Receiver, SignedReceipt, open_publish,
};
use amana_client::{Auditor, ClientError};
use amana_kit::certs::{CertificateRequest, TlsKey};
use amana_kit::connect::{ServerAddress, connect};
use amana_kit::identity::ServerIdentity;
use amana_kit::random::SystemRandom;
use amana_kit::tls::{ClientTls, Credentials, KeyExchange, ServerTrust};
use amana_log::LogKey;
use amana_seal::directory::{Entry, Invitation, MemberStatement};
use amana_seal::envelope::{
    AttachmentHeader, ClearSection, Envelope, EnvelopeDraft, Granted, Header, Kind, PairLink, Recipient,
    SectionKind, Supersedes, header_hash, seal,
};
use amana_seal::keys::{HpkeKeyPair, SigningKeyPair, draw_seed};
use amana_seal::receipt::{Receipt, ReceiptState, Receipted};
use amana_types::{Addressing, Directory, Duration, HpkeEpoch, MemberCode, NoticeId, Seq, Timestamp};
use amana_wire::v1;
use bytes::Bytes;
use tonic::transport::Channel;

use super::{Exchange, PATIENCE, now};

/// A member with all its keys.
pub(crate) struct Party {
    pub(crate) code: MemberCode,
    pub(crate) identity: SigningKeyPair,
    pub(crate) signing: SigningKeyPair,
    pub(crate) hpke: HpkeKeyPair,
    pub(crate) tls: ClientTls,
    pub(crate) entry: Bytes,
    pub(crate) log_key: LogKey,
}

/// What a sender says about time, identity and what was before.
#[derive(Clone, Copy)]
pub(crate) struct Choices {
    pub(crate) id: NoticeId,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) kind: Kind,
    pub(crate) supersedes: Option<Supersedes>,
    pub(crate) held: bool,
    /// What the header lists.
    pub(crate) attachment: Option<AttachmentHeader>,
    /// A recipient that gets the section for partners, and not the case.
    pub(crate) partner: Option<MemberCode>,
}

impl Default for Choices {
    fn default() -> Self {
        let created = now();
        let id = NoticeId::new(created, &SystemRandom);
        let expires = created.after(Duration::from_days(30));
        let (supersedes, attachment, partner) = (None, None, None);
        Self { id, created, expires, kind: Kind::Notice, supersedes, held: false, attachment, partner }
    }
}

/// An envelope as it arrived.
pub(crate) struct Delivered {
    pub(crate) index: Seq,
    pub(crate) envelope: v1::EnvelopeDelivery,
}

fn signing_pair() -> SigningKeyPair {
    SigningKeyPair::from_seed(draw_seed(&SystemRandom).as_slice()).unwrap()
}

impl Party {
    /// Enrols with fresh keys.
    pub(crate) async fn enrol(
        exchange: &Exchange,
        code: MemberCode,
        invitation: &Invitation,
    ) -> Result<Self, ClientError> {
        let (identity, signing) = (signing_pair(), signing_pair());
        let hpke = HpkeKeyPair::from_seed(draw_seed(&SystemRandom).as_slice()).unwrap();
        let key = TlsKey::generate().unwrap();
        let request = CertificateRequest::create(&key).unwrap();
        let statement = MemberStatement {
            exchange: exchange.operator.exchange().clone(),
            code,
            grant: invitation.grant.digest(),
            tls_key: request.spki_sha256(),
            identity_key: identity.public(),
            signing_key: signing.public(),
            hpke_epoch: HpkeEpoch(0),
            hpke_key: hpke.public().clone(),
        };
        let entry = Entry::Enrol {
            grant: invitation.grant.clone(),
            secret: invitation.secret.clone(),
            statement: statement.sign(&identity),
        };
        let entry = Bytes::from(entry.encode());
        let channel = Self::stranger(exchange, invitation).await?;
        let log_key: LogKey = invitation.log_key.parse().unwrap();
        let request = Bytes::copy_from_slice(request.der());
        let enrolled = amana_client::enrol::enrol(channel, log_key.clone(), entry.clone(), request).await?;
        let chain = enrolled.certificate_chain.into_iter().map(Into::into).collect();
        let credentials = Credentials::new(chain, &key).unwrap();
        let hub = ServerIdentity::Hub(exchange.operator.exchange().clone());
        let trust = ServerTrust::Fingerprint(invitation.ca_fingerprint);
        let tls = ClientTls::new(hub, trust, Some(&credentials), KeyExchange::HybridOnly).unwrap();
        Ok(Self { code, identity, signing, hpke, tls, entry, log_key })
    }

    /// A channel to the enrolment listener, by the authority's fingerprint alone.
    pub(crate) async fn stranger(
        exchange: &Exchange,
        invitation: &Invitation,
    ) -> Result<Channel, ClientError> {
        let hub = ServerIdentity::Hub(exchange.operator.exchange().clone());
        let trust = ServerTrust::Fingerprint(invitation.ca_fingerprint);
        let tls = ClientTls::new(hub, trust, None, KeyExchange::HybridOnly).unwrap();
        Ok(connect(&ServerAddress::from(exchange.running().enrolment), &tls).await?)
    }

    pub(crate) async fn channel(&self, exchange: &Exchange) -> Channel {
        connect(&ServerAddress::from(exchange.running().members), &self.tls).await.unwrap()
    }

    /// Seals a text to some members.
    pub(crate) fn seal(&self, directory: &Directory, to: &[&str], text: &str) -> (NoticeId, Envelope) {
        let mut addressing = Addressing::default();
        addressing.countries.extend(to.iter().map(|code| super::code(code)));
        self.seal_as(directory, &addressing, to, text, &Choices::default())
    }

    /// Seals with every choice open: the slots need not be for whom the addressing names.
    pub(crate) fn seal_as(
        &self,
        directory: &Directory,
        addressing: &Addressing,
        slots_for: &[&str],
        text: &str,
        choices: &Choices,
    ) -> (NoticeId, Envelope) {
        let Choices { id, created, expires, kind, supersedes, held, attachment, partner } = *choices;
        let attachments: Vec<AttachmentHeader> = attachment.into_iter().collect();
        let section = |kind, granted| ClearSection { kind, content: text.as_bytes(), granted };
        let sections = match partner {
            None => vec![section(SectionKind(1), Granted::Everyone)],
            Some(partner) => {
                let others = slots_for.iter().map(|to| super::code(to)).filter(|to| *to != partner);
                let (others, alone) = (others.collect(), BTreeSet::from([partner]));
                vec![
                    section(SectionKind(1), Granted::Only(others)),
                    section(SectionKind(5), Granted::Only(alone)),
                ]
            }
        };
        let members: Vec<_> = slots_for.iter().map(|code| &directory.members[&super::code(code)]).collect();
        let recipients: Vec<_> =
            members.iter().map(|member| Recipient::of(member, PairLink::FIRST).unwrap()).collect();
        let draft = EnvelopeDraft {
            kind,
            id,
            created,
            expires,
            addressing,
            directory: directory.head,
            audit: None,
            in_reply_to: None,
            supersedes,
            held,
            attachments: &attachments,
            sections: &sections,
            recipients: &recipients,
        };
        (id, seal(&draft, self.code, &self.signing, &SystemRandom).unwrap())
    }

    pub(crate) async fn publisher(&self, exchange: &Exchange) -> (PublishSender, PublishAnswers) {
        open_publish(self.channel(exchange).await, self.log_key.clone(), 64).await.unwrap()
    }

    /// Publishes one envelope on a stream of its own.
    pub(crate) async fn publish(&self, exchange: &Exchange, id: NoticeId, envelope: &Envelope) -> Answer {
        self.publish_message(exchange, id, message(envelope)).await
    }

    /// The same, for a message that need not be an envelope as it was sealed.
    pub(crate) async fn publish_message(
        &self,
        exchange: &Exchange,
        id: NoticeId,
        envelope: v1::Envelope,
    ) -> Answer {
        let (sender, mut answers) = self.publisher(exchange).await;
        sender.submit(id, envelope).await.unwrap();
        drop(sender);
        let answers = tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap();
        answers.into_iter().next().unwrap()
    }

    pub(crate) async fn receiver(&self, exchange: &Exchange, cursor: Seq, window: u32) -> Receiver {
        let auditor = Auditor::new(self.log_key.clone());
        Receiver::open(self.channel(exchange).await, auditor, cursor, window).await.unwrap()
    }

    /// The next envelope on a stream; heads, receipts and directory entries are passed over.
    pub(crate) async fn next_envelope(receiver: &mut Receiver) -> Delivered {
        loop {
            let event = tokio::time::timeout(PATIENCE, receiver.next()).await.unwrap().unwrap().unwrap();
            if let Event::Envelope(proven) = event {
                return Delivered { index: proven.index, envelope: proven.record };
            }
        }
    }

    /// Every envelope until the log says that there is no more below `until`.
    pub(crate) async fn envelopes_below(receiver: &mut Receiver, until: Seq) -> Vec<Delivered> {
        let mut all = Vec::new();
        loop {
            let event = tokio::time::timeout(PATIENCE, receiver.next()).await.unwrap().unwrap().unwrap();
            match event {
                Event::Envelope(proven) => {
                    all.push(Delivered { index: proven.index, envelope: proven.record })
                }
                Event::Head { complete_below, .. } if complete_below >= until => return all,
                _ => {}
            }
        }
    }

    /// A signed receipt for deliveries of one sender.
    pub(crate) fn receipt(&self, sender: MemberCode, delivered: &[&Delivered]) -> SignedReceipt {
        let about = delivered.iter().map(|delivered| {
            let header = Header::decode(&delivered.envelope.header).unwrap();
            let header_hash = header_hash(&delivered.envelope.header);
            Receipted { seq: delivered.index, id: header.id, header_hash }
        });
        let receipt = Receipt {
            recipient: self.code,
            key: self.signing.id(),
            sender,
            state: ReceiptState::Delivered,
            at: now(),
            envelopes: about.collect(),
        };
        let signed = receipt.sign(&self.signing);
        SignedReceipt { body: signed.bytes.into(), signature: Bytes::copy_from_slice(&signed.signature) }
    }

    /// Opens a delivery as its recipient.
    pub(crate) fn open(&self, directory: &Directory, delivered: &Delivered) -> String {
        use amana_seal::SignerKey;
        use amana_seal::envelope::{Delivered as Parts, open};
        let envelope = &delivered.envelope;
        let slot = envelope.slot.as_ref().unwrap();
        let path = envelope.slot_path.concat();
        let parts = Parts {
            header: &envelope.header,
            slots_root: &envelope.slots_root,
            depth: envelope.depth,
            signature: &envelope.signature,
            epoch: HpkeEpoch(slot.key_epoch),
            granted: amana_seal::envelope::GrantedSections::of_bits(slot.granted_sections).unwrap(),
            slot: &slot.sealed,
            place: envelope.slot_index,
            path: &path,
            sections: envelope.sections.iter().map(Bytes::as_ref).collect(),
        };
        let signer =
            |header: &Header| SignerKey::find(directory, header.sender, header.sender_key, delivered.index);
        let opened = open(parts, self.code, signer, |_| Some(&self.hpke)).unwrap();
        String::from_utf8(opened.sections[0].content.to_vec()).unwrap()
    }
}

/// The envelope as a message.
pub(crate) fn message(envelope: &Envelope) -> v1::Envelope {
    let slots = envelope.slots.iter().map(|slot| v1::Slot {
        recipient: slot.recipient.to_string(),
        key_epoch: slot.epoch.0,
        granted_sections: slot.granted.bits().into(),
        sealed: slot.bytes.clone().into(),
    });
    v1::Envelope {
        header: envelope.header.clone().into(),
        slots_root: Bytes::copy_from_slice(envelope.slots_root.as_bytes()),
        depth: u32::from(envelope.depth.get()),
        signature: Bytes::copy_from_slice(&envelope.signature),
        addressing: envelope.addressing.clone().into(),
        addressing_salt: Bytes::copy_from_slice(&envelope.addressing_salt),
        slots: slots.collect(),
        padding_leaves: envelope.padding.iter().map(|leaf| Bytes::copy_from_slice(leaf)).collect(),
        sections: envelope.sections.iter().cloned().map(Bytes::from).collect(),
    }
}
