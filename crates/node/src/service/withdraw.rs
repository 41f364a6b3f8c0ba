//! Taking a notice back.

use amana_notice::Stated;
use amana_types::Action;
use amana_types::life::{Ground, Grounds};
use amana_wire::convert::{stated, timestamp_message};
use amana_wire::v1;
use tonic::Request;

use super::api::{AgencyApi, notice_id};
use super::error::CallError;
use crate::ending::withdraw::Withdrawal;

impl AgencyApi {
    pub(super) async fn withdraw(
        &self,
        request: Request<v1::WithdrawRequest>,
    ) -> Result<v1::WithdrawResponse, CallError> {
        let permit = self.gate.permit(&request, Action::Withdraw, None)?;
        let message = request.into_inner();
        let request = self.request_digest(&permit, &message.request_id)?;
        let notice = notice_id(&message.notice_id)?;
        let ground = match stated::<Ground>(message.ground) {
            Stated::Known(ground) if Ground::to_give().any(|known| known == ground) => ground,
            _ => return Err(CallError::Ground),
        };
        let grounds = Grounds::new(ground, &message.text).map_err(CallError::Grounds)?;
        let asked = format!("{notice}\n{ground}\n{}", grounds.text());
        let content = self.cases.vault.digest("withdrawal", &asked);
        let taken_back = self.commands.run(Withdrawal { notice, request, content, grounds }).await?;
        Ok(v1::WithdrawResponse {
            recipients: taken_back.recipients.iter().map(ToString::to_string).collect(),
            withdrawn: Some(timestamp_message(taken_back.at)),
        })
    }
}
