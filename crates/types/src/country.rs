//! Countries.

use std::fmt;
use std::str::FromStr;

/// The 249 officially assigned codes of ISO 3166-1 alpha-2, in order.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ \
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM \
    DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS \
    GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN \
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ \
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM \
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV \
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI \
    VN VU WF WS YE YT ZA ZM ZW";

/// A country: ISO 3166-1 alpha-2, or `XA`..`XZ` of its user-assigned codes (clause 8.1.3), which stand
/// for the countries of exercises.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

/// A text that is not a country code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a country: expected an assigned ISO 3166-1 alpha-2 code such as TN, or XA to XZ in exercises")]
pub struct CountryError;

impl CountryCode {
    /// The officially assigned codes.
    pub fn assigned() -> impl Iterator<Item = Self> {
        COUNTRIES.split_ascii_whitespace().filter_map(|code| code.as_bytes().try_into().ok().map(Self))
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether it stands for a country of an exercise.
    #[must_use]
    pub const fn is_exercise(self) -> bool {
        matches!(self.0, [b'X', b'A'..=b'Z'])
    }
}

impl FromStr for CountryCode {
    type Err = CountryError;

    fn from_str(text: &str) -> Result<Self, CountryError> {
        let code = Self(text.as_bytes().try_into().map_err(|_| CountryError)?);
        if code.is_exercise() || COUNTRIES.split_ascii_whitespace().any(|known| known == text) {
            Ok(code)
        } else {
            Err(CountryError)
        }
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
