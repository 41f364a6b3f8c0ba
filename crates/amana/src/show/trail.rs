//! The life of a notice, a step a line: when, where in the log, who, what.

use amana_types::labels::{Word, by_code};
use serde_json::Value;

use super::{items, language, log_index, second, word};
use crate::args::Lang;
use crate::output::{field, within_line};

/// Lists that a ground can be of.
const GROUNDS: [&str; 2] = ["withdrawal_ground", "review_ground"];

/// The steps, each on its line; who owes an erasure receipt last.
pub(crate) fn told(view: &Value, lang: Lang) -> String {
    let mut lines = vec![format!(
        "{}  {}  {} {} {}",
        field(view, "notice_id"),
        field(view, "sender"),
        word(Word::ToldBy, lang),
        field(view, "maker"),
        second(&field(view, "made_at")),
    )];
    for step in items(view, "steps") {
        lines.push(line(step, lang));
    }
    lines.join("\n")
}

fn line(step: &Value, lang: Lang) -> String {
    let code = field(step, "event");
    let mut what = by_code("trail_event", &code, language(lang)).unwrap_or(&code).to_owned();
    let ground = GROUNDS.iter().find_map(|kind| by_code(kind, &field(step, kind), language(lang)));
    if let Some(ground) = ground {
        what = format!("{what}: {ground}");
    }
    let other = field(step, "other_notice_id");
    let index = log_index(step);
    let mut what = within_line(&what);
    if code == "OWES_ERASURE" {
        return format!(
            "{:<20}  {:>8}  {:<8}  {what} {} {}",
            "",
            "",
            field(step, "member"),
            word(Word::Since, lang),
            second(&field(step, "happened_at"))
        );
    }
    if !other.is_empty() {
        let how = if code == "PUBLISHED" { Word::InPlaceOf } else { Word::By };
        what = format!("{what} {} {other}", word(how, lang));
    }
    if index.is_empty() {
        what = format!("{what} ({})", word(Word::OwnWord, lang));
    }
    format!("{:<20}  {index:>8}  {:<8}  {what}", second(&field(step, "happened_at")), field(step, "member"))
}

/// The same, with what verifying it showed.
pub(crate) fn verified(view: &Value, lang: Lang) -> String {
    let joined = view.get("heads_joined") == Some(&Value::Bool(true));
    let holds = if joined { Word::TrailHolds } else { Word::TrailNotJoined };
    format!("{}\n{}", told(view, lang), word(holds, lang))
}
