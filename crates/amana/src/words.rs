//! Words of ours in the reader's language.

use amana_types::Language;
use amana_types::labels::{self, Word};

use crate::args::Lang;
use crate::bidi::within_line;

/// The language of labels.
pub(crate) fn language(lang: Lang) -> Language {
    match lang {
        Lang::Ar => Language::AR,
        Lang::En => Language::EN,
        Lang::Fr => Language::FR,
        Lang::Es => Language::ES,
    }
}

/// A word of ours in the reader's language.
pub(crate) fn word(word: Word, lang: Lang) -> String {
    within_line(labels::label(word, language(lang)))
}
