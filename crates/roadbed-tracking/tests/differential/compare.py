"""The same requests to a real MLflow server and to this one; answers are compared field by field.

Usage: compare.py OURS_URL THEIRS_URL. Token of ours: MLFLOW_TRACKING_TOKEN. Ends with 1 when an unexplained difference is left.
Values that differ by nature (ids, times, invented names) are replaced by the order in which they appear. Every other difference must
be listed in ALLOWED with its reason.
"""

import base64
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

# (request pattern, difference pattern, reason)
ALLOWED = [
    (r".*", r"\.workspace: '<missing>' .* 'default'", "workspaces are off; MLflow adds the name all the same"),
    (r".*", r"\.model_id: ", "version answers name their logged model; MLflow 3.17 keeps it to itself"),
    (r".*", r"^message: ", "texts may differ where code and status agree"),
    (r"runs/update .*BAD", r".*", "an unknown status is refused here; MLflow ignores it and all fields behind it"),
    (r"experiments/update .*deleted", r".*", "INVALID_STATE is a 500 in MLflow, which clients retry; here it is 400"),
    (r"get-download-uri", r"artifact_uri: ", "the frozen files of the version, not the run's folder that may change"),
    (r"experiments/create .*s3:", r".*", "artifacts are kept by this server; foreign locations are refused"),
    (r"get-history-bulk ", r".*", "one form for both bulk routes: pretty JSON, ordered by step, NaN as text"),
    (r"server-info", r"presigned_|features_enabled", "neither presigned URLs nor the LLM gateway of MLflow exist here"),
    (r"mlflow-artifacts/mpu", r"(sqlstate|error_class): ", "no class for NOT_IMPLEMENTED on either side of the protocol"),
    (r"logged-models .*NaN", r".*", "NaN of a model's metric is kept; MLflow turns it into 0"),
    (r'"order_by": \["metrics.m", "metrics.m"\]', r".*", "the same field twice is 400; MLflow fails with 500"),
    (r"logged-models/search .*lm > 'a'", r".*", "a filter that makes no sense is 400; MLflow fails with 500"),
    (r"log-metric .*\"step\": \"x\"", r".*", "MLflow reads what it can of a message that does not parse"),
]

ID = re.compile(r"\b(?:m-)?[0-9a-f]{32}\b")
TIMES = {"creation_time", "last_update_time", "creation_timestamp", "last_updated_timestamp", "creation_timestamp_ms", "last_updated_timestamp_ms"}


class Side:
    def __init__(self, url, token=None):
        self.url, self.token, self.names, self.kept = url, token, {}, {}

    def call(self, method, path, body):
        path = self.fill(path)
        data = None if body is None else json.dumps(self.fill(body)).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text.decode(errors="replace")

    def fill(self, value):
        text = json.dumps(value)
        for key, kept in self.kept.items():
            text = text.replace("{" + key + "}", str(kept))
        return json.loads(text)

    def normal(self, value, key=None):
        if isinstance(value, dict):
            return {name: self.normal(inner, name) for name, inner in sorted(value.items())}
        if isinstance(value, list):
            inner = [self.normal(item) for item in value]
            # Order of tags, params and metrics is not part of the protocol.
            keyed = all(isinstance(item, dict) and "key" in item for item in inner)
            return sorted(inner, key=lambda item: item["key"]) if keyed else inner
        if key in TIMES:
            return "<time>"
        if isinstance(value, str):
            return ID.sub(lambda found: self.names.setdefault(found.group(), f"<id {len(self.names) + 1}>"), value)
        return value


def differences(ours, theirs, place=""):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            yield from differences(ours.get(key, "<missing>"), theirs.get(key, "<missing>"), f"{place}.{key}" if place else key)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, pair in enumerate(zip(ours, theirs)):
            yield from differences(*pair, f"{place}[{index}]")
    elif ours != theirs:
        yield f"{place}: {ours!r} here, {theirs!r} there"


def explained(request, difference):
    return any(re.search(pattern, request) and re.search(allowed, difference) for pattern, allowed, _ in ALLOWED)


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


def main():
    ours, theirs = Side(sys.argv[1], os.environ.get("MLFLOW_TRACKING_TOKEN")), Side(sys.argv[2])
    requests = unexplained = allowed = 0
    for method, path, body, keep in steps():
        requests += 1
        here, there = ours.call(method, path, body), theirs.call(method, path, body)
        request = f"{method} {path} {json.dumps(body) if body is not None else ''}"
        for side, (status, answer) in ((ours, here), (theirs, there)):
            for name, keys in keep.items():
                value = answer
                for key in keys:
                    value = value[key]
                side.kept[name] = value
                # Ids that are small numbers differ between servers that hold other things already.
                if not ID.fullmatch(value):
                    side.names[value] = f"<{name}>"
        found = [] if here[0] == there[0] else [f"status: {here[0]} here, {there[0]} there ({here[1]!r} / {there[1]!r})"[:600]]
        found += differences(renamed(ours, here[1]), renamed(theirs, there[1])) if here[0] == there[0] else []
        for difference in found:
            if explained(request, difference):
                allowed += 1
            else:
                unexplained += 1
                print(f"{request[:300]}\n    {difference[:700]}")
    print(f"{requests} requests, {allowed} explained differences, {unexplained} unexplained")
    sys.exit(1 if unexplained else 0)


def renamed(side, answer):
    """The answer with experiment ids replaced where they stand: as an id of their own and in artifact addresses."""
    experiment = side.kept.get("e")
    text = json.dumps(side.normal(answer))
    if experiment is not None:
        text = text.replace(f'"experiment_id": "{experiment}"', '"experiment_id": "<e>"').replace(f"mlflow-artifacts:/{experiment}", "mlflow-artifacts:/<e>")
        text = re.sub(rf'(message": ".*?[ =]){experiment}\b', r"\1<e>", text)
    return json.loads(text)


main()
