//! Things as a person reads them: labels in their language, texts in their own direction.

mod bulletins;
mod groups;
mod replies;
mod things;
pub(crate) mod trail;
mod versions;

use amana_types::labels::{self, Field};
use amana_types::notice::{CountryCode, Language};
use serde_json::Value;

use crate::args::Lang;
use crate::output::{field, isolate, table};
pub(crate) use replies::{due, reply};

pub(crate) use bulletins::{figures, library_item, library_items, operation};
pub(crate) use groups::{group, group_traffic, groups, one_groups_traffic};
pub(crate) use versions::{diff, version};

/// The language of labels.
pub(crate) fn language(lang: Lang) -> Language {
    match lang {
        Lang::Ar => Language::AR,
        Lang::En => Language::EN,
        Lang::Fr => Language::FR,
        Lang::Es => Language::ES,
    }
}

const fn code_of(lang: Lang) -> &'static str {
    match lang {
        Lang::Ar => "ar",
        Lang::En => "en",
        Lang::Fr => "fr",
        Lang::Es => "es",
    }
}

/// Of several texts, the one in the reader's language, else the first.
fn best(texts: Option<&Value>, lang: Lang) -> Option<&Value> {
    let texts = texts?.as_array()?;
    let own = |text: &&Value| field(text, "language") == code_of(lang);
    texts.iter().find(own).or_else(|| texts.first())
}

/// The text of [`best`], on one line.
pub(crate) fn best_text(texts: Option<&Value>, lang: Lang) -> String {
    best(texts, lang).map(|text| field(text, "text").replace('\n', " ")).unwrap_or_default()
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
            Field::Handling => replies::handling_line(&mut page, view.get("handling").unwrap_or(&null)),
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
    page.plain(Field::Expires, &field(notice, "expires"));
    page.lines.join("\n")
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
    if notice.get("handling_conditions").and_then(Value::as_array).is_some_and(|texts| !texts.is_empty()) {
        page.text(Field::HandlingConditions, notice.get("handling_conditions"));
    }
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
        page.head(Field::Role, &page.label("person_role", &field(person, "role")), person);
        if withheld.contains(&index) {
            page.lines.push(format!("  [{}]", labels::label(Field::IdentityWithheld, language(page.lang))));
        }
        for name in items(person, "names") {
            let mut shown = isolate(&field(name, "original"));
            let latin = field(name, "latin");
            if !latin.is_empty() {
                shown = format!("{shown}  {latin}");
            }
            let label =
                if name.get("alias") == Some(&Value::Bool(true)) { Field::Alias } else { Field::Names };
            page.plain(label, &shown);
        }
        page.plain(Field::Born, &field(person, "born"));
        page.code(Field::Sex, "sex", &field(person, "sex"));
        page.code(Field::Majority, "majority", &field(person, "majority"));
        let nations: Vec<String> =
            items(person, "nationalities").filter_map(Value::as_str).map(|c| country(c, page.lang)).collect();
        page.plain(Field::Nationalities, &nations.join(", "));
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
        self.plain(name, &labels.join(", "));
    }

    /// A text in the reader's language when there, else in the original, always marked which.
    fn text(&mut self, name: Field, texts: Option<&Value>) {
        if let Some(text) = best(texts, self.lang) {
            let label = labels::label(name, language(self.lang));
            self.lines.push(format!(
                "{label} [{}]: {}",
                field(text, "language"),
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

/// How much of a subject a list shows, in characters.
const SUBJECT: usize = 74;

/// One notice in a list: what is short on one line, the id whole, then the subject; free text last and
/// isolated, so that its direction disturbs nothing.
pub(crate) fn summary(value: &Value, lang: Lang) -> String {
    let kind = Some(field(value, "type")).filter(|code| !code.is_empty() && code != "UNSPECIFIED");
    let created: String = field(value, "created").chars().take(10).collect();
    let mut subject = best_text(value.get("subject"), lang);
    if let Some((cut, _)) = subject.char_indices().nth(SUBJECT) {
        subject.truncate(cut);
        subject.push('…');
    }
    format!(
        "{}  {:<4}  {:<10}  {:<8}  {}  {created}{}\n  {}",
        field(value, "notice_id"),
        field(value, "sender"),
        kind.as_deref().unwrap_or("-"),
        field(value, "urgency"),
        field(value, "handling"),
        versions::marks(value, lang),
        isolate(&subject),
    )
}

/// One notice on one line.
pub(crate) fn line(summary: &Value, lang: Lang) -> String {
    format!(
        "{}  {}  {}  {}",
        field(summary, "notice_id"),
        field(summary, "sender"),
        labels::by_code("notice_type", &field(summary, "type"), language(lang)).unwrap_or("-"),
        isolate(&best_text(summary.get("subject"), lang)),
    )
}

/// Where a sent notice stands: what each recipient signed, and who owes an erasure receipt.
pub(crate) fn receipts(view: &Value, lang: Lang) -> String {
    let index = field(view, "log_index");
    let at = if index.is_empty() { String::new() } else { format!(", in the audit log at {index}") };
    let message = field(view, "message");
    let mut lines =
        vec![format!("{}{at}{}{message}", field(view, "state"), if message.is_empty() { "" } else { ": " })];
    let ended = field(view, "ended");
    let status = field(view, "status");
    if matches!(status.as_str(), "AMENDED" | "SUSPENDED") {
        lines.extend(labels::by_code("notice_status", &status, language(lang)).map(str::to_owned));
    }
    if !ended.is_empty() {
        let label = |kind, code: &str| labels::by_code(kind, code, language(lang)).unwrap_or("").to_owned();
        let status = label("notice_status", &field(view, "status"));
        let ground = label("withdrawal_ground", &field(view, "ground"));
        let ground = if ground.is_empty() { ground } else { format!(": {ground}") };
        lines.push(format!("{status} {}{ground}", second(&ended)));
    }
    lines.extend(reviewed(view, lang));
    let rows = items(view, "recipients").map(|r| {
        let owes = field(r, "owes_erasure_since");
        let erased = if owes.is_empty() {
            second(&field(r, "erased"))
        } else {
            format!("owes an erasure receipt since {}", second(&owes))
        };
        let (delivered, read) = (second(&field(r, "delivered")), second(&field(r, "read")));
        vec![field(r, "member"), field(r, "state"), delivered, read, erased]
    });
    lines.push(table(&["member", "state", "delivered", "read", "erased"], rows));
    lines.extend(versions::debts(view));
    lines.join("\n")
}

/// What the review desk said, or that it has not yet.
fn reviewed(view: &Value, lang: Lang) -> Option<String> {
    let label = |kind, code: &str| labels::by_code(kind, code, language(lang)).unwrap_or("").to_owned();
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
    Some(format!("{} {verdict} {}{why}", field(review, "desk"), second(&field(review, "decided"))))
}

/// A notice that waits for the review desk.
pub(crate) fn review(view: &Value, lang: Lang) -> String {
    let flag = |name| view.get(name) == Some(&Value::Bool(true));
    let state = match (flag("decided"), flag("proposed")) {
        (true, _) => "  decided, on its way to the log",
        (false, true) => "  passed by one officer, another has to",
        (false, false) => "",
    };
    match view.get("reply").filter(|reply| !reply.is_null()) {
        Some(said) => format!("{}{state}", reply(said, lang)),
        None => format!("{}{state}", line(view.get("notice").unwrap_or(&Value::Null), lang)),
    }
}

/// A moment without its fraction of a second.
fn second(moment: &str) -> String {
    moment.split_once('.').map_or_else(|| moment.to_owned(), |(whole, _)| format!("{whole}Z"))
}

/// What a check found.
pub(crate) fn check(view: &Value) -> String {
    let mut lines: Vec<String> = items(view, "problems")
        .map(|p| format!("{}: {} [{}]", field(p, "field"), field(p, "message"), field(p, "rule")))
        .collect();
    let audience = items(view, "audience").map(|decision| {
        let verdict =
            if decision.get("receives") == Some(&Value::Bool(true)) { "receives" } else { "does not" };
        vec![
            field(decision, "member"),
            verdict.to_owned(),
            field(decision, "sections"),
            field(decision, "reason"),
        ]
    });
    lines.push(table(&["member", "", "opens", "because"], audience));
    lines.join("\n")
}
