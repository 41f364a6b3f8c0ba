//! From text to the tokens that are indexed and asked for.

use super::normal::normalise;

/// The longest token in characters; what is longer is cut, alike on both sides.
const TOKEN_CHARS: usize = 40;

/// The words of a text, normalised, the Arabic article and its one-letter prefixes taken off.
pub(super) fn words(text: &str) -> Vec<String> {
    normalise(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| without_article(word).chars().take(TOKEN_CHARS).collect())
        .collect()
}

/// The words of a person's name: without the particles that one writer gives and the next leaves out,
/// unless nothing else is left.
pub(super) fn name_words(name: &str) -> Vec<String> {
    let all = words(name);
    let telling: Vec<String> =
        all.iter().filter(|word| !PARTICLES.contains(&word.as_str())).cloned().collect();
    if telling.is_empty() { all } else { telling }
}

const PARTICLES: [&str; 14] =
    ["al", "el", "ul", "ad", "bin", "ben", "ibn", "bint", "ould", "de", "la", "بن", "ابن", "بنت"];

/// A document number: letters and digits only.
pub(super) fn document(number: &str) -> Option<String> {
    let token: String = normalise(number).chars().filter(|c| c.is_alphanumeric()).collect();
    (!token.is_empty()).then_some(token)
}

/// A telephone number (ITU-T E.164): digits only, without `+` or the international prefix `00`.
pub(super) fn phone(number: &str) -> Option<String> {
    let digits: String = normalise(number).chars().filter(char::is_ascii_digit).collect();
    let bare = digits.strip_prefix("00").unwrap_or(&digits);
    (!bare.is_empty()).then(|| bare.to_owned())
}

/// The word without `ال` and without one of `و ب ك ف` before it, or without `لل`, as long as three
/// letters stay: both sides are cut alike, so a name that merely looks so still finds itself.
fn without_article(word: &str) -> &str {
    let longest_first = ["وال", "بال", "كال", "فال", "ال", "لل"];
    longest_first
        .iter()
        .find_map(|prefix| word.strip_prefix(prefix).filter(|rest| rest.chars().count() >= 3))
        .unwrap_or(word)
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
