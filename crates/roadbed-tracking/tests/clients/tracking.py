"""Experiments, runs, metrics, params, tags, artifacts and searches with the unmodified client."""

import math
import os
import pathlib
import time
from unittest import mock

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.store.artifact.http_artifact_repo import HttpArtifactRepository

from checks import refused

client = MlflowClient()

# Experiments.
default = client.get_experiment("0")
assert default.name == "Default" and default.artifact_location == "mlflow-artifacts:/0", default
experiment = mlflow.set_experiment("churn")
assert experiment.experiment_id != "0"
assert mlflow.set_experiment("churn").experiment_id == experiment.experiment_id
refused("RESOURCE_ALREADY_EXISTS", client.create_experiment, "churn")
assert client.get_experiment_by_name("nobody") is None
client.set_experiment_tag(experiment.experiment_id, "team", "growth")
assert client.get_experiment(experiment.experiment_id).tags == {"team": "growth"}
found = client.search_experiments(filter_string="name LIKE 'ch%' AND tags.team = 'growth'")
assert [one.name for one in found] == ["churn"], found

# A run with everything.
with mlflow.start_run(run_name="first", tags={"stage": "dev"}) as run:
    mlflow.log_param("depth", 4)
    mlflow.log_param("depth", 4)
    refused("INVALID_PARAMETER_VALUE", mlflow.log_param, "depth", 5)
    mlflow.log_params({"lr": 0.1, "long": "x" * 7000})
    for step in range(5):
        mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
    mlflow.log_metric("odd", math.nan)
    mlflow.log_metrics({"auc": 0.9, "f1/val": 0.8})
    mlflow.log_metric("huge", math.inf)
    mlflow.set_tag("note", "hello world")
    mlflow.log_text("hello", "notes/hello.txt")
    mlflow.log_dict({"a": [1, 2]}, "config.json")
    folder = pathlib.Path("data")
    (folder / "deep").mkdir(parents=True)
    (folder / "one.csv").write_text("a,b\n1,2\n")
    (folder / "deep" / "page.html").write_text("<script>alert(1)</script>")
    mlflow.log_artifacts(str(folder), "data")
    run_id = run.info.run_id

read = client.get_run(run_id)
assert read.info.status == "FINISHED" and read.info.run_name == "first" and read.info.end_time >= read.info.start_time
assert read.data.params["depth"] == "4" and len(read.data.params["long"]) == 6000
assert read.data.metrics["loss"] == 0.2 and math.isnan(read.data.metrics["odd"])
assert read.data.metrics["huge"] == 1.7976931348623157e308
assert read.data.tags["note"] == "hello world" and read.data.tags["mlflow.runName"] == "first"
assert [point.step for point in client.get_metric_history(run_id, "loss")] == [0, 1, 2, 3, 4]

# Files.
listed = sorted(entry.path for entry in client.list_artifacts(run_id))
assert listed == ["config.json", "data", "notes"], listed
assert [entry.path for entry in client.list_artifacts(run_id, "data")] == ["data/deep", "data/one.csv"]
target = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="data", dst_path="back")
assert pathlib.Path(target, "deep", "page.html").read_text() == "<script>alert(1)</script>"
assert mlflow.artifacts.load_text(f"runs:/{run_id}/notes/hello.txt") == "hello"
assert mlflow.artifacts.load_dict(read.info.artifact_uri + "/config.json") == {"a": [1, 2]}

# A large file goes up in parts, beside one another.
large = pathlib.Path("large.bin")
large.write_bytes(os.urandom(2_500_000))
in_parts = {
    "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "true",
    "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": "1000000",
    "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": "1000000",
}
os.environ.update(in_parts)
begun = []
create = HttpArtifactRepository.create_multipart_upload
with mock.patch.object(HttpArtifactRepository, "create_multipart_upload", lambda *given: begun.append(create(*given)) or begun[-1]):
    client.log_artifact(run_id, str(large), "weights")
assert [len(upload.credentials) for upload in begun] == [3], begun
back = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="weights/large.bin", dst_path="back")
assert pathlib.Path(back).read_bytes() == large.read_bytes()
for name in in_parts:
    del os.environ[name]

# Latest is the largest step, not the last one logged; exact duplicates are dropped.
with mlflow.start_run(run_name="second") as run:
    now = int(time.time() * 1000)
    client.log_batch(
        run.info.run_id,
        metrics=[Metric("m", 2.0, now, 10), Metric("m", 1.0, now + 5, 3), Metric("m", 2.0, now, 10)],
        params=[Param("lr", "0.01"), Param("kind", "tree")],
        tags=[RunTag("stage", "prod"), RunTag("weird `key`".replace("`", ""), "v")],
    )
    second = run.info.run_id
assert client.get_run(second).data.metrics["m"] == 2.0
assert len(client.get_metric_history(second, "m")) == 2
client.set_terminated(second, "FAILED")
client.update_run(second, status="FINISHED", name="renamed")
assert client.get_run(second).info.run_name == "renamed"
assert client.get_run(second).data.tags["mlflow.runName"] == "renamed"
client.delete_tag(second, "stage")
refused("RESOURCE_DOES_NOT_EXIST", client.delete_tag, second, "stage")
client.set_tag(second, "stage", "prod")
refused("RESOURCE_DOES_NOT_EXIST", client.get_run, "f" * 32)
refused("INVALID_PARAMETER_VALUE", client.log_metric, second, "a//b", 1.0)

# Nested runs and searches.
with mlflow.start_run(run_name="parent") as parent:
    for index in range(5):
        with mlflow.start_run(run_name=f"child-{index}", nested=True):
            mlflow.log_param("index", index)
            if index != 3:
                mlflow.log_metric("score", index if index != 4 else math.nan)
names = lambda runs: [one.info.run_name for one in runs]
search = lambda text="", order=None, **more: client.search_runs([experiment.experiment_id], text, order_by=order, **more)
assert names(search("metrics.score >= 1", ["metrics.score DESC"])) == ["child-2", "child-1"]
assert names(search("params.index IS NOT NULL", ["metrics.score ASC"])) == ["child-0", "child-1", "child-2", "child-4", "child-3"]
assert names(search("params.index IS NOT NULL", ["metrics.score DESC"])) == ["child-2", "child-1", "child-0", "child-4", "child-3"]
assert names(search("tags.stage = 'prod'")) == ["renamed"]
assert names(search("tags.`stage` LIKE 'd%' AND params.depth = '4'")) == ["first"]
assert names(search("attributes.run_name ILIKE 'CHILD-_' AND params.index != '0'", ["params.index"])) == [f"child-{i}" for i in range(1, 5)]
assert names(search(f"tags.mlflow.parentRunId = '{parent.info.run_id}'", ["attributes.start_time ASC"])) == [f"child-{i}" for i in range(5)]
assert names(search(f"attributes.run_id IN ('{run_id}', '{second}')", ["run_name"])) == ["first", "renamed"]
assert names(search("metrics.`f1/val` > 0.5")) == ["first"]
assert names(search('metrics."f1/val" > 0.5 and status = "FINISHED"')) == ["first"]
assert names(search("run_name = 'nobody'")) == []
refused("INVALID_PARAMETER_VALUE", search, "metrics.score > 'a'")
refused("INVALID_PARAMETER_VALUE", search, "score = 1 OR score = 2")
everything = search()
assert len(everything) == 8
paged, token = [], None
while True:
    page = client.search_runs([experiment.experiment_id], max_results=3, page_token=token)
    paged += names(page)
    token = page.token
    if not token:
        break
assert paged == names(everything), paged
frame = mlflow.search_runs(experiment_names=["churn"], order_by=["metrics.score DESC"])
assert frame.iloc[0]["tags.mlflow.runName"] == "child-2" and len(frame) == 8

# Lifecycle.
client.delete_run(second)
assert client.get_run(second).info.lifecycle_stage == "deleted"
refused("INVALID_PARAMETER_VALUE", client.log_metric, second, "m", 1.0)
assert names(search("tags.stage = 'prod'")) == []
assert names(search("tags.stage = 'prod'", run_view_type=ViewType.DELETED_ONLY)) == ["renamed"]
client.restore_run(second)
assert names(search("tags.stage = 'prod'")) == ["renamed"]
client.delete_experiment(experiment.experiment_id)
refused("INVALID_PARAMETER_VALUE", client.create_run, experiment.experiment_id)
assert client.get_run(run_id).info.lifecycle_stage == "deleted"
assert client.get_experiment_by_name("churn").lifecycle_stage == "deleted"
client.restore_experiment(experiment.experiment_id)
assert client.get_run(run_id).info.lifecycle_stage == "active"
client.rename_experiment(experiment.experiment_id, "churn-2")
assert client.get_experiment_by_name("churn-2").experiment_id == experiment.experiment_id

# Another team sees nothing of it.
ours = os.environ["MLFLOW_TRACKING_TOKEN"]
os.environ["MLFLOW_TRACKING_TOKEN"] = os.environ["OTHER_TEAM_TOKEN"]
refused("RESOURCE_DOES_NOT_EXIST", client.get_run, run_id)
refused("RESOURCE_DOES_NOT_EXIST", client.get_experiment, experiment.experiment_id)
refused("RESOURCE_DOES_NOT_EXIST", client.log_param, run_id, "x", 1)
refused("RESOURCE_DOES_NOT_EXIST", client.list_artifacts, run_id)
assert client.search_runs([experiment.experiment_id]) == []
assert [one.name for one in client.search_experiments()] == ["Default"]
assert client.search_runs(["0"]) == []
os.environ["MLFLOW_TRACKING_TOKEN"] = "wrong"
refused("UNAUTHENTICATED", client.get_run, run_id)
os.environ["MLFLOW_TRACKING_TOKEN"] = ours

# Automatic logging of scikit-learn, with datasets as inputs.
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

mlflow.set_experiment("auto")
mlflow.sklearn.autolog()
features, target = load_iris(return_X_y=True, as_frame=True)
with mlflow.start_run() as run:
    LogisticRegression(max_iter=200).fit(features, target)
mlflow.sklearn.autolog(disable=True)
logged = client.get_run(run.info.run_id)
assert logged.data.params["max_iter"] == "200" and logged.data.metrics["training_accuracy_score"] > 0.9
assert logged.inputs.dataset_inputs, logged.inputs
assert logged.outputs.model_outputs, logged.outputs
auto = client.get_experiment_by_name("auto").experiment_id
assert len(client.search_runs([auto], "datasets.context = 'train'")) == 1
assert len(client.search_runs([auto], "datasets.name = 'nothing'")) == 0
model = mlflow.get_logged_model(logged.outputs.model_outputs[0].model_id)
assert model.status == "READY" and model.source_run_id == run.info.run_id
print("tracking client: ok")
