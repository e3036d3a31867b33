use super::{check, is_allowed};
use crate::tidy::packages::{Package, Packages};
use crate::tidy::tree::Tree;

#[test]
fn expressions_are_met_by_allowed_licenses() {
    let allowed = ["MIT", "Apache-2.0", "Unicode-3.0", "ISC"].map(str::to_owned);
    for good in [
        "MIT",
        "MIT OR GPL-3.0",
        "GPL-3.0 OR MIT",
        "MIT/Apache-2.0",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        "MIT AND (GPL-3.0 OR ISC)",
    ] {
        assert!(is_allowed(good, &allowed), "{good}");
    }
    for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND LGPL-2.1", "", "MIT OR", "(MIT", "MIT ISC"] {
        assert!(!is_allowed(bad, &allowed), "{bad}");
    }
}

#[test]
fn a_package_without_a_known_license_is_refused() {
    let package = |name: &str, license: Option<&str>, is_member| Package {
        name: name.into(),
        version: "1.0.0".into(),
        license: license.map(str::to_owned),
        is_member,
        ..Package::default()
    };
    let packages = Packages {
        packages: vec![
            package("good", Some("MIT"), false),
            package("bad", Some("GPL-3.0"), false),
            package("silent", None, false),
            package("ours", None, true),
        ],
        ..Packages::default()
    };
    let list = "[licenses]\nallow = [\"MIT\"]\n";
    let tree = Tree::of(&[("deny.toml", list), ("Cargo.lock", "\nname = \"bad\"\n")]);
    let lines: Vec<String> = check(&tree, &packages).iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("Cargo.lock:2 license — bad 1.0.0: \"GPL-3.0\" is not in the list"), "{}", lines[0]);
    assert!(lines[1].contains("silent 1.0.0: it names no license"));
    assert!(check(&Tree::of(&[]), &packages)[0].text.contains("the file is missing"));
}
