"""One story through every route, from a first experiment to its deletion."""

import base64
import json
import os
import urllib.parse


def steps():
    """(method, path, body, {name to keep: path of keys in the answer})"""
    suffix = base64.b16encode(os.urandom(4)).decode()
    api = "/api/2.0/mlflow"
    query = lambda **values: "?" + urllib.parse.urlencode(values, doseq=True).replace("%7B", "{").replace("%7D", "}")
    yield "GET", "/version", None, {}
    yield "GET", "/api/3.0/mlflow/server-info", None, {}
    yield "POST", f"{api}/experiments/create", {"name": f"e{suffix}", "tags": [{"key": "a", "value": "b"}]}, {"e": ["experiment_id"]}
    yield "POST", f"{api}/experiments/create", {"name": f"e{suffix}"}, {}
    yield "POST", f"{api}/experiments/create", {"name": "x", "artifact_location": "s3://b/x"}, {}
    for body in ({}, {"name": 5}, {"name": ""}, {"name": "x" * 501}):
        yield "POST", f"{api}/experiments/create", body, {}
    for wanted in ("{e}", "999999", "abc"):
        yield "GET", f"{api}/experiments/get" + query(experiment_id=wanted), None, {}
    yield "GET", f"{api}/experiments/get", None, {}
    yield "GET", f"{api}/experiments/get-by-name" + query(experiment_name=f"e{suffix}"), None, {}
    yield "GET", f"{api}/experiments/get-by-name" + query(experiment_name="nobody"), None, {}
    for body in ({}, {"max_results": 5, "filter": f"name = 'e{suffix}'"}, {"max_results": 5, "filter": f"name LIKE 'e{suffix[:4]}%' AND tags.a = 'b'"},
                 {"max_results": 5, "filter": "name > 'a'"}, {"max_results": 60000}, {"max_results": 5, "order_by": ["bad"]}):
        yield "POST", f"{api}/experiments/search", body, {}
    yield "POST", f"{api}/experiments/set-experiment-tag", {"experiment_id": "{e}", "key": "k", "value": "v"}, {}
    yield "POST", f"{api}/experiments/delete-experiment-tag", {"experiment_id": "{e}", "key": "none"}, {}
    run = {"experiment_id": "{e}", "user_id": "u", "start_time": 5, "run_name": "r1", "tags": [{"key": "x", "value": "y"}]}
    yield "POST", f"{api}/runs/create", run, {"r": ["run", "info", "run_id"]}
    yield "POST", f"{api}/runs/create", {**run, "run_name": "r2", "start_time": 7}, {"s": ["run", "info", "run_id"]}
    yield "POST", f"{api}/runs/create", {**run, "experiment_id": "999999"}, {}
    yield "POST", f"{api}/runs/create", {**run, "tags": [{"key": "mlflow.runName", "value": "other"}]}, {}
    for more in ({"value": 1, "timestamp": 0}, {"value": "NaN", "timestamp": "3", "step": "-2"}, {"value": 2.5, "timestamp": 9, "step": 4},
                 {"value": 9, "timestamp": 99, "step": 1}, {"value": 2.5, "timestamp": 9, "step": 4}, {"value": 1}, {"timestamp": 1},
                 {"value": "abc", "timestamp": 1}, {"value": 1, "timestamp": -1}, {"value": 1, "timestamp": 1, "step": "x"}):
        yield "POST", f"{api}/runs/log-metric", {"run_id": "{r}", "key": "m", **more}, {}
    yield "POST", f"{api}/runs/log-metric", {"run_id": "{r}", "key": "inf", "value": "-Infinity", "timestamp": 3}, {}
    yield "POST", f"{api}/runs/log-metric", {"run_id": "{s}", "key": "m", "value": "NaN", "timestamp": 3}, {}
    for key in ("a//b", "a b/c:d", "a?b", "../a", "", "x" * 251):
        yield "POST", f"{api}/runs/log-metric", {"run_id": "{r}", "key": key, "value": 1, "timestamp": 1}, {}
    for value in ("1", "1", "2"):
        yield "POST", f"{api}/runs/log-parameter", {"run_id": "{r}", "key": "p", "value": value}, {}
    yield "POST", f"{api}/runs/log-parameter", {"run_id": "{r}", "key": "long", "value": "y" * 6500}, {}
    yield "POST", f"{api}/runs/log-parameter", {"run_id": "{r}", "key": "empty"}, {}
    yield "POST", f"{api}/runs/log-parameter", {"run_id": "{s}", "key": "p", "value": "B"}, {}
    yield "POST", f"{api}/runs/set-tag", {"run_id": "{r}", "key": "t", "value": "v"}, {}
    yield "POST", f"{api}/runs/set-tag", {"run_id": "{r}", "key": "mlflow.runName", "value": "renamed"}, {}
    yield "POST", f"{api}/runs/delete-tag", {"run_id": "{r}", "key": "none"}, {}
    batch = {"run_id": "{s}", "metrics": [{"key": "b", "value": 1, "timestamp": 1, "step": 2}, {"key": "b", "value": 3, "timestamp": 2}],
             "params": [{"key": "q", "value": "1"}], "tags": [{"key": "u", "value": "w"}]}
    yield "POST", f"{api}/runs/log-batch", batch, {}
    yield "POST", f"{api}/runs/log-batch", {"run_id": "{s}", "params": [{"key": "q", "value": "1"}, {"key": "q", "value": "1"}]}, {}
    yield "POST", f"{api}/runs/log-batch", {"run_id": "{s}", "params": [{"key": "q", "value": "2"}]}, {}
    yield "POST", f"{api}/runs/log-batch", {"run_id": "{s}", "metrics": [{"key": "q", "value": 1}]}, {}
    yield "POST", f"{api}/runs/log-batch", {"run_id": "{s}", "params": [{"key": f"k{n}", "value": "v"} for n in range(101)]}, {}
    yield "POST", f"{api}/runs/log-batch", {"run_id": "{s}"}, {}
    for wanted in ("{r}", "{s}", "nope"):
        yield "GET", f"{api}/runs/get" + query(run_id=wanted), None, {}
    for more in ({}, {"max_results": 2}, {"max_results": 0}, {"max_results": 2, "page_token": "eyJvZmZzZXQiOiAyfQ=="}):
        yield "GET", f"{api}/metrics/get-history" + query(run_id="{r}", metric_key="m", **more), None, {}
    yield "GET", f"{api}/metrics/get-history" + query(run_id="{r}", metric_key="none"), None, {}
    yield "GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval" + query(run_ids=["{r}"], metric_key="m"), None, {}
    filters = ["", "metrics.m > 1", "metrics.m != 5", "metrics.m < 100", "params.p = '1'", "params.p != '1'", "params.p LIKE '%b'", "params.p ILIKE '%b'",
               "tags.t IS NULL", "tags.t IS NOT NULL", "params.q IS NULL", "tags.`x` = 'y'", 'tags."x" = "y"', "attributes.run_name = 'renamed'",
               "run_name LIKE 'r%'", "status = 'RUNNING' and start_time > 5", "attr.end_time > 0", "created >= 7", "run.user_id = 'u'",
               "run_id IN ('{r}')", "run_id NOT IN ('{r}')", "metrics.m > 'a'", "foo.m > 1", "bad = 'x'", "metrics.m > 1 OR metrics.m < 2",
               "params.p = 1", "params.p > '1'", "tags.x IN ('y')", "metrics.m LIKE 'a'", "metrics.m", "= 1", "status = RUNNING", "run_id IN ()",
               "tags.x = 'y' AND", "metrics.`m` = 2.5", "datasets.name = 'd'", "datasets.context = 'training'", "metrics.m IS NULL"]
    for text in filters:
        yield "POST", f"{api}/runs/search", {"experiment_ids": ["{e}"], "filter": text}, {}
    for order in (["metrics.m"], ["metrics.m DESC"], ["params.p DESC", "start_time"], ["tags.t"], ["attributes.start_time ASC"], ["end_time"],
                  ["run_name DESC"], ["bad"], ["metrics.m DOWN"], ["metrics.m", "metrics.m"], ["datasets.name"]):
        yield "POST", f"{api}/runs/search", {"experiment_ids": ["{e}"], "order_by": order}, {}
    for more in ({"max_results": 1}, {"max_results": 0}, {"max_results": 60000}, {"page_token": "!"}, {"run_view_type": "ALL"}, {"run_view_type": "DELETED_ONLY"}):
        yield "POST", f"{api}/runs/search", {"experiment_ids": ["{e}"], **more}, {}
    yield "POST", f"{api}/runs/search", {"experiment_ids": ["999999"]}, {}
    yield "POST", f"{api}/runs/search", {}, {}
    dataset = {"name": "d", "digest": "x", "source_type": "st", "source": "src", "schema": "sc", "profile": "pr"}
    inputs = {"run_id": "{r}", "datasets": [{"tags": [{"key": "mlflow.data.context", "value": "training"}], "dataset": dataset}]}
    yield "POST", f"{api}/runs/log-inputs", inputs, {}
    yield "POST", f"{api}/runs/log-inputs", {"run_id": "{r}", "datasets": [{"dataset": {**dataset, "digest": "y" * 37}}]}, {}
    yield "POST", "/ajax-api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": ["{e}"]}, {}
    yield "POST", f"{api}/runs/search", {"experiment_ids": ["{e}"], "filter": "datasets.name = 'd' AND datasets.context LIKE 'train%'"}, {}
    logged = {"experiment_id": "{e}", "name": "lm", "source_run_id": "{r}", "params": [{"key": "a", "value": "1"}], "tags": [{"key": "t", "value": "1"}]}
    yield "POST", f"{api}/logged-models", logged, {"m": ["model", "info", "model_id"]}
    yield "POST", f"{api}/logged-models", {**logged, "name": "a/b"}, {}
    yield "PATCH", f"{api}/logged-models/{{m}}", {"model_id": "{m}", "status": "LOGGED_MODEL_READY"}, {}
    yield "POST", f"{api}/runs/log-metric", {"run_id": "{r}", "key": "lm", "value": 1.5, "timestamp": 7, "model_id": "{m}", "dataset_name": "d", "dataset_digest": "x"}, {}
    yield "PATCH", f"{api}/logged-models/{{m}}/tags", {"tags": [{"key": "t2", "value": "1"}]}, {}
    yield "DELETE", f"{api}/logged-models/{{m}}/tags/none", None, {}
    yield "GET", f"{api}/logged-models/{{m}}", None, {}
    yield "GET", f"{api}/logged-models/nope", None, {}
    yield "GET", f"{api}/logged-models/{{m}}/artifacts/directories", None, {}
    for text in ("metrics.lm > 1", "params.a = '1'", "tags.t2 LIKE '1%'", "name = 'none'", "attributes.name IN ('lm')", "bad.x > 1", "metrics.lm > 'a'"):
        yield "POST", f"{api}/logged-models/search", {"experiment_ids": ["{e}"], "filter": text, "order_by": [{"field_name": "metrics.lm", "ascending": False}]}, {}
    yield "POST", f"{api}/runs/outputs", {"run_id": "{r}", "models": [{"model_id": "{m}", "step": 3}]}, {}
    yield "GET", f"{api}/runs/get" + query(run_id="{r}"), None, {}
    files = "/api/2.0/mlflow-artifacts/artifacts"
    yield "PUT", f"{files}/{{e}}/{{r}}/artifacts/model/MLmodel", {"x": 1}, {}
    yield "GET", f"{files}/{{e}}/{{r}}/artifacts/model/MLmodel", None, {}
    yield "GET", f"{files}" + query(path="{e}/{r}/artifacts"), None, {}
    yield "GET", f"{files}" + query(path="nowhere"), None, {}
    yield "GET", f"{files}/nowhere/file", None, {}
    yield "PUT", f"{files}/a/%2e%2e/b", {"x": 1}, {}
    yield "GET", f"{api}/artifacts/list" + query(run_id="{r}"), None, {}
    yield "GET", f"{api}/artifacts/list" + query(run_id="{r}", path="model"), None, {}
    yield "GET", f"{api}/artifacts/list" + query(run_id="{r}", path="../x"), None, {}
    yield "POST", "/api/2.0/mlflow-artifacts/mpu/create/a/b", {"path": "a/b", "num_parts": 1}, {}
    name = f"n{suffix}"
    yield "POST", f"{api}/registered-models/create", {"name": name, "description": "d", "tags": [{"key": "a", "value": "b"}]}, {}
    for body in ({"name": name}, {"name": "a/b"}, {"name": ""}, {}):
        yield "POST", f"{api}/registered-models/create", body, {}
    source = "mlflow-artifacts:/{e}/{r}/artifacts/model"
    for body in ({"source": source, "run_id": "{r}"}, {"source": "runs:/{r}/model", "run_id": "{r}", "tags": [{"key": "k", "value": "v"}]},
                 {"source": source, "run_id": "{s}"}, {"source": source}, {"source": "s3://b/x"}, {"source": "/tmp/x"}, {"source": "runs:/{r}/model", "run_id": "{s}"},
                 {"source": "models:/{m}", "model_id": "{m}"}, {"source": "models:/{m}"}, {"source": f"models:/{name}/1"}, {"run_id": "{r}"}):
        yield "POST", f"{api}/model-versions/create", {"name": name, **body}, {}
    yield "POST", f"{api}/model-versions/create", {"name": "nobody", "source": "s3://b/x"}, {}
    for alias, version in (("champ", "1"), ("champ", "2"), ("latest", "1"), ("v3", "1"), ("a b", "1"), ("x", "99"), ("x", "y")):
        yield "POST", f"{api}/registered-models/alias", {"name": name, "alias": alias, "version": version}, {}
    for alias in ("champ", "zzz", "latest"):
        yield "GET", f"{api}/registered-models/alias" + query(name=name, alias=alias), None, {}
    for version in ("1", "2", "99", "x"):
        yield "GET", f"{api}/model-versions/get" + query(name=name, version=version), None, {}
    yield "GET", f"{api}/model-versions/get-download-uri" + query(name=name, version="1"), None, {}
    yield "GET", f"{api}/registered-models/get" + query(name=name), None, {}
    yield "GET", f"{api}/registered-models/get" + query(name="nobody"), None, {}
    for text in (f"name='{name}'", f"name='{name}' and version_number > 1", f"name='{name}' and tags.k = 'v'", "run_id = '{r}'", "bad = 'x'", f"name > '{name}'"):
        yield "GET", f"{api}/model-versions/search" + query(filter=text, max_results=2, order_by=["version_number ASC"]), None, {}
    for text in (f"name ILIKE '{name.upper()}'", f"name = '{name}' AND tags.a = 'b'", "bad = 'x'"):
        yield "GET", f"{api}/registered-models/search" + query(filter=text), None, {}
    yield "GET", f"{api}/registered-models/search" + query(max_results=1001), None, {}
    yield "POST", f"{api}/model-versions/transition-stage", {"name": name, "version": "1", "stage": "production"}, {}
    yield "POST", f"{api}/model-versions/transition-stage", {"name": name, "version": "1", "stage": "live"}, {}
    yield "POST", f"{api}/registered-models/get-latest-versions", {"name": name}, {}
    yield "PATCH", f"{api}/model-versions/update", {"name": name, "version": "1", "description": "words"}, {}
    yield "PATCH", f"{api}/registered-models/update", {"name": name, "description": "words"}, {}
    yield "POST", f"{api}/model-versions/set-tag", {"name": name, "version": "1", "key": "k", "value": "v"}, {}
    yield "DELETE", f"{api}/model-versions/delete", {"name": name, "version": "2"}, {}
    yield "POST", f"{api}/registered-models/rename", {"name": name, "new_name": name + "2"}, {}
    yield "GET", f"{api}/registered-models/get" + query(name=name + "2"), None, {}
    yield "DELETE", f"{api}/registered-models/delete", {"name": name + "2"}, {}
    description = json.dumps({"artifact_path": "model", "flavors": {}, "utc_time_created": "t", "run_id": "r"})
    yield "POST", f"{api}/runs/log-model", {"run_id": "{r}", "model_json": description}, {}
    yield "POST", f"{api}/runs/log-model", {"run_id": "{r}", "model_json": "{"}, {}
    yield "POST", f"{api}/runs/update", {"run_id": "{r}", "status": "FINISHED", "end_time": 77}, {}
    yield "POST", f"{api}/runs/update", {"run_id": "{r}", "status": "BAD"}, {}
    yield "POST", f"{api}/runs/delete", {"run_id": "{r}"}, {}
    yield "POST", f"{api}/runs/set-tag", {"run_id": "{r}", "key": "t", "value": "v"}, {}
    yield "POST", f"{api}/runs/search", {"experiment_ids": ["{e}"]}, {}
    yield "POST", f"{api}/runs/restore", {"run_id": "{r}"}, {}
    yield "POST", f"{api}/experiments/delete", {"experiment_id": "{e}"}, {}
    yield "POST", f"{api}/experiments/delete", {"experiment_id": "{e}"}, {}
    yield "POST", f"{api}/runs/create", {"experiment_id": "{e}"}, {}
    yield "POST", f"{api}/experiments/update", {"experiment_id": "{e}", "new_name": "deleted"}, {}
    yield "POST", f"{api}/experiments/restore", {"experiment_id": "{e}"}, {}
    yield "POST", f"{api}/experiments/update", {"experiment_id": "{e}", "new_name": f"f{suffix}"}, {}
    yield "GET", f"{api}/experiments/get" + query(experiment_id="{e}"), None, {}
