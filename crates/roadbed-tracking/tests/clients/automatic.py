"""Automatic logging of scikit-learn, XGBoost and LightGBM, and models that come back as they went; for old and new clients."""

import mlflow
import numpy as np
from mlflow import MlflowClient
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV

client = MlflowClient()
experiment = mlflow.set_experiment("automatic")
features, target = load_breast_cancer(return_X_y=True, as_frame=True)
features = features.iloc[:200, :5]
features.columns = [f"f{number}" for number in range(5)]
target = target.iloc[:200]


def logged(library, fit):
    library.autolog()
    with mlflow.start_run() as run:
        model = fit()
    library.autolog(disable=True)
    run = client.get_run(run.info.run_id)
    assert run.info.status == "FINISHED", run.info
    outputs = run.outputs.model_outputs
    assert len(outputs) == 1, outputs
    back = mlflow.pyfunc.load_model(f"models:/{outputs[0].model_id}")
    return run, model, np.asarray(back.predict(features))


import mlflow.sklearn

run, forest, back = logged(mlflow.sklearn, lambda: RandomForestClassifier(n_estimators=5, random_state=1).fit(features, target))
assert run.data.params["n_estimators"] == "5" and run.data.metrics["training_score"] > 0.9
assert (back == forest.predict(features)).all()
assert run.inputs.dataset_inputs[0].dataset.name == "dataset"

# A search logs a run for each candidate below its own.
mlflow.sklearn.autolog(max_tuning_runs=3)
with mlflow.start_run() as parent:
    GridSearchCV(RandomForestClassifier(n_estimators=3, random_state=1), {"max_depth": [1, 2, 3]}, cv=2).fit(features, target)
mlflow.sklearn.autolog(disable=True)
children = client.search_runs([experiment.experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
assert sorted(child.data.params["max_depth"] for child in children) == ["1", "2", "3"]
assert client.get_run(parent.info.run_id).data.params["best_max_depth"] in {"1", "2", "3"}

import mlflow.xgboost
import xgboost

matrix = xgboost.DMatrix(features, label=target)
settings = {"max_depth": 2, "objective": "binary:logistic", "eval_metric": "logloss"}
run, booster, back = logged(mlflow.xgboost, lambda: xgboost.train(settings, matrix, num_boost_round=6, evals=[(matrix, "train")], verbose_eval=False))
assert np.allclose(back, booster.predict(matrix), atol=1e-6)
curve = client.get_metric_history(run.info.run_id, "train-logloss")
assert [point.step for point in curve] == list(range(6)) and curve[-1].value < curve[0].value
assert "feature_importance_weight.json" in {entry.path for entry in client.list_artifacts(run.info.run_id)}

import lightgbm
import mlflow.lightgbm

data = lightgbm.Dataset(features, label=target, free_raw_data=False)
settings = {"objective": "binary", "verbose": -1, "num_leaves": 4, "metric": "binary_logloss"}
run, light, back = logged(mlflow.lightgbm, lambda: lightgbm.train(settings, data, num_boost_round=6, valid_sets=[data], valid_names=["train"]))
assert np.allclose(back, light.predict(features))
assert len(client.get_metric_history(run.info.run_id, "train-binary_logloss")) == 6
print("automatic logging: ok", mlflow.__version__)
