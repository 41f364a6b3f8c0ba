//! `GroupService` of the contract: groups and operations as the directory has them.

use amana_policy::Permit;
use amana_types::GroupName;
use amana_wire::convert::group_message;
use amana_wire::v1;
use amana_wire::v1::group_service_server::GroupService;

use crate::api::agency::AgencyApi;
use crate::api::call::service;
use crate::api::error::CallError;

service! {
    GroupCalls: GroupService [] {
        list_groups(ListGroupsRequest) -> v1::ListGroupsResponse: ListGroups;
        get_group(GetGroupRequest) -> v1::GetGroupResponse: ListGroups;
    }
}

// Who is in a group is the directory's, not a case's: it is judged, and no read is written down.
impl AgencyApi {
    async fn list_groups(
        &self,
        permit: Permit,
        message: v1::ListGroupsRequest,
    ) -> Result<v1::ListGroupsResponse, CallError> {
        let (page, now) = (self.page(&permit, &message)?, self.clock.now());
        let directory = self.cases.holdings.state().read().base.directory.clone();
        let groups = directory.groups.values().map(|group| group_message(group, now)).collect();
        let (groups, next_page_token, total) = self.cut(&page, groups);
        Ok(v1::ListGroupsResponse { groups, next_page_token, total })
    }

    async fn get_group(
        &self,
        _: Permit,
        message: v1::GetGroupRequest,
    ) -> Result<v1::GetGroupResponse, CallError> {
        let name = message.name.parse::<GroupName>().map_err(|_| CallError::NoSuchGroup)?;
        let directory = self.cases.holdings.state().read().base.directory.clone();
        let group = directory.groups.get(&name).ok_or(CallError::NoSuchGroup)?;
        Ok(v1::GetGroupResponse { group: Some(group_message(group, self.clock.now())) })
    }
}
