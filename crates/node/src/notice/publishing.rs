//! Checking and publishing.

use amana_notice::known;
use amana_notice::rules::Terms;
use amana_notice::{Problem, SectionKind, check, sections_of};
use amana_policy::operation::{self, OperationNotice};
use amana_policy::{Permit, RouteRefused, Told, explain, fit, grants, route};
use amana_types::{Addressing, Directory, Reason};
use amana_wire::convert::{addressing, number};
use amana_wire::v1;
use ring::digest::{Context, SHA256};

use crate::api::agency::{AgencyApi, codes};
use crate::api::error::CallError;
use crate::drafts::save::Discarding;
use crate::fold::parts::BlindDigest;
use crate::notice::publish::{Publication, PublishError, Published};
use crate::outbox::sealing::SealingError;

/// The most characters of a request id.
const REQUEST_ID_CHARS: usize = 64;

impl AgencyApi {
    /// Says what is wrong with a notice, and who would receive it and why.
    pub(crate) async fn check_notice(
        &self,
        _: Permit,
        v1::CheckNoticeRequest { notice, addressing, .. }: v1::CheckNoticeRequest,
    ) -> Result<v1::CheckNoticeResponse, CallError> {
        let now = self.clock.now();
        let draft = notice.unwrap_or_default();
        let needs_review = draft_needs_review(&draft);
        let mut problems: Vec<v1::Problem> =
            check(&draft, now).err().unwrap_or_default().into_iter().map(problem).collect();
        let mut audience = Vec::new();
        match read_addressing(addressing) {
            Ok(addressing) => {
                let directory = self.cases.holdings.state().read().base.directory.clone();
                let own = directory.member(self.own);
                let held = needs_review || own.is_some_and(|own| own.is_under_review());
                match route(&addressing, self.own, held, &directory, now) {
                    Ok(audience) => {
                        let unfit = fit(told(&draft), self.own, &audience, held, &directory);
                        problems
                            .extend(unfit.iter().map(|unfit| error(unfit.field(), unfit.reason(), unfit)));
                    }
                    Err(refused) => problems.push(error("addressing", refused.reason(), &refused)),
                }
                problems.extend(self.operation_problem(&draft, &addressing, held, &directory));
                let decisions = explain(&addressing, self.own, held, &directory, now);
                let sections = sections_of(&draft, now);
                audience.extend(decisions.iter().map(|decision| {
                    let member = directory.member(decision.member).filter(|_| decision.receives());
                    let opens =
                        |section: &&SectionKind| member.is_some_and(|member| grants(**section, member));
                    v1::AudienceDecision {
                        member: decision.member.to_string(),
                        receives: decision.receives(),
                        reason: decision.rule.to_string(),
                        sections: sections.iter().filter(opens).map(|section| number(*section)).collect(),
                    }
                }));
            }
            Err(found) => problems.extend(found.into_iter().map(problem)),
        }
        Ok(v1::CheckNoticeResponse { problems, audience })
    }

    /// Seals a notice and queues it.
    pub(crate) async fn publish_notice(
        &self,
        permit: Permit,
        message: v1::PublishNoticeRequest,
    ) -> Result<v1::PublishNoticeResponse, CallError> {
        let request = self.request_digest(&permit, &message.request_id)?;
        let content = self.content_digest("", message.notice.as_ref(), message.addressing.as_ref());
        let checked = check(&message.notice.unwrap_or_default(), self.clock.now());
        let addressed = read_addressing(message.addressing);
        let (notice, addressing) = match (checked, addressed) {
            (Ok(notice), Ok(addressing)) => (notice, addressing),
            (notice, addressing) => {
                let mut problems = notice.err().unwrap_or_default();
                problems.extend(addressing.err().unwrap_or_default());
                return Err(CallError::Notice(problems));
            }
        };
        let agency = permit.caller().name.clone();
        let draft = message.draft.map(|draft| self.draft_ref(Some(draft), &agency)).transpose()?;
        let draft = draft.map(|(draft, agency)| Discarding { draft, agency });
        let publication = Publication { request, content, notice, addressing, agency, origin: None, draft };
        // Its directory does not reach a suspended member, but the hub's word at the door does.
        if self.hub.fault().is_some_and(|(cause, _)| cause.known() == Some(Reason::CallerSuspended)) {
            let refused = SealingError::from(RouteRefused::SenderSuspended(self.own));
            return Err(PublishError::from(refused).into());
        }
        self.gate.write_down(&permit, &[]).await?;
        let published = self.commands.run(publication).await?;
        Ok(v1::PublishNoticeResponse {
            notice_id: published.id.to_string(),
            recipients: codes(&published.recipients),
            repeated_request: published.repeated,
        })
    }

    /// Publishes a notice that this node wrote itself.
    pub(crate) async fn publish_own(
        &self,
        request: BlindDigest,
        content: BlindDigest,
        notice: v1::Notice,
        to: v1::Addressing,
    ) -> Result<Published, CallError> {
        let notice = check(&notice, self.clock.now()).map_err(CallError::Notice)?;
        let addressing = read_addressing(Some(to)).map_err(CallError::Notice)?;
        // What the node writes itself attaches nothing, and passes nothing on.
        let (agency, origin) = (String::new(), None);
        let publication = Publication { request, content, notice, addressing, agency, origin, draft: None };
        Ok(self.commands.run(publication).await?)
    }

    /// What speaks against sending it in the name of its operation.
    fn operation_problem(
        &self,
        draft: &v1::Notice,
        addressing: &Addressing,
        held: bool,
        directory: &Directory,
    ) -> Option<v1::Problem> {
        let name = draft.operation.trim().parse().ok()?;
        let now = self.clock.now();
        let audience = route(addressing, self.own, held, directory, now).ok()?;
        let what = match draft.closing_report {
            Some(_) => OperationNotice::ClosingReport,
            None => OperationNotice::Ordinary,
        };
        let refused = operation::may_send(&name, what, (self.own, &audience), directory, now).err()?;
        Some(error("operation", refused.reason(), &refused))
    }

    /// What tells two requests apart, keyed.
    pub(crate) fn message_digest(&self, message: &[u8]) -> BlindDigest {
        let mut context = Context::new(&SHA256);
        context.update(message);
        let digest: String = context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        self.cases.vault.digest("publication", &digest)
    }

    /// By what a request is found again.
    pub(crate) fn request_digest(&self, permit: &Permit, id: &str) -> Result<BlindDigest, CallError> {
        if !(1..=REQUEST_ID_CHARS).contains(&id.chars().count()) {
            return Err(CallError::RequestId);
        }
        Ok(self.cases.vault.digest("request", &format!("{}\n{id}", permit.caller().name)))
    }

    /// A keyed digest of a message, so that nobody can guess what it says by it.
    pub(crate) fn bytes_digest(&self, what: &str, bytes: &[u8]) -> BlindDigest {
        let mut context = Context::new(&SHA256);
        context.update(bytes);
        let digest: String = context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        self.cases.vault.digest(what, &digest)
    }

    /// What tells two publications apart, keyed, so that nobody can guess a notice by it.
    /// `of` is the version that is amended, if one is.
    pub(crate) fn content_digest(
        &self,
        of: &str,
        notice: Option<&v1::Notice>,
        addressing: Option<&v1::Addressing>,
    ) -> BlindDigest {
        let mut context = Context::new(&SHA256);
        context.update(of.as_bytes());
        for part in [notice.map(prost::Message::encode_to_vec), addressing.map(prost::Message::encode_to_vec)]
        {
            let part = part.unwrap_or_default();
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(&part);
        }
        let digest: String = context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        self.cases.vault.digest("publication", &digest)
    }
}

fn draft_needs_review(draft: &v1::Notice) -> bool {
    let Told { circulation, notice_type, .. } = told(draft);
    Terms::of(circulation, notice_type).needs_review()
}

fn told(draft: &v1::Notice) -> Told {
    let (circulation, notice_type) = (known(draft.circulation), known(draft.r#type));
    let has_part_for_partners = draft.referral.is_some() || draft.main_section() == SectionKind::Bulletin;
    Told { circulation, notice_type, has_part_for_partners }
}

pub(crate) fn read_addressing(message: Option<v1::Addressing>) -> Result<Addressing, Vec<Problem>> {
    addressing(&message.unwrap_or_default(), "addressing")
}

fn problem(problem: Problem) -> v1::Problem {
    let severity = v1::ProblemSeverity::Error.into();
    v1::Problem { field: problem.field, rule: problem.rule.to_string(), message: problem.message, severity }
}

/// What speaks against sending it, beside what the notice says.
fn error(field: &str, reason: Reason, why: &impl std::fmt::Display) -> v1::Problem {
    let (field, rule, message) = (field.to_owned(), reason.code().to_owned(), why.to_string());
    v1::Problem { field, rule, message, severity: v1::ProblemSeverity::Error.into() }
}
