"""Tries twelve settings of the model and logs how each of them learned, round by round: something to compare.

Plain XGBoost and MLflow: the same file runs on a laptop without Roadbed.
"""

import itertools
import time

import mlflow
from mlflow.entities import Metric
from xgboost import XGBClassifier

import data

DEPTHS = (1, 2, 3, 5)
LEARNING_RATES = (0.03, 0.1, 0.3)
ROUNDS = 120


def learn(depth, rate, history, truth, later, later_truth):
    """The log loss after each round, on history and on what came later."""
    model = XGBClassifier(n_estimators=ROUNDS, max_depth=depth, learning_rate=rate, eval_metric="logloss", n_jobs=1, random_state=11)
    model.fit(history, truth, eval_set=[(history, truth), (later, later_truth)], verbose=False)
    seen, unseen = (model.evals_result()[f"validation_{number}"]["logloss"] for number in (0, 1))
    return seen, unseen


def main() -> None:
    history, truth, later, later_truth = data.load()
    client = mlflow.MlflowClient()
    for depth, rate in itertools.product(DEPTHS, LEARNING_RATES):
        with mlflow.start_run(run_name=f"depth {depth}, rate {rate}") as run:
            mlflow.log_params({"max_depth": depth, "learning_rate": rate, "n_estimators": ROUNDS})
            seen, unseen = learn(depth, rate, history, truth, later, later_truth)
            now = int(time.time() * 1000)
            curves = {"log_loss/history": seen, "log_loss/later": unseen}
            points = [Metric(name, value, now, step) for name, values in curves.items() for step, value in enumerate(values)]
            client.log_batch(run.info.run_id, metrics=[*points, Metric("best_log_loss", min(unseen), now, 0)])
            print(f"depth {depth}, rate {rate}: log loss {min(unseen):.4f} after {unseen.index(min(unseen)) + 1} rounds", flush=True)


if __name__ == "__main__":
    main()
