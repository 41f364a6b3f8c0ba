//! Things as a person reads them: labels in their language, texts in their own direction.

mod attachments;
mod bulletins;
pub(crate) mod done;
pub(crate) mod draft;
mod groups;
mod replies;
mod things;
pub(crate) mod trail;
mod versions;

use amana_types::CountryCode;
use amana_types::labels::{self, Field, Word};
use amana_wire::v1;
use serde_json::Value;

use crate::args::Lang;
use crate::output::{field, isolate, note, table, within_line};
pub(crate) use replies::{due, reply};

pub(crate) use bulletins::{figures, library_item, library_items, operation};
pub(crate) use groups::{group, group_traffic, groups, one_groups_traffic};
pub(crate) use versions::{diff, version};

pub(crate) use crate::words::{language, word};

const fn code_of(lang: Lang) -> &'static str {
    match lang {
        Lang::Ar => "ar",
        Lang::En => "en",
        Lang::Fr => "fr",
        Lang::Es => "es",
    }
}

/// The label of a code; the code itself where it has none, so that nothing a newer node says is lost.
fn labelled(kind: &str, code: &str, lang: Lang) -> String {
    labels::by_code(kind, code, language(lang)).map_or_else(|| code.to_owned(), within_line)
}

/// A code where there is little room: an English reader knows the codes of the contract as they are.
fn short(kind: &str, code: &str, lang: Lang) -> String {
    if lang == Lang::En || code.is_empty() { code.to_owned() } else { labelled(kind, code, lang) }
}

/// Which language a text is shown in, whether that is the original, and in which others it exists. The
/// original is the one that stands first.
fn marks(texts: Option<&Value>, shown: &Value, lang: Lang) -> String {
    let all: Vec<String> =
        texts.and_then(Value::as_array).into_iter().flatten().map(|text| field(text, "language")).collect();
    let own = field(shown, "language");
    let original = word(Word::Original, lang);
    let is_original = all.first() == Some(&own);
    let mut marks = own.clone();
    if is_original && own != code_of(lang) {
        marks = format!("{marks}, {original}");
    }
    let named = |(place, code): (usize, &String)| {
        if place == 0 { format!("{code} ({original})") } else { code.clone() }
    };
    let others: Vec<String> = all.iter().enumerate().filter(|(_, code)| **code != own).map(named).collect();
    if others.is_empty() {
        return marks;
    }
    format!("{marks}; {} {}", word(Word::AlsoIn, lang), others.join(", "))
}

/// Of several texts, the one in the reader's language, else the original, which stands first.
fn best(texts: Option<&Value>, lang: Lang) -> Option<&Value> {
    let texts = texts?.as_array()?;
    let own = |text: &&Value| field(text, "language") == code_of(lang);
    texts.iter().find(own).or_else(|| texts.first())
}

/// The text of [`best`], on one line.
pub(crate) fn best_text(texts: Option<&Value>, lang: Lang) -> String {
    best(texts, lang).map(|text| field(text, "text").replace('\n', " ")).unwrap_or_default()
}

/// The text of [`best`], on one line with its language before it, and no longer than so many characters.
fn best_line(texts: Option<&Value>, most: usize, lang: Lang) -> String {
    let Some(text) = best(texts, lang) else { return String::new() };
    let mut line = field(text, "text").replace('\n', " ");
    if let Some((cut, _)) = line.char_indices().nth(most) {
        line.truncate(cut);
        line.push('…');
    }
    format!("[{}] {}", field(text, "language"), isolate(&line))
}

/// One notice whole.
pub(crate) fn notice(view: &Value, lang: Lang) -> String {
    let null = Value::Null;
    let summary = view.get("summary").unwrap_or(&null);
    let notice = view.get("notice").unwrap_or(&null);
    let mut page = Page { lang, lines: Vec::new() };
    conditions(&mut page, notice);
    page.plain(Field::NoticeId, &field(summary, "notice_id"));
    versions::neighbours(&mut page, summary);
    page.plain(Field::Sender, &country(&field(summary, "sender"), lang));
    replies::origin(&mut page, view);
    for (name, kind, list) in HEAD {
        match name {
            Field::Handling => replies::handling_line(&mut page, view.get("marking").unwrap_or(&Value::Null)),
            _ => page.code(*name, list, &field(notice, kind)),
        }
    }
    page.plain(Field::CaseReference, &field(notice, "case_reference"));
    for (name, reference) in REFERENCES {
        page.plain(*name, &isolate_if_any(&field(notice, reference)));
    }
    for (name, texts) in TEXTS {
        page.text(*name, notice.get(texts));
    }
    bulletins::shared(&mut page, notice);
    offences(&mut page, notice);
    persons(&mut page, notice, view.get("withheld_persons"));
    route(&mut page, notice);
    referral(&mut page, notice);
    things::things(&mut page, notice);
    attachments::attachments(&mut page, view);
    page.plain(Field::Expires, &field(notice, "expires"));
    page.lines.join("\n")
}

/// The attachments of a notice alone.
pub(crate) fn attachment_list(view: &Value, lang: Lang) -> String {
    let mut page = Page { lang, lines: Vec::new() };
    attachments::attachments(&mut page, view);
    page.lines.join("\n").trim_start().to_owned()
}

/// Codes at the top of a notice: the label's field, the JSON field, the list of codes.
const HEAD: &[(Field, &str, &str)] = &[
    (Field::Circulation, "circulation", "circulation"),
    (Field::Type, "type", "notice_type"),
    (Field::Urgency, "urgency", "urgency"),
    (Field::Handling, "handling", "handling"),
    (Field::Purpose, "purpose", "purpose"),
];

/// References under the case's own.
const REFERENCES: &[(Field, &str)] = &[
    (Field::ArrestWarrantReference, "arrest_warrant_reference"),
    (Field::SanctionsReference, "sanctions_reference"),
];

/// What is written about the case, in the order in which it is read.
const TEXTS: &[(Field, &str)] = &[
    (Field::Subject, "subject"),
    (Field::Question, "question"),
    (Field::Threat, "threat"),
    (Field::Narrative, "narrative"),
    (Field::ModusOperandi, "modus_operandi"),
];

/// What the owner demands is read before anything else.
fn conditions(page: &mut Page, notice: &Value) {
    page.text(Field::HandlingConditions, notice.pointer("/marking/conditions"));
}

fn offences(page: &mut Page, notice: &Value) {
    for offence in items(notice, "offences") {
        page.code(Field::Offences, "offence_type", &field(offence, "type"));
        page.codes(Field::Acts, "act", offence.get("acts"));
        page.codes(Field::Means, "means", offence.get("means"));
        page.evaluation(offence);
    }
    for form in items(notice, "exploitation") {
        page.code(Field::Exploitation, "exploitation", &field(form, "form"));
        page.code(Field::Criminality, "forced_criminality", &field(form, "criminality"));
    }
}

fn persons(page: &mut Page, notice: &Value, withheld: Option<&Value>) {
    let withheld: Vec<u64> =
        withheld.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_u64).collect();
    for (person, index) in items(notice, "persons").zip(0_u64..) {
        page.lines.push(String::new());
        let roles = items(person, "roles").filter_map(Value::as_str);
        let roles: Vec<String> = roles.map(|role| page.label("person_role", role)).collect();
        page.head(Field::Role, &listed(&roles, page.lang), person);
        if withheld.contains(&index) {
            page.lines.push(format!("  [{}]", labels::label(Field::IdentityWithheld, language(page.lang))));
        }
        for name in items(person, "names") {
            let mut shown = isolate(&field(name, "original"));
            let latin = field(name, "latin");
            if !latin.is_empty() {
                shown = format!("{shown}  {latin}");
            }
            let label = if field(name, "kind") == "ALIAS" { Field::Alias } else { Field::Names };
            page.plain(label, &shown);
        }
        page.plain(Field::Born, &field(person, "born"));
        page.code(Field::Sex, "sex", &field(person, "sex"));
        page.code(Field::AgeGroup, "age_group", &field(person, "age_group"));
        let nations: Vec<String> =
            items(person, "nationalities").filter_map(Value::as_str).map(|c| country(c, page.lang)).collect();
        page.plain(Field::Nationalities, &listed(&nations, page.lang));
        for document in items(person, "documents") {
            let kind = page.label("document_type", &field(document, "type"));
            let issuer = country(&field(document, "issuing_country"), page.lang);
            page.plain(Field::Documents, &format!("{kind} {} {issuer}", field(document, "number")));
        }
        page.plain(Field::Phones, &field(person, "phones"));
        page.plain(Field::Emails, &field(person, "emails"));
        for account in items(person, "accounts") {
            let shown = [isolate(&field(account, "platform")), isolate(&field(account, "identifier"))];
            page.plain(Field::Accounts, &shown.join(" "));
        }
        page.codes(Field::Measures, "requested_measure", person.get("measures"));
        page.text(Field::Remarks, person.get("remarks"));
        page.evaluation(person);
        things::trafficking(page, person);
    }
}

fn route(page: &mut Page, notice: &Value) {
    if items(notice, "route").next().is_some() {
        page.lines.push(String::new());
    }
    for leg in items(notice, "route") {
        let stage = page.label("route_stage", &field(leg, "stage"));
        let mut place = country(&field(leg, "country"), page.lang);
        if place.is_empty() {
            place = page.label("region", &field(leg, "region"));
        }
        let detail = [field(leg, "place"), field(leg, "carrier")];
        let detail: Vec<String> =
            detail.iter().filter(|text| !text.is_empty()).map(|text| isolate(text)).collect();
        page.plain(Field::Route, &format!("{stage}: {place} {}", detail.join(" ")));
        page.evaluation(leg);
    }
}

/// What victims and children need from partners.
fn referral(page: &mut Page, notice: &Value) {
    let Some(referral) = notice.get("referral").filter(|value| !value.is_null()) else { return };
    page.lines.push(String::new());
    page.text(Field::Referral, referral.get("summary"));
    page.codes(Field::Needs, "referral_need", referral.get("needs"));
    let place = country(&field(referral, "country"), page.lang);
    page.plain(Field::Place, &format!("{place} {}", isolate_if_any(&field(referral, "place"))));
    page.plain(Field::ContactPoint, &isolate_if_any(&field(referral, "contact")));
    page.plain(Field::Until, &field(referral, "until"));
}

/// A page in the making: a label and a value a line.
struct Page {
    lang: Lang,
    lines: Vec<String>,
}

impl Page {
    fn plain(&mut self, name: Field, value: &str) {
        if !value.trim().is_empty() {
            self.lines.push(format!("{}: {}", labels::label(name, language(self.lang)), value.trim_end()));
        }
    }

    fn label(&self, kind: &str, code: &str) -> String {
        let known = labels::by_code(kind, code, language(self.lang));
        known.unwrap_or(if code == "UNSPECIFIED" { "" } else { code }).to_owned()
    }

    fn code(&mut self, name: Field, kind: &str, code: &str) {
        let label = self.label(kind, code);
        self.plain(name, &label);
    }

    fn codes(&mut self, name: Field, kind: &str, codes: Option<&Value>) {
        let codes = codes.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let labels: Vec<String> = codes.map(|code| self.label(kind, code)).collect();
        self.plain(name, &listed(&labels, self.lang));
    }

    /// A text in the reader's language when there, else in the original, always marked which.
    fn text(&mut self, name: Field, texts: Option<&Value>) {
        if let Some(text) = best(texts, self.lang) {
            let label = labels::label(name, language(self.lang));
            self.lines.push(format!(
                "{label} [{}]: {}",
                marks(texts, text, self.lang),
                isolate(field(text, "text").trim_end())
            ));
        }
    }
}

/// [`isolate`] for what may be absent: an absent value stays empty.
fn isolate_if_any(text: &str) -> String {
    if text.is_empty() { String::new() } else { isolate(text) }
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// A country's name and code; the code alone when it has no name.
fn country(code: &str, lang: Lang) -> String {
    let name = code.parse::<CountryCode>().ok().and_then(|code| labels::country_name(code, language(lang)));
    name.map_or_else(|| code.to_owned(), |name| format!("{name} ({code})"))
}

/// How much of a subject a list shows, in characters: with its language it fits 80 columns.
const SUBJECT: usize = 69;

/// One notice in a list: what is short on one line, the id whole, then the subject; free text last and
/// isolated, so that its direction disturbs nothing.
pub(crate) fn summary(value: &Value, lang: Lang) -> String {
    let kind = Some(field(value, "type")).filter(|code| !code.is_empty() && code != "UNSPECIFIED");
    let kind = kind.map(|code| short("notice_type", &code, lang));
    let created: String = field(value, "created_at").chars().take(10).collect();
    format!(
        "{}  {:<4}  {:<10}  {:<8}  {}  {created}{}\n  {}",
        field(value, "notice_id"),
        field(value, "sender"),
        kind.as_deref().unwrap_or("-"),
        short("urgency", &field(value, "urgency"), lang),
        value.get("marking").map(|marking| field(marking, "handling")).unwrap_or_default(),
        versions::marks(value, lang),
        best_line(value.get("subject"), SUBJECT, lang),
    )
}

/// What came in, on one line.
pub(crate) fn arrival(view: &Value, lang: Lang) -> String {
    let part = |name| view.get(name).filter(|part| !part.is_null());
    match (part("reply"), part("notice")) {
        (Some(reply), _) => replies::line(reply, lang),
        (None, notice) => line(notice.unwrap_or(&Value::Null), lang),
    }
}

/// One notice on one line.
fn line(summary: &Value, lang: Lang) -> String {
    format!(
        "{}  {}  {}  {}",
        field(summary, "notice_id"),
        field(summary, "sender"),
        labels::by_code("notice_type", &field(summary, "type"), language(lang))
            .map_or_else(|| "-".to_owned(), within_line),
        best_line(summary.get("subject"), usize::MAX, lang),
    )
}

/// Where a sent notice stands: what each recipient signed, and who owes an erasure receipt.
pub(crate) fn receipts(view: &Value, lang: Lang) -> String {
    let index = log_index(view);
    let at =
        if index.is_empty() { String::new() } else { format!(", {} {index}", word(Word::InTheLogAt, lang)) };
    let message = explained(&field(view, "message"), lang);
    let state = labelled("delivery_state", &field(view, "state"), lang);
    let mut lines = vec![format!("{state}{at}{}{message}", if message.is_empty() { "" } else { ": " })];
    let ended = field(view, "ended_at");
    let status = field(view, "status");
    if matches!(status.as_str(), "AMENDED" | "SUSPENDED") {
        lines.push(labelled("notice_status", &status, lang));
    }
    if !ended.is_empty() {
        let label = |kind, code: &str| {
            labels::by_code(kind, code, language(lang)).map(within_line).unwrap_or_default()
        };
        let status = label("notice_status", &field(view, "status"));
        let ground = label("withdrawal_ground", &field(view, "ground"));
        let ground = if ground.is_empty() { ground } else { format!(": {ground}") };
        lines.push(format!("{status} {}{ground}", second(&ended)));
    }
    lines.extend(waits_for(view, lang));
    lines.extend(reviewed(view, lang));
    let rows = items(view, "recipients").map(|r| {
        let owes = field(r, "owes_erasure_since");
        let erased = if owes.is_empty() {
            second(&field(r, "erased_at"))
        } else {
            format!("{} {}", word(Word::OwesErasureSince, lang), second(&owes))
        };
        let (delivered, read) = (second(&field(r, "delivered_at")), second(&field(r, "read_at")));
        let state = labelled("delivery_state", &field(r, "state"), lang);
        vec![field(r, "member"), state, delivered, read, erased]
    });
    let heads = [Word::Member, Word::State, Word::Delivered, Word::Read, Word::Erased];
    let heads = heads.map(|head| word(head, lang));
    lines.push(table(&heads.each_ref().map(String::as_str), rows));
    lines.extend(versions::debts(view, lang));
    lines.join("\n")
}

/// Why something about a notice has not gone out, since when, and when it is tried again.
fn waits_for(view: &Value, lang: Lang) -> Option<String> {
    let cause = view.get("waits_for").filter(|cause| !cause.is_null())?;
    let since = format!("{} {}", word(Word::Since, lang), second(&field(cause, "since")));
    let next = second(&field(cause, "next_try"));
    let next = if next.is_empty() { next } else { format!("; {} {next}", word(Word::NextTry, lang)) };
    Some(format!("{}: {}; {since}{next}", word(Word::WaitsFor, lang), because_of(cause, lang)))
}

/// The reason of a cause, and in English what was said about it.
pub(crate) fn because_of(cause: &Value, lang: Lang) -> String {
    explained(&format!("{}: {}", field(cause, "reason"), field(cause, "message")), lang)
}

/// Where something stands in the log; empty while it does not.
fn log_index(value: &Value) -> String {
    value.get("log_place").map(|place| field(place, "index")).unwrap_or_default()
}

/// Says which entries of a list cannot be shown.
pub(crate) fn unreadable(entries: &[v1::Unreadable], lang: Lang) {
    for entry in entries {
        let code = entry.reason().as_str_name();
        let code = code.strip_prefix("ERROR_REASON_").unwrap_or(code);
        let reason = labels::by_code("reason", code, language(lang)).map(within_line).unwrap_or_default();
        note(&format!("{}: {code}: {reason}", entry.id));
    }
}

/// Why a notice was not taken: a stable reason, and in English what was said about it.
fn explained(message: &str, lang: Lang) -> String {
    let reason = message.split_once(':').map_or(message, |(reason, _)| reason);
    let label = labels::by_code("reason", reason, language(lang)).map(within_line);
    match label {
        Some(label) if lang != Lang::En => format!("{reason}: {label}"),
        _ => message.to_owned(),
    }
}

/// What the review desk said, or that it has not yet.
fn reviewed(view: &Value, lang: Lang) -> Option<String> {
    let label =
        |kind, code: &str| labels::by_code(kind, code, language(lang)).map(within_line).unwrap_or_default();
    let status = field(view, "status");
    let Some(review) = view.get("review").filter(|review| !review.is_null()) else {
        return (status == "UNDER_REVIEW").then(|| label("notice_status", &status));
    };
    let ground = label("review_ground", &field(review, "ground"));
    let text = field(review, "text").replace('\n', " ");
    let why = [ground, if text.is_empty() { text } else { isolate(&text) }];
    let why: Vec<&str> = why.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    let why = if why.is_empty() { String::new() } else { format!(": {}", why.join("; ")) };
    let verdict = label("review_verdict", &field(review, "verdict"));
    Some(format!("{} {verdict} {}{why}", field(review, "desk"), second(&field(review, "decided_at"))))
}

/// A notice that waits for the review desk.
pub(crate) fn review(view: &Value, lang: Lang) -> String {
    let flag = |name| view.get(name) == Some(&Value::Bool(true));
    let state = match (flag("decided"), flag("proposed")) {
        (true, _) => Some(Word::Decided),
        (false, true) => Some(Word::PassedByOne),
        (false, false) => None,
    };
    let state = state.map(|state| format!("  {}", word(state, lang))).unwrap_or_default();
    match view.get("reply").filter(|reply| !reply.is_null()) {
        Some(said) => format!("{}{state}", reply(said, lang)),
        None => format!("{}{state}", line(view.get("notice").unwrap_or(&Value::Null), lang)),
    }
}

/// A figure of a node's state: its name and its value.
pub(crate) fn figure(name: &str, value: &str, lang: Lang) -> Vec<String> {
    let label = labels::by_code("status_field", &name.to_uppercase(), language(lang));
    let value = match value {
        "true" => word(Word::Yes, lang),
        "false" => word(Word::No, lang),
        value => value.to_owned(),
    };
    vec![label.map_or_else(|| name.to_owned(), within_line), value]
}

/// Words one after the other, with the comma of the language.
fn listed(words: &[String], lang: Lang) -> String {
    words.join(if lang == Lang::Ar { "، " } else { ", " })
}

/// A moment without its fraction of a second.
fn second(moment: &str) -> String {
    moment.split_once('.').map_or_else(|| moment.to_owned(), |(whole, _)| format!("{whole}Z"))
}

/// What a check found.
pub(crate) fn check(view: &Value, lang: Lang) -> String {
    let mut lines: Vec<String> = items(view, "problems").map(|problem| mistake(problem, lang)).collect();
    let audience = items(view, "audience").map(|decision| {
        let receives = decision.get("receives") == Some(&Value::Bool(true));
        let verdict = word(if receives { Word::Receives } else { Word::DoesNotReceive }, lang);
        let sections = items(decision, "sections").filter_map(Value::as_str);
        let sections: Vec<String> = sections.map(|section| short("section_kind", section, lang)).collect();
        let sections = sections.join(if lang == Lang::En { " " } else { ", " });
        vec![field(decision, "member"), verdict, sections, because(&field(decision, "reason"), lang)]
    });
    let [member, opens, because] = [Word::Member, Word::Opens, Word::Because].map(|each| word(each, lang));
    lines.push(table(&[&member, "", &opens, &because], audience));
    lines.join("\n")
}

/// A mistake: in another language than English, the rule in that language before the precise detail.
fn mistake(problem: &Value, lang: Lang) -> String {
    let (path, rule, detail) = (field(problem, "field"), field(problem, "rule"), field(problem, "message"));
    let label = labels::by_code("rule", &rule, language(lang)).filter(|_| lang != Lang::En);
    match label {
        Some(label) => format!("{path}: {} — {} [{rule}]", within_line(label), isolate(&detail)),
        None => format!("{path}: {detail} [{rule}]"),
    }
}

/// By which rule a member receives: a code, of some with what it is about.
fn because(reason: &str, lang: Lang) -> String {
    let (code, about) = reason.split_once(' ').unwrap_or((reason, ""));
    let about = short("region", about, lang);
    format!("{} {about}", labelled("audience_rule", code, lang)).trim_end().to_owned()
}

#[cfg(test)]
#[path = "show/show_tests.rs"]
mod tests;
