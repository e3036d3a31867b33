use crate::asset::{has_hash, media_type};
use crate::{Assets, State};
use std::path::Path;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    folder
}

fn assets(folder: &Path) -> Assets {
    Assets::in_folder(folder.to_path_buf())
}

#[test]
fn a_file_is_found_with_its_forms() {
    let folder = folder(&[
        ("index.html", "<html>"),
        ("assets/app-B3x_-k9a.js", "let a;"),
        ("assets/app-B3x_-k9a.js.br", "b"),
        ("assets/icon.svg", "<svg/>"),
    ]);
    let assets = assets(folder.path());
    assert_eq!(assets.state(), State::Folder);
    assert_eq!(assets.index().as_deref(), Some("<html>"));
    let script = assets.find("assets/app-B3x_-k9a.js").unwrap();
    assert_eq!((script.plain.bytes.as_ref(), script.immutable), (&b"let a;"[..], true));
    assert_eq!(script.media_type, "text/javascript; charset=utf-8");
    assert_eq!(script.brotli.unwrap().bytes.as_ref(), b"b");
    assert!(script.gzip.is_none());
    let icon = assets.find("assets/icon.svg").unwrap();
    assert!(!icon.immutable, "a name without a hash may get other bytes");
}

#[test]
fn what_is_no_file_of_the_portal_is_not_found() {
    let outside = folder(&[("secret", "s"), ("web/index.html", ""), ("web/.hidden", "h"), ("web/a.js.gz", "")]);
    let assets = assets(&outside.path().join("web"));
    let absolute = outside.path().join("secret");
    for path in ["", "..", "../secret", "a/../../secret", ".hidden", "a.js.gz", "a.js", "index.html", "a\0b", "assets"]
    {
        assert!(assets.find(path).is_none(), "{path:?}");
    }
    assert!(assets.find(absolute.to_str().unwrap()).is_none());
}

#[test]
fn an_empty_folder_is_no_portal() {
    let folder = folder(&[]);
    assert_eq!(assets(folder.path()).state(), State::None);
    assert!(assets(folder.path()).index().is_none());
}

#[test]
fn a_hash_at_the_end_of_a_name_is_told_from_a_word() {
    for name in ["index-DkU2x9aB.js", "assets/a-b-0bcdefgh.css", "x-a_b-c9Zz.woff2"] {
        assert!(has_hash(name), "{name}");
    }
    for name in ["icon.svg", "self-portrait.svg", "licenses.json", "DkU2x9aB.js", "é-x.js", ""] {
        assert!(!has_hash(name), "{name}");
    }
}

#[test]
fn media_types_are_those_browsers_insist_on() {
    let cases = [
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.svg", "image/svg+xml; charset=utf-8"),
        ("a.woff2", "font/woff2"),
        ("a.json", "application/json"),
        ("a.webmanifest", "application/manifest+json"),
        ("a", "application/octet-stream"),
    ];
    for (path, expected) in cases {
        assert_eq!(media_type(path), expected, "{path}");
    }
}
