//! "Did you mean": the known word that is nearest to an unknown one.

/// The nearest of the known words, if it is near enough to be a slip: at most a third of the letters
/// differ, whatever their case. Short codes such as `H2` are never guessed.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A long word is no slip, and comparing is quadratic.
    if word.len() > 64 {
        return None;
    }
    let plain = |word: &str| word.to_ascii_uppercase().replace(['-', ' '], "_");
    let word = plain(word);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| distance * 3 <= candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The same as the end of a sentence: a question, or the known words.
pub(super) fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("expected one of {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let known = ["FORCED_LABOUR", "FORCED_MARRIAGE", "CHILD_LABOUR"];
        for slip in ["FORCED_LABOR", "forced_labour", "FORCED LABOUR", "FORCD_LABUOR"] {
            assert_eq!(nearest(slip, known), Some("FORCED_LABOUR"), "{slip}");
        }
        for other in ["", "X", "THEFT", "LABOUR", &"FORCED".repeat(20)] {
            assert_eq!(nearest(other, known), None, "{other}");
        }
        assert_eq!(nearest("H4", ["H0", "H1"]), None);
        assert_eq!(hint("THEFT", known), "expected one of FORCED_LABOUR, FORCED_MARRIAGE, CHILD_LABOUR");
    }
}
