//! `NoticeService`: each call goes to the file that answers it.

use amana_wire::v1;
use amana_wire::v1::notice_service_server::NoticeService;

use crate::api::call::service;

service! {
    NoticeCalls: NoticeService [] {
        check_notice(CheckNoticeRequest) -> v1::CheckNoticeResponse: Check;
        publish_notice(PublishNoticeRequest) -> v1::PublishNoticeResponse: Publish;
        amend_notice(AmendNoticeRequest) -> v1::AmendNoticeResponse: Amend;
        suspend_notice(SuspendNoticeRequest) -> v1::SuspendNoticeResponse: Suspend;
        resume_notice(ResumeNoticeRequest) -> v1::ResumeNoticeResponse: Suspend;
        withdraw_notice(WithdrawNoticeRequest) -> v1::WithdrawNoticeResponse: Withdraw;
        forward_notice(ForwardNoticeRequest) -> v1::ForwardNoticeResponse: Forward;
        export_notice(ExportNoticeRequest) -> v1::ExportNoticeResponse: Export;
        get_notice(GetNoticeRequest) -> v1::GetNoticeResponse: Read;
        list_notices(ListNoticesRequest) -> v1::ListNoticesResponse: List;
        list_versions(ListVersionsRequest) -> v1::ListVersionsResponse: ListVersions;
        diff_versions(DiffVersionsRequest) -> v1::DiffVersionsResponse: Read;
        acknowledge_notice(AcknowledgeNoticeRequest) -> v1::AcknowledgeNoticeResponse: Acknowledge;
    }
}
