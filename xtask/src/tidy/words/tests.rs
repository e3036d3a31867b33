use super::{check_allow_attributes, check_hosts, check_machine_paths, check_unfinished};
use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

fn lines(check: fn(&Tree) -> Vec<Finding>, path: &str, text: &str) -> Vec<usize> {
    check(&Tree::of(&[(path, text)])).iter().map(|finding| finding.line).collect()
}

#[test]
fn unfinished_work_is_found_as_a_word() {
    let text = format!(
        "// {}: later\nlet MY{} = 1;\n{}()\nfix me\n",
        concat!("TO", "DO"),
        concat!("TO", "DO"),
        concat!("todo", "!")
    );
    assert_eq!(lines(check_unfinished, "crates/a/src/x.rs", &text), [1, 3]);
    assert_eq!(lines(check_unfinished, "README.md", &format!("({})", concat!("FIX", "ME"))), [1]);
    assert_eq!(lines(check_unfinished, "Cargo.lock", &format!("{}\n", concat!("TO", "DO"))), [0; 0]);
}

#[test]
fn expect_is_the_way_and_allow_is_not() {
    let text = concat!(
        "#[expect(dead_code, reason = \"\")]\n    #[",
        "allow(dead_code)]\n// a #[",
        "allow( in words\n#![",
        "allow(x)]\n"
    );
    assert_eq!(lines(check_allow_attributes, "crates/a/src/x.rs", text), [2, 4]);
}

#[test]
fn paths_of_one_machine_are_found_where_they_start() {
    let text = concat!(
        "cd /wo",
        "rk/main\n",
        "open(\"/ro",
        "ot/.cache\")\n",
        "jobs/<id>/wo",
        "rk/file\n",
        "https://example.com/wo",
        "rk/x\n",
        "$HOME/wo",
        "rk/x\n",
    );
    assert_eq!(lines(check_machine_paths, "docs/guide.md", text), [1, 2]);
}

#[test]
fn registries_are_named_in_lock_files_only_and_never_a_mirror() {
    let public = concat!("\"resolved\": \"https://registry.", "npmjs.org/a/-/a-1.0.0.tgz\",\n");
    let mirror = "\"resolved\": \"https://mirror.example.com/a/-/a-1.0.0.tgz\",\n";
    let funding = "\"url\": \"https://donations.example.com\"\n";
    assert_eq!(lines(check_hosts, "web/package-lock.json", &format!("{public}{mirror}{funding}")), [2]);
    assert_eq!(lines(check_hosts, "Makefile", public), [1]);
    assert_eq!(
        lines(check_hosts, "Cargo.lock", "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"),
        [0; 0]
    );
}
