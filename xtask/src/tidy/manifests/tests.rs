use super::check;
use crate::tidy::tree::Tree;

const GOOD: &str = "[package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\
                    license.workspace = true\n\n[lints]\nworkspace = true\n";

fn texts(manifest: &str) -> Vec<String> {
    check(&Tree::of(&[("crates/a/Cargo.toml", manifest)])).iter().map(ToString::to_string).collect()
}

#[test]
fn a_crate_inherits_from_the_workspace() {
    assert_eq!(texts(GOOD), [""; 0]);
    let own_edition = texts(&GOOD.replace("edition.workspace = true", "edition = \"2021\""));
    assert_eq!(
        own_edition,
        ["crates/a/Cargo.toml:4 inherit — edition is the crate's own: write edition.workspace = true"]
    );
    assert_eq!(texts(&GOOD.replace("[lints]\nworkspace = true\n", "")).len(), 1);
    assert!(texts("not toml at all [")[0].contains("this is not TOML"));
}
