//! An operator's calls to the hub.

use amana_wire::v1;
use amana_wire::v1::operator_service_client::OperatorServiceClient;
use tonic::transport::Channel;

use crate::ClientError;

/// An operator's view of a hub.
#[derive(Debug)]
pub struct Operator(OperatorServiceClient<Channel>);

impl Operator {
    /// Speaks over a channel whose certificate is an operator's.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        Self(OperatorServiceClient::new(channel))
    }

    /// The hub's state in figures.
    ///
    /// # Errors
    /// [`ClientError::Remote`] when the caller is no operator.
    pub async fn status(&mut self) -> Result<v1::GetStatusResponse, ClientError> {
        Ok(self.0.get_status(v1::GetStatusRequest {}).await?.into_inner())
    }

    /// Every member, page by page.
    ///
    /// # Errors
    /// [`ClientError::Remote`] when the caller is no operator.
    pub async fn members(&mut self) -> Result<Vec<v1::MemberState>, ClientError> {
        let mut all = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = v1::ListMembersRequest { page_size: 200, page_token };
            let page = self.0.list_members(request).await?.into_inner();
            all.extend(page.members);
            if page.next_page_token.is_empty() {
                return Ok(all);
            }
            page_token = page.next_page_token;
        }
    }

    /// Groups and operations, with who takes part and how much was addressed to them.
    ///
    /// # Errors
    /// [`ClientError::Remote`] when the caller is no operator.
    pub async fn groups(&mut self) -> Result<Vec<v1::GroupTraffic>, ClientError> {
        Ok(self.0.list_groups(v1::ListGroupTrafficRequest {}).await?.into_inner().groups)
    }

    /// Has the hub read its whole journal again and compare it with the signed log.
    ///
    /// # Errors
    /// [`ClientError::Remote`] when the caller is no operator.
    pub async fn check_log(&mut self) -> Result<v1::CheckLogResponse, ClientError> {
        Ok(self.0.check_log(v1::CheckLogRequest {}).await?.into_inner())
    }
}
