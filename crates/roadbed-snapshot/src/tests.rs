use crate::{Limits, SnapshotError, Unpacked, pack, select, unpack};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use tar::{Builder, EntryType, Header};
use tempfile::TempDir;

fn project(files: &[(&str, &str)]) -> TempDir {
    let root = TempDir::new().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn names(root: &Path, inputs: &[&str]) -> Vec<String> {
    let inputs: Vec<String> = inputs.iter().map(|text| (*text).to_owned()).collect();
    select(root, &inputs).unwrap().iter().map(|file| file.path.display().to_string()).collect()
}

fn packed(root: &Path) -> (Vec<u8>, crate::Packed) {
    let mut bytes = Vec::new();
    let packed = pack(root, &[], &Limits::default(), &mut bytes).unwrap();
    (bytes, packed)
}

/// A snapshot made by somebody else: the given entries, as they are.
fn forged(entries: &[(EntryType, &str, &str, &[u8])]) -> Vec<u8> {
    let mut archive = Builder::new(zstd::Encoder::new(Vec::new(), 3).unwrap());
    for (kind, path, link, content) in entries {
        let mut header = Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        // Written directly: the library refuses to write what we must refuse to read.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.as_old_mut().linkname[..link.len()].copy_from_slice(link.as_bytes());
        header.set_cksum();
        archive.append(&header, *content).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

fn unpacked(bytes: &[u8], limits: &Limits) -> (TempDir, PathBuf, Result<Unpacked, SnapshotError>) {
    let outside = TempDir::new().unwrap();
    let target = outside.path().join("target");
    let result = unpack(bytes, &target, limits);
    (outside, target, result)
}

#[test]
fn a_project_comes_back_as_it_was() {
    let long = format!("{}/deep.txt", "a-long-folder-name/".repeat(12));
    let root = project(&[("train.py", "print(1)"), ("pkg/mod.py", "x = 1"), (&long, "far"), ("run.sh", "#!/bin/sh")]);
    fs::set_permissions(root.path().join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("pkg/mod.py", root.path().join("alias.py")).unwrap();
    let (bytes, packed) = packed(root.path());
    let (_outside, target, result) = unpacked(&bytes, &Limits::default());
    let result = result.unwrap();
    assert_eq!((result.digest, result.bytes, result.entries), (packed.digest, bytes.len() as u64, packed.entries));
    assert_eq!(result.digest.as_bytes(), blake3::hash(&bytes).as_bytes());
    assert_eq!(fs::read_to_string(target.join("alias.py")).unwrap(), "x = 1");
    assert_eq!(fs::read_to_string(target.join(&long)).unwrap(), "far");
    assert_eq!(fs::metadata(target.join("run.sh")).unwrap().permissions().mode() & 0o777, 0o755);
}

#[test]
fn the_same_files_have_the_same_digest_whatever_their_times_and_order() {
    let files = [("b.py", "2"), ("a/c.py", "3"), ("a.py", "1")];
    let first = project(&files);
    let mut reversed = files;
    reversed.reverse();
    let second = project(&reversed);
    let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    fs::File::open(second.path().join("a.py")).unwrap().set_modified(long_ago).unwrap();
    fs::set_permissions(second.path().join("a.py"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(packed(first.path()).0, packed(second.path()).0);
    fs::write(second.path().join("a.py"), "4").unwrap();
    assert_ne!(packed(first.path()).1.digest, packed(second.path()).1.digest);
}

#[test]
fn ignored_files_stay_unless_an_input_names_them() {
    let root = project(&[
        (".gitignore", "data/\n*.log\n"),
        ("train.py", ""),
        ("data/train.csv", "1"),
        ("data/deep/more.csv", "2"),
        ("run.log", ""),
        ("__pycache__/train.pyc", ""),
        (".venv/pyvenv.cfg", ""),
        (".venv/lib/big.so", ""),
        (".git/config", ""),
    ]);
    assert_eq!(names(root.path(), &[]), [".gitignore", "train.py"]);
    assert_eq!(names(root.path(), &["data/**"]), [".gitignore", "data/deep/more.csv", "data/train.csv", "train.py"]);
    assert_eq!(names(root.path(), &["data"]), names(root.path(), &["./data/**"]));
    assert_eq!(names(root.path(), &["data/*.csv"]), [".gitignore", "data/train.csv", "train.py"]);
}

#[test]
fn secrets_never_travel_unless_an_input_names_them() {
    let root = project(&[
        ("train.py", ""),
        (".env", "KEY=1"),
        (".env.production", ""),
        (".env.example", ""),
        ("certs/server.PEM", ""),
        ("certs/id_rsa", ""),
        ("certs/id_rsa.pub", ""),
    ]);
    let always = [".env.example", "certs/id_rsa.pub", "train.py"];
    assert_eq!(names(root.path(), &[]), always);
    assert_eq!(names(root.path(), &["certs/**"]), always);
    assert_eq!(names(root.path(), &[".env"]), [".env", ".env.example", "certs/id_rsa.pub", "train.py"]);
    assert_eq!(names(root.path(), &["certs/*.PEM"])[1..3], ["certs/id_rsa.pub", "certs/server.PEM"]);
}

#[test]
fn patterns_that_cannot_work_are_refused_with_a_reason() {
    let root = project(&[("train.py", "")]);
    let refused = |pattern: &str| select(root.path(), &[pattern.to_owned()]).unwrap_err().to_string();
    assert!(refused("dta/**").contains("matches no file"), "{}", refused("dta/**"));
    assert!(refused("../secrets").contains("without '..'"));
    assert!(refused("/etc/passwd").contains("relative to the project"));
    assert!(refused("a[").contains("not usable"));
}

#[test]
fn links_that_leave_are_refused_when_packing() {
    for target in ["/etc/passwd", "../outside", "../../../../etc"] {
        let root = project(&[("train.py", "")]);
        symlink(target, root.path().join("link")).unwrap();
        let error = pack(root.path(), &[], &Limits::default(), std::io::sink()).unwrap_err();
        assert!(matches!(error, SnapshotError::LinkLeaves { .. }), "{target}: {error}");
    }
    let root = project(&[("train.py", "")]);
    symlink("nowhere", root.path().join("broken")).unwrap();
    pack(root.path(), &[], &Limits::default(), std::io::sink()).unwrap();
}

#[test]
fn packing_is_bounded() {
    let root = project(&[("a", "12345"), ("b", "12345")]);
    let bounded = |limits: Limits| pack(root.path(), &[], &limits, std::io::sink()).unwrap_err();
    assert!(matches!(bounded(Limits { bytes: 9, ..Limits::default() }), SnapshotError::TooLarge { .. }));
    assert!(matches!(bounded(Limits { entries: 1, ..Limits::default() }), SnapshotError::TooMany { .. }));
}

#[test]
fn hostile_snapshots_are_refused_and_write_nothing_outside() {
    use EntryType as Kind;
    let long_name = vec![b'a'; 5000];
    type Corpus<'a> = [(&'a str, &'a [(EntryType, &'a str, &'a str, &'a [u8])])];
    let corpus: &Corpus = &[
        ("traversal", &[(Kind::Regular, "../escaped", "", b"x")]),
        ("hidden traversal", &[(Kind::Regular, "a/../../escaped", "", b"x")]),
        ("absolute", &[(Kind::Regular, "/tmp/escaped", "", b"x")]),
        ("empty name", &[(Kind::Regular, "", "", b"x")]),
        ("symlink out", &[(Kind::Symlink, "link", "../escaped", b"")]),
        ("absolute symlink", &[(Kind::Symlink, "link", "/etc/passwd", b"")]),
        ("through a symlink", &[(Kind::Symlink, "link", "..", b""), (Kind::Regular, "link/escaped", "", b"x")]),
        ("link below a link", &[(Kind::Symlink, "link", "..", b""), (Kind::Symlink, "link/escaped", "x", b"")]),
        (
            "links that add up",
            &[
                (Kind::Regular, "d/f", "", b""),
                (Kind::Symlink, "up", "d/..", b""),
                (Kind::Symlink, "out", "up/..", b""),
            ],
        ),
        ("hard link", &[(Kind::Link, "hard", "/etc/passwd", b"")]),
        ("device", &[(Kind::Char, "device", "", b"")]),
        ("block device", &[(Kind::Block, "device", "", b"")]),
        ("named pipe", &[(Kind::Fifo, "pipe", "", b"")]),
        ("unknown kind", &[(Kind::new(b'Z'), "odd", "", b"")]),
        ("twice the same", &[(Kind::Regular, "a", "", b"1"), (Kind::Regular, "a", "", b"2")]),
        ("endless name", &[(Kind::GNULongName, "././@LongLink", "", &long_name)]),
    ];
    for (what, entries) in corpus {
        let (outside, _, result) = unpacked(&forged(entries), &Limits::default());
        assert!(result.is_err(), "{what} was unpacked");
        let beside: Vec<_> = fs::read_dir(outside.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(beside.iter().all(|name| name == "target"), "{what} wrote {beside:?} outside");
    }
}

#[test]
fn bombs_are_stopped_at_the_limit() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    let mut header = Header::new_gnu();
    header.set_path("zeros").unwrap();
    header.set_mode(0o644);
    header.set_size(256 << 20);
    header.set_cksum();
    encoder.write_all(header.as_bytes()).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..256 {
        encoder.write_all(&zeros).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let (_outside, _, result) = unpacked(&bomb, &Limits::default());
    assert!(matches!(result, Err(SnapshotError::TooDense { .. })), "{result:?}");

    let large = forged(&[(EntryType::Regular, "a", "", b"0123456789")]);
    let (_outside, _, result) = unpacked(&large, &Limits { bytes: 9, ..Limits::default() });
    assert!(matches!(result, Err(SnapshotError::TooLarge { .. })), "{result:?}");

    let many = forged(&[(EntryType::Regular, "a", "", b""), (EntryType::Regular, "b", "", b"")]);
    let (_outside, _, result) = unpacked(&many, &Limits { entries: 1, ..Limits::default() });
    assert!(matches!(result, Err(SnapshotError::TooMany { .. })), "{result:?}");
}

#[test]
fn rubbish_and_full_folders_are_refused() {
    let (_outside, _, result) = unpacked(b"this is no snapshot", &Limits::default());
    assert!(matches!(result, Err(SnapshotError::Damaged(_))), "{result:?}");
    let root = project(&[("a.py", "some text that is long enough to be cut")]);
    let bytes = packed(root.path()).0;
    let (_outside, _, result) = unpacked(&bytes[..bytes.len() - 8], &Limits::default());
    assert!(matches!(result, Err(SnapshotError::Damaged(_) | SnapshotError::File { .. })), "{result:?}");
    assert!(unpack(bytes.as_slice(), root.path(), &Limits::default()).is_err());
}
