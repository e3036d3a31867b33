//! Searches of runs against an answer that was made without the store.

use crate::stage::Stage;
use proptest::prelude::{Strategy, prop, prop_oneof};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const RUNS: i64 = 30;
const SEARCHES: usize = 400;

/// What a run logged, as the test knows it.
struct Logged {
    name: String,
    auc: Option<f64>,
    depth: String,
    team: Option<String>,
}

fn logged(number: i64) -> Logged {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let auc = (number % 7 != 0).then(|| if number % 11 == 0 { f64::NAN } else { (number % 8) as f64 / 4.0 });
    Logged {
        name: format!("run {number}"),
        auc,
        depth: (number % 5).to_string(),
        team: (number % 3 != 0)
            .then(|| ["Growth", "risk", "100%"][usize::try_from(number % 4).unwrap_or(0).min(2)].to_owned()),
    }
}

/// A comparison and whether a run fulfils it.
#[derive(Debug, Clone)]
enum Asked {
    Auc(&'static str, i32),
    Depth(&'static str, String),
    Team(&'static str, String),
    TeamThere(bool),
}

impl Asked {
    fn text(&self) -> String {
        match self {
            Self::Auc(comparator, quarters) => format!("metrics.auc {comparator} {}", f64::from(*quarters) / 4.0),
            Self::Depth(comparator, text) => format!("params.depth {comparator} '{text}'"),
            Self::Team(comparator, text) => format!("tags.`team` {comparator} '{text}'"),
            Self::TeamThere(true) => "tags.team IS NOT NULL".to_owned(),
            Self::TeamThere(false) => "tags.team IS NULL".to_owned(),
        }
    }

    fn holds(&self, run: &Logged) -> bool {
        match self {
            Self::Auc(comparator, quarters) => run.auc.is_some_and(|auc| {
                let wanted = f64::from(*quarters) / 4.0;
                match *comparator {
                    "=" => auc == wanted,
                    "!=" => auc != wanted,
                    "<" => auc < wanted,
                    "<=" => auc <= wanted,
                    ">" => auc > wanted,
                    _ => auc >= wanted,
                }
            }),
            Self::Depth(comparator, text) => compares(comparator, &run.depth, text),
            Self::Team(comparator, text) => run.team.as_ref().is_some_and(|team| compares(comparator, team, text)),
            Self::TeamThere(there) => run.team.is_some() == *there,
        }
    }
}

fn compares(comparator: &str, value: &str, wanted: &str) -> bool {
    match comparator {
        "=" => value == wanted,
        "!=" => value != wanted,
        "LIKE" => like(value, wanted),
        _ => like(&value.to_lowercase(), &wanted.to_lowercase()),
    }
}

/// SQL's LIKE by a regular expression.
fn like(value: &str, pattern: &str) -> bool {
    let pieces = pattern.chars().map(|character| match character {
        '%' => ".*".to_owned(),
        '_' => ".".to_owned(),
        other => regex::escape(&other.to_string()),
    });
    regex::Regex::new(&format!("(?s)^{}$", pieces.collect::<String>())).unwrap().is_match(value)
}

fn asked() -> impl Strategy<Value = Asked> {
    let texts = || prop::sample::select(vec!["=", "!=", "LIKE", "ILIKE"]);
    prop_oneof![
        (prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]), -1..9i32).prop_map(|(c, n)| Asked::Auc(c, n)),
        (texts(), "[0-5%_]{1,2}").prop_map(|(c, text)| Asked::Depth(c, text)),
        (texts(), "Growth|risk|RISK|g%|%r%|_isk|100%|%\\%|\"|--").prop_map(|(c, text)| Asked::Team(c, text)),
        prop::bool::ANY.prop_map(Asked::TeamThere),
    ]
}

async fn seed(stage: &Stage) -> Vec<Logged> {
    let runs: Vec<Logged> = (0..RUNS).map(logged).collect();
    for run in &runs {
        let id = stage.run(&run.name).await;
        let auc = run.auc.map(|auc| if auc.is_nan() { json!("NaN") } else { json!(auc) });
        let metrics: Vec<Value> =
            auc.into_iter().map(|value| json!({"key": "auc", "value": value, "timestamp": 1, "step": 0})).collect();
        let tags: Vec<Value> = run.team.iter().map(|team| json!({"key": "team", "value": team})).collect();
        let batch =
            json!({"run_id": id, "metrics": metrics, "params": [{"key": "depth", "value": run.depth}], "tags": tags});
        stage.post("/runs/log-batch", batch).await.expect(200);
    }
    runs
}

async fn compare(stage: &Stage) {
    let runs = seed(stage).await;
    let mut runner = TestRunner::deterministic();
    let filters = prop::collection::vec(asked(), 1..4);
    for _ in 0..SEARCHES {
        let filter = filters.new_tree(&mut runner).unwrap().current();
        let text = filter.iter().map(Asked::text).collect::<Vec<_>>().join(" AND ");
        let wanted: BTreeSet<&str> = runs
            .iter()
            .filter(|run| filter.iter().all(|asked| asked.holds(run)))
            .map(|run| run.name.as_str())
            .collect();
        let body = json!({"experiment_ids": ["0"], "filter": text});
        let answer = stage.post("/runs/search", body.clone()).await.expect(200).json();
        let found = answer["runs"].as_array().cloned().unwrap_or_default();
        let found: BTreeSet<&str> = found.iter().map(|run| run["info"]["run_name"].as_str().unwrap()).collect();
        assert_eq!(found, wanted, "{text}");
        let theirs = stage.server.post("/api/2.0/mlflow/runs/search", "outsider", body).await;
        assert!(theirs.json()["runs"].is_null(), "{text} shows another team's runs");
    }
}

#[tokio::test]
async fn searches_find_what_they_should() {
    compare(&Stage::new()).await;
}

#[tokio::test]
async fn searches_find_the_same_on_postgres() {
    if let Some(stage) = Stage::on_postgres() {
        compare(&stage).await;
    }
}
