//! XGBoost's model files, JSON and UBJSON: one schema (xgboost `doc/model.schema`), versions 1.x to 3.x.

use super::document::{Document, Missing};
use super::ensemble::{Ensemble, Parsed};
use super::forest::Forest;
use super::linear::Linear;
use super::objective::{Link, xgboost as objective_named};
use super::parsed::{ParsedNode, ParsedTree, Test};
use super::ubj;
use crate::error::LoadError;
use crate::input::Category;
use crate::json_tensor::null_for_nan;
use crate::scalar::{Scalar, whole};

/// Most outputs (classes or targets) a model may have.
const MAX_OUTPUTS: usize = 100_000;

/// Reads a model. `best_iteration` asks to stop at the recorded best iteration, as the scikit-learn classes do.
pub(super) fn parse(file: &str, bytes: &[u8], best_iteration: bool) -> Result<Parsed, LoadError> {
    let document = read(file, bytes)?;
    parse_learner(file, &document, best_iteration)
}

fn read(file: &str, bytes: &[u8]) -> Result<Document, LoadError> {
    let json = matches!(bytes, [b'{', b' ' | b'\n' | b'\r' | b'\t' | b'"' | b'}', ..]);
    if json {
        let text = std::str::from_utf8(bytes).map_err(|_| LoadError::corrupt(file, "not UTF-8 text"))?;
        serde_json::from_str(&null_for_nan(text))
            .map_err(|error| LoadError::corrupt(file, format!("not JSON: {error}")))
    } else if bytes.first() == Some(&b'{') {
        ubj::parse(bytes).map_err(|error| LoadError::corrupt(file, error.to_string()))
    } else if bytes.starts_with(b"binf") || bytes.starts_with(b"bs64") {
        Err(LoadError::unsupported(format!(
            "{file} is in XGBoost's old binary format: log it with model_format=\"ubj\""
        )))
    } else {
        Err(LoadError::corrupt(file, "neither JSON nor UBJSON"))
    }
}

fn parse_learner(file: &str, document: &Document, best_iteration: bool) -> Result<Parsed, LoadError> {
    let corrupt = |missing: Missing| LoadError::corrupt(file, missing.to_string());
    let learner = document.get("learner").map_err(corrupt)?;
    let parameters = learner.get("learner_model_param").map_err(corrupt)?;
    let features = whole_of(parameters, "num_feature", usize::MAX >> 12).map_err(corrupt)?;
    let classes = whole_of(parameters, "num_class", MAX_OUTPUTS).map_err(corrupt)?;
    let targets = if parameters.find("num_target").is_some() {
        whole_of(parameters, "num_target", MAX_OUTPUTS).map_err(corrupt)?
    } else {
        1
    };
    let name = learner.get("objective").and_then(|objective| objective.text("name")).map_err(corrupt)?;
    let objective = objective_named(name).ok_or_else(|| {
        LoadError::unsupported(format!("{file} has the objective {name}, which is not supported natively"))
    })?;
    let outputs = classes.max(targets).max(1);
    let base = base_margins(parameters, objective.link, outputs).map_err(corrupt)?;
    let booster = learner.get("gradient_booster").map_err(corrupt)?;
    let keep = if best_iteration { recorded_best(learner) } else { None };
    let ensemble = match booster.text("name").map_err(corrupt)? {
        "gblinear" => linear(booster, features, base).map_err(corrupt)?,
        kind => forest(file, booster, kind, features, base, keep)?,
    };
    let names = learner.texts("feature_names").map_err(corrupt)?;
    let types = learner.texts("feature_types").map_err(corrupt)?;
    Ok(Parsed {
        ensemble,
        transform: objective.transform,
        features,
        feature_names: if names.len() == features { names } else { Vec::new() },
        categories: categories(file, booster, &types, features)?,
        multi_target: classes == 0 && targets > 1,
    })
}

fn whole_of(document: &Document, key: &str, limit: usize) -> Result<usize, Missing> {
    let number = document.number(key)?;
    whole(number, limit).ok_or_else(|| Missing(format!("{key} is {number}, expected a count")))
}

/// Scalar `5E-1` before 3.1, a vector `[5E-1]` since.
fn base_margins(parameters: &Document, link: Link, outputs: usize) -> Result<Vec<f32>, Missing> {
    let text = parameters.text("base_score")?;
    let parsed: Result<Vec<f32>, _> = text
        .trim()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .split(',')
        .map(|item| item.trim().parse::<f32>())
        .collect();
    let scores = parsed.map_err(|_| Missing(format!("base_score is {text:?}, expected numbers")))?;
    let margins: Vec<f32> = scores.iter().map(|score| f32::from_f64(link.margin(f64::from(*score)))).collect();
    match margins.as_slice() {
        [one] => Ok(vec![*one; outputs]),
        many if many.len() == outputs => Ok(margins),
        many => Err(Missing(format!("base_score has {} values for {outputs} outputs", many.len()))),
    }
}

/// The best iteration that early stopping recorded.
fn recorded_best(learner: &Document) -> Option<usize> {
    let best = learner.find("attributes")?.number("best_iteration").ok()?;
    whole(best, usize::MAX >> 12)
}

fn linear(booster: &Document, features: usize, base: Vec<f32>) -> Result<Ensemble, Missing> {
    let weights: Vec<f32> =
        booster.get("model")?.numbers("weights")?.iter().map(|weight| f32::from_f64(*weight)).collect();
    if features == 0 || weights.len() != (features + 1) * base.len() {
        return Err(Missing(format!("weights has {} values for {features} features", weights.len())));
    }
    Ok(Ensemble::Linear(Linear { weights, features, base }))
}

fn forest(
    file: &str,
    booster: &Document,
    kind: &str,
    features: usize,
    base: Vec<f32>,
    best: Option<usize>,
) -> Result<Ensemble, LoadError> {
    let corrupt = |missing: Missing| LoadError::corrupt(file, missing.to_string());
    let (inner, weights) = match kind {
        "gbtree" => (booster, None),
        "dart" => (booster.get("gbtree").map_err(corrupt)?, Some(booster.numbers("weight_drop").map_err(corrupt)?)),
        other => {
            return Err(LoadError::unsupported(format!(
                "{file} has the booster {other}, which is not supported natively"
            )));
        }
    };
    let model = inner.get("model").map_err(corrupt)?;
    let documents = model.list("trees").map_err(corrupt)?;
    let info = model.numbers("tree_info").map_err(corrupt)?;
    if info.len() != documents.len() || weights.is_some_and(|weights| weights.len() != documents.len()) {
        return Err(LoadError::corrupt(file, "tree_info or weight_drop does not have one value per tree"));
    }
    let keep = best.map_or(Ok(documents.len()), |best| trees_until(model, best, base.len())).map_err(corrupt)?;
    let mut trees = Vec::with_capacity(documents.len());
    for (number, document) in documents.iter().enumerate().take(keep) {
        let output = whole(info[number], MAX_OUTPUTS)
            .ok_or_else(|| LoadError::corrupt(file, format!("tree_info[{number}] is {}", info[number])))?;
        let weight = weights.map_or(1.0, |weights| f32::from_f64(weights[number]));
        trees.push(tree(file, number, document, output, weight)?);
    }
    let forest =
        Forest::new(&trees, features, base, None).map_err(|error| LoadError::corrupt(file, error.to_string()))?;
    Ok(Ensemble::Single(forest))
}

/// Trees of the iterations `0..=best`.
fn trees_until(model: &Document, best: usize, outputs: usize) -> Result<usize, Missing> {
    if model.find("iteration_indptr").is_some() {
        let starts = model.numbers("iteration_indptr")?;
        let end = starts.get(best + 1).or(starts.last()).copied().unwrap_or_default();
        return whole(end, usize::MAX >> 12).ok_or_else(|| Missing(format!("iteration_indptr holds {end}")));
    }
    let parameters = model.get("gbtree_model_param")?;
    let parallel = whole_of(parameters, "num_parallel_tree", 1 << 20)?;
    Ok(outputs.saturating_mul(parallel.max(1)).saturating_mul(best + 1))
}

fn tree(
    file: &str,
    number: usize,
    document: &Document,
    output: usize,
    weight: f32,
) -> Result<ParsedTree<f32>, LoadError> {
    let leaf_size = document.get("tree_param").and_then(|parameters| parameters.number("size_leaf_vector"));
    if leaf_size.is_ok_and(|size| size > 1.0) {
        return Err(LoadError::unsupported(format!(
            "{file} has trees with vector leaves, which are not supported natively"
        )));
    }
    nodes(document, weight)
        .map(|nodes| ParsedTree { nodes, output })
        .map_err(|missing| LoadError::corrupt(file, format!("tree {number}: {missing}")))
}

fn nodes(document: &Document, weight: f32) -> Result<Vec<ParsedNode<f32>>, Missing> {
    let left = document.numbers("left_children")?;
    let right = document.numbers("right_children")?;
    let conditions = document.numbers("split_conditions")?;
    let features = document.numbers("split_indices")?;
    let defaults = truths(document.get("default_left")?)?;
    let kinds = if document.find("split_type").is_some() { document.numbers("split_type")? } else { &[] };
    let count = left.len();
    if count == 0
        || [right.len(), conditions.len(), features.len(), defaults.len()].iter().any(|length| *length != count)
    {
        return Err(Missing("the arrays of its nodes differ in length".to_owned()));
    }
    let sets = category_sets(document)?;
    let child = |value: f64| whole(value, count).ok_or_else(|| Missing(format!("child {value} of {count} nodes")));
    (0..count)
        .map(|index| {
            if left[index] < 0.0 {
                return Ok(ParsedNode::Leaf(f32::from_f64(conditions[index]) * weight));
            }
            let missing_left = defaults[index];
            let test = if kinds.get(index).is_some_and(|kind| *kind == 1.0) {
                let set = sets.iter().find(|(node, _)| *node == index);
                let words = set
                    .map(|(_, words)| words.clone())
                    .ok_or_else(|| Missing(format!("categories of node {index}")))?;
                Test::Category { words, inside_left: false, missing_left }
            } else {
                Test::Threshold { at: f32::from_f64(conditions[index]), missing_left }
            };
            let feature = whole(features[index], usize::MAX >> 12)
                .ok_or_else(|| Missing(format!("split_indices[{index}] is {}", features[index])))?;
            Ok(ParsedNode::Split { feature, test, left: child(left[index])?, right: child(right[index])? })
        })
        .collect()
}

/// Numbers since 1.x, truth values in some files.
fn truths(document: &Document) -> Result<Vec<bool>, Missing> {
    match document {
        Document::Numbers(numbers) => Ok(numbers.iter().map(|number| *number != 0.0).collect()),
        Document::List(list) => Ok(list.iter().map(|item| *item == Document::Bool(true)).collect()),
        _ => Err(Missing("default_left is not an array".to_owned())),
    }
}

/// Bit sets of the category nodes: node, words.
fn category_sets(document: &Document) -> Result<Vec<(usize, Vec<u32>)>, Missing> {
    if document.find("categories_nodes").is_none() {
        return Ok(Vec::new());
    }
    let nodes = document.numbers("categories_nodes")?;
    let segments = document.numbers("categories_segments")?;
    let sizes = document.numbers("categories_sizes")?;
    let values = document.numbers("categories")?;
    let bad = || Missing("its categories do not fit together".to_owned());
    if segments.len() != nodes.len() || sizes.len() != nodes.len() {
        return Err(bad());
    }
    let mut sets = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        let start = whole(segments[index], values.len() + 1).ok_or_else(bad)?;
        let size = whole(sizes[index], values.len() + 1).ok_or_else(bad)?;
        let members = values.get(start..start + size).ok_or_else(bad)?;
        let mut words = Vec::new();
        for member in members {
            let category = whole(*member, 1 << 24).ok_or_else(bad)?;
            if words.len() <= category / 32 {
                words.resize(category / 32 + 1, 0);
            }
            words[category / 32] |= 1 << (category % 32);
        }
        sets.push((whole(*node, usize::MAX >> 12).ok_or_else(bad)?, words));
    }
    Ok(sets)
}

/// Category names kept in the model since 3.1. Stored names ask for re-coding, which a plain number cannot name unambiguously.
fn categories(
    file: &str,
    booster: &Document,
    types: &[String],
    features: usize,
) -> Result<Vec<Option<Vec<Category>>>, LoadError> {
    let inner = booster.find("gbtree").unwrap_or(booster);
    let names = inner.find("model").and_then(|model| model.find("cats")).and_then(|cats| cats.find("enc"));
    let stored = matches!(names, Some(Document::List(names)) if !names.is_empty());
    if stored && types.iter().any(|kind| kind == "c") {
        return Err(LoadError::unsupported(format!(
            "{file} keeps names of categories, which are not supported natively"
        )));
    }
    Ok(vec![None; features])
}
