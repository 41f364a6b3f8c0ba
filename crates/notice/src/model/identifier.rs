//! Identifiers of things: labels within a notice, vehicles, bank accounts, money, coordinates.

use super::scalar::{ScalarError, scalar};

/// The active codes of ISO 4217 for money, in order.
const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD \
    BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP \
    GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW \
    KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD \
    NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP \
    SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND \
    VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

scalar!(
    /// The name of a person or thing inside one notice, such as `p1` or `v12`: one to three small
    /// letters and a number. Too short to name anybody, because every recipient reads it.
    Label,
    |text| {
        let number = text.trim_start_matches(|c: char| c.is_ascii_lowercase());
        (1..=3).contains(&(text.len() - number.len()))
            && (1..=3).contains(&number.len())
            && number.bytes().all(|b| b.is_ascii_digit())
    }
);
scalar!(
    /// A vehicle identification number of the shape of ISO 3779: 17 capital letters and digits without
    /// I, O and Q. The check digit is a custom of some countries only and is not judged.
    Vin,
    |text| text.len() == 17
        && text.bytes().all(|b| b.is_ascii_digit() || (b.is_ascii_uppercase() && !b"IOQ".contains(&b)))
);
scalar!(
    /// A number plate as it is read: letters of any script, Latin digits.
    Plate,
    |text| (1..=20).contains(&text.chars().count())
        && text.chars().any(char::is_alphanumeric)
        && text.trim() == text
        && text.chars().all(|c| c.is_alphanumeric() || " -/.".contains(c))
);
scalar!(
    /// An international bank account number: ISO 13616 structure, and its check digits by ISO 7064
    /// MOD 97-10.
    Iban,
    |text| (15..=34).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && text.bytes().take(2).all(|b| b.is_ascii_uppercase())
        && text.bytes().skip(2).take(2).all(|b| b.is_ascii_digit())
        && remainder(text) == 1
);
scalar!(
    /// A currency by ISO 4217.
    Currency,
    |text| CURRENCIES.split_ascii_whitespace().any(|code| code == text)
);
scalar!(
    /// An amount of money: digits, and at most 4 after a point.
    Amount,
    |text| is_decimal(text, 15, 4)
);
scalar!(
    /// Degrees of latitude in WGS 84, north positive.
    Latitude,
    |text| is_degrees(text, 90.0)
);
scalar!(
    /// Degrees of longitude in WGS 84, east positive.
    Longitude,
    |text| is_degrees(text, 180.0)
);

/// The account number modulo 97: the first four characters last, letters as 10 to 35.
fn remainder(iban: &str) -> u32 {
    let (head, body) = iban.split_at_checked(4).unwrap_or_default();
    let digits = body.chars().chain(head.chars()).filter_map(|c| c.to_digit(36));
    digits.fold(0, |rest, digit| (rest * if digit < 10 { 10 } else { 100 } + digit) % 97)
}

fn is_decimal(text: &str, whole: usize, part: usize) -> bool {
    let digits =
        |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((before, after)) => digits(before, whole) && digits(after, part),
        None => digits(text, whole),
    }
}

fn is_degrees(text: &str, most: f64) -> bool {
    let size = text.strip_prefix('-').unwrap_or(text);
    is_decimal(size, 3, 7) && size.parse().is_ok_and(|degrees: f64| degrees <= most)
}

#[cfg(test)]
#[path = "identifier_tests.rs"]
mod tests;
