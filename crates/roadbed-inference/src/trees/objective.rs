//! Which objective asks for which transform, for both libraries. An objective that is not listed is refused: a wrong guess would be a
//! silently wrong answer.

use super::transform::Transform;

/// How XGBoost turns `base_score` into the margin sums start from, and sums into answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct XgboostObjective {
    pub(super) transform: Transform,
    pub(super) link: Link,
}

/// From a base score to a margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    Identity,
    Logit,
    Log,
}

impl Link {
    pub(super) fn margin(self, base_score: f64) -> f64 {
        match self {
            Self::Identity => base_score,
            Self::Logit => -(1.0 / base_score - 1.0).ln(),
            Self::Log => base_score.ln(),
        }
    }
}

/// The rule of an XGBoost objective by name; `None` when it is unknown.
pub(super) fn xgboost(name: &str) -> Option<XgboostObjective> {
    let (transform, link) = match name {
        "reg:squarederror"
        | "reg:linear"
        | "reg:squaredlogerror"
        | "reg:pseudohubererror"
        | "reg:absoluteerror"
        | "reg:quantileerror"
        | "rank:pairwise"
        | "rank:ndcg"
        | "rank:map"
        | "binary:logitraw" => (Transform::Identity, Link::Identity),
        "binary:logistic" | "reg:logistic" => (Transform::Sigmoid { slope: 1.0 }, Link::Logit),
        "binary:hinge" => (Transform::Step, Link::Identity),
        "count:poisson" | "reg:gamma" | "reg:tweedie" | "survival:cox" | "survival:aft" => {
            (Transform::Exponential, Link::Log)
        }
        "multi:softprob" => (Transform::Softmax, Link::Identity),
        "multi:softmax" => (Transform::LargestIndex, Link::Identity),
        _ => return None,
    };
    Some(XgboostObjective { transform, link })
}

/// The transform of a LightGBM `objective=` line, such as `binary sigmoid:1`; `None` when it is unknown.
pub(super) fn lightgbm(line: &str) -> Option<Transform> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    let options: Vec<&str> = words.collect();
    let slope = options.iter().find_map(|option| option.strip_prefix("sigmoid:")?.parse().ok());
    Some(match name {
        "binary" | "multiclassova" => Transform::Sigmoid { slope: slope? },
        "multiclass" => Transform::Softmax,
        "cross_entropy" => Transform::Sigmoid { slope: 1.0 },
        "cross_entropy_lambda" => Transform::Softplus,
        "poisson" | "gamma" | "tweedie" => Transform::Exponential,
        "regression" | "regression_l1" | "huber" | "fair" | "quantile" | "mape" => {
            if options.contains(&"sqrt") {
                Transform::SignedSquare
            } else {
                Transform::Identity
            }
        }
        "lambdarank" | "rank_xendcg" | "custom" => Transform::Identity,
        _ => return None,
    })
}
