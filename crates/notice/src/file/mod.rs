//! A notice file: TOML or JSON in the words of the domain.
//!
//! Field names are those of `amana.content.v1.Notice`, with the addressing under `to`. Codes stand without
//! prefix (`type = "BLUE"`), dates as text as far as they are known (`"1984"`, `"1984-02"`,
//! `"1984-02-29"`, `"1984/1988"` for an estimate), times by RFC 3339. A list of texts can be written
//! with the language as the key.
//!
//! ```
//! use amana_types::Timestamp;
//! use amana_notice::file::{self, Format};
//!
//! let text = r#"
//! type = "BLEU"
//! subject.en = "A sighting"
//! [to]
//! members = ["XF"]
//! "#;
//! let now = Timestamp::from_unix_millis(1_795_000_000_000);
//! let problems = file::read(text.as_bytes(), Format::Toml, now).unwrap_err();
//! let slip = problems.iter().find(|problem| problem.field == "type").unwrap();
//! assert_eq!(slip.to_string(), "2:8: type: unknown code \"BLEU\"; did you mean BLUE? [UNKNOWN_CODE]");
//! ```

mod json;
mod lines;
mod media;
mod nearest;
mod problem;
mod reader;
mod scalar;
mod toml;
mod write;

use std::collections::BTreeSet;

use crate::handling::Handled;
use crate::{CheckedNotice, Problem, Rule, check, check_reply};
use amana_types::{Addressing, Timestamp, limits};

pub use lines::Place;
pub use problem::{FileProblem, FileProblems};
pub use write::{to_json, to_toml};

use crate::content;
use crate::convert;
use lines::Lines;
use problem::Found;
use reader::{Reader, TO};

/// The most bytes a notice file may have. JSON may escape every character, and what it holds may have
/// [`limits::SECTION_BYTES`].
pub const FILE_BYTES: usize = 2 * limits::SECTION_BYTES;

/// The format of a notice file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// TOML 1.0.
    Toml,
    /// JSON (RFC 8259).
    Json,
}

impl Format {
    /// The format that a file name says, by its extension; `None` when it says neither.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "toml" => Some(Self::Toml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// A notice file without a mistake.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeFile {
    /// The notice.
    pub notice: CheckedNotice,
    /// Whom it is for. Not empty.
    pub to: Addressing,
    /// Where the file of each attachment is, as it is written there; empty where nothing is said.
    pub files: Vec<String>,
}

/// Reads a notice file and checks the notice against the present moment.
///
/// # Errors
/// Every mistake, in the file's order.
pub fn read(bytes: &[u8], format: Format, now: Timestamp) -> Result<NoticeFile, FileProblems> {
    let text = match text_of(bytes) {
        Ok(text) => text,
        Err((text, found)) => return Err(FileProblems::of(vec![found], &Lines::of(text))),
    };
    let lines = Lines::of(text);
    let (root, syntax) = match format {
        Format::Toml => toml::parse(text),
        Format::Json => match json::parse(text) {
            Ok(root) => (root, Vec::new()),
            Err(found) => return Err(FileProblems::of(vec![found], &lines)),
        },
    };
    let mut reader = Reader::default();
    let (notice, addressing) = reader.notice_file(root);
    let read = judge(reader, notice, &addressing, now);
    if syntax.is_empty() {
        return read.map_err(|reader| FileProblems::of(reader.found, &lines));
    }
    let reader = read.err().unwrap_or_default();
    Err(FileProblems::of(beside(syntax, reader, &lines), &lines))
}

/// Reads a reply file: the fields of `amana.content.v1.Reply`, in the same words and formats. What the notice that
/// it answers asks of its handling is not judged here.
///
/// # Errors
/// Every mistake, in the file's order.
pub fn read_reply(bytes: &[u8], format: Format) -> Result<content::Reply, FileProblems> {
    let text = match text_of(bytes) {
        Ok(text) => text,
        Err((text, found)) => return Err(FileProblems::of(vec![found], &Lines::of(text))),
    };
    let lines = Lines::of(text);
    let (root, syntax) = match format {
        Format::Toml => toml::parse(text),
        Format::Json => match json::parse(text) {
            Ok(root) => (root, Vec::new()),
            Err(found) => return Err(FileProblems::of(vec![found], &lines)),
        },
    };
    let mut reader = Reader::default();
    let reply = reader.reply_file(root);
    for problem in check_reply(&reply, &Handled::OPEN).err().unwrap_or_default() {
        reader.add(problem.field, problem.rule.to_string(), problem.message);
    }
    match (syntax.is_empty(), reader.found.is_empty()) {
        (true, true) => Ok(reply),
        (true, false) => Err(FileProblems::of(reader.found, &lines)),
        (false, _) => Err(FileProblems::of(beside(syntax, reader, &lines), &lines)),
    }
}

/// Checks what was read, and puts all mistakes together.
fn judge(
    mut reader: Reader,
    mut notice: content::Notice,
    to: &content::Addressing,
    now: Timestamp,
) -> Result<NoticeFile, Reader> {
    let files_by_place = std::mem::take(&mut reader.files);
    let mut note = |problems: Vec<Problem>| {
        problems.into_iter().for_each(|p| reader.add(p.field, p.rule.to_string(), p.message));
    };
    let place =
        |index: usize| files_by_place.get(&format!("attachments[{index}]")).cloned().unwrap_or_default();
    let files: Vec<String> = (0..notice.attachments.len()).map(place).collect();
    notice.attachments.iter_mut().zip(&files).for_each(|(one, file)| media::complete(one, file));
    let notice = check(&notice, now).map_err(&mut note);
    let to = addressing(to).map_err(&mut note);
    match (notice, to) {
        (Ok(notice), Ok(to)) if reader.found.is_empty() => Ok(NoticeFile { notice, to, files }),
        _ => Err(reader),
    }
}

/// The syntax errors, and what is wrong beside them.
///
/// Behind a syntax error nothing is known to be missing, and a key may seem to be in another table than
/// it was meant for: only values that stand on lines of their own are spoken of.
fn beside(syntax: Vec<Found>, reader: Reader, lines: &Lines<'_>) -> Vec<Found> {
    let line = |found: &Found| lines.place(found.span.start).line;
    let broken: BTreeSet<usize> = syntax.iter().map(line).collect();
    let (places, others) = (reader.places, reader.found);
    let certain = others
        .into_iter()
        .filter(|found| places.contains_key(&found.field) && !broken.contains(&line(found)));
    certain.chain(syntax).collect()
}

/// The addressing of a file, which must address somebody.
fn addressing(to: &content::Addressing) -> Result<Addressing, Vec<Problem>> {
    let read = convert::addressing(to, TO)?;
    if read.is_empty() {
        let message = "nobody is addressed; give members, regions, groups or all_members = true".to_owned();
        return Err(vec![Problem { field: TO.to_owned(), rule: Rule::FieldNeeded, message }]);
    }
    Ok(read)
}

/// The text of a file, without a byte order mark; or what there is of it, and why it cannot be read.
fn text_of(bytes: &[u8]) -> Result<&str, (&str, Found)> {
    if bytes.len() > FILE_BYTES {
        let message = format!("{} bytes, at most {FILE_BYTES} are possible", bytes.len());
        return Err(("", Found::new(&(0..0), "", "FILE_TOO_LARGE", message)));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let valid = bytes.get(..at).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default();
        let message = "not UTF-8 from here on; save the file as UTF-8";
        (valid, Found::new(&(at..at), "", "NOT_UTF8", message))
    })
}
