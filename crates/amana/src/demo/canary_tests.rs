use super::*;

const TEXT: &str = "كناري-canary-4711";

fn hides(content: &[u8]) -> bool {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("deep")).unwrap();
    fs::write(dir.path().join("deep/file"), content).unwrap();
    Canary::new(TEXT).find(dir.path()).unwrap().is_some()
}

#[test]
fn finds_it_in_every_form() {
    assert!(hides(format!("before {TEXT} after").as_bytes()));
    assert!(hides(&TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()));
    assert!(hides(&TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>()));
    let hex: String = TEXT.bytes().map(|b| format!("{b:02x}")).collect();
    assert!(hides(hex.as_bytes()));
    assert!(hides(hex.to_uppercase().as_bytes()));
}

#[test]
fn finds_it_across_the_edge_of_a_read() {
    let mut content = vec![b'.'; CHUNK - 5];
    content.extend_from_slice(TEXT.as_bytes());
    assert!(hides(&content));
}

#[test]
fn finds_base64_at_every_alignment() {
    // `printf '%s' "<shift dots>كناري-canary-4711..." | base64 -w0`, computed by another program.
    for line in [
        "2YPZhtin2LHZii1jYW5hcnktNDcxMQ==",
        "LtmD2YbYp9ix2YotY2FuYXJ5LTQ3MTE=",
        "Li7Zg9mG2KfYsdmKLWNhbmFyeS00NzEx",
    ] {
        assert!(hides(line.as_bytes()), "{line}");
    }
}

#[test]
fn finds_nothing_where_there_is_nothing() {
    assert!(!hides(b"nothing of the kind"));
}
