//! Sessions at the command line, as files: what is typed, what is shown, how it exits.
//!
//! The files are `tests/transcripts/*.txt`. A line after `$ ` is typed into a shell; one that ends in ` &`
//! is left running once it has said that it is ready, and `kill %2` ends the second of these; the lines
//! below are what must be shown, stdout before stderr; `? 5` below them is the exit code if it is not 0. In expected lines `[..]` stands for
//! anything, a line `...` for any lines, and `<name>` for a word that is remembered and, from then on, put
//! in wherever `<name>` is typed or expected. `<port-…>` is a free port. Beside the exercise's `case.toml`,
//! the session's folder has what is in `tests/transcripts/files`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// How long one command may take, in seconds.
const PATIENCE: &str = "60";

/// A process that is ended with the session, by its id.
struct Running(Child);

impl Running {
    /// Asks it to finish (SIGTERM) and waits until it has; answers its exit code.
    fn finish(&mut self) -> i32 {
        let pid = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.0.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Session {
    dir: tempfile::TempDir,
    words: BTreeMap<String, String>,
    running: Vec<Running>,
}

/// One command with what must follow.
#[derive(Default)]
struct Step {
    line: usize,
    typed: String,
    expected: Vec<String>,
    exit: i32,
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(typed) = line.strip_prefix("$ ") {
            steps.push(Step { line: number + 1, typed: typed.to_owned(), ..Step::default() });
        } else if let (Some(step), false) = (steps.last_mut(), line.starts_with('#')) {
            match line.strip_prefix("? ") {
                Some(code) => step.exit = code.trim().parse().unwrap(),
                None => step.expected.push(line.to_owned()),
            }
        }
    }
    for step in &mut steps {
        while step.expected.last().is_some_and(|line| line.is_empty()) {
            step.expected.pop();
        }
    }
    steps
}

impl Session {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), words: BTreeMap::new(), running: Vec::new() }
    }

    /// Puts remembered words in; `<port-…>` gets a free port at first sight.
    fn fill(&mut self, text: &str) -> String {
        let mut out = text.to_owned();
        while let Some(at) = out.find("<port-") {
            let end = at + out[at..].find('>').unwrap();
            let name = out[at + 1..end].to_owned();
            let port = self.words.entry(name).or_insert_with(|| common::free_port().to_string()).clone();
            out.replace_range(at..=end, &port);
        }
        for (name, word) in &self.words {
            out = out.replace(&format!("<{name}>"), word);
        }
        out
    }

    fn shell(&self, typed: &str) -> Command {
        let binary = Path::new(env!("CARGO_BIN_EXE_amana")).parent().unwrap();
        let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("timeout");
        shell.args(["--kill-after=5", PATIENCE, "sh", "-c", typed]).env("PATH", path);
        self.surroundings(&mut shell);
        shell
    }

    /// The same on every machine, and nothing of the user's own.
    fn surroundings(&self, command: &mut Command) {
        command
            .current_dir(self.dir.path())
            .env("HOME", self.dir.path())
            .env("XDG_CONFIG_HOME", self.dir.path())
            .env("COLUMNS", "80")
            .env("NO_COLOR", "1")
            .env("LC_ALL", "C")
            .env_remove("AMANA_LOG")
            .stdin(Stdio::null());
    }

    fn start(&mut self, typed: &str) -> String {
        let arguments: Vec<&str> = typed.split_whitespace().skip(1).collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_amana"));
        self.surroundings(&mut command);
        let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        self.running.push(Running(child));
        first
    }

    fn play(&mut self, step: &Step) -> Result<(), String> {
        let typed = self.fill(&step.typed);
        let (shown, exit) = if let Some(command) = typed.strip_suffix(" &") {
            (self.start(command), 0)
        } else if let Some(number) = typed.strip_prefix("kill %") {
            let number: usize = number.parse().unwrap();
            (String::new(), self.running[number - 1].finish())
        } else {
            let output = self.shell(&typed).output().unwrap();
            let shown = [output.stdout, output.stderr].concat();
            (String::from_utf8(shown).unwrap(), output.status.code().unwrap_or(-1))
        };
        let shown: Vec<&str> = shown.lines().collect();
        let expected: Vec<String> = step.expected.iter().map(|line| self.fill(line)).collect();
        if exit != step.exit {
            return Err(format!("exit {exit}, expected {}\n{}", step.exit, shown.join("\n")));
        }
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        if self.matches(&expected, &shown) {
            Ok(())
        } else {
            Err(format!("expected\n{}\n\nshown\n{}", expected.join("\n"), shown.join("\n")))
        }
    }

    fn matches(&mut self, expected: &[&str], shown: &[&str]) -> bool {
        match (expected.split_first(), shown.split_first()) {
            (None, None) => true,
            (Some((&"...", rest)), _) => (0..=shown.len()).any(|skip| self.matches(rest, &shown[skip..])),
            (Some((want, want_rest)), Some((got, got_rest))) => {
                let before = self.words.clone();
                if self.line(want, got) && self.matches(want_rest, got_rest) {
                    return true;
                }
                self.words = before;
                false
            }
            _ => false,
        }
    }

    /// Whether a line is as expected; remembers the words that it names.
    fn line(&mut self, want: &str, got: &str) -> bool {
        if let Some(at) = want.find("[..]") {
            let (head, tail) = (&want[..at], &want[at + 4..]);
            let Some(rest) = self.head(head, got) else { return false };
            return (0..=rest.len()).any(|n| rest.is_char_boundary(n) && self.line(tail, &rest[n..]));
        }
        self.head(want, got).is_some_and(str::is_empty)
    }

    /// Matches the beginning of a line; answers what is left of it.
    fn head<'a>(&mut self, want: &str, got: &'a str) -> Option<&'a str> {
        let named = want.find('<').and_then(|at| Some((at, at + want[at..].find('>')?)));
        let Some((at, end)) = named else { return got.strip_prefix(want) };
        let rest = got.strip_prefix(&want[..at])?;
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(length);
        if word.is_empty() {
            return None;
        }
        self.words.insert(want[at + 1..end].to_owned(), word.to_owned());
        self.head(&want[end + 1..], rest)
    }
}

fn play(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file: PathBuf = root.join("tests/transcripts").join(name);
    let mut session = Session::new();
    fs::copy(root.join("crates/amana/src/demo/case.toml"), session.dir.path().join("case.toml")).unwrap();
    common::copy(&root.join("tests/transcripts/files"), session.dir.path());
    for step in steps(&fs::read_to_string(&file).unwrap()) {
        if let Err(why) = session.play(&step) {
            panic!("{}:{}: $ {}\n{why}", file.display(), step.line, step.typed);
        }
    }
}

#[test]
fn an_exchange_from_nothing() {
    play("exchange.txt");
}

#[test]
fn mistakes_are_answered() {
    play("mistakes.txt");
}

#[test]
fn the_life_of_a_notice() {
    play("life.txt");
}

#[test]
fn replies_clocks_and_handling() {
    play("replies.txt");
}

#[test]
fn the_review_desk() {
    play("review.txt");
}

#[test]
fn the_trail_of_a_notice() {
    play("trail.txt");
}

#[test]
fn groups_and_operations() {
    play("groups.txt");
}

#[test]
fn the_versions_of_a_notice() {
    play("versions.txt");
}

#[test]
fn a_partner_and_its_part_of_a_case() {
    play("partner.txt");
}

#[test]
fn an_operation_and_its_closing_report() {
    play("operation.txt");
}

#[test]
fn files_of_notices_and_bulletins() {
    play("attachments.txt");
}

#[test]
fn the_library_without_the_hub() {
    play("library.txt");
}

#[test]
fn the_whole_life_of_a_notice_across_four_nodes() {
    play("whole.txt");
}

#[test]
fn sub_bureaux() {
    play("bureau.txt");
}

#[test]
fn drafts() {
    play("drafts.txt");
}

#[test]
fn a_smuggling_case_in_which_a_child_may_have_become_a_victim() {
    play("story.txt");
}
