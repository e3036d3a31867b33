use super::{Filling, MANIFEST, PLACEHOLDER, ProjectFile, TEMPLATES, Template, TemplateError};
use roadbed_core::Name;
use std::collections::BTreeMap;

fn fill(template: &str, given: &[(&str, &str)], team: Option<&str>) -> Result<Vec<ProjectFile>, Vec<TemplateError>> {
    let project: Name = "churn".parse().unwrap();
    let team: Option<Name> = team.map(|team| team.parse().unwrap());
    let parameters: BTreeMap<String, String> =
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let filling = Filling { project: &project, team: team.as_ref(), parameters: &parameters };
    Template::named(template).unwrap().fill(&filling)
}

fn manifest(files: &[ProjectFile]) -> &str {
    &files.iter().find(|file| file.path == MANIFEST).unwrap().text
}

#[test]
fn everything_is_named_after_the_project() {
    for template in &TEMPLATES {
        let files = fill(template.name, &[], None).unwrap();
        assert!(files.iter().all(|file| !file.text.contains(PLACEHOLDER)), "{}", template.name);
        assert!(manifest(&files).contains("project: churn\n"), "{}", template.name);
        assert!(manifest(&files).contains(&format!("  {}:\n", template.first_job)), "{}", template.name);
        assert!(!template.title.is_empty() && !template.what_you_get.is_empty());
    }
    let files = fill("sklearn", &[], None).unwrap();
    let train = files.iter().find(|file| file.path == "train.py").unwrap();
    assert!(train.text.contains("registered_model_name=\"churn\""), "the model is named like the project");
}

#[test]
fn parameters_stand_once_in_the_manifest() {
    for template in &TEMPLATES {
        let (_, text) = template.files.iter().find(|(path, _)| *path == MANIFEST).unwrap();
        for parameter in template.parameters {
            let written = parameter.as_written(parameter.default);
            assert_eq!(text.matches(&written).count(), 1, "{}: {written}", template.name);
        }
    }
}

#[test]
fn a_team_and_values_come_into_the_manifest() {
    let files = fill("sklearn", &[("depth", "6"), ("trees", "200")], Some("growth")).unwrap();
    assert!(manifest(&files).contains("project: churn\nteam: growth\n"), "{}", manifest(&files));
    assert!(manifest(&files).contains("{depth: 6, trees: 200}"), "{}", manifest(&files));
    let files = fill("empty", &[("name", "no: \"one\" }")], None).unwrap();
    assert!(manifest(&files).contains(r#"{name: "no: \"one\" }"}"#), "{}", manifest(&files));
}

#[test]
fn every_wrong_value_is_named() {
    let errors = fill("sklearn", &[("depth", "0"), ("trees", "many"), ("leaves", "3")], None).unwrap_err();
    let about: Vec<&str> = errors.iter().map(TemplateError::parameter).collect();
    assert_eq!(about, ["leaves", "depth", "trees"]);
    for wrong in ["", "  ", "two\nlines", &"x".repeat(81)] {
        assert_eq!(fill("empty", &[("name", wrong)], None).unwrap_err()[0].parameter(), "name", "{wrong:?}");
    }
}
