//! The bytes of the case that every recipient gets hold nothing that leads to a child, whatever road a
//! notice file gives it: persons, accounts, links, and the things that links lead to.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is a failed test")]

use amana_notice::file::{Format, read};
use amana_notice::split;
use prost::Message;

/// Every text that leads to the child carries this word.
const CANARY: &str = "zzcanary";

const FILE: &str = r#"
circulation = "DIFFUSION"
type = "BLUE"
case_reference = "XA-2026-9"
marking.handling = "H1"
purpose = "VICTIM_PROTECTION"
subject = { en = "A child taken across the border" }
narrative = { en = "A van was seen at the port." }
to = { members = ["XF"] }
persons = [
  { label = "p1", roles = ["SUSPECT"], age_group = "ADULT", names = [{ original = "Karim", language = "fr" }] },
  { label = "p2", roles = ["VICTIM"], age_group = "CHILD", names = [{ original = "Salma zzcanary", language = "fr" }], birth_place = "zzcanary village", emails = ["zzcanary@example.org"], accounts = [{ platform = "Forum", identifier = "zzcanary.star" }], trafficking = { status = "VICTIM", decided_by = "NGO", recruitment_place = "zzcanary school" }, remarks = { en = "zzcanary" } },
]
vehicles = [
  { label = "v1", plate = "123 XA 4567" },
  { label = "v2", description = { en = "the zzcanary car" } },
]
organisations = [{ label = "org1", names = [{ original = "zzcanary shelter", language = "en" }], role = "SUPPORT" }]
places = [{ label = "pl1", name = "zzcanary house", address = "9 zzcanary street" }]
assets = [{ label = "a1", type = "CASH", identifier = "zzcanary savings" }]
events = [{ label = "e1", type = "RESCUE", place = "pl1", description = { en = "to the zzcanary house" } }]
links = [
  { type = "USES", source = "p1", target = "v1" },
  { type = "EXPLOITED_BY", source = "p2", target = "p1" },
  { type = "USES", source = "p2", target = "v2" },
  { type = "ASSOCIATE_OF", source = "org1", target = "p2" },
  { type = "LOCATED_AT", source = "p2", target = "pl1" },
  { type = "OWNS", source = "p2", target = "a1" },
]
"#;

fn count(bytes: &[u8], word: &str) -> usize {
    bytes.windows(word.len()).filter(|window| *window == word.as_bytes()).count()
}

#[test]
fn the_bytes_of_the_case_do_not_lead_to_a_child() {
    let read = read(FILE.as_bytes(), Format::Toml, "2026-11-23T08:30:00Z".parse().unwrap());
    let file = read.unwrap_or_else(|problems| panic!("{problems}"));
    let (case, protected) = split(&file.notice, "XA".parse().unwrap());
    let case = case.encode_to_vec();
    let protected = protected.unwrap().encode_to_vec();
    assert_eq!(count(&case, CANARY), 0);
    assert_eq!(count(&protected, CANARY), FILE.matches(CANARY).count());
    // What every investigator has to see is there, once.
    assert_eq!((count(&case, "123 XA 4567"), count(&protected, "123 XA 4567")), (1, 0));
}
