"""Models of five flavors: logged, registered, aliased, searched, loaded back with equal predictions."""

import os
import pathlib

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

from checks import refused

client = MlflowClient()
mlflow.set_experiment("models")
features, target = load_breast_cancer(return_X_y=True, as_frame=True)
features = features.astype("float32").iloc[:, :6]
features.columns = [f"f{i}" for i in range(6)]
sample = features.head(20)


class Adder(mlflow.pyfunc.PythonModel):
    def __init__(self, amount):
        self.amount = amount

    def predict(self, context, model_input, params=None):
        return model_input.sum(axis=1) + self.amount


def flavors():
    logistic = LogisticRegression(max_iter=2000).fit(features, target)
    yield "sklearn", lambda: mlflow.sklearn.log_model(
        logistic, name="model", input_example=sample, registered_model_name="churn", skops_trusted_types=None
    ), logistic.predict(sample)

    import xgboost

    boosted = xgboost.XGBClassifier(n_estimators=5, max_depth=2).fit(features, target)
    yield "xgboost", lambda: mlflow.xgboost.log_model(boosted, name="model", registered_model_name="churn"), boosted.predict(sample)

    import lightgbm

    light = lightgbm.LGBMClassifier(n_estimators=5, verbose=-1).fit(features, target)
    yield "lightgbm", lambda: mlflow.lightgbm.log_model(light, name="model", registered_model_name="churn"), light.predict(sample)

    from skl2onnx import to_onnx

    graph = to_onnx(logistic, sample.to_numpy()[:1], options={id(logistic): {"zipmap": False}})
    yield "onnx", lambda: mlflow.onnx.log_model(graph, name="model", registered_model_name="churn"), None

    yield "pyfunc", lambda: mlflow.pyfunc.log_model(
        name="model", python_model=Adder(3), registered_model_name="churn"
    ), sample.sum(axis=1) + 3


runs = {}
for version, (flavor, log, expected) in enumerate(flavors(), start=1):
    with mlflow.start_run(run_name=flavor) as run:
        info = log()
    runs[flavor] = run.info.run_id
    registered = client.get_model_version("churn", str(version))
    assert registered.status == "READY" and registered.run_id == run.info.run_id, registered
    logged = mlflow.get_logged_model(info.model_id)
    assert logged.status == "READY" and logged.source_run_id == run.info.run_id
    for uri in (f"models:/churn/{version}", info.model_uri, f"runs:/{run.info.run_id}/model"):
        loaded = mlflow.pyfunc.load_model(uri)
        if flavor == "onnx":
            given = loaded.predict(sample.to_numpy())
            assert len(given) == 2, given
        else:
            np.testing.assert_allclose(np.asarray(loaded.predict(sample)), np.asarray(expected), rtol=1e-6)
    client.set_logged_model_tags(info.model_id, {"flavor": flavor})

# What was registered stays as it was, whatever is written to the run afterwards.
model_id = client.search_logged_models([client.get_experiment_by_name("models").experiment_id], filter_string="tags.flavor = 'sklearn'")[0].model_id
pathlib.Path("MLmodel").write_text("spoiled")
client.log_model_artifact(model_id, "MLmodel")
assert "spoiled" in mlflow.artifacts.load_text(mlflow.get_logged_model(model_id).artifact_location + "/MLmodel")
mlflow.sklearn.load_model("models:/churn/1").predict(sample)
uri = client.get_model_version_download_uri("churn", "1")
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
try:
    get_artifact_repository(uri).log_artifact("MLmodel")
    raise AssertionError("a registered version was overwritten")
except Exception as error:
    assert "403" in str(error), error

# Aliases.
client.set_registered_model_alias("churn", "champion", "2")
assert client.get_model_version_by_alias("churn", "champion").version == "2"
mlflow.xgboost.load_model("models:/churn@champion").predict(sample)
client.set_registered_model_alias("churn", "champion", "1")
assert client.get_registered_model("churn").aliases == {"champion": "1"}
assert client.get_model_version("churn", "1").aliases == ["champion"]
refused("INVALID_PARAMETER_VALUE", client.set_registered_model_alias, "churn", "latest", "1")
refused("INVALID_PARAMETER_VALUE", client.set_registered_model_alias, "churn", "v2", "1")
refused("INVALID_PARAMETER_VALUE", client.get_model_version_by_alias, "churn", "nobody")
refused("RESOURCE_DOES_NOT_EXIST", client.set_registered_model_alias, "churn", "x", "99")
client.delete_registered_model_alias("churn", "champion")
assert client.get_registered_model("churn").aliases == {}

# Search, tags, descriptions, stages.
versions = client.search_model_versions("name = 'churn'")
assert [one.version for one in versions] == ["5", "4", "3", "2", "1"], versions
assert [one.version for one in client.search_model_versions(f"run_id = '{runs['onnx']}'")] == ["4"]
assert [one.version for one in client.search_model_versions("name='churn' and version_number < 3", order_by=["version_number ASC"])] == ["1", "2"]
client.set_model_version_tag("churn", "3", "quality", "good")
assert [one.version for one in client.search_model_versions("tags.quality = 'good'")] == ["3"]
client.delete_model_version_tag("churn", "3", "quality")
client.update_model_version("churn", "3", description="three")
assert client.get_model_version("churn", "3").description == "three"
client.create_registered_model("other", tags={"a": "b"}, description="words")
refused("RESOURCE_ALREADY_EXISTS", client.create_registered_model, "other")
assert [one.name for one in client.search_registered_models("tags.a = 'b'")] == ["other"]
assert [one.name for one in client.search_registered_models(order_by=["name DESC"])] == ["other", "churn"]
client.set_registered_model_tag("other", "c", "d")
client.delete_registered_model_tag("other", "a")
assert client.get_registered_model("other").tags == {"c": "d"}
client.rename_registered_model("other", "another")
refused("RESOURCE_DOES_NOT_EXIST", client.get_registered_model, "other")
client.delete_registered_model("another")
copied = client.copy_model_version("models:/churn/2", "copy")
assert copied.version == "1" and copied.run_id == runs["xgboost"]
mlflow.pyfunc.load_model("models:/copy/1").predict(sample)
client.delete_model_version("churn", "5")
refused("RESOURCE_DOES_NOT_EXIST", client.get_model_version, "churn", "5")
again = mlflow.register_model(f"runs:/{runs['pyfunc']}/model", "churn")
assert again.version == "6", again

# Metrics about a model.
model_id = client.search_logged_models([client.get_experiment_by_name("models").experiment_id], filter_string="tags.flavor = 'xgboost'")[0].model_id
with mlflow.start_run():
    mlflow.log_metric("accuracy", 0.75, model_id=model_id)
assert [metric.value for metric in mlflow.get_logged_model(model_id).metrics] == [0.75]
ranked = mlflow.search_logged_models(filter_string="metrics.accuracy > 0.5", output_format="list")
assert [one.model_id for one in ranked] == [model_id]
client.delete_logged_model(model_id)
refused("RESOURCE_DOES_NOT_EXIST", client.get_logged_model, model_id)

# Sources that are not the caller's.
refused("INVALID_PARAMETER_VALUE", client.create_model_version, "churn", "/etc")
refused("INVALID_PARAMETER_VALUE", client.create_model_version, "churn", "mlflow-artifacts:/0/x/artifacts/m", run_id=runs["onnx"])
os.environ["MLFLOW_TRACKING_TOKEN"] = os.environ["OTHER_TEAM_TOKEN"]
refused("RESOURCE_DOES_NOT_EXIST", client.get_registered_model, "churn")
refused("RESOURCE_DOES_NOT_EXIST", client.get_logged_model, ranked[0].model_id)
assert client.search_model_versions() == []
client.create_registered_model("mine")
refused("INVALID_PARAMETER_VALUE", client.create_model_version, "mine", f"runs:/{runs['onnx']}/model", run_id=runs["onnx"])
print("model client: ok")
