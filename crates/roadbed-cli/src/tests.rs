use crate::grammar;
use crate::nouns::{Action, Method, NOUNS, flag, update_of};
use crate::templates::{TEMPLATES, project_name};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn the_grammar_holds_together() {
    grammar::command(false).debug_assert();
    grammar::command(true).debug_assert();
}

#[test]
fn every_file_of_a_template_is_built_in() {
    for template in &TEMPLATES {
        let folder = repository().join("templates").join(template.name);
        let there: BTreeSet<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let built_in: BTreeSet<String> = template
            .files
            .iter()
            .map(|(file, _)| if *file == ".gitignore" { "gitignore".to_owned() } else { (*file).to_owned() })
            .collect();
        assert_eq!(there, built_in, "{}", template.name);
    }
}

#[test]
fn folders_give_names_to_projects() {
    for (folder, expected) in [
        ("churn", Some("churn")),
        ("My Churn_2", Some("my-churn-2")),
        ("2024-sales", Some("sales")),
        ("straße", Some("stra-e")),
        ("---", None),
        ("", None),
    ] {
        assert_eq!(project_name(folder).map(|name| name.to_string()).as_deref(), expected, "{folder:?}");
    }
}

/// The table is hand-written; the server's own document says whether it is right.
#[test]
fn the_table_of_nouns_agrees_with_the_openapi_document() {
    let Ok(text) = std::fs::read_to_string(repository().join("docs/reference/openapi.json")) else { return };
    let document: Value = serde_json::from_str(&text).unwrap();
    for noun in &NOUNS {
        for action in [&noun.list, &noun.get, &noun.create, &noun.delete, update_of(noun.word)] {
            let Action::Call(endpoints) = action else { continue };
            for endpoint in *endpoints {
                let method = match endpoint.method {
                    Method::Get => "get",
                    Method::Post => "post",
                    Method::Put => "put",
                    Method::Patch => "patch",
                    Method::Delete => "delete",
                };
                assert!(
                    document["paths"][endpoint.path][method].is_object(),
                    "{}: {method} {}",
                    noun.word,
                    endpoint.path
                );
            }
        }
    }
}

/// A value under one of these would be taken for the server's.
#[test]
fn values_of_nouns_have_other_flags_than_every_command() {
    for noun in &NOUNS {
        for action in [&noun.list, &noun.get, &noun.create, &noun.delete, update_of(noun.word)] {
            let Action::Call(endpoints) = action else { continue };
            for parameter in endpoints.iter().flat_map(|endpoint| endpoint.parameters) {
                assert!(!["url", "token", "output", "no-headers"].contains(&flag(parameter)), "{}", noun.word);
            }
        }
    }
}

/// Names in the path are filled by position of the same name, so each must have its parameter.
#[test]
fn every_part_of_a_path_has_a_parameter() {
    for noun in &NOUNS {
        for action in [&noun.list, &noun.get, &noun.create, &noun.delete, update_of(noun.word)] {
            let Action::Call(endpoints) = action else { continue };
            for endpoint in *endpoints {
                let parts = endpoint.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
                for part in parts {
                    assert!(
                        endpoint.parameters.iter().any(|parameter| parameter.name == part),
                        "{} in {}",
                        part,
                        endpoint.path
                    );
                }
            }
        }
    }
}
