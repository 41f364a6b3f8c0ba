use super::normalise;

/// Two columns that must be equal after normalisation; `#` begins a comment.
const ARABIC_PAIRS: &str = include_str!("../../tests/vectors/arabic_normalisation.csv");

#[test]
fn arabic_spelling_variants_become_one_form() {
    let mut pairs = 0;
    for line in ARABIC_PAIRS.lines().filter(|line| !line.starts_with('#')) {
        let (left, right) = line.split_once(',').expect("two columns");
        assert_eq!(normalise(left), normalise(right), "{left} and {right}");
        pairs += 1;
    }
    assert_eq!(pairs, 14);
}

#[test]
fn words_that_differ_stay_different() {
    for (left, right) in [("سخرة", "سحرة"), ("علي", "عالي"), ("Ali", "Alia"), ("1984", "1985")]
    {
        assert_ne!(normalise(left), normalise(right));
    }
}

#[test]
fn invisible_characters_do_not_hide_a_word() {
    assert_eq!(normalise("\u{202b}مح\u{200d}مد\u{202c}"), normalise("محمد"));
    assert_eq!(normalise("tra\u{00ad}vail\u{feff}"), "travail");
}

#[test]
fn latin_diacritics_and_case_fold() {
    assert_eq!(normalise("Forcé"), "force");
    assert_eq!(normalise("NIÑA"), "nina");
    assert_eq!(normalise("İstanbul"), normalise("istanbul"));
    assert_eq!(normalise("Straße"), "strasse");
    assert_eq!(normalise("Ḥasan ʿAlī"), "hasan ali");
}

#[test]
fn digits_of_every_writing_are_equal() {
    assert_eq!(normalise("٢٠٢٦"), "2026");
    assert_eq!(normalise("۲۰۲۶"), "2026");
    assert_eq!(normalise("２０２６"), "2026");
}

#[test]
fn persian_and_urdu_letter_shapes_equal_the_arabic_ones() {
    assert_eq!(normalise("کریم"), normalise("كريم"));
}
