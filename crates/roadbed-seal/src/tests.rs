use super::{SealError, Seals};
use roadbed_core::Secret;
use std::os::unix::fs::PermissionsExt as _;

fn seals() -> (tempfile::TempDir, Seals) {
    let folder = tempfile::tempdir().unwrap();
    let seals = Seals::in_file(&folder.path().join("keys/seal")).unwrap();
    (folder, seals)
}

#[test]
fn what_was_sealed_opens_for_the_same_purpose_only() {
    let (_folder, seals) = seals();
    let sealed = seals.seal("webhook/1", b"a secret").unwrap();
    assert_eq!(seals.open("webhook/1", &sealed).unwrap(), b"a secret");
    assert!(matches!(seals.open("webhook/2", &sealed), Err(SealError::Closed { .. })));
    assert!(!sealed.contains("secret"));
    assert_ne!(seals.seal("webhook/1", b"a secret").unwrap(), sealed, "equal secrets must not look equal");
}

#[test]
fn changed_text_and_text_of_another_key_stay_closed() {
    let (_folder, seals) = seals();
    let sealed = seals.seal("p", b"a secret").unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        // The last digit of base64 may carry bits that mean nothing; those must be refused or mean the same.
        if let Ok(plain) = seals.open("p", &changed) {
            assert_eq!(plain, b"a secret");
        }
    }
    for text in ["", "seal1", "seal1.", "seal1..", "seal2.AAAA.AAAA", "seal1.AAAAAAAAAAAAAAAA."] {
        assert!(matches!(seals.open("p", text), Err(SealError::Closed { .. })), "{text}");
    }
    let (_other_folder, other) = self::seals();
    assert!(other.open("p", &sealed).is_err());
}

#[test]
fn a_key_file_is_made_once_and_readable_by_its_owner_only() {
    let (folder, first) = seals();
    let path = folder.path().join("keys/seal");
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let sealed = first.seal("p", b"kept").unwrap();
    assert_eq!(Seals::in_file(&path).unwrap().open("p", &sealed).unwrap(), b"kept");
    let text = Secret::new(std::fs::read_to_string(&path).unwrap());
    assert_eq!(Seals::from_hex(&text).unwrap().open("p", &sealed).unwrap(), b"kept");
    let names: Vec<_> = path.parent().unwrap().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["seal"]);
}

#[test]
fn a_file_that_holds_something_else_is_refused_and_left_alone() {
    let (folder, _) = seals();
    let path = folder.path().join("keys/other");
    for text in ["", "abc", &"g".repeat(64), &"é".repeat(32)] {
        std::fs::write(&path, text).unwrap();
        assert!(matches!(Seals::in_file(&path), Err(SealError::Key)), "{text}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}
