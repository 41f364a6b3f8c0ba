//! Text of one direction within text of another (Unicode UAX #9).

/// First-strong isolate and its end (Unicode UAX #9): foreign text cannot reorder what is around it.
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

/// Foreign text, isolated so that its direction stays its own.
pub(crate) fn isolate(text: &str) -> String {
    format!("{}{text}{}", ISOLATE.0, ISOLATE.1)
}

/// A label within a line of another direction: isolated when it is written from right to left, so that what
/// stands beside it keeps its place.
pub(crate) fn within_line(label: &str) -> String {
    let right_to_left =
        |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    if label.chars().any(right_to_left) { isolate(label) } else { label.to_owned() }
}
