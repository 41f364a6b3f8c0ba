//! Text made comparable: spelling variants of one word become one form.
//!
//! Both what is indexed and what is asked for pass through [`normalise`], so that only the result of
//! equality counts, never its beauty. Arabic follows the rules that Lucene's
//! `ArabicNormalizationFilter` tests (Apache-2.0) and adds Persian and Urdu letter shapes.

use unicode_normalization::UnicodeNormalization as _;

/// The text in its comparable form (Unicode UAX #15 NFKD, marks dropped, letters folded, lower case,
/// NFC at the end).
#[must_use]
pub(super) fn normalise(text: &str) -> String {
    text.nfkd().filter(|c| !is_dropped(*c)).flat_map(char::to_lowercase).flat_map(fold).nfc().collect()
}

/// Marks and invisible characters: they carry no letter.
const fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036f}'                 // Latin, Greek and Cyrillic accents
        | '\u{0591}'..='\u{05bd}' | '\u{05bf}' | '\u{05c1}' | '\u{05c2}' | '\u{05c4}' | '\u{05c5}' | '\u{05c7}'
        | '\u{0610}'..='\u{061a}'               // Arabic honorifics
        | '\u{064b}'..='\u{065f}' | '\u{0670}'  // tashkeel, hamza and madda above
        | '\u{06d6}'..='\u{06dc}' | '\u{06df}'..='\u{06e8}' | '\u{06ea}'..='\u{06ed}'
        | '\u{0640}'                            // tatweel
        | '\u{00ad}'                            // soft hyphen
        | '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' // bidi and zero width
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        | '\u{02bb}'..='\u{02bf}' // ayn and hamza of scholarly Latin
    )
}

/// One letter's folded form; most letters are their own.
fn fold(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        '\u{0671}'..='\u{0673}' => ('ا', None), // alef wasla and wavy hamza; the other alefs decompose
        'ى' | 'ی' | 'ې' => ('ي', None),
        'ة' | 'ہ' | 'ھ' | 'ە' | 'ۃ' => ('ه', None),
        'ک' | 'ڪ' => ('ك', None),
        '\u{0660}'..='\u{0669}' => (digit(c, 0x0660), None),
        '\u{06f0}'..='\u{06f9}' => (digit(c, 0x06f0), None),
        'ı' => ('i', None),
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ø' => ('o', None),
        'đ' | 'ð' => ('d', None),
        'ł' => ('l', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

/// The ASCII digit for a digit of the block that begins at `zero`.
fn digit(c: char, zero: u32) -> char {
    char::from_digit(u32::from(c).wrapping_sub(zero), 10).unwrap_or(c)
}

#[cfg(test)]
#[path = "normal_tests.rs"]
mod tests;
