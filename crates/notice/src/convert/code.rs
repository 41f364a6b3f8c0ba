//! Codes and their numbers.
//!
//! The order of a list in the domain is the order of the contract, where 0 is `UNSPECIFIED`: so one
//! rule serves every list, and a test holds all of them against the descriptor set.

use amana_types::Coded;

/// What is stated where a code is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated<C> {
    /// Nothing.
    Absent,
    /// A code of the list.
    Known(C),
    /// A number that this version has no code for.
    Unknown(i32),
}

/// The number of a code in the contract.
#[must_use]
pub fn number<C: Coded>(code: C) -> i32 {
    let place = C::all().iter().position(|known| *known == code);
    place.and_then(|place| i32::try_from(place + 1).ok()).unwrap_or_default()
}

/// What a number of the contract states; 0 is absent, and a number without a code is kept as unknown.
#[must_use]
pub fn stated<C: Coded>(number: i32) -> Stated<C> {
    match known(number) {
        Some(code) => Stated::Known(code),
        None if number == 0 => Stated::Absent,
        None => Stated::Unknown(number),
    }
}

/// The code of a number, if there is one.
#[must_use]
pub fn known<C: Coded>(number: i32) -> Option<C> {
    let place = usize::try_from(number.checked_sub(1)?).ok()?;
    C::all().get(place).copied()
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
