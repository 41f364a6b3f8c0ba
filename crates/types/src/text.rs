//! Languages, and text that knows its language.

use std::fmt;
use std::str::FromStr;

/// Every code of ISO 639-1, in order.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co \
    cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho \
    hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la \
    lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or \
    os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg \
    th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// A language: a code of ISO 639-1, two lower-case letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language([u8; 2]);

/// A text that is not a language code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a language: expected a code of ISO 639-1, such as ar, en, fr or es")]
pub struct LanguageError;

impl Language {
    /// Arabic.
    pub const AR: Self = Self(*b"ar");
    /// English.
    pub const EN: Self = Self(*b"en");
    /// French.
    pub const FR: Self = Self(*b"fr");
    /// Spanish.
    pub const ES: Self = Self(*b"es");
    /// The official languages, in which every label exists.
    pub const OFFICIAL: [Self; 4] = [Self::AR, Self::EN, Self::FR, Self::ES];

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether it is written from right to left.
    #[must_use]
    pub fn is_right_to_left(self) -> bool {
        matches!(&self.0, b"ar" | b"fa" | b"he" | b"ku" | b"ps" | b"sd" | b"ug" | b"ur" | b"yi" | b"dv")
    }
}

impl FromStr for Language {
    type Err = LanguageError;

    fn from_str(text: &str) -> Result<Self, LanguageError> {
        let code: [u8; 2] = text.as_bytes().try_into().map_err(|_| LanguageError)?;
        if LANGUAGES.split_ascii_whitespace().any(|known| known == text) {
            Ok(Self(code))
        } else {
            Err(LanguageError)
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text in one language, as written.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// Its language.
    pub language: Language,
    /// The text, UTF-8.
    pub text: String,
}

// Case text must not reach a log through Debug.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({}, {} bytes)", self.language, self.text.len())
    }
}
