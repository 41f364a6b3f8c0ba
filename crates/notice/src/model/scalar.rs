//! Identifiers inside a case: references, telephone numbers, e-mail addresses, document numbers.

/// A text that is not of its form. It does not repeat the text, which may name a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScalarError {
    /// Not a telephone number.
    #[error("not a telephone number: write it by E.164, such as +21698765432, 7 to 15 digits, no spaces")]
    Phone,
    /// Not an e-mail address.
    #[error("not an e-mail address: expected one like name@example.org, at most 254 characters")]
    Email,
    /// Not a case reference.
    #[error(
        "not a case reference: expected 1 to 64 of A-Z, a-z, 0-9, '-', '_', '/', '.', a letter or digit first"
    )]
    CaseReference,
    /// Not a document number.
    #[error(
        "not a document number: expected 1 to 40 letters, digits, spaces, '-', '/', '.', one digit or letter"
    )]
    DocumentNumber,
    /// Not a label.
    #[error("not a label: write one to three small letters and a number, such as p1, v2 or org1")]
    Label,
    /// Not a vehicle identification number.
    #[error(
        "not a vehicle identification number: ISO 3779 has 17 capital letters and digits, never I, O or Q"
    )]
    Vin,
    /// Not a number plate.
    #[error("not a number plate: expected 1 to 20 letters, digits, spaces, '-', '/', '.'")]
    Plate,
    /// Not an international bank account number.
    #[error(
        "not an IBAN: write it without spaces in capital letters; its check digits must agree (ISO 13616), so \
         look for a digit mistyped"
    )]
    Iban,
    /// Not a currency.
    #[error("not a currency: expected a code of ISO 4217, such as TND, EUR or USD")]
    Currency,
    /// Not an amount.
    #[error("not an amount: write digits, and at most 4 after a point, such as \"12500.50\"")]
    Amount,
    /// Not a latitude.
    #[error("not a latitude: write degrees of WGS 84 from -90 to 90, such as \"36.8065\"")]
    Latitude,
    /// Not a longitude.
    #[error("not a longitude: write degrees of WGS 84 from -180 to 180, such as \"10.1815\"")]
    Longitude,
}

macro_rules! scalar {
    ($(#[$doc:meta])* $name:ident, $parse:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The value as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = ScalarError;

            fn from_str(text: &str) -> Result<Self, ScalarError> {
                let valid: fn(&str) -> bool = $parse;
                let text = $crate::model::scalar::latin_digits(text);
                if valid(&text) { Ok(Self(text)) } else { Err(ScalarError::$name) }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        // These lead to a person or a case: Debug does not show them.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

pub(super) use scalar;

scalar!(
    /// A telephone number by ITU-T E.164 §6: `+`, then at most 15 digits, the first not 0.
    Phone,
    |text| text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit())
    })
);
scalar!(
    /// An e-mail address, as far as it can be judged without sending to it (RFC 5321 §4.5.3.1).
    Email,
    |text| text.len() <= 254
        && text.split_once('@').is_some_and(|(local, domain)| {
            (1..=64).contains(&local.len())
                && !domain.contains('@')
                && domain.split('.').count() >= 2
                && domain.split('.').all(|label| !label.is_empty())
        })
        && text.chars().all(|c| !c.is_whitespace() && !amana_types::hygiene::is_refused(c))
);
scalar!(
    /// A country's own reference of a case, such as `TN-2026-000123`. Compared byte for byte.
    CaseReference,
    |text| (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/.".contains(&b))
);
scalar!(
    /// The number of an identity or travel document as printed (wider than ICAO Doc 9303 part 3, which
    /// holds for the machine-readable zone only): letters of any script, Latin digits.
    DocumentNumber,
    |text| (1..=40).contains(&text.chars().count())
        && text.chars().any(char::is_alphanumeric)
        && text.trim() == text
        && text.chars().all(|c| c.is_alphanumeric() || " -/.".contains(c))
);

/// Turns Arabic-Indic and Extended Arabic-Indic digits into Latin ones: both are accepted, one is kept.
pub(super) fn latin_digits(text: &str) -> String {
    text.chars()
        .map(|c| {
            let digit = match c {
                '\u{660}'..='\u{669}' => u32::from(c) - 0x660,
                '\u{6F0}'..='\u{6F9}' => u32::from(c) - 0x6F0,
                _ => return c,
            };
            char::from_digit(digit, 10).unwrap_or(c)
        })
        .collect()
}

#[cfg(test)]
#[path = "scalar_tests.rs"]
mod tests;
