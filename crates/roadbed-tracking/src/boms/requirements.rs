//! Lines of a `requirements.txt`. Sources: PEP 508 (form), PEP 503 (names), package-url `types/pypi` (purl).

/// Requirements that are told of one version.
const TOLD: usize = 5000;

/// A package that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement {
    /// In lower case, with `-` for `_` and `.`.
    pub name: String,
    /// None unless exactly one is good.
    pub version: Option<String>,
    /// The line without comments, as it was written.
    pub text: String,
}

impl Requirement {
    pub(super) fn purl(&self) -> String {
        match &self.version {
            Some(version) => format!("pkg:pypi/{}@{}", self.name, encoded(version)),
            None => format!("pkg:pypi/{}", self.name),
        }
    }
}

/// Versions have `+` and `!` beside letters, digits and dots.
fn encoded(version: &str) -> String {
    let plain = |c: char| match c {
        '+' => "%2B".to_owned(),
        '!' => "%21".to_owned(),
        c => c.to_string(),
    };
    version.chars().map(plain).collect()
}

/// Each package once, by name; lines that name none (options, addresses, files) are left out.
pub(super) fn parse(text: &str) -> Vec<Requirement> {
    let mut found: Vec<Requirement> = text.lines().filter_map(line).take(TOLD).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| b.version.cmp(&a.version)));
    found.dedup_by(|next, first| next.name == first.name);
    found
}

fn line(text: &str) -> Option<Requirement> {
    let text = text.split(" #").next().unwrap_or_default().trim();
    let text = text.split(" --hash").next().unwrap_or_default().trim_end_matches('\\').trim();
    if text.is_empty()
        || text.starts_with(['#', '-', '.', '/'])
        || text.contains("://")
        || text.chars().any(char::is_control)
    {
        return None;
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let fine =
        name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.ends_with(|c: char| c.is_ascii_alphanumeric());
    if !fine || name.len() > 200 {
        return None;
    }
    let rest = rest.split(';').next().unwrap_or_default().trim();
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1.trim(),
        None => rest,
    };
    // What follows a name is a comparison, or it is no requirement of a package index.
    if !rest.is_empty() && !rest.starts_with(['=', '<', '>', '!', '~', '(']) {
        return None;
    }
    Some(Requirement { name: normal(name), version: pinned(rest), text: text.chars().take(500).collect() })
}

fn normal(name: &str) -> String {
    let mut normal = String::new();
    for c in name.to_ascii_lowercase().chars() {
        let c = if matches!(c, '_' | '.') { '-' } else { c };
        if c != '-' || !normal.ends_with('-') {
            normal.push(c);
        }
    }
    normal
}

fn pinned(comparison: &str) -> Option<String> {
    let comparison = comparison.trim_start_matches('(').trim_end_matches(')');
    let version = comparison.strip_prefix("===").or_else(|| comparison.strip_prefix("=="))?.trim();
    let is_version = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '!' | '-' | '_');
    (!version.is_empty() && version.len() <= 100 && version.chars().all(is_version)).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn requirements_are_read_as_package_indexes_do() {
        let text = "mlflow==3.17.2\nscikit_learn == 1.7.1 # of the run\n-r other.txt\nNumPy>=2,<3\nzope.interface\ntorch==2.9.0+cpu ; python_version > '3.10'\n\
                    pandas[performance]==2.3.*\nx @ https://host/x.whl\n./local\n# nothing\nnumpy==2.3.0\nrequests==2.32.5 --hash=sha256:00\n\u{1}evil==1\n";
        let told: Vec<String> = parse(text).iter().map(super::Requirement::purl).collect();
        assert_eq!(
            told,
            [
                "pkg:pypi/mlflow@3.17.2",
                "pkg:pypi/numpy@2.3.0",
                "pkg:pypi/pandas",
                "pkg:pypi/requests@2.32.5",
                "pkg:pypi/scikit-learn@1.7.1",
                "pkg:pypi/torch@2.9.0%2Bcpu",
                "pkg:pypi/zope-interface",
            ]
        );
    }
}
