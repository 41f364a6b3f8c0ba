//! `amana group …` and `amana hub group …`: groups and operations, and who takes part.

use amana_client::{Operator as OperatorCalls, group_service};
use amana_kit::clock::SystemClock;
use amana_node::{AnswerError, answer_invitation};
use amana_types::group::{Answer, GroupKind};
use amana_types::labels::{Word, label};
use amana_types::{Clock, Directory, Duration, GroupName, GroupTerms, MemberCode, Timestamp};
use amana_types::{Language, Text};
use amana_wire::{json, v1};
use serde_json::{Value, json};

use super::operator::{self, parsed};
use super::reason::access;
use super::{call, folder, reason};
use crate::args::{AnswerArgs, GroupAddArgs, GroupChangeArgs, GroupCommand, GroupTermsArgs, HubGroupCommand};
use crate::context;
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::settings::Settings;
use crate::show;

pub(crate) async fn run(command: GroupCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        GroupCommand::List => {
            let values: Vec<Value> = all(settings).await?.iter().map(json::view).collect();
            settings.out.many(&values, |values| show::groups(values, settings.out.lang))
        }
        GroupCommand::Show { name } => {
            let mut node = group_service(context::agency(settings).await?);
            let request = v1::GetGroupRequest { access: access(settings), name };
            let answer = call::within(settings.timeout, node.get_group(request)).await?;
            let value = json::view(&answer.group.unwrap_or_default());
            settings.out.one(&value, || show::group(&value, settings.out.lang))
        }
        GroupCommand::Accept(args) => answer(&args, Answer::Accept, settings).await,
        GroupCommand::Decline(args) => answer(&args, Answer::Decline, settings).await,
        GroupCommand::Leave(args) => answer(&args, Answer::Leave, settings).await,
    }
}

/// Every group of the directory.
pub(crate) async fn all(settings: &Settings) -> Result<Vec<v1::Group>, Failure> {
    let mut node = group_service(context::agency(settings).await?);
    let mut request = v1::ListGroupsRequest { access: access(settings), ..Default::default() };
    let mut groups = Vec::new();
    loop {
        let page = call::within(settings.timeout, node.list_groups(request.clone())).await?;
        groups.extend(page.groups);
        if page.next_page_token.is_empty() {
            return Ok(groups);
        }
        request.page_token = page.next_page_token;
    }
}

async fn answer(args: &AnswerArgs, answer: Answer, settings: &Settings) -> Result<(), Failure> {
    let group: GroupName = parsed(&args.name, "NAME")?;
    let layout = folder::node(&args.dir)?;
    let secret = settings.passphrase()?;
    let answering = answer_invitation(&layout, &group, answer, &secret);
    let answered = tokio::time::timeout(settings.timeout, answering).await;
    let answered = answered.map_err(|_| Failure::new(Exit::Cancelled, "no answer from the hub in time"))?;
    let answered = answered.map_err(answer_failed)?;
    let value = json!({
        "group": group.as_str(),
        "member": answered.member.to_string(),
        "membership": answered.membership.code(),
        "log_index": answered.index.0,
    });
    settings.out.one(&value, || {
        let membership = label(answered.membership, show::language(settings.out.lang));
        let who = format!("{} > {group}: {membership}", answered.member);
        show::done::logged(who, answered.index, settings.out.lang)
    })
}

fn answer_failed(error: AnswerError) -> Failure {
    match &error {
        AnswerError::Client(client) => call::failed(client),
        AnswerError::Connect(error) => call::unconnected(error),
        AnswerError::Refused(refused) => {
            Failure::new(Exit::Refused, format_args!("{}: {refused}", refused.reason()))
        }
        AnswerError::Directory(_) => Failure::new(Exit::Verification, error),
        AnswerError::Node(_) => Failure::new(Exit::NoIdentity, error),
    }
}

/// `amana hub group …`.
pub(crate) async fn steer(command: HubGroupCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        HubGroupCommand::Add(args) => add(args, settings).await,
        HubGroupCommand::Change(args) => change(args, settings).await,
        HubGroupCommand::End { name } => end(&name, settings).await,
        HubGroupCommand::List => {
            let values: Vec<Value> = traffic(settings).await?.iter().map(json::view).collect();
            settings.out.many(&values, |values| show::group_traffic(values, settings.out.lang))
        }
        HubGroupCommand::Show { name } => {
            let groups = traffic(settings).await?;
            let found = groups.iter().find(|one| one.group.as_ref().is_some_and(|group| group.name == name));
            let Some(found) = found else {
                return Err(Failure::new(Exit::NotFound, format_args!("there is no group {name}")));
            };
            let value = json::view(found);
            settings.out.one(&value, || show::one_groups_traffic(&value, settings.out.lang))
        }
    }
}

async fn traffic(settings: &Settings) -> Result<Vec<v1::GroupTraffic>, Failure> {
    let (_, channel) = operator::operator_channel(settings).await?;
    call::client(settings.timeout, OperatorCalls::new(channel).groups()).await
}

async fn add(args: GroupAddArgs, settings: &Settings) -> Result<(), Failure> {
    let kind: GroupKind = reason::code(&args.kind, "--kind")?;
    let starts = match (kind, args.starts) {
        (_, Some(text)) => Some(parsed::<Timestamp>(&text, "--starts")?),
        (GroupKind::Operation, None) => Some(SystemClock.now()),
        (GroupKind::SpecialistGroup, None) => None,
    };
    let mut terms = GroupTerms {
        name: parsed(&args.name, "NAME")?,
        kind,
        title: Vec::new(),
        description: Vec::new(),
        lead: None,
        invited: codes(&args.invited, "--invite")?.into_iter().collect(),
        starts,
        ends: None,
    };
    put_in(&mut terms, args.terms)?;
    let name = terms.name.clone();
    let make = |known: &Directory| match known.groups.contains_key(&terms.name) {
        false => Ok(terms),
        true => Err(Failure::new(Exit::Refused, format_args!("there is a group {} already", terms.name))
            .hint("change it with `amana hub group change`")),
    };
    let index = set(settings, make).await?;
    let accept = show::word(Word::InvitedHaveToAccept, settings.out.lang);
    note(&format!("{}; {accept}", logged(Word::GroupMade, &name, index, settings)));
    Ok(())
}

async fn change(args: GroupChangeArgs, settings: &Settings) -> Result<(), Failure> {
    let name: GroupName = parsed(&args.name, "NAME")?;
    let (more, fewer) = (codes(&args.invited, "--invite")?, codes(&args.uninvited, "--uninvite")?);
    let starts = args.starts.as_deref().map(|text| parsed::<Timestamp>(text, "--starts")).transpose()?;
    let make = |known: &Directory| {
        let mut terms = present(known, &name)?;
        terms.invited.extend(more);
        terms.invited.retain(|code| !fewer.contains(code));
        terms.starts = starts.or(terms.starts);
        put_in(&mut terms, args.terms)?;
        Ok(terms)
    };
    let index = set(settings, make).await?;
    note(&logged(Word::GroupChanged, &name, index, settings));
    Ok(())
}

async fn end(name: &str, settings: &Settings) -> Result<(), Failure> {
    let name: GroupName = parsed(name, "NAME")?;
    let now = SystemClock.now();
    let make = |known: &Directory| {
        let mut terms = present(known, &name)?;
        if terms.kind != GroupKind::Operation {
            let why = "only an operation ends; invite nobody any more to a specialist group that is over";
            return Err(Failure::new(Exit::Usage, why));
        }
        if terms.ends.is_some_and(|ends| ends <= now) {
            return Err(Failure::new(Exit::Refused, format_args!("{name} has ended already")));
        }
        // One that has not started yet never will: it still ends after its start.
        terms.starts = terms.starts.map(|starts| starts.min(now.before(Duration::from_millis(1))));
        terms.ends = Some(now);
        Ok(terms)
    };
    let index = set(settings, make).await?;
    note(&logged(Word::OperationEnded, &name, index, settings));
    Ok(())
}

/// What was done with a group, and where that is in the log.
fn logged(what: Word, name: &GroupName, index: u64, settings: &Settings) -> String {
    let lang = settings.out.lang;
    show::done::logged(show::done::about(what, name, lang), index, lang)
}

fn present(known: &Directory, name: &GroupName) -> Result<GroupTerms, Failure> {
    let group = known.groups.get(name);
    let group =
        group.ok_or_else(|| Failure::new(Exit::NotFound, format_args!("there is no group {name}")))?;
    Ok(group.terms.clone())
}

/// Signs what is made of the directory as it stands, and submits it.
async fn set(
    settings: &Settings,
    make: impl FnOnce(&Directory) -> Result<GroupTerms, Failure>,
) -> Result<u64, Failure> {
    let passphrase = settings.key_passphrase()?;
    operator::submit(settings, |operator, known| {
        let terms = make(known)?;
        operator.sign_group(terms, known.root_entries, &passphrase).map_err(operator::failed)
    })
    .await
}

/// Puts what was given in place of what was.
fn put_in(terms: &mut GroupTerms, given: GroupTermsArgs) -> Result<(), Failure> {
    if !given.title.is_empty() {
        terms.title = texts(&given.title, "--title")?;
    }
    if !given.description.is_empty() {
        terms.description = texts(&given.description, "--description")?;
    }
    if let Some(lead) = given.lead {
        terms.lead = Some(parsed(&lead, "--lead")?);
    }
    if let Some(ends) = given.ends {
        terms.ends = Some(parsed(&ends, "--ends")?);
    }
    Ok(())
}

fn codes(texts: &[String], flag: &str) -> Result<Vec<MemberCode>, Failure> {
    texts.iter().map(|code| parsed(code, flag)).collect()
}

fn texts(given: &[String], flag: &str) -> Result<Vec<Text>, Failure> {
    let read = |text: &String| {
        let (language, text) = text.split_once('=').ok_or_else(|| {
            Failure::new(Exit::Usage, format_args!("{flag}: say the language first, such as \"en=…\""))
        })?;
        Ok(Text { language: parsed::<Language>(language, flag)?, text: text.to_owned() })
    };
    given.iter().map(read).collect()
}
