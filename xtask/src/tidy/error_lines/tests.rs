use super::check;
use crate::tidy::finding::Severity;
use crate::tidy::tree::Tree;

const CODE: &str = r#"
impl JobsError {
    const fn code(&self) -> &'static str {
        match self { Self::Lost => "jobs.lost", Self::Store => "internal" }
    }
}
fn refuse() -> Problem {
    read("roadbed.yaml");
    Problem::new(status, "jobs.refused", "in a.b something").with_field("resources.cpu")
}
impl From<PortError> for Problem {
    fn from(error: PortError) -> Self { Self::not_found(first.map_or("port.unknown", get), detail) }
}
fn convert() { let code = match kind { Kind::Gone => "run.gone", _ => return }; }
fn find() -> Finding { Finding { code: "quota.spent".to_owned(), detail } }
"#;

fn findings(page: &str) -> Vec<(Severity, String)> {
    let tree = Tree::of(&[("crates/a/src/model.rs", CODE), ("docs/reference/errors/README.md", page)]);
    check(&tree).into_iter().map(|finding| (finding.severity, finding.text)).collect()
}

#[test]
fn every_code_needs_a_line() {
    let missing: Vec<String> = findings("| Code | Means |\n")
        .into_iter()
        .map(|(severity, text)| {
            assert_eq!(severity, Severity::Refused);
            text.split(' ').nth(3).unwrap_or_default().to_owned()
        })
        .collect();
    assert_eq!(missing, ["internal", "jobs.lost", "jobs.refused", "port.unknown", "quota.spent", "run.gone"]);
}

#[test]
fn a_line_needs_a_code() {
    let page = "| `internal` |\n| `jobs.lost` |\n| `jobs.refused` |\n| `port.unknown` |\n| `quota.spent` |\n| `run.gone` |\n| 404 |\n";
    assert_eq!(findings(page), []);
    let stale = findings(&format!("{page}| `jobs.gone` | 404 | it went |\n"));
    assert_eq!(
        stale,
        [(Severity::Warning, "nothing gives the error code jobs.gone any more: remove the line".to_owned())]
    );
}
