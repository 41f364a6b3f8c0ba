//! `GroupService` of the contract: groups and operations as the directory has them.

use std::sync::Arc;

use amana_types::{Action, GroupName};
use amana_wire::convert::group_message;
use amana_wire::v1;
use amana_wire::v1::group_service_server::GroupService;
use tonic::{Request, Response, Status};

use super::api::AgencyApi;
use super::error::{CallError, status};

/// The service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct GroupCalls(pub(crate) Arc<AgencyApi>);

#[tonic::async_trait]
impl GroupService for GroupCalls {
    async fn list_groups(
        &self,
        request: Request<v1::ListGroupsRequest>,
    ) -> Result<Response<v1::ListGroupsResponse>, Status> {
        self.0.list_groups(&request).map(Response::new).map_err(status)
    }

    async fn get_group(
        &self,
        request: Request<v1::GetGroupRequest>,
    ) -> Result<Response<v1::GetGroupResponse>, Status> {
        self.0.get_group(&request).map(Response::new).map_err(status)
    }
}

// Who is in a group is the directory's, not a case's: it is judged, and no read is written down.
impl AgencyApi {
    fn list_groups(
        &self,
        request: &Request<v1::ListGroupsRequest>,
    ) -> Result<v1::ListGroupsResponse, CallError> {
        self.gate.permit(request, Action::ListGroups, None)?;
        let now = self.clock.now();
        let state = self.cases.holdings.state().read();
        let groups = state.base.directory.groups.values().map(|group| group_message(group, now)).collect();
        Ok(v1::ListGroupsResponse { groups })
    }

    fn get_group(&self, request: &Request<v1::GetGroupRequest>) -> Result<v1::GetGroupResponse, CallError> {
        self.gate.permit(request, Action::ListGroups, None)?;
        let name = request.get_ref().name.parse::<GroupName>().map_err(|_| CallError::NoSuchGroup)?;
        let state = self.cases.holdings.state().read();
        let group = state.base.directory.groups.get(&name).ok_or(CallError::NoSuchGroup)?;
        Ok(v1::GetGroupResponse { group: Some(group_message(group, self.clock.now())) })
    }
}
