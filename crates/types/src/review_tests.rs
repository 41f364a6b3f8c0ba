use super::*;

#[test]
fn a_refusal_says_why_or_is_none() {
    let new = |ground, text: &str| ReviewRefusal::new(ground, text).map(|refusal| refusal.text().to_owned());
    assert_eq!(new(ReviewGround::InsufficientData, ""), Ok(String::new()));
    assert_eq!(new(ReviewGround::Other, " "), Err(ReviewRefusalProblem::TextNeeded));
    assert_eq!(new(ReviewGround::Other, "no act is named"), Ok("no act is named".to_owned()));
    let long = "é".repeat(REVIEW_TEXT_CHARS);
    assert_eq!(new(ReviewGround::Other, &long), Ok(long.clone()));
    assert_eq!(new(ReviewGround::Other, &format!("{long}é")), Err(ReviewRefusalProblem::TextTooLong));
    assert_eq!(new(ReviewGround::Other, "a\u{7}"), Err(ReviewRefusalProblem::Character(2)));
    let refusal = ReviewRefusal::new(ReviewGround::Other, "a canary").unwrap();
    assert!(!format!("{refusal:?}").contains("canary"));
}
