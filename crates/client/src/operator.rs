//! An operator's calls to the hub.

use amana_wire::v1;
use amana_wire::v1::audit_service_client::AuditServiceClient;
use amana_wire::v1::hub_service_client::HubServiceClient;
use amana_wire::v1::member_service_client::MemberServiceClient;
use amana_wire::v1::traffic_service_client::TrafficServiceClient;
use tonic::transport::Channel;

use crate::ClientError;

/// An operator's view of a hub. Every call is refused ([`ClientError::Remote`]) to whoever is no operator.
#[derive(Debug)]
pub struct Operator(Channel);

impl Operator {
    /// Speaks over a channel whose certificate is an operator's.
    #[must_use]
    pub const fn new(channel: Channel) -> Self {
        Self(channel)
    }

    /// The hub in figures.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn status(&self) -> Result<v1::GetStatusResponse, ClientError> {
        let mut hub = HubServiceClient::new(self.0.clone());
        Ok(hub.get_status(v1::GetStatusRequest {}).await?.into_inner())
    }

    /// What an operator has to look at.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn alarms(&self) -> Result<Vec<v1::HubAlarm>, ClientError> {
        let mut hub = HubServiceClient::new(self.0.clone());
        Ok(hub.list_alarms(v1::ListAlarmsRequest {}).await?.into_inner().alarms)
    }

    /// Every member, page by page.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn members(&self) -> Result<Vec<v1::Member>, ClientError> {
        let mut hub = MemberServiceClient::new(self.0.clone());
        let mut all = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = v1::ListMembersRequest { page_size: 200, page_token };
            let page = hub.list_members(request).await?.into_inner();
            all.extend(page.members);
            if page.next_page_token.is_empty() {
                return Ok(all);
            }
            page_token = page.next_page_token;
        }
    }

    /// One member.
    ///
    /// # Errors
    /// [`ClientError`]: `MEMBER_NOT_FOUND`.
    pub async fn member(&self, code: String) -> Result<v1::Member, ClientError> {
        let mut hub = MemberServiceClient::new(self.0.clone());
        let answer = hub.get_member(v1::GetMemberRequest { code }).await?.into_inner();
        answer.member.ok_or(ClientError::hub("member"))
    }

    /// Groups and operations, with who takes part and how much was addressed to them.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn groups(&self) -> Result<Vec<v1::GroupTraffic>, ClientError> {
        let mut hub = TrafficServiceClient::new(self.0.clone());
        Ok(hub.list_group_traffic(v1::ListGroupTrafficRequest {}).await?.into_inner().groups)
    }

    /// Has the hub read its whole journal again and compare it with the signed log; answers how it ended.
    /// `progress` is told how far it is.
    ///
    /// # Errors
    /// [`ClientError`]: [`ClientError::Closed`] when the hub stopped before it had ended.
    pub async fn verify(
        &self,
        mut progress: impl FnMut(&v1::WatchVerificationResponse),
    ) -> Result<v1::WatchVerificationResponse, ClientError> {
        let mut hub = AuditServiceClient::new(self.0.clone());
        let started = hub.start_verification(v1::StartVerificationRequest {}).await?.into_inner();
        let request = v1::WatchVerificationRequest { verification: started.verification };
        let mut watched = hub.watch_verification(request).await?.into_inner();
        while let Some(shown) = watched.message().await? {
            progress(&shown);
            if shown.state != i32::from(v1::VerificationState::Running) {
                return Ok(shown);
            }
        }
        Err(ClientError::Closed { peer: "hub" })
    }
}
