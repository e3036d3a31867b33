//! Packages that end up in the portal are under licenses that ask for nothing but to be named: what is bundled is sent to every browser.

use super::finding::Finding;
use super::licenses::is_allowed;
use super::tree::Tree;
use serde_json::Value;

const LOCK: &str = "web/package-lock.json";
const ALLOWED: [&str; 7] = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unlicense"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(lock) = tree.file(LOCK) else { return Vec::new() };
    let refused = |line, text: String| Finding::refused(LOCK, line, "license", text);
    let packages = match serde_json::from_str::<Value>(&lock.text) {
        Ok(mut lock) => lock["packages"].take(),
        Err(error) => return vec![refused(1, format!("the file is not JSON: {error}"))],
    };
    let Some(packages) = packages.as_object() else { return vec![refused(1, "it lists no packages".to_owned())] };
    let allowed = ALLOWED.map(str::to_owned);
    let mut findings = Vec::new();
    for (path, package) in packages.iter().filter(|(path, package)| !path.is_empty() && is_shipped(package)) {
        let license = package["license"].as_str().unwrap_or_default();
        if !is_allowed(license, &allowed) {
            let name = path.rsplit("node_modules/").next().unwrap_or(path);
            let text = format!("{name}: {license:?} is none of {}: use another package", ALLOWED.join(", "));
            findings.push(refused(lock.line_of(&format!("\"{path}\"")), text));
        }
    }
    findings
}

/// Not only needed to build and test.
fn is_shipped(package: &Value) -> bool {
    !["dev", "devOptional"].iter().any(|mark| package[*mark] == true)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::Tree;

    #[test]
    fn only_what_is_shipped_has_to_be_under_a_short_license() {
        let lock = r#"{"packages": {
            "": {"license": "Apache-2.0"},
            "node_modules/good": {"license": "(MIT OR CC0-1.0)"},
            "node_modules/@a/bad": {"license": "GPL-3.0"},
            "node_modules/silent": {},
            "node_modules/tool": {"license": "MPL-2.0", "dev": true}
        }}"#;
        let found: Vec<String> =
            check(&Tree::of(&[("web/package-lock.json", lock)])).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2);
        assert!(
            found[0].starts_with("web/package-lock.json:4 license — @a/bad: \"GPL-3.0\" is none of"),
            "{}",
            found[0]
        );
        assert!(found[1].contains("silent"), "{}", found[1]);
        assert_eq!(check(&Tree::of(&[])), []);
        assert_eq!(check(&Tree::of(&[("web/package-lock.json", "{")])).len(), 1);
    }
}
