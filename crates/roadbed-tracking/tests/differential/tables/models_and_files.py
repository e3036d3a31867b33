"""Logged models, inputs, and files of runs through the proxy and the pages' addresses."""

from requests_of import AJAX, API_3, FILES, SUFFIX, Raw, delete, experiment, get, patch, post, query, run


def steps():
    yield experiment("logged", "e_l")
    yield run("{e_l}", "l1")
    yield run("{e_l}", "l2")
    # What one side takes and the other refuses would show in all that follows, so it goes elsewhere.
    yield experiment("logged-scrap", "e_y")
    yield run("{e_y}", "l9")
    yield from models()
    yield from model_searches()
    yield from inputs()
    yield from files()


def models():
    base = {"experiment_id": "{e_l}", "source_run_id": "{l1}"}
    yield post("/logged-models", {**base, "name": "one", "model_type": "Agent", "params": [{"key": "a", "value": "1"}], "tags": [{"key": "t", "value": "x"}]}, {"m1": ["model", "info", "model_id"]})
    yield post("/logged-models", {**base, "name": "two", "params": [{"key": "a", "value": "2"}]}, {"m2": ["model", "info", "model_id"]})
    yield post("/logged-models", {**base, "name": "three"}, {"m3": ["model", "info", "model_id"]})
    for body in ({"name": "r", "params": [{"key": "k", "value": "v" * 7000}]}, {"experiment_id": "424242", "name": "x"}, {"name": "a:b"}, {"name": "a/b"}, {"name": "a.b"}, {"name": "größe"}, {"name": 5}, {"name": "p", "params": [{"key": "k" * 251, "value": "v"}]}, {"name": "p", "params": [{"key": "k", "value": "v" * 7000}]},
                 {"name": "p", "tags": [{"key": "a//b", "value": "v"}]}, {"name": "x" * 300}, {"name": "p", "params": [{"key": f"k{n}", "value": "v"} for n in range(150)]}):
        yield post("/logged-models", {**base, "experiment_id": "{e_y}", "source_run_id": "{l9}", **body})
    for wanted in ("{m1}", "m-" + "0" * 32, "x"):
        yield get(f"/logged-models/{wanted}")
    for body in ({"status": "LOGGED_MODEL_READY"}, {"status": "LOGGED_MODEL_UPLOAD_FAILED"}, {"status": "LOGGED_MODEL_PENDING"}, {"status": "BAD"}, {"status": 2}, {}):
        yield patch("/logged-models/{m1}", {"model_id": "{m1}", **body})
    for body in ({"tags": [{"key": "t", "value": "y"}, {"key": "u", "value": "z"}]}, {"tags": []}, {}, {"tags": [{"key": "a//b", "value": "v"}]}, {"tags": [{"key": "k", "value": "v" * 9000}]}, {"tags": "x"}):
        yield patch("/logged-models/{m1}/tags", body)
    yield patch("/logged-models/m-none/tags", {"tags": [{"key": "t", "value": "y"}]})
    for key in ("u", "u", "none"):
        yield "DELETE", f"/api/2.0/mlflow/logged-models/{{m1}}/tags/{key}", None, {}
    for body in ({"params": [{"key": "b", "value": "2"}]}, {"params": [{"key": "a", "value": "9"}]}, {"params": []}, {"params": [{"key": "k", "value": "v" * 7000}]}):
        yield post("/logged-models/{m2}/params", {"model_id": "{m2}", **body})
    point = {"run_id": "{l1}", "key": "acc", "timestamp": 5}
    for more in ({"value": 0.5, "model_id": "{m1}"}, {"value": 0.7, "model_id": "{m1}", "step": 2}, {"value": 0.6, "model_id": "{m2}", "dataset_name": "d", "dataset_digest": "x"}, {"value": 0.6, "model_id": "{m2}", "dataset_name": "d"}):
        yield post("/runs/log-metric", {**point, **more})
    for wanted in ("{m1}", "{m2}"):
        yield get(f"/logged-models/{wanted}")


def model_searches():
    for text in ("name = 'one'", "name LIKE 't%'", "name ILIKE 'T%'", "attributes.name != 'one'", "model_type = 'Agent'", "status = 'READY'", "status = 'PENDING'", "model_id = '{m1}'", "model_id IN ('{m1}', '{m2}')", "source_run_id = '{l1}'", "creation_timestamp > 0", "last_updated_timestamp > 5",
                 "tags.t = 'y'", "tags.t LIKE '%'", "params.a = '1'", "params.a != '1'", "metrics.acc > 0.5", "metrics.acc = 0.5", "metrics.acc <= 0.6 AND name = 'two'", "metrics.acc > 'x'", "name = 5", "bad", "foo = 'x'", "foo.bar = 'x'", "name = 'one' OR name = 'two'", "tags.t IS NULL", "params.a IN ('1')",
                 "source_run_id IN ('{l1}')", "model_type IS NULL", "metrics.none > 1"):
        yield post("/logged-models/search", {"experiment_ids": ["{e_l}"], "filter": text, "order_by": [{"field_name": "name"}]})
    for order in ([{"field_name": "name", "ascending": False}], [{"field_name": "creation_timestamp"}], [{"field_name": "metrics.acc"}], [{"field_name": "metrics.acc", "ascending": False}], [{"field_name": "metrics.acc", "dataset_name": "d", "dataset_digest": "x"}], [{"field_name": "metrics.acc", "dataset_name": "d"}],
                  [{"field_name": "metrics.acc", "dataset_digest": "x"}], [{"field_name": "params.a"}], [{"field_name": "bad"}], [{}], [{"field_name": "source_run_id"}], [{"field_name": "status"}]):
        yield post("/logged-models/search", {"experiment_ids": ["{e_l}"], "order_by": order})
    for more in ({"max_results": 1, "order_by": [{"field_name": "name"}]}, {"max_results": 0}, {"max_results": -1}, {"max_results": 51}, {"page_token": "x"}, {"experiment_ids": []}, {"experiment_ids": ["424242"]}, {"datasets": [{"dataset_name": "d", "dataset_digest": "x"}], "filter": "metrics.acc > 0.1"},
                 {"datasets": [{"dataset_name": "d"}], "filter": "metrics.acc > 0.1"}, {"datasets": [{"dataset_digest": "x"}]}, {"datasets": [{"dataset_name": "other"}], "filter": "metrics.acc > 0.1"}):
        yield post("/logged-models/search", {"experiment_ids": ["{e_l}"], **more})
    yield "DELETE", "/api/2.0/mlflow/logged-models/{m3}", None, {}
    yield "DELETE", "/api/2.0/mlflow/logged-models/{m3}", None, {}
    yield get("/logged-models/{m3}")
    yield post("/logged-models/search", {"experiment_ids": ["{e_l}"], "filter": "name = 'three'"})


def inputs():
    dataset = {"name": "d", "digest": "x", "source_type": "local", "source": "s", "schema": "c", "profile": "p"}
    for body in ({"datasets": [{"dataset": dataset, "tags": [{"key": "mlflow.data.context", "value": "train"}]}]}, {"datasets": [{"dataset": dataset, "tags": [{"key": "mlflow.data.context", "value": "eval"}]}]}, {"datasets": [{"dataset": {**dataset, "name": "n" * 501}}]},
                 {"datasets": [{"dataset": {**dataset, "digest": ""}}]}, {"datasets": [{"dataset": dataset, "tags": [{"key": "k" * 256, "value": "v"}]}]}, {"datasets": [{"dataset": dataset, "tags": [{"key": "k", "value": "v" * 501}]}]}, {"datasets": [{"dataset": {"name": "d"}}]},
                 {"datasets": "x"}, {"models": [{"model_id": "{m1}"}]}, {}):
        yield post("/runs/log-inputs", {"run_id": "{l1}", **body})
    yield post("/runs/log-inputs", {"run_id": "nobody", "datasets": [{"dataset": dataset}]})
    for body in ({"models": [{"model_id": "{m2}", "step": 4}]}, {"models": []}, {}):
        yield post("/runs/outputs", {"run_id": "{l2}", **body})
    for body in ({"datasets": [{}]}, {"models": [{"model_id": ""}]}):
        yield post("/runs/log-inputs", {"run_id": "{l9}", **body})
    for step in (1, 2):
        yield post("/runs/outputs", {"run_id": "{l9}", "models": [{"model_id": "{m2}", "step": step}]})
    for wanted in ("{l1}", "{l2}"):
        yield get("/runs/get", run_id=wanted)
    for body in ({"experiment_ids": ["{e_l}"]}, {"experiment_ids": []}, {}, {"experiment_ids": [str(n) for n in range(21)]}, {"experiment_ids": ["424242"]}):
        yield post("/experiments/search-datasets", body, api=AJAX)


def files():
    root = "{e_l}/{l1}/artifacts"
    for path, body in (("a.txt", "one"), ("a.txt", "two"), ("dir/b.json", '{"b": 1}'), ("dir/deep/größe.txt", "ü"), ("dir/sp ace.txt", "s"), ("empty.bin", "")):
        yield "PUT", f"{FILES}/{root}/{quoted(path)}", Raw(body, "application/octet-stream"), {}
    for path in ("a.txt", "dir/b.json", "dir/deep/größe.txt", "dir/sp ace.txt", "none.txt", "dir", "../../x", "%2e%2e/x", "dir//b.json", "./a.txt"):
        yield "GET", f"{FILES}/{root}/{quoted(path)}", None, {}
    for path in (root, f"{root}/dir", f"{root}/dir/deep", f"{root}/none", f"{root}/../..", f"{root}/a.txt"):
        yield "GET", FILES + query(path=path), None, {}
    for path in (None, "", "dir", "dir/deep", "none", "..", "/", "a.txt", "dir/", "größe"):
        yield "GET", "/api/2.0/mlflow/artifacts/list" + query(run_id="{l1}", path=path), None, {}
    yield get("/artifacts/list", run_id="nobody")
    yield get("/artifacts/list")
    for path in ("a.txt", "dir/b.json", "none.txt", "../a.txt", ""):
        yield "GET", "/get-artifact" + query(run_id="{l1}", path=path), None, {}
    yield "GET", "/get-artifact" + query(run_uuid="{l1}", path="a.txt"), None, {}
    yield "GET", "/get-artifact" + query(run_id="nobody", path="a.txt"), None, {}
    for values, body in (({"run_uuid": "{l1}", "path": "up/c.txt"}, "words"), ({"path": "c.txt"}, "words"), ({"run_uuid": "{l1}"}, "words"), ({"run_uuid": "nobody", "path": "c.txt"}, "words"), ({"run_uuid": "{l1}", "path": "../c.txt"}, "words"), ({"run_uuid": "{l1}", "path": "none.txt"}, "")):
        yield "POST", f"{AJAX}/upload-artifact" + query(**values), Raw(body, "application/octet-stream"), {}
    yield "GET", "/get-artifact" + query(run_id="{l1}", path="up/c.txt"), None, {}
    yield "PUT", f"{FILES}/{{e_l}}/models/{{m1}}/artifacts/MLmodel", Raw("flavors: {}", "application/octet-stream"), {}
    for path in ("MLmodel", "none", "../x", ""):
        yield "GET", f"{AJAX}/logged-models/{{m1}}/artifacts/files" + query(artifact_file_path=path), None, {}
    yield "GET", f"{AJAX}/logged-models/m-none/artifacts/files?artifact_file_path=x", None, {}
    for path in (None, "none"):
        yield get("/logged-models/{m1}/artifacts/directories", artifact_directory_path=path)
    name = f"files-{SUFFIX}"
    yield post("/registered-models/create", {"name": name})
    yield post("/model-versions/create", {"name": name, "source": "models:/{m1}", "model_id": "{m1}", "run_id": "{l1}"})
    for values in ({"name": name, "version": 1, "path": "MLmodel"}, {"name": name, "version": 9, "path": "MLmodel"}, {"name": name, "version": 1, "path": "none"}, {"name": name, "version": 1, "path": "../x"}):
        yield "GET", "/model-versions/get-artifact" + query(**values), None, {}
    for step in ("create", "complete", "abort"):
        yield "POST", f"/api/2.0/mlflow-artifacts/mpu/{step}/{root}/big.bin", {"path": "big.bin", "num_parts": 2, "upload_id": "u", "parts": []}, {}
    yield "GET", f"/api/2.0/mlflow-artifacts/presigned/{root}/a.txt", None, {}
    for path in ("a.txt", "a.txt", "dir", "none"):
        yield "DELETE", f"{FILES}/{root}/{path}", None, {}
    yield get("/artifacts/list", run_id="{l1}")
    yield delete("/nothing/here")
    yield get("/nothing/here", api=API_3)


def quoted(path):
    return path.replace(" ", "%20").replace("ö", "%C3%B6").replace("ß", "%C3%9F")
