use super::check;
use crate::tidy::tree::Tree;

const SQL: &str = "fn f() {\n    g(\"\\n  SELECT a FROM t\");\n    h!(x, (\"UPDATE t SET a = ?1\"));\n    say(\"UPDATE the page\");\n}\n";

#[test]
fn sql_is_found_in_calls_and_macros() {
    let findings = check(&Tree::of(&[("crates/a/src/operations.rs", SQL)]));
    assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn sql_has_its_places() {
    for path in [
        "crates/roadbed-cost/src/budgets/store.rs",
        "crates/roadbed-cost/src/budgets/store/rows.rs",
        "crates/roadbed-store/src/events.rs",
        "crates/roadbed-cost/src/budgets/tests.rs",
        "xtask/src/main.rs",
    ] {
        assert_eq!(check(&Tree::of(&[(path, SQL)])), [], "{path}");
    }
    let in_tests = format!("#[cfg(test)]\nmod tests {{ {SQL} }}\n");
    assert_eq!(check(&Tree::of(&[("crates/a/src/operations.rs", &in_tests)])), []);
}
