use super::*;
use crate::failure::StorageFailed;

#[test]
fn a_flush_that_hangs_is_told_and_one_that_ends_is_not() {
    let (tell, told) = channel::<StorageFailed>();
    let failure = Failure::new(move |failed| tell.send(failed).unwrap());
    let (signs, watched) = channel();
    for _ in 0..3 {
        signs.send(Sign::Begins).unwrap();
        signs.send(Sign::Ends).unwrap();
    }
    signs.send(Sign::Begins).unwrap();
    // It is never said that this one ends, and nobody but the watch says anything.
    std::thread::scope(|scope| {
        let failure = &failure;
        scope.spawn(move || watch(&watched, Duration::from_millis(10), failure));
        assert!(told.recv().unwrap().reason.contains("does not end"), "{failure:?}");
    });
    assert!(failure.is_failed());
    drop(signs);

    let (signs, watched) = channel();
    let failure = Failure::new(|failed| panic!("{failed}"));
    signs.send(Sign::Begins).unwrap();
    signs.send(Sign::Ends).unwrap();
    drop(signs);
    watch(&watched, Duration::from_millis(10), &failure);
    assert!(!failure.is_failed());
}

#[test]
fn a_panic_of_the_keeping_thread_is_told() {
    let (tell, told) = channel::<StorageFailed>();
    let failure = Failure::new(move |failed| tell.send(failed).unwrap());
    let panicked = std::thread::spawn(move || {
        let _watch = TellPanic(&failure);
        panic!("a test");
    });
    assert!(panicked.join().is_err());
    assert!(told.recv().unwrap().reason.contains("panicked"));
}
