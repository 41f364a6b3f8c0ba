use super::*;

/// The table as Markdown: what the document beside this crate's manifest must say.
fn rendered() -> String {
    let mut text = String::from(
        "What each circulation and each notice type asks of a notice: the table that the check reads.\n\n\
         A notice answers to the row of its circulation and to that of its type. What either needs is needed,\n\
         what either does not carry is refused; review is needed if either says so; the more urgent urgency\n\
         is taken when none is stated, and the stricter handling is the usual one (its author still states it).\n\n",
    );
    let head = |of: &str| {
        format!(
            "| {of} | needs | does not carry | roles that do not fit | review | urgency | handling |\n\
             |---|---|---|---|---|---|---|\n"
        )
    };
    text.push_str(&head("circulation"));
    Circulation::ALL.iter().for_each(|code| text.push_str(&line(code.code(), &of_circulation(*code))));
    text.push('\n');
    text.push_str(&head("type"));
    NoticeType::ALL.iter().for_each(|code| text.push_str(&line(code.code(), &of_type(*code))));
    text.push_str("\nEach need is a rule of its own:\n\n| rule | field | what is said |\n|---|---|---|\n");
    let mut told = Vec::new();
    let rows = Circulation::ALL.iter().map(|code| of_circulation(*code));
    for need in rows.chain(NoticeType::ALL.iter().map(|code| of_type(*code))).flat_map(|row| row.needs) {
        let (field, rule, message) = need.unmet();
        let row = format!("| `{rule}` | `{field}` | {message} |\n");
        if !told.contains(&row) {
            text.push_str(&row);
            told.push(row);
        }
    }
    text
}

fn line(code: &str, row: &Row) -> String {
    let list = |items: Vec<String>| if items.is_empty() { "–".to_owned() } else { items.join(", ") };
    format!(
        "| `{code}` | {} | {} | {} | {} | {} | {} |\n",
        list(row.needs.iter().map(|need| format!("`{}`", need.unmet().1)).collect()),
        list(row.without.iter().map(|part| format!("`{}`", part.field())).collect()),
        list(row.unfit.iter().map(|role| format!("`{role}`")).collect()),
        if row.review { "yes" } else { "no" },
        row.urgency,
        row.handling,
    )
}

#[test]
fn the_document_is_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/RULES.md");
    let fresh = rendered();
    if std::env::var_os("AMANA_REGENERATE").is_some() {
        std::fs::write(path, &fresh).unwrap();
    }
    assert_eq!(
        fresh,
        std::fs::read_to_string(path).unwrap(),
        "run AMANA_REGENERATE=1 cargo test -p amana-notice"
    );
}

#[test]
fn the_reply_clocks_are_eight_hours_three_days_and_seven() {
    let hours = |urgency: Urgency| urgency.reply_within().as_millis() / 3_600_000;
    assert_eq!(Urgency::ALL.iter().map(|urgency| hours(*urgency)).collect::<Vec<_>>(), [7 * 24, 3 * 24, 8]);
}

#[test]
fn both_rows_hold() {
    let terms = Terms::of(Some(Circulation::Diffusion), Some(NoticeType::Orange));
    assert_eq!((terms.urgency(), terms.handling()), (Urgency::Urgent, Some(Handling::H1)));
    assert!(!terms.needs_review());
    for circulation in Circulation::ALL {
        for notice_type in NoticeType::ALL {
            let reviewed = matches!(notice_type, NoticeType::Red | NoticeType::Silver)
                || *circulation == Circulation::Notice;
            let terms = Terms::of(Some(*circulation), Some(*notice_type));
            assert_eq!(terms.needs_review(), reviewed, "{circulation} {notice_type}");
        }
    }
    let nothing = Terms::of(None, None);
    assert_eq!((nothing.urgency(), nothing.handling()), (Urgency::Routine, None));
}

#[test]
fn no_row_contradicts_itself() {
    let rows = Circulation::ALL.iter().map(|code| of_circulation(*code));
    for row in rows.chain(NoticeType::ALL.iter().map(|code| of_type(*code))) {
        let needed: Vec<&str> = row.needs.iter().map(|need| need.unmet().0).collect();
        assert!(row.without.iter().all(|part| !needed.contains(&part.field())), "{row:?}");
    }
}
