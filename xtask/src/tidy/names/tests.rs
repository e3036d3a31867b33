use super::check;
use crate::tidy::tree::Tree;

#[test]
fn empty_words_are_refused_in_files_folders_and_modules() {
    let tree = Tree::of(&[
        ("crates/a/src/utils.rs", ""),
        ("crates/a/src/common/x.rs", ""),
        ("crates/a/src/session_manager.rs", ""),
        ("web/src/lib/string-helpers.ts", ""),
        ("crates/a/src/inline.rs", "mod good {}\nmod misc {}\n"),
        ("crates/a/src/utility_bill.rs", ""),
        ("crates/a/src/uncommon.rs", ""),
        ("docs/common.md", ""),
    ]);
    let found: Vec<String> = check(&tree).iter().map(|finding| format!("{}:{}", finding.path, finding.line)).collect();
    let expected = [
        "crates/a/src/common/x.rs:1",
        "crates/a/src/inline.rs:2",
        "crates/a/src/session_manager.rs:1",
        "crates/a/src/utils.rs:1",
        "web/src/lib/string-helpers.ts:1",
    ];
    assert_eq!(found, expected);
}
