//! `amana inbox …`.

use amana_client::notice_service;
use amana_types::labels::Word;
use amana_wire::v1;

use super::reason::reason;
use super::{call, notice, reply};
use crate::args::InboxCommand;
use crate::context;
use crate::exit::Failure;
use crate::output::note;
use crate::settings::Settings;
use crate::show;

pub(crate) async fn run(command: InboxCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        InboxCommand::List(args) => notice::list(*args, v1::Direction::Received, settings).await,
        InboxCommand::Show { id, reason } => notice::show(id, &reason, settings).await,
        InboxCommand::Reply(args) => reply::reply(*args, settings).await,
        InboxCommand::Ack { id, reason: why } => {
            let request =
                v1::AcknowledgeNoticeRequest { notice_id: id.clone(), access: reason(&why, settings)? };
            let mut node = notice_service(context::agency(settings).await?);
            call::within(settings.timeout, node.acknowledge_notice(request)).await?;
            note(&show::done::about(Word::Acknowledged, &id, settings.out.lang));
            Ok(())
        }
    }
}
