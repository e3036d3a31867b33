use super::check;
use crate::tidy::packages::{Package, Packages};
use crate::tidy::tree::Tree;

fn member(name: &str, uses: &[&str], in_tests: &[&str]) -> Package {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
    let (uses, uses_in_tests) = (names(uses), names(in_tests));
    Package { name: name.into(), is_member: true, uses, uses_in_tests, ..Package::default() }
}

fn texts(packages: Vec<Package>) -> Vec<String> {
    let manifest = "[package]\nname = \"roadbed-cost\"\n[dependencies]\nroadbed-serving = \"1\"\n";
    let tree = Tree::of(&[("crates/roadbed-cost/Cargo.toml", manifest)]);
    check(&tree, &Packages { packages, ..Packages::default() }).iter().map(ToString::to_string).collect()
}

#[test]
fn the_drawing_itself_passes() {
    let good = vec![
        member("roadbed-core", &[], &[]),
        member("roadbed-contracts", &["roadbed-core", "serde"], &[]),
        member("roadbed-store", &["roadbed-core", "roadbed-contracts"], &[]),
        member("roadbed-capability", &["roadbed-core", "roadbed-store"], &[]),
        member("roadbed-testkit", &["roadbed-capability"], &[]),
        member("roadbed-training", &["roadbed-capability", "roadbed-compute"], &["roadbed-testkit"]),
        member("roadbed-compute", &["roadbed-core"], &[]),
        member("roadbed-portal", &["rust-embed"], &[]),
        member("roadbed", &["roadbed-training", "roadbed-portal"], &[]),
        member("xtask", &["anyhow"], &[]),
    ];
    assert_eq!(texts(good), [""; 0]);
}

#[test]
fn a_room_that_uses_a_room_is_refused_at_its_line() {
    let found = texts(vec![member("roadbed-cost", &["roadbed-serving"], &[]), member("roadbed-serving", &[], &[])]);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("crates/roadbed-cost/Cargo.toml:4 wall — cost must not use serving; it may use core"),
        "{}",
        found[0]
    );
}

#[test]
fn tests_have_walls_too() {
    let found = texts(vec![member("roadbed-cost", &[], &["roadbed-serving"]), member("roadbed-serving", &[], &[])]);
    assert!(found[0].contains("tests of cost must not use serving"));
    let found = texts(vec![member("roadbed-cost", &["roadbed-testkit"], &[]), member("roadbed-testkit", &[], &[])]);
    assert!(found[0].contains("cost must not use testkit"));
}

#[test]
fn what_is_linked_through_others_counts() {
    let foreign = |name: &str, uses: &[&str]| Package { is_member: false, ..member(name, uses, &[]) };
    let found = texts(vec![
        member("roadbed-supervisor", &["client"], &[]),
        foreign("client", &["runtime"]),
        foreign("runtime", &["tokio"]),
        foreign("tokio", &[]),
    ]);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("supervisor links tokio, maybe through others"), "{}", found[0]);
}

#[test]
fn an_unknown_crate_is_refused() {
    assert!(texts(vec![member("roadbed-extras", &[], &[])])[0].contains("extras is not in the drawing"));
}
