use super::check;
use crate::tidy::tree::Tree;

const WHOLE: &str = "//! # Budgets\n//! Purpose: caps.\n//! States: open, exhausted.\n//! Reads and writes: `budgets_*`.\n\
                     //! Endpoints: none.\n//! Not here: prices.\n\nmod api;\n";

const MARK: (&str, &str) = ("crates/roadbed-cost/src/budgets/migrations/0001_budgets.sql", "");

#[test]
fn a_whole_front_page_passes_in_any_of_its_forms() {
    let sections =
        "//! ## Purpose\n//! ## Words and states\n//! **Reads and writes.** a\n//! ## Endpoints\n//! ## Not here\n";
    for page in [WHOLE, sections] {
        assert_eq!(check(&Tree::of(&[("crates/roadbed-cost/src/budgets/mod.rs", page), MARK])), []);
    }
}

#[test]
fn what_is_missing_is_named() {
    let page =
        WHOLE.replace("//! States: open, exhausted.\n", "").replace("//! Not here: prices.\n", "//! Not heretical.\n");
    let findings = check(&Tree::of(&[("crates/roadbed-cost/src/budgets/mod.rs", &page), MARK]));
    assert_eq!(findings.len(), 1);
    assert!(findings[0].text.contains("lacks \"Words\" or \"States\", \"Not here\""), "{}", findings[0].text);
}

#[test]
fn a_capability_without_a_front_page_is_found_and_other_crates_need_none() {
    let findings = check(&Tree::of(&[
        ("crates/roadbed-cost/src/lib.rs", ""),
        ("crates/roadbed-cost/src/prices/api.rs", ""),
        ("crates/roadbed-cost/src/search/lexer.rs", ""),
        ("crates/roadbed-gateway/src/json/scanner.rs", ""),
    ]));
    assert_eq!(
        findings.iter().map(|finding| finding.path.as_str()).collect::<Vec<_>>(),
        ["crates/roadbed-cost/src/prices/mod.rs"]
    );
}
