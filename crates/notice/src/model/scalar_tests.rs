use std::str::FromStr;

use super::*;

fn table<T: FromStr<Err = ScalarError>>(good: &[&str], bad: &[&str]) {
    for text in good {
        assert!(text.parse::<T>().is_ok(), "{text:?}");
    }
    for text in bad {
        assert!(text.parse::<T>().is_err(), "{text:?}");
    }
}

#[test]
fn telephone_numbers() {
    table::<Phone>(
        &["+21698765432", "+290234567", "+6834002", "+123456789012345", "+٢١٦٩٨٧٦٥٤٣٢", "+۲۱۶۹۸۷۶۵۴۳۲"],
        &[
            "21698765432",
            "+0123456789",
            "+216 98765432",
            "+1234567890123456",
            "+123456",
            "+",
            "",
            "+2169876543a",
        ],
    );
    assert_eq!("+٢١٦٩٨٧٦٥٤٣٢".parse::<Phone>().unwrap().as_str(), "+21698765432");
    assert_eq!("+۲۱۶۹۸۷۶۵۴۳۲".parse::<Phone>().unwrap().as_str(), "+21698765432");
}

#[test]
fn mail_addresses() {
    table::<Email>(
        &["a@b.example", "first.last+tag@mail.example.org", "سلمى@مثال.إختبار"],
        &["", "@b.example", "a@", "a@b", "a@b.", "a@@b.example", "a b@c.example", "a\u{202E}@b.example"],
    );
    assert!(format!("{}@b.example", "a".repeat(65)).parse::<Email>().is_err());
}

#[test]
fn case_references() {
    table::<CaseReference>(
        &["TN-2026-000123", "7/2026", "a.b_c"],
        &["", "-1", "TN 2026", "مرجع", "TN\0", "TN-2026-000123\n"],
    );
    assert!("A".repeat(65).parse::<CaseReference>().is_err());
}

#[test]
fn document_numbers() {
    table::<DocumentNumber>(
        &["L898902C3", "AB 12-34/5.6", "أ ١٢٣٤", "X"],
        &["", "-", " X1", "X<1", "X\u{200F}1", "X\n1"],
    );
    assert_eq!("أ ١٢٣٤".parse::<DocumentNumber>().unwrap().as_str(), "أ 1234");
    assert!("1".repeat(41).parse::<DocumentNumber>().is_err());
}

#[test]
fn debug_shows_none_of_them() {
    let shown = format!(
        "{:?} {:?} {:?} {:?}",
        "+21698765432".parse::<Phone>().unwrap(),
        "a@b.example".parse::<Email>().unwrap(),
        "TN-1".parse::<CaseReference>().unwrap(),
        "L898902C3".parse::<DocumentNumber>().unwrap(),
    );
    assert_eq!(shown, "Phone(..) Email(..) CaseReference(..) DocumentNumber(..)");
}
