//! Taking a notice back.

use amana_notice::Stated;
use amana_policy::Permit;
use amana_types::life::{Ground, Grounds};
use amana_wire::convert::{stated, timestamp_message};
use amana_wire::v1;

use crate::api::agency::{AgencyApi, codes, notice_id};
use crate::api::error::CallError;
use crate::ending::withdraw::Withdrawal;

impl AgencyApi {
    pub(crate) async fn withdraw_notice(
        &self,
        permit: Permit,
        message: v1::WithdrawNoticeRequest,
    ) -> Result<v1::WithdrawNoticeResponse, CallError> {
        let request = self.request_digest(&permit, &message.request_id)?;
        let notice = notice_id(&message.notice_id)?;
        let ground = match stated::<Ground>(message.ground) {
            Stated::Known(ground) if Ground::to_give().any(|known| known == ground) => ground,
            _ => return Err(CallError::Ground),
        };
        let grounds = Grounds::new(ground, &message.text).map_err(CallError::Grounds)?;
        let asked = format!("{notice}\n{ground}\n{}", grounds.text());
        let content = self.cases.vault.digest("withdrawal", &asked);
        self.gate.write_down(&permit, &[notice]).await?;
        let taken_back = self.commands.run(Withdrawal { notice, request, content, grounds }).await?;
        Ok(v1::WithdrawNoticeResponse {
            recipients: codes(&taken_back.recipients),
            withdrawn_at: Some(timestamp_message(taken_back.at)),
            repeated_request: taken_back.repeated,
        })
    }
}
