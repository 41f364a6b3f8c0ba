//! What an agency does at its node.

use std::fs;

use amana_kit::certs::{TlsKey, certificate_from_pem, certificates_from_pem};
use amana_kit::connect::{ConnectError, connect};
use amana_kit::identity::ServerIdentity;
use amana_kit::tls::{ClientTls, Credentials, KeyExchange, ServerTrust};
use amana_wire::v1;
use tonic::Code;

use super::{Exchange, eventually};

/// The services of the agency API, as the tests of the node call them.
#[path = "../../../node/tests/common/agency.rs"]
mod calls;

/// The agency API of a running node.
#[derive(Clone)]
pub(crate) struct Agency(pub(crate) calls::Agency);

/// Why a test reads.
pub(crate) fn reason() -> Option<v1::AccessContext> {
    Some(v1::AccessContext {
        purpose: v1::Purpose::CriminalInvestigation.into(),
        case_reference: "XF-2026-000009".into(),
        ..v1::AccessContext::default()
    })
}

/// A search for words.
pub(crate) fn search_words(words: &str) -> v1::SearchCasesRequest {
    let filter = Some(v1::NoticeFilter { words: words.into(), ..Default::default() });
    v1::SearchCasesRequest { access: reason(), filter, ..Default::default() }
}

/// An addressing of these countries.
pub(crate) fn to(countries: &[&str]) -> v1::Addressing {
    let members = countries.iter().map(|code| (*code).to_owned()).collect();
    v1::Addressing { members, ..v1::Addressing::default() }
}

/// A small notice of that case.
pub(crate) fn notice(reference: &str) -> v1::Notice {
    let text = |text: &str| vec![v1::Text { language: "en".into(), text: text.into() }];
    v1::Notice {
        circulation: v1::Circulation::Diffusion.into(),
        r#type: v1::NoticeType::Blue.into(),
        case_reference: reference.into(),
        urgency: v1::Urgency::Routine.into(),
        subject: text("An exercise"),
        narrative: text("Nobody is meant."),
        offences: vec![v1::Offence {
            r#type: v1::OffenceType::TraffickingInPersons.into(),
            acts: vec![v1::Act::Recruitment.into()],
            means: vec![v1::Means::Deception.into()],
            evaluation: None,
        }],
        exploitation: vec![v1::ExploitationForm {
            form: v1::Exploitation::ForcedLabour.into(),
            criminality: 0,
        }],
        persons: vec![v1::Person {
            roles: vec![v1::PersonRole::Suspect.into()],
            age_group: v1::AgeGroup::Adult.into(),
            ..v1::Person::default()
        }],
        marking: Some(v1::Marking { handling: v1::Handling::H1.into(), ..Default::default() }),
        purpose: v1::Purpose::CriminalInvestigation.into(),
        ..v1::Notice::default()
    }
}

/// Whether a failed call may have failed only because the process went away.
pub(crate) fn may_be_repeated(status: &tonic::Status) -> bool {
    // What tonic says of a connection that broke, besides UNAVAILABLE.
    matches!(status.code(), Code::Unavailable | Code::Unknown | Code::Internal | Code::Cancelled)
}

impl Exchange {
    /// The agency of a member, if its node can be reached now.
    pub(crate) async fn try_agency(&self, code: &str) -> Result<Agency, ConnectError> {
        let folder = self.agency_dir(code);
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let key = TlsKey::from_pem(read("agency.key").as_bytes()).unwrap();
        let chain = certificates_from_pem(&read("agency.pem")).unwrap();
        let credentials = Credentials::new(chain, &key).unwrap();
        let server = ServerIdentity::Node(self.operator().exchange().clone(), code.parse().unwrap());
        let trust = ServerTrust::Authority(certificate_from_pem(&read("ca.pem")).unwrap());
        let tls = ClientTls::new(server, trust, Some(&credentials), KeyExchange::HybridOnly).unwrap();
        let context: toml::Table = read("agency.toml").parse().unwrap();
        let address = context["node"].as_str().unwrap().parse().unwrap();
        Ok(Agency(calls::Agency::over(connect(&address, &tls).await?)))
    }

    /// The agency of a member whose node is running.
    pub(crate) async fn agency(&self, code: &str) -> Agency {
        self.try_agency(code).await.unwrap()
    }
}

impl Agency {
    /// Waits until the node would send to all of these, and no more.
    pub(crate) async fn knows(&self, members: &[&str]) {
        eventually("the node knows the members", async || {
            let (notice, addressing) = (Some(notice("XA-0")), Some(to(members)));
            let checked = self
                .0
                .clone()
                .check_notice(v1::CheckNoticeRequest { access: None, notice, addressing })
                .await
                .unwrap();
            let checked = checked.into_inner();
            let receives = checked.audience.iter().filter(|decision| decision.receives).count();
            (checked.problems.is_empty() && receives == members.len()).then_some(())
        })
        .await;
    }

    /// Publishes a notice; answers its id.
    pub(crate) async fn publish(&self, request_id: &str, notice: v1::Notice, countries: &[&str]) -> String {
        let request = v1::PublishNoticeRequest {
            access: None,
            request_id: request_id.to_owned(),
            notice: Some(notice),
            addressing: Some(to(countries)),
            draft: None,
        };
        self.0.clone().publish_notice(request).await.unwrap().into_inner().notice_id
    }

    /// Every notice received, oldest first.
    pub(crate) async fn received(&self) -> Vec<v1::NoticeSummary> {
        let mut all = Vec::new();
        let mut page_token = String::new();
        loop {
            let direction = v1::Direction::Received.into();
            let request = v1::ListNoticesRequest {
                direction,
                page_size: 200,
                page_token,
                access: reason(),
                operation: String::new(),
            };
            let page = self.0.clone().list_notices(request).await.unwrap().into_inner();
            all.extend(page.notices);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                all.reverse();
                return all;
            }
        }
    }

    /// Waits until so many notices were received; answers their ids, oldest first.
    pub(crate) async fn receives(&self, count: usize) -> Vec<String> {
        eventually("the notices arrive", async || {
            let ids: Vec<String> = self.received().await.into_iter().map(|one| one.notice_id).collect();
            assert!(ids.len() <= count, "more was received than was sent: {ids:?}");
            (ids.len() == count).then_some(ids)
        })
        .await
    }

    /// Where a sent notice stands.
    pub(crate) async fn receipts(&self, id: &str) -> v1::GetDeliveryResponse {
        let request = v1::GetDeliveryRequest { access: None, notice_id: id.to_owned() };
        self.0.get_delivery(request).await.unwrap().into_inner()
    }

    pub(crate) async fn status(&self) -> v1::GetNodeStatusResponse {
        self.0.get_node_status(v1::GetNodeStatusRequest { access: None }).await.unwrap().into_inner()
    }
}
