use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn directories_are_for_the_owner_alone() {
    let root = tempfile::tempdir().unwrap();
    let deep = root.path().join("a/b");
    create_private_directory(&deep).unwrap();
    assert_eq!((mode(&deep), mode(&root.path().join("a"))), (0o700, 0o700));
    create_private_directory(&deep).unwrap();
    fs::set_permissions(&deep, fs::Permissions::from_mode(0o750)).unwrap();
    assert!(matches!(create_private_directory(&deep), Err(FileError::Exposed { mode: 0o750, .. })));
}

#[test]
fn a_new_file_never_takes_the_place_of_another() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("key");
    create_private_file(&path, b"first").unwrap();
    assert_eq!(mode(&path), 0o600);
    assert!(matches!(create_private_file(&path, b"second"), Err(FileError::Exists(_))));
    assert_eq!(fs::read(&path).unwrap(), b"first");
    replace_private_file(&path, b"third").unwrap();
    assert_eq!((fs::read(&path).unwrap().as_slice(), mode(&path)), (b"third".as_slice(), 0o600));
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "no temporary file stays");
}

#[test]
fn a_failed_replacement_leaves_the_old_and_no_litter() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("key");
    fs::create_dir(&path).unwrap(); // a directory cannot be replaced by a file
    assert!(replace_private_file(&path, b"new").is_err());
    assert!(path.is_dir());
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    assert!(matches!(create_private_file(&root.path().join("no/key"), b""), Err(FileError::Missing(_))));
}

#[test]
fn reading_refuses_what_others_can_read_and_what_is_too_long() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("key");
    create_private_file(&path, b"12345").unwrap();
    assert_eq!(read_private_file(&path, 5).unwrap().as_slice(), b"12345");
    assert!(matches!(read_private_file(&path, 4), Err(FileError::TooLarge { most: 4, .. })));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let error = read_private_file(&path, 5).unwrap_err();
    assert!(error.to_string().contains("chmod go="), "{error}");
    assert!(matches!(read_private_file(&root.path().join("none"), 5), Err(FileError::Missing(_))));
}

/// Every writer has a temporary file of its own: what stands there in the end is one whole content.
#[test]
fn many_may_replace_one_file_at_once() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("key");
    let together = std::sync::Barrier::new(4);
    std::thread::scope(|scope| {
        for writer in 0..4_u8 {
            let (path, together) = (&path, &together);
            scope.spawn(move || {
                for _ in 0..50 {
                    together.wait();
                    replace_private_file(path, &[writer; 300]).unwrap();
                }
            });
        }
    });
    let content = fs::read(&path).unwrap();
    assert!(content.len() == 300 && content.iter().all(|byte| *byte == content[0]));
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "no temporary file stays");
}
