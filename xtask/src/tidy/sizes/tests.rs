use super::{check_files, check_functions};
use crate::tidy::finding::Severity;
use crate::tidy::tree::Tree;

fn lines(count: usize) -> String {
    "// a line\n".repeat(count)
}

#[test]
fn long_files_are_warned_of_then_refused_and_tests_may_be_longer() {
    let severity = |path: &str, count| {
        let findings = check_files(&Tree::of(&[(path, &lines(count))]));
        findings.first().map(|finding| finding.severity)
    };
    assert_eq!(severity("crates/a/src/x.rs", 400), None);
    assert_eq!(severity("crates/a/src/x.rs", 401), Some(Severity::Warning));
    assert_eq!(severity("crates/a/src/x.rs", 601), Some(Severity::Refused));
    assert_eq!(severity("crates/a/src/x/tests.rs", 800), None);
    assert_eq!(severity("crates/a/tests/journeys.rs", 801), Some(Severity::Refused));
    assert_eq!(severity("web/src/widgets/Table.tsx", 401), Some(Severity::Warning));
    assert_eq!(severity("web/src/features/jobs/JobPage.tsx", 601), Some(Severity::Refused));
    assert_eq!(severity("web/src/state/url.test.ts", 800), None);
    assert_eq!(severity("docs/long.md", 5000), None);
}

#[test]
fn functions_are_counted_without_blank_lines_and_comments() {
    let body =
        |count: usize| format!("struct S;\nimpl S {{\nfn f() {{\n{}\n// why\n\n}}\n}}", "    g();\n".repeat(count));
    assert_eq!(check_functions(&Tree::of(&[("crates/a/src/x.rs", &body(70))])), []);
    let findings = check_functions(&Tree::of(&[("crates/a/src/x.rs", &body(71))]));
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].line, findings[0].rule), (3, "function-size"));
    assert!(findings[0].text.starts_with("f has 71 lines"));
}
