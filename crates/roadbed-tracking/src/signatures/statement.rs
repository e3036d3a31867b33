//! What is signed: an in-toto statement about the files of a version.
//! Sources: `model_signing` 1.1.1 `_signing/signing.py` (payload), `manifest.py` (order), `hashing.py` (what is ignored); in-toto
//! attestation framework, statement v1.

use super::files::{Sha256, hex};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
const PREDICATE: &str = "https://model_signing/signature/v1.0";
/// What verifiers do not look at, in whatever folder they are told to check: signing such files would make every check fail.
const GIT: [&str; 4] = [".git", ".gitattributes", ".github", ".gitignore"];
/// Where people keep the signature, beside the files it is about.
const KEPT_AS: &str = "model.sig";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_kind: String,
    predicate: Predicate,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Subject {
    name: String,
    digest: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Predicate {
    serialization: Serialization,
    resources: Vec<Resource>,
}

/// How files became digests, so that a verifier does the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Serialization {
    method: String,
    hash_type: String,
    allow_symlinks: bool,
    ignore_paths: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Resource {
    name: String,
    algorithm: String,
    digest: String,
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Is this file left out of every signature?
pub(super) fn is_ignored(path: &str) -> bool {
    GIT.iter().any(|folder| is_below(path, folder))
}

impl Statement {
    /// About these files: paths relative to the model's folder, with their digests. What verifiers ignore is left out.
    pub(super) fn new(model: &str, files: &[(String, Sha256)]) -> Self {
        let mut signed: Vec<&(String, Sha256)> = files.iter().filter(|(path, _)| !is_ignored(path)).collect();
        // As paths are ordered there: part by part.
        signed.sort_by(|(a, _), (b, _)| a.split('/').cmp(b.split('/')));
        let mut root = Context::new(&SHA256);
        for (_, digest) in &signed {
            root.update(digest);
        }
        let root = hex(root.finish().as_ref());
        let mut ignored: Vec<String> = GIT.iter().map(|path| (*path).to_owned()).collect();
        if !files.iter().any(|(path, _)| is_below(path, KEPT_AS)) {
            ignored.push(KEPT_AS.to_owned());
        }
        let resource = |(path, digest): &(String, Sha256)| Resource {
            name: path.clone(),
            algorithm: "sha256".to_owned(),
            digest: hex(digest),
        };
        Self {
            kind: STATEMENT.to_owned(),
            subject: vec![Subject { name: model.to_owned(), digest: BTreeMap::from([("sha256".to_owned(), root)]) }],
            predicate_kind: PREDICATE.to_owned(),
            predicate: Predicate {
                serialization: Serialization {
                    method: "files".to_owned(),
                    hash_type: "sha256".to_owned(),
                    allow_symlinks: false,
                    ignore_paths: ignored,
                },
                resources: signed.into_iter().map(resource).collect(),
            },
        }
    }

    /// Path → digest in hex.
    fn signed(&self) -> BTreeMap<&str, &str> {
        self.predicate.resources.iter().map(|file| (file.name.as_str(), file.digest.as_str())).collect()
    }

    /// Where these files differ from what was signed, in sentences; nothing when they are the same. A file without a digest is damaged.
    pub(super) fn differences(&self, files: &[(String, Option<Sha256>)]) -> Vec<String> {
        let signed = self.signed();
        let there: BTreeMap<&str, Option<String>> = files
            .iter()
            .filter(|(path, _)| !is_ignored(path))
            .map(|(path, digest)| (path.as_str(), digest.map(|digest| hex(&digest))))
            .collect();
        let paths: BTreeSet<&str> = signed.keys().chain(there.keys()).copied().collect();
        let difference = |path: &str| match (signed.get(path), there.get(path)) {
            (Some(_), None) => Some(format!("{path} was signed and is not there")),
            (None, Some(_)) => Some(format!("{path} was not signed")),
            (Some(_), Some(None)) => Some(format!("the content of {path} on this server is damaged")),
            (Some(signed), Some(Some(there))) if *signed != there => Some(format!("{path} is not as it was signed")),
            _ => None,
        };
        paths.into_iter().filter_map(difference).collect()
    }

    pub(super) fn files(&self) -> usize {
        self.predicate.resources.len()
    }
}

#[cfg(test)]
mod tests {
    use super::Statement;

    fn files(paths: &[&str]) -> Vec<(String, [u8; 32])> {
        paths.iter().map(|path| ((*path).to_owned(), [7; 32])).collect()
    }

    #[test]
    fn files_are_in_the_order_of_their_parts_and_git_is_left_out() {
        let statement =
            Statement::new("m", &files(&["a.b", "a/c", ".gitignore", ".git/config", "a/b.c", ".github.md"]));
        let names: Vec<&str> = statement.predicate.resources.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, [".github.md", "a/b.c", "a/c", "a.b"]);
        assert_eq!(statement.predicate.serialization.ignore_paths.last().map(String::as_str), Some("model.sig"));
        // A file of that name is a file like others: it is signed, and nobody is told to look away from it.
        let statement = Statement::new("m", &files(&["model.sig"]));
        assert_eq!((statement.files(), statement.predicate.serialization.ignore_paths.len()), (1, 4));
    }

    #[test]
    fn every_difference_is_told() {
        let statement = Statement::new("m", &files(&["same", "gone", "changed", "damaged"]));
        let there = [("same", Some([7; 32])), ("changed", Some([8; 32])), ("damaged", None), ("new", Some([7; 32]))];
        let told = statement.differences(&there.map(|(path, digest)| (path.to_owned(), digest)));
        assert_eq!(
            told,
            [
                "changed is not as it was signed",
                "the content of damaged on this server is damaged",
                "gone was signed and is not there",
                "new was not signed",
            ]
        );
    }
}
