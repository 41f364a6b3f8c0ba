//! Addressing: every code is read, and every one that cannot be is named.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::{Problem, Rule};
use amana_types::UnknownCode;
use amana_types::{Addressing, Region, limits};

use super::code::{known, number};
use crate::content;

/// The most items of one list: more than there can be members.
const ITEMS: usize = limits::RECIPIENTS;

/// Reads an addressing. `field` is its path in the request, such as `addressing`.
///
/// An empty one is read as empty: `policy::route` refuses it.
///
/// # Errors
/// Every item that is not a member code, region or group name, with its path.
pub fn addressing(message: &content::Addressing, field: &str) -> Result<Addressing, Vec<Problem>> {
    let mut reader = Reader { field, problems: Vec::new() };
    let read = Addressing {
        countries: reader.texts("members", &message.members),
        regions: reader.items("regions", &message.regions, |region| region_of(*region)),
        groups: reader.texts("groups", &message.groups),
        all_members: message.all_members,
        except: reader.texts("except_members", &message.except_members),
    };
    if reader.problems.is_empty() { Ok(read) } else { Err(reader.problems) }
}

fn region_of(number: i32) -> Result<Region, UnknownCode> {
    known(number).ok_or_else(UnknownCode::of::<Region>)
}

struct Reader<'a> {
    field: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn texts<T>(&mut self, list: &str, items: &[String]) -> BTreeSet<T>
    where
        T: FromStr<Err: fmt::Display> + Ord,
    {
        self.items(list, items, |text| text.parse())
    }

    fn items<W, T: Ord, E: fmt::Display>(
        &mut self,
        list: &str,
        items: &[W],
        read: impl Fn(&W) -> Result<T, E>,
    ) -> BTreeSet<T> {
        if items.len() > ITEMS {
            let message = format!("{} items, at most {ITEMS} are possible", items.len());
            let field = format!("{}.{list}", self.field);
            self.problems.push(Problem { field, rule: Rule::TooMany, message });
        }
        let mut set = BTreeSet::new();
        for (i, item) in items.iter().take(ITEMS).enumerate() {
            match read(item) {
                Ok(item) => {
                    set.insert(item);
                }
                Err(refusal) => self.problems.push(Problem {
                    field: format!("{}.{list}[{i}]", self.field),
                    rule: Rule::UnknownCode,
                    message: refusal.to_string(),
                }),
            }
        }
        set
    }
}

impl From<&Addressing> for content::Addressing {
    fn from(d: &Addressing) -> Self {
        fn texts<T: ToString>(set: &BTreeSet<T>) -> Vec<String> {
            set.iter().map(ToString::to_string).collect()
        }
        Self {
            members: texts(&d.countries),
            regions: d.regions.iter().copied().map(number::<Region>).collect(),
            groups: texts(&d.groups),
            all_members: d.all_members,
            except_members: texts(&d.except),
        }
    }
}

#[cfg(test)]
#[path = "addressing_tests.rs"]
mod tests;
