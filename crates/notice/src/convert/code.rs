//! Codes and their numbers.
//!
//! The order of a list in the domain is the order of the contract, where 0 is `UNSPECIFIED`: so one
//! rule serves every list, and a test holds all of them against the descriptor set.

use crate::draft::Stated;
use amana_types::Coded;

/// The number of a code in the contract.
#[must_use]
pub fn number<C: Coded>(code: C) -> i32 {
    let place = C::all().iter().position(|known| *known == code);
    place.and_then(|place| i32::try_from(place + 1).ok()).unwrap_or_default()
}

/// What a number of the contract states; 0 is absent, and a number without a code is kept as unknown.
#[must_use]
pub fn stated<C: Coded>(number: i32) -> Stated<C> {
    if number == 0 {
        return Stated::Absent;
    }
    let place = number.checked_sub(1).and_then(|place| usize::try_from(place).ok());
    match place.and_then(|place| C::all().get(place)) {
        Some(code) => Stated::Known(*code),
        None => Stated::Unknown(number.to_string()),
    }
}

/// The same for a list of numbers.
#[must_use]
pub fn stated_all<C: Coded>(numbers: Vec<i32>) -> Vec<Stated<C>> {
    numbers.into_iter().map(stated).collect()
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
