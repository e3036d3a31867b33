use super::{Package, Packages, built_packages, check_duplicates};
use crate::tidy::tree::Tree;

fn texts(list: &str) -> Vec<String> {
    let built = built_packages("a v1.0.0\nb v1.0.0 (proc-macro)\nb feature \"std\"\n\na v2.0.0 (*)\na v2.0.0\n");
    let packages = Packages { packages: vec![Package { name: "never-built".into(), ..Package::default() }], built };
    let tree = Tree::of(&[("xtask/duplicates.txt", list), ("Cargo.lock", "name = \"b\"\nname = \"a\"\n")]);
    check_duplicates(&tree, &packages).iter().map(ToString::to_string).collect()
}

#[test]
fn a_second_version_needs_a_reviewed_reason() {
    assert_eq!(texts("# Reviewed.\n\na: old clients\n"), [""; 0]);
    let unknown = texts("");
    assert_eq!(unknown.len(), 1);
    assert!(unknown[0].starts_with("Cargo.lock:2 duplicate-version — a comes as 1.0.0 and 2.0.0"), "{}", unknown[0]);
    assert!(texts("a:\n")[0].contains("has no reason"));
}

#[test]
fn a_stale_line_has_to_go() {
    let stale = texts("a: old clients\nb: once\n");
    assert_eq!(stale, ["xtask/duplicates.txt:2 duplicate-version — b has one version now: remove this line"]);
}
