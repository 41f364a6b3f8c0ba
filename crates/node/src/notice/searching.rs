//! `SearchService` of the contract: search over what the node holds.

use amana_policy::Permit;
use amana_types::{NoticeId, Seq};
use amana_wire::v1;
use amana_wire::v1::search_service_server::SearchService;

use crate::api::agency::{AgencyApi, blocking};
use crate::api::call::service;
use crate::api::error::CallError;
use crate::notice::showing::reading;
use crate::search::{Field, asked};

service! {
    SearchCalls: SearchService [] {
        search_cases(SearchCasesRequest) -> v1::SearchCasesResponse: Search;
    }
}

/// A notice that was found.
struct Hit {
    /// The place of what holds the terms: the notice, or a reply to it.
    at: Seq,
    id: NoticeId,
    summary: v1::NoticeSummary,
    /// The reply, if it is one.
    reply: Option<NoticeId>,
}

impl AgencyApi {
    async fn search_cases(
        &self,
        permit: Permit,
        message: v1::SearchCasesRequest,
    ) -> Result<v1::SearchCasesResponse, CallError> {
        let reading = reading(&permit)?;
        let page = self.page(&permit, &message)?;
        let terms = asked(message.question.as_ref(), message.filter.as_ref()).ok_or(CallError::Question)?;
        let evidence: Vec<v1::SearchEvidence> = terms.iter().map(evidence).collect();
        let (before, limit) = (page.from.map(Seq), page.with_one_more());
        let found = blocking(&self.cases, move |cases| {
            let found = cases.search(&reading, &terms, before, limit)?.into_iter();
            let hit = |(at, id, summary)| Ok(Hit { at, id, summary, reply: cases.reply_at(at)? });
            found.map(hit).collect::<Result<Vec<_>, CallError>>()
        });
        let (found, next_page_token) = self.cut_found(&page, found.await?, |hit| hit.at);
        let shown: Vec<NoticeId> = found.iter().map(|hit| hit.id).collect();
        self.gate.write_down(&permit, &shown).await?;
        let hit = |Hit { summary, reply, .. }: Hit| {
            let reply_id = reply.map(|reply| reply.to_string()).unwrap_or_default();
            let one =
                |one: &v1::SearchEvidence| v1::SearchEvidence { reply_id: reply_id.clone(), ..one.clone() };
            v1::SearchHit {
                summary: Some(summary),
                verdict: v1::SearchVerdict::AllOccur.into(),
                evidence: evidence.iter().map(one).collect(),
            }
        };
        Ok(v1::SearchCasesResponse { hits: found.into_iter().map(hit).collect(), next_page_token })
    }
}

/// A term that was asked and occurs in what is found.
fn evidence((field, term): &(Field, String)) -> v1::SearchEvidence {
    let field = match field {
        Field::Name => v1::SearchField::Name,
        Field::Document => v1::SearchField::Document,
        Field::Phone => v1::SearchField::Phone,
        Field::Born => v1::SearchField::Born,
        Field::Exploitation => v1::SearchField::Exploitation,
        Field::Sender => v1::SearchField::Sender,
        Field::Operation => v1::SearchField::Operation,
        Field::Word | Field::Tally | Field::Library | Field::Country => v1::SearchField::Word,
    };
    v1::SearchEvidence { field: field.into(), term: term.clone(), reply_id: String::new() }
}
