use super::document::Document;
use super::forest::Forest;
use super::parsed::{ParsedNode, ParsedTree, Test};
use super::{lightgbm, npy, objective, skops, transform::Transform, ubj, xgboost};
use crate::error::LoadError;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::TestRunner;

const JSON_MODEL: &str = r#"{"learner": {"attributes": {"best_iteration": "0"}, "feature_names": [], "feature_types": [],
 "gradient_booster": {"name": "gbtree", "model": {"gbtree_model_param": {"num_trees": "2", "num_parallel_tree": "1"},
  "iteration_indptr": [0, 1, 2], "tree_info": [0, 0], "trees": [
   {"left_children": [1, -1, -1], "right_children": [2, -1, -1], "split_conditions": [0.5, 1.0, 2.0], "split_indices": [1, 0, 0],
    "default_left": [1, 0, 0], "split_type": [0, 0, 0], "tree_param": {"size_leaf_vector": "1"}, "categories": [], "categories_nodes": [],
    "categories_segments": [], "categories_sizes": []},
   {"left_children": [1, -1, -1], "right_children": [2, -1, -1], "split_conditions": [0.0, 10.0, 20.0], "split_indices": [0, 0, 0],
    "default_left": [0, 0, 0], "split_type": [1, 0, 0], "tree_param": {"size_leaf_vector": "1"}, "categories": [2, 33],
    "categories_nodes": [0], "categories_segments": [0], "categories_sizes": [2]}]}},
 "learner_model_param": {"base_score": "[3E0]", "num_class": "0", "num_feature": "2", "num_target": "1"},
 "objective": {"name": "reg:squarederror"}}, "version": [3, 2, 0]}"#;

const TEXT_MODEL: &str = "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=1\nobjective=regression\n\
feature_names=a b\nfeature_infos=[0:1] 0:1:2\ntree_sizes=1 1\n\nTree=0\nnum_leaves=2\nsplit_feature=0\nthreshold=0.5\ndecision_type=10\n\
left_child=-1\nright_child=-2\nleaf_value=1 2\n\nTree=1\nnum_leaves=2\nnum_cat=1\nsplit_feature=1\nthreshold=0\ndecision_type=1\n\
left_child=-1\nright_child=-2\nleaf_value=10 20\ncat_boundaries=0 1\ncat_threshold=4\n\nend of trees\n\npandas_categorical:[[5, 6, 7]]\n";

fn sums(json: &str, best: bool, rows: &[f32]) -> Vec<f32> {
    match xgboost::parse("model.json", json.as_bytes(), best).unwrap().ensemble {
        super::ensemble::Ensemble::Single(forest) => forest.sums(rows),
        other => panic!("{other:?}"),
    }
}

#[test]
fn xgboost_thresholds_categories_missing_values_and_best_iteration() {
    // Below the threshold goes left; a category of the set goes right; missing goes to its default side.
    assert_eq!(sums(JSON_MODEL, false, &[0.0, 0.4]), [14.0]);
    assert_eq!(sums(JSON_MODEL, false, &[2.0, 0.5]), [25.0]);
    assert_eq!(sums(JSON_MODEL, false, &[33.9, f32::NAN]), [24.0]);
    assert_eq!(sums(JSON_MODEL, false, &[f32::NAN, 0.5]), [25.0]);
    assert_eq!(sums(JSON_MODEL, false, &[-2.0, 0.5]), [15.0]);
    assert_eq!(sums(JSON_MODEL, true, &[2.0, 0.5]), [5.0], "trees after the best iteration are left out");
}

#[test]
fn unknown_objectives_boosters_and_vector_leaves_are_refused_clearly() {
    for (from, to, part) in [
        ("reg:squarederror", "reg:mystery", "the objective reg:mystery"),
        ("\"name\": \"gbtree\"", "\"name\": \"gbforest\"", "the booster gbforest"),
        ("\"size_leaf_vector\": \"1\"", "\"size_leaf_vector\": \"3\"", "vector leaves"),
    ] {
        let error = xgboost::parse("m", JSON_MODEL.replace(from, to).as_bytes(), false).unwrap_err();
        assert!(matches!(&error, LoadError::Unsupported(message) if message.contains(part)), "{error}");
    }
}

#[test]
fn impossible_trees_are_corrupt() {
    for (from, to) in [
        ("\"left_children\": [1, -1, -1]", "\"left_children\": [0, -1, -1]"),
        ("\"left_children\": [1, -1, -1]", "\"left_children\": [7, -1, -1]"),
        ("\"left_children\": [1, -1, -1]", "\"left_children\": [2, -1, -1]"),
        ("\"split_indices\": [1, 0, 0]", "\"split_indices\": [2, 0, 0]"),
        ("\"tree_info\": [0, 0]", "\"tree_info\": [0, 1]"),
        ("\"num_feature\": \"2\"", "\"num_feature\": \"0\""),
        ("\"categories_sizes\": [2]", "\"categories_sizes\": [3]"),
        ("\"base_score\": \"[3E0]\"", "\"base_score\": \"[3E0, 4E0]\""),
    ] {
        let damaged = JSON_MODEL.replacen(from, to, 1);
        assert_ne!(damaged, JSON_MODEL);
        let error = xgboost::parse("m", damaged.as_bytes(), false).unwrap_err();
        assert!(matches!(&error, LoadError::Corrupt { file, .. } if file == "m"), "{to}: {error}");
    }
}

#[test]
fn lightgbm_text_with_categories_of_a_data_frame() {
    let parsed = lightgbm::parse("model.lgb", TEXT_MODEL, None).unwrap();
    assert!(parsed.categories[0].is_none() && parsed.categories[1].as_ref().is_some_and(|list| list.len() == 3));
    let super::ensemble::Ensemble::Double(forest) = parsed.ensemble else { panic!("not 64 bits") };
    assert_eq!(forest.sums(&[0.5, 2.0, 0.500_000_000_000_000_1, 1.0, f64::NAN, f64::NAN]), [11.0, 22.0, 21.0]);
    let first = lightgbm::parse("model.lgb", TEXT_MODEL, Some(1)).unwrap();
    let super::ensemble::Ensemble::Double(forest) = first.ensemble else { panic!("not 64 bits") };
    assert_eq!(forest.sums(&[0.5, 2.0]), [1.0]);
}

#[test]
fn lightgbm_faults_are_said() {
    for (from, to, part) in [
        ("tree\n", "forest\n", "first line"),
        ("end of trees", "end", "end of trees"),
        ("left_child=-1", "left_child=-3", "does not exist"),
        ("leaf_value=1 2", "leaf_value=1", "1 values for 2 leaves"),
        ("threshold=0.5", "threshold=x", "threshold holds \"x\""),
        ("tree_sizes=1 1", "tree_sizes=1 1 1", "tree_sizes says 3"),
        ("decision_type=10", "decision_type=14", "missing type 3"),
        ("cat_boundaries=0 1", "cat_boundaries=0 2", "category split"),
    ] {
        let error = lightgbm::parse("m", &TEXT_MODEL.replacen(from, to, 1), None).unwrap_err().to_string();
        assert!(error.starts_with("m: ") && error.contains(part), "{to}: {error}");
    }
    let ambiguous = TEXT_MODEL.replace("[[5, 6, 7]]", "[[5], [6]]");
    assert!(matches!(lightgbm::parse("m", &ambiguous, None), Err(LoadError::Unsupported(_))));
}

#[test]
fn every_objective_of_the_contract_is_known() {
    for name in
        ["binary:logistic", "reg:squarederror", "reg:logistic", "multi:softprob", "multi:softmax", "count:poisson"]
    {
        assert!(objective::xgboost(name).is_some(), "{name}");
    }
    assert_eq!(objective::lightgbm("binary sigmoid:2"), Some(Transform::Sigmoid { slope: 2.0 }));
    assert_eq!(objective::lightgbm("regression sqrt"), Some(Transform::SignedSquare));
    assert_eq!(objective::lightgbm("magic"), None);
}

/// A tree of thresholds with the given depth bound, as nested boxes.
#[derive(Debug, Clone)]
enum Shape {
    Leaf(f32),
    Split(usize, f32, bool, Box<Shape>, Box<Shape>),
}

fn shapes(depth: u32) -> impl Strategy<Value = Shape> {
    let leaf = (-100_i16..100).prop_map(|value| Shape::Leaf(f32::from(value)));
    leaf.prop_recursive(depth, 64, 2, |inner| {
        let threshold = prop_oneof![Just(0.0_f32), -3.0_f32..3.0];
        (0_usize..4, threshold, any::<bool>(), inner.clone(), inner).prop_map(
            |(feature, at, missing_left, left, right)| {
                Shape::Split(feature, at, missing_left, Box::new(left), Box::new(right))
            },
        )
    })
}

fn flatten(shape: &Shape, nodes: &mut Vec<ParsedNode<f32>>) -> usize {
    let place = nodes.len();
    match shape {
        Shape::Leaf(value) => nodes.push(ParsedNode::Leaf(*value)),
        Shape::Split(feature, at, missing_left, left, right) => {
            nodes.push(ParsedNode::Leaf(0.0));
            let (left, right) = (flatten(left, nodes), flatten(right, nodes));
            let test = Test::Threshold { at: *at, missing_left: *missing_left };
            nodes[place] = ParsedNode::Split { feature: *feature, test, left, right };
        }
    }
    place
}

fn follow(shape: &Shape, row: &[f32]) -> f32 {
    match shape {
        Shape::Leaf(value) => *value,
        Shape::Split(feature, at, missing_left, left, right) => {
            let value = row[*feature];
            let goes_left = if value.is_nan() { *missing_left } else { value < *at };
            follow(if goes_left { left } else { right }, row)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn every_layout_gives_what_following_the_tree_gives(
        trees in proptest::collection::vec(prop_oneof![shapes(4), shapes(16)], 1..20),
        rows in proptest::collection::vec(proptest::array::uniform4(prop_oneof![Just(f32::NAN), Just(0.0), -4.0_f32..4.0]), 1..70),
    ) {
        let parsed: Vec<ParsedTree<f32>> = trees
            .iter()
            .map(|shape| {
                let mut nodes = Vec::new();
                flatten(shape, &mut nodes);
                ParsedTree { nodes, output: 0 }
            })
            .collect();
        let forest = Forest::new(&parsed, 4, vec![0.5], None).unwrap();
        let expected: Vec<f32> = rows.iter().map(|row| trees.iter().fold(0.5, |sum, tree| sum + follow(tree, row))).collect();
        prop_assert_eq!(forest.sums(&rows.concat()), expected);
    }

    #[test]
    fn any_bytes_are_an_error_or_a_document(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = ubj::parse(&bytes);
        let mut with_start = b"{L".to_vec();
        with_start.extend(&bytes);
        let _ = ubj::parse(&with_start);
        let _ = xgboost::parse("m", &with_start, true);
        let _ = npy::labels(&bytes);
        let mut zip = b"PK\x05\x06".to_vec();
        zip.extend(&bytes);
        let _ = skops::parse("m", &zip);
    }

    #[test]
    fn damaged_models_never_panic(at in 0..JSON_MODEL.len().min(TEXT_MODEL.len()), byte in any::<u8>(), cut in any::<bool>()) {
        for model in [JSON_MODEL, TEXT_MODEL] {
            let mut damaged = model.as_bytes().to_vec();
            if cut { damaged.truncate(at) } else { damaged[at] = byte }
            let _ = xgboost::parse("m", &damaged, false);
            if let Ok(text) = String::from_utf8(damaged) {
                let _ = lightgbm::parse("m", &text, None);
            }
        }
    }

    #[test]
    fn ubjson_reads_back_what_was_written(document in documents()) {
        let mut bytes = Vec::new();
        write_ubj(&document, &mut bytes);
        prop_assert_eq!(ubj::parse(&bytes).unwrap(), document);
    }
}

fn documents() -> impl Strategy<Value = Document> {
    let leaf = prop_oneof![
        Just(Document::Null),
        any::<bool>().prop_map(Document::Bool),
        (-1e6..1e6).prop_map(Document::Number),
        "[a-zß]{0,9}".prop_map(Document::Text),
        proptest::collection::vec(-1e6..1e6, 0..9).prop_map(Document::Numbers),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let named = ("[a-z]{1,8}", inner.clone());
        prop_oneof![
            proptest::collection::vec(named, 0..5).prop_map(Document::Object),
            proptest::collection::vec(
                inner.prop_filter("not a number", |item| !matches!(item, Document::Number(_))),
                1..5
            )
            .prop_map(Document::List),
        ]
    })
}

fn write_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.push(b'L');
    bytes.extend((text.len() as i64).to_be_bytes());
    bytes.extend(text.as_bytes());
}

/// Writes in the same forms as XGBoost: untyped objects, typed arrays of numbers.
fn write_ubj(document: &Document, bytes: &mut Vec<u8>) {
    match document {
        Document::Null => bytes.push(b'Z'),
        Document::Bool(value) => bytes.push(if *value { b'T' } else { b'F' }),
        Document::Number(number) => {
            bytes.push(b'D');
            bytes.extend(number.to_be_bytes());
        }
        Document::Text(text) => {
            bytes.push(b'S');
            write_text(text, bytes);
        }
        Document::Numbers(numbers) => {
            bytes.extend(b"[$D#L");
            bytes.extend((numbers.len() as i64).to_be_bytes());
            numbers.iter().for_each(|number| bytes.extend(number.to_be_bytes()));
        }
        Document::List(items) => {
            bytes.push(b'[');
            items.iter().for_each(|item| write_ubj(item, bytes));
            bytes.push(b']');
        }
        Document::Object(members) => {
            bytes.push(b'{');
            for (key, value) in members {
                write_text(key, bytes);
                write_ubj(value, bytes);
            }
            bytes.push(b'}');
        }
    }
}

#[test]
fn containers_cannot_ask_for_more_than_the_file_holds() {
    for bytes in [
        b"[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff".as_slice(),
        b"[$Z#L\x00\x00\x00\x00\x7f\xff\xff\xff",
        b"[#l\x7f\xff\xff\xff",
        b"{#l\x7f\xff\xff\xffi\x01a",
        &b"[".repeat(100_000),
    ] {
        assert!(ubj::parse(bytes).is_err());
    }
    // The runner is used so that the seed of a failure is shown.
    TestRunner::default()
        .run(&"\\PC{0,20}", |text| {
            let _ = ubj::parse(text.as_bytes());
            Ok(())
        })
        .unwrap();
}
