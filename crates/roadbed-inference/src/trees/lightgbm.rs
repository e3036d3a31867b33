//! LightGBM's text format, `version=v2` to `v4` (LightGBM `src/boosting/gbdt_model_text.cpp`, `include/LightGBM/tree.h`).

use super::ensemble::{Ensemble, Parsed};
use super::forest::Forest;
use super::objective::lightgbm as objective_named;
use super::parsed::{ParsedNode, ParsedTree, Test};
use super::transform::Transform;
use crate::error::LoadError;
use crate::input::Category;
use std::collections::HashMap;

const CATEGORICAL: u8 = 1;
const DEFAULT_LEFT: u8 = 2;
const MAX_OUTPUTS: usize = 100_000;

/// `key=value` lines of one block.
type Block<'t> = HashMap<&'t str, &'t str>;

/// Reads a booster; `iterations` limits it to the first ones, as early stopping in the scikit-learn interface does.
pub(super) fn parse(file: &str, text: &str, iterations: Option<usize>) -> Result<Parsed, LoadError> {
    let corrupt = |reason: String| LoadError::corrupt(file, reason);
    if text.lines().next().map(str::trim) != Some("tree") {
        return Err(corrupt("the first line is not \"tree\"".to_owned()));
    }
    let (head, rest) = text.split_once("\nTree=").unwrap_or((text, ""));
    let (body, tail) =
        rest.split_once("\nend of trees").ok_or_else(|| corrupt("\"end of trees\" is missing".to_owned()))?;
    let header = block(head);
    let outputs: usize = number(&header, "num_tree_per_iteration").map_err(corrupt)?;
    let features = number::<usize>(&header, "max_feature_idx").map_err(corrupt)?.saturating_add(1);
    if outputs == 0 || outputs > MAX_OUTPUTS {
        return Err(corrupt(format!("num_tree_per_iteration is {outputs}")));
    }
    let transform = match header.get("objective") {
        None => Transform::Identity,
        Some(line) => objective_named(line).ok_or_else(|| {
            LoadError::unsupported(format!("{file} has the objective {line:?}, which is not supported natively"))
        })?,
    };
    let mut trees = Vec::new();
    for (index, part) in body.split("\nTree=").enumerate() {
        let nodes = nodes(&block(part)).map_err(|reason| corrupt(format!("tree {index}: {reason}")))?;
        trees.push(ParsedTree { nodes, output: index % outputs });
    }
    let declared = header.get("tree_sizes").map(|sizes| sizes.split_whitespace().count());
    if declared.is_some_and(|declared| declared != trees.len()) {
        return Err(corrupt(format!("{} trees, tree_sizes says {}", trees.len(), declared.unwrap_or_default())));
    }
    trees.truncate(iterations.map_or(usize::MAX, |iterations| iterations.saturating_mul(outputs)));
    let average_over =
        head.lines().any(|line| line.trim() == "average_output").then_some((trees.len() / outputs) as f64);
    let forest =
        Forest::new(&trees, features, vec![0.0; outputs], average_over).map_err(|error| corrupt(error.to_string()))?;
    let names: Vec<String> =
        header.get("feature_names").map(|names| names.split(' ').map(str::to_owned).collect()).unwrap_or_default();
    Ok(Parsed {
        ensemble: Ensemble::Double(forest),
        transform,
        features,
        feature_names: if names.len() == features { names } else { Vec::new() },
        categories: pandas_categories(file, &header, tail, features)?,
        multi_target: false,
    })
}

fn block(text: &str) -> Block<'_> {
    text.lines().filter_map(|line| line.trim_end().split_once('=')).collect()
}

fn number<N: std::str::FromStr>(block: &Block<'_>, key: &str) -> Result<N, String> {
    let text = block.get(key).ok_or_else(|| format!("{key} is missing"))?;
    text.trim().parse().map_err(|_| format!("{key} is {text:?}, expected a number"))
}

fn numbers<N: std::str::FromStr>(block: &Block<'_>, key: &str) -> Result<Vec<N>, String> {
    let text = block.get(key).ok_or_else(|| format!("{key} is missing"))?;
    text.split_whitespace()
        .map(|item| item.parse().map_err(|_| format!("{key} holds {item:?}, expected numbers")))
        .collect()
}

fn nodes(block: &Block<'_>) -> Result<Vec<ParsedNode<f64>>, String> {
    let leaves: usize = number(block, "num_leaves")?;
    let values: Vec<f64> = numbers(block, "leaf_value")?;
    let splits = leaves.checked_sub(1).ok_or("num_leaves is 0")?;
    if values.len() != leaves {
        return Err(format!("{} values for {leaves} leaves", values.len()));
    }
    let leaf_nodes = leaf_nodes(block, &values)?;
    if splits == 0 {
        return Ok(leaf_nodes);
    }
    let features: Vec<usize> = numbers(block, "split_feature")?;
    let thresholds: Vec<f64> = numbers(block, "threshold")?;
    let kinds: Vec<u8> = numbers(block, "decision_type")?;
    let left: Vec<i64> = numbers(block, "left_child")?;
    let right: Vec<i64> = numbers(block, "right_child")?;
    if [features.len(), thresholds.len(), kinds.len(), left.len(), right.len()].iter().any(|length| *length != splits) {
        return Err(format!("the arrays of its splits do not have {splits} values"));
    }
    // Leaves follow the splits: child -1 is leaf 0.
    let place = |child: i64| -> Result<usize, String> {
        let place = if child < 0 { usize::try_from(!child).map(|leaf| leaf + splits) } else { usize::try_from(child) };
        place.map_err(|_| format!("child {child}"))
    };
    let mut nodes = Vec::with_capacity(splits + leaves);
    for index in 0..splits {
        let test = test(block, kinds[index], thresholds[index])?;
        nodes.push(ParsedNode::Split {
            feature: features[index],
            test,
            left: place(left[index])?,
            right: place(right[index])?,
        });
    }
    nodes.extend(leaf_nodes);
    Ok(nodes)
}

/// The kind of a split: bit 0 categorical, bit 1 default left, bits 2-3 what counts as missing (0 nothing, 1 zero, 2 NaN).
fn test(block: &Block<'_>, kind: u8, threshold: f64) -> Result<Test<f64>, String> {
    if kind & CATEGORICAL != 0 {
        let bounds: Vec<usize> = numbers(block, "cat_boundaries")?;
        let words: Vec<u32> = numbers(block, "cat_threshold")?;
        let bad = || format!("category split {threshold} does not exist");
        let index = crate::scalar::whole(threshold, bounds.len()).ok_or_else(bad)?;
        let (start, end) = bounds.get(index).zip(bounds.get(index + 1)).ok_or_else(bad)?;
        let words = words.get(*start..*end).ok_or_else(bad)?.to_vec();
        return Ok(Test::Category { words, inside_left: true, missing_left: false });
    }
    // The library goes left when x <= threshold; the evaluator goes right when x >= the next number.
    let at = threshold.next_up();
    let default_left = kind & DEFAULT_LEFT != 0;
    Ok(match (kind >> 2) & 3 {
        // A NaN that is not a missing value is compared as zero.
        0 => Test::Threshold { at, missing_left: 0.0 < at },
        1 => Test::ZeroMissing { at, missing_left: default_left },
        2 => Test::Threshold { at, missing_left: default_left },
        other => return Err(format!("missing type {other}")),
    })
}

fn leaf_nodes(block: &Block<'_>, values: &[f64]) -> Result<Vec<ParsedNode<f64>>, String> {
    if block.get("is_linear").is_none_or(|flag| flag.trim() != "1") {
        return Ok(values.iter().map(|value| ParsedNode::Leaf(*value)).collect());
    }
    let constants: Vec<f64> = numbers(block, "leaf_const")?;
    let counts: Vec<usize> = numbers(block, "num_features")?;
    let mut features = numbers::<usize>(block, "leaf_features")?.into_iter();
    let mut coefficients = numbers::<f64>(block, "leaf_coeff")?.into_iter();
    if constants.len() != values.len() || counts.len() != values.len() {
        return Err("the arrays of its linear leaves differ in length".to_owned());
    }
    let leaves = values.iter().zip(constants).zip(counts).map(|((fallback, constant), count)| {
        let terms: Vec<(usize, f64)> = features.by_ref().take(count).zip(coefficients.by_ref()).collect();
        if terms.len() == count {
            Ok(ParsedNode::LinearLeaf { constant, terms, fallback: *fallback })
        } else {
            Err("leaf_features or leaf_coeff ends too early".to_owned())
        }
    });
    leaves.collect()
}

/// Categories of the training data frame, by feature. LightGBM keeps them in the order of the frame's category columns, without saying which
/// columns these are; they are the features whose information is a list of codes.
fn pandas_categories(
    file: &str,
    header: &Block<'_>,
    tail: &str,
    features: usize,
) -> Result<Vec<Option<Vec<Category>>>, LoadError> {
    let mut found = vec![None; features];
    // LightGBM's Python package always writes this line, as the last one: without it the end of the file is lost, and with it perhaps categories.
    let line = tail.lines().find_map(|line| line.strip_prefix("pandas_categorical:"));
    let line =
        line.ok_or_else(|| LoadError::corrupt(file, "pandas_categorical is missing: the end of the file is lost"))?;
    let lists: Option<Vec<Vec<Category>>> =
        serde_json::from_str(line).map_err(|error| LoadError::corrupt(file, format!("pandas_categorical: {error}")))?;
    let lists = lists.unwrap_or_default();
    if lists.is_empty() {
        return Ok(found);
    }
    let information: Vec<&str> =
        header.get("feature_infos").map(|infos| infos.split(' ').collect()).unwrap_or_default();
    let coded = |info: &&str| !info.starts_with('[') && **info != *"none";
    let columns: Vec<usize> = information
        .iter()
        .take(features)
        .enumerate()
        .filter(|(_, info)| coded(info))
        .map(|(column, _)| column)
        .collect();
    if columns.len() != lists.len() {
        let reason = format!("{file} does not tell which columns its {} lists of categories belong to", lists.len());
        return Err(LoadError::unsupported(reason));
    }
    for (column, list) in columns.into_iter().zip(lists) {
        found[column] = Some(list);
    }
    Ok(found)
}
