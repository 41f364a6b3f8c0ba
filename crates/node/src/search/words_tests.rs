use super::{document, name_words, phone, words};

#[test]
fn the_arabic_article_does_not_matter() {
    assert_eq!(words("العمل القسري"), words("عمل قسري"));
    assert_eq!(words("والسخرة"), words("سخرة"));
    assert_eq!(words("للاستغلال"), words("الاستغلال"));
}

#[test]
fn short_words_keep_what_looks_like_an_article() {
    assert_eq!(words("الله"), ["الله"]);
    assert_eq!(words("والد"), ["والد"]);
}

#[test]
fn punctuation_and_direction_marks_part_words() {
    assert_eq!(words("Côte d'Ivoire, (2024)"), ["cote", "d", "ivoire", "2024"]);
    assert_eq!(words("\u{200f}تونس، ليبيا؛"), ["تونس", "ليبيا"]);
    assert!(words(" ،.؛ ").is_empty());
}

#[test]
fn name_particles_are_left_out_unless_they_are_the_name() {
    assert_eq!(name_words("Mohamed Ben Ali"), ["mohamed", "ali"]);
    assert_eq!(name_words("al-Haddad"), ["haddad"]);
    assert_eq!(name_words("Ben"), ["ben"]);
}

#[test]
fn numbers_are_compared_without_their_dress() {
    assert_eq!(document(" x-12 34/5 "), document("X12345"));
    assert_eq!(phone("+216 98 765 432"), phone("0021698765432"));
    assert_eq!(phone("٠٠٢١٦٩٨٧٦٥٤٣٢"), Some("21698765432".to_owned()));
    assert_eq!(document("--"), None);
}

#[test]
fn a_word_without_end_is_cut_alike_on_both_sides() {
    let long = "x".repeat(10_000);
    assert_eq!(words(&long).first().map(String::len), Some(40));
}
