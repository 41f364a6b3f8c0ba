use super::*;

fn granted(sections: &[u8]) -> GrantedSections {
    sections.iter().copied().map(SectionIndex).collect()
}

#[test]
fn bits_stand_for_sections() {
    assert_eq!(granted(&[]).bits(), 0);
    assert_eq!(granted(&[0, 2]).bits(), 0b101);
    assert_eq!(granted(&[15]).bits(), 0x8000);
    assert_eq!(GrantedSections::of_bits(0b101), Some(granted(&[2, 0])));
    assert_eq!(GrantedSections::of_bits(0x1_0000), None);
    for section in 0..=u8::MAX {
        assert_eq!(granted(&[0, 2, 15]).contains(SectionIndex(section)), [0, 2, 15].contains(&section));
    }
}

#[test]
fn nobody_is_granted_nothing_or_what_is_not_there() {
    assert!(granted(&[0]).fits(1) && granted(&[0, 15]).fits(16) && granted(&[]).fits(0));
    assert!(!granted(&[]).fits(1) && !granted(&[1]).fits(1) && !granted(&[0]).fits(0));
}

#[test]
fn what_is_not_granted_is_left_out() {
    let parts = ["case", "persons", "referral"];
    assert_eq!(granted(&[0, 2]).choose(&parts, &"").collect::<Vec<_>>(), [&"case", &"", &"referral"]);
}
