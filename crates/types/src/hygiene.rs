//! Characters that no field of a notice may hold.

/// Whether a character can deceive a reader or break a terminal: controls (Unicode `Cc`), the
/// bidirectional embeddings, overrides and isolates of UAX #9 (U+202A..U+202E, U+2066..U+2069), line
/// and paragraph separators, the byte order mark, deprecated format controls and tags.
///
/// LRM, RLM, ALM, ZWJ and ZWNJ stay: Arabic and Persian names are spelled with them.
#[must_use]
pub fn is_refused(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{202A}'..='\u{202E}'
                | '\u{2066}'..='\u{2069}'
                | '\u{206A}'..='\u{206F}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

/// The first refused character of a text and its place, counted in characters from 1.
///
/// In text of several lines the line feed and the tabulator are allowed.
#[must_use]
pub fn first_refused(text: &str, lines: bool) -> Option<(usize, char)> {
    (1..).zip(text.chars()).find(|(_, c)| is_refused(*c) && !(lines && matches!(c, '\n' | '\t')))
}
