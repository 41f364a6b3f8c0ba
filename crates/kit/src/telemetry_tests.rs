use std::io::Write;
use std::sync::{Arc, Mutex};

use super::*;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn written(options: &LogOptions, colour: bool) -> String {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = subscriber(options, colour, move || writer.clone()).unwrap();
    tracing::subscriber::with_default(subscriber, || {
        tracing::debug!("quiet");
        tracing::warn!(port = 7443, "loud");
    });
    String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
}

#[test]
fn text_has_no_colour_unless_asked() {
    let options = LogOptions::default();
    let plain = written(&options, false);
    assert!(plain.contains("loud") && !plain.contains("quiet") && !plain.contains('\u{1b}'), "{plain}");
    assert!(written(&options, true).contains('\u{1b}'));
}

#[test]
fn json_is_one_object_a_line() {
    let options = LogOptions { format: LogFormat::Json, verbosity: 2, ..LogOptions::default() };
    let events: Vec<serde_json::Value> =
        written(&options, false).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 2);
    assert_eq!((&events[1]["message"], &events[1]["port"]), (&"loud".into(), &7443.into()));
}

#[test]
fn a_filter_wins_over_verbosity_and_must_parse() {
    let filter = |text: &str| LogOptions { filter: Some(text.into()), verbosity: 3, ..LogOptions::default() };
    assert_eq!(written(&filter("error"), false), "");
    assert!(matches!(filter("amana_kit=loud").filter(), Err(TelemetryError::Filter { .. })));
}
