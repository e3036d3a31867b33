"""Runs: what may be logged, how it is cut and refused, and how histories are read."""

from requests_of import AJAX, API, Raw, experiment, get, post, run

FAR = 9223372036854775807


def steps():
    yield experiment("runs", "e_r")
    yield run("{e_r}", "r1", user_id="u", tags=[{"key": "mlflow.user", "value": "ann"}, {"key": "größe", "value": "ü"}])
    yield run("{e_r}", "r2")
    # What one side takes and the other refuses would show in all that follows, so it goes elsewhere.
    yield experiment("scrap", "e_x")
    yield run("{e_x}", "r9")
    yield from creations()
    yield from metrics()
    yield from params_and_tags()
    yield from batches()
    yield from histories()
    yield from changes()
    for wanted in ("{r1}", "{r2}", "r" * 32, "", "../etc"):
        yield get("/runs/get", run_id=wanted)
    yield get("/runs/get", run_uuid="{r1}")
    yield get("/runs/get")


def creations():
    for body in (
        {"experiment_id": "{e_r}", "run_name": "a", "start_time": "7"}, {"experiment_id": "{e_r}", "run_name": "a", "start_time": "x"},
        {"experiment_id": "{e_x}", "run_name": "a", "start_time": 1.5}, {"experiment_id": "{e_r}", "run_name": 5}, {"experiment_id": "{e_r}", "run_name": "a", "tags": [{"key": "k" * 251, "value": "v"}]},
        {"experiment_id": "{e_r}", "run_name": "a", "tags": [{"key": "k", "value": "v" * 9000}]}, {"experiment_id": "{e_r}", "run_name": "a", "tags": [{"key": "k"}]},
        {"experiment_id": "{e_r}", "run_name": "a", "tags": [{"key": "a//b", "value": "v"}]}, {"experiment_id": "x", "run_name": "a"},
        {"experiment_id": "{e_r}", "run_name": "a", "tags": [{"key": "mlflow.runName", "value": "a"}]}, {"experiment_id": "{e_r}", "run_name": "測試 'quote'"},
        {"experiment_id": "{e_r}", "run_name": "a", "start_time": -5}, {"experiment_id": "{e_x}", "run_name": "a", "tags": [{"key": "d", "value": "1"}, {"key": "d", "value": "2"}]},
    ):
        yield post("/runs/create", body)


def metrics():
    for more in (
        {"value": 1, "timestamp": 1, "step": 5}, {"value": 2, "timestamp": 9, "step": 3}, {"value": 3, "timestamp": 1, "step": 5}, {"value": 3, "timestamp": 1, "step": 5},
        {"value": "1.5", "timestamp": "2"}, {"value": None, "timestamp": 1}, {"value": "Infinity", "timestamp": 4}, 
        {"value": 1e308, "timestamp": 5}, {"value": -0.0, "timestamp": 5, "step": 1}, {"value": 5e-324, "timestamp": 5, "step": 2},
        {"value": 1, "timestamp": FAR}, {"value": 1, "timestamp": 1, "step": FAR}, {"value": 1, "timestamp": 1, "step": -FAR}, {"value": 1, "timestamp": 1.0},
        {"value": 1, "timestamp": None}, {"value": [1], "timestamp": 1}, {"value": 0, "timestamp": 0, "step": 0},
    ):
        yield post("/runs/log-metric", {"run_id": "{r1}", "key": "n", **more})
    for more in ({"value": True, "timestamp": 1}, {"value": "inf", "timestamp": 4}, {"value": "nan", "timestamp": 4}, {"value": 1, "timestamp": str(FAR + 1)}, {"value": 1, "timestamp": 1.5}):
        yield post("/runs/log-metric", {"run_id": "{r9}", "key": "n", **more})
    for key in ("größe", "a.b", "a:b", "a b", "a\tb", "a\\b", "/a", "a/", "./a", "a/./b", ".", "..", "a/b/c", "k" * 250, None, 5, "日本", "é", "a😀"):
        yield post("/runs/log-metric", {"run_id": "{r2}", "key": key, "value": 1, "timestamp": 1})
    for body in ({"key": "k", "value": 1, "timestamp": 1}, {"run_uuid": "{r1}", "key": "by_uuid", "value": 1, "timestamp": 1}, {"run_id": "nobody", "key": "k", "value": 1, "timestamp": 1},
                 {"run_id": "{r1}", "key": "d", "value": 1, "timestamp": 1, "dataset_name": "d"}, {"run_id": "{r1}", "key": "d", "value": 2, "timestamp": 1, "dataset_digest": "x"},
                 {"run_id": "{r9}", "key": "mm", "value": 2, "timestamp": 1, "model_id": "m-" + "0" * 32}):
        yield post("/runs/log-metric", body)


def params_and_tags():
    for body in ({"key": "a", "value": "x"}, {"key": "a", "value": "X"}, {"key": "n", "value": 5}, {"key": "z", "value": "ü" * 6001}, {"key": "z", "value": "ü" * 6001}, {"key": "z", "value": "ü" * 6000},
                 {"key": "", "value": "x"}, {"key": "nl", "value": "a\nb"}, {"value": "x"}, {"key": "k" * 251, "value": "x"}, {"key": "a/../b", "value": "x"}, {"key": "null", "value": None}):
        yield post("/runs/log-parameter", {"run_id": "{r1}", **body})
    yield post("/runs/log-parameter", {"run_uuid": "{r1}", "key": "u", "value": "x"})
    yield post("/runs/log-parameter", {"key": "u", "value": "x"})
    for body in ({"key": "a", "value": "x"}, {"key": "a", "value": "y"}, {"key": "e"}, {"key": "long", "value": "v" * 8000}, {"key": "long", "value": "v" * 8001}, {"key": "mlflow.user", "value": "bob"},
                 {"key": "mlflow.runName", "value": ""}, {"key": "mlflow.runName", "value": "named"}, {"key": "k" * 251, "value": "v"}, {"value": "v"}, {"key": "n", "value": 1.5}, {"key": "😀", "value": "v"}):
        yield post("/runs/set-tag", {"run_id": "{r1}", **body})
    for body in ({"key": "a"}, {"key": "a"}, {}, {"key": ""}, {"key": "mlflow.runName"}):
        yield post("/runs/delete-tag", {"run_id": "{r1}", **body})
    yield post("/runs/delete-tag", {"run_id": "nobody", "key": "a"})


def batches():
    point = {"key": "batch", "value": 1, "timestamp": 1}
    for body in (
        {"metrics": [{**point, "step": step} for step in range(1000)]}, {"metrics": [{**point, "step": step} for step in range(1001)]}, {"tags": [{"key": f"t{n}", "value": "v"} for n in range(101)]},
        {"metrics": [{**point, "key": "a//b"}]}, {"metrics": [{"value": 1, "timestamp": 1}]}, {"metrics": [point, {"key": "b", "timestamp": 1}]}, {"metrics": "x"},
        {"metrics": [5]}, {"params": [{"key": "p1", "value": "v" * 7000}]}, {"params": [{"key": "p2", "value": "1"}, {"key": "a", "value": "other"}]}, {"params": [{"key": "", "value": "1"}]},
        {"params": [{"key": "p3"}]}, {"params": [{"value": "p3"}]}, {"tags": [{"key": "d", "value": "1"}, {"key": "d", "value": "2"}]}, {"tags": [{"key": "mlflow.runName", "value": "by batch"}]},
        {"tags": [{"key": "d", "value": "v" * 8001}]}, {"metrics": [point], "params": [{"key": "a//b", "value": "1"}]}, {"metrics": [{**point, "value": "NaN", "key": "nan"}, {**point, "value": "-Infinity", "key": "low"}]},
        {"metrics": [], "params": [], "tags": []}, {"params": [{"key": "a", "value": "x"}]}, {"metrics": [{**point, "timestamp": -1}]}, {"metrics": [{**point, "key": "after"}], "params": [{"key": "a", "value": "other"}]},
    ):
        yield post("/runs/log-batch", {"run_id": "{r1}", **body})
    yield post("/runs/log-batch", {"run_id": "{r9}", "metrics": [{**point, "value": "x"}]})
    yield post("/runs/log-batch", {"metrics": [point]})
    yield post("/runs/log-batch", {"run_id": "nobody", "metrics": [point]})
    yield "POST", f"{API}/runs/log-batch", Raw('{"run_id": "{r9}", "metrics": [{"key": "lit", "value": NaN, "timestamp": 1}]}'), {}


def histories():
    for key in ("n", "batch", "größe", "nan", "low", "after", ""):
        yield get("/metrics/get-history", run_id="{r1}", metric_key=key, max_results=30)
    for more in ({"max_results": -1}, {"max_results": "x"}, {"max_results": 25001}, {"page_token": "!"}, {"page_token": "eyJvZmZzZXQiOiA5OTl9", "max_results": 5}, {"max_results": 3, "page_token": ""}):
        yield get("/metrics/get-history", run_id="{r1}", metric_key="batch", **more)
    yield get("/metrics/get-history", run_id="{r1}")
    yield get("/metrics/get-history", metric_key="n")
    yield get("/metrics/get-history", run_id="nobody", metric_key="n")
    for values in ({"run_ids": ["{r1}", "{r2}"], "metric_key": "batch", "max_results": 5}, {"run_ids": ["{r1}"], "metric_key": "batch", "start_step": 3, "end_step": 6},
                   {"run_ids": ["{r1}"], "metric_key": "batch", "start_step": 6, "end_step": 3}, {"run_ids": ["{r1}"], "metric_key": "batch", "start_step": 3}, {"run_ids": ["{r1}"]}, {"metric_key": "batch"},
                   {"run_ids": ["nobody"], "metric_key": "batch"}, {"run_ids": ["{r1}"], "metric_key": "batch", "max_results": 0}, {"run_ids": ["{r1}"], "metric_key": "batch", "max_results": 2501}, {"run_ids": ["{r1}"] * 101, "metric_key": "n"}):
        yield get("/metrics/get-history-bulk-interval", api=AJAX, **values)
    for values in ({"run_id": ["{r1}", "{r2}"], "metric_key": "n"}, {"run_id": ["{r1}"], "metric_key": "batch", "max_results": 3}, {"run_id": ["{r1}"]}, {"metric_key": "n"}, {"run_id": ["r"] * 101, "metric_key": "n"}):
        yield get("/metrics/get-history-bulk", api=AJAX, **values)


def changes():
    for body in ({"status": "FAILED", "end_time": 5}, {"run_name": "again"}, {"status": "FINISHED"}, {"end_time": "9"}, {"status": "KILLED", "end_time": 0}, {"status": 1}, {}, {"run_name": ""},
                 {"status": "SCHEDULED", "run_name": "測試"}, {"end_time": "x"}):
        yield post("/runs/update", {"run_id": "{r2}", **body})
    yield post("/runs/update", {"status": "FINISHED"})
    yield post("/runs/update", {"run_id": "nobody", "status": "FINISHED"})
    for route in ("delete", "delete", "restore", "restore"):
        yield post(f"/runs/{route}", {"run_id": "{r2}"})
    for route in ("delete", "restore"):
        yield post(f"/runs/{route}", {})
        yield post(f"/runs/{route}", {"run_id": "nobody"})
    yield post("/runs/delete", {"run_id": "{r2}"})
    for route, body in (("log-metric", {"key": "k", "value": 1, "timestamp": 1}), ("log-parameter", {"key": "k", "value": "1"}), ("log-batch", {"tags": [{"key": "a", "value": "b"}]}), ("delete-tag", {"key": "a"}),
                        ("update", {"status": "FINISHED"}), ("log-inputs", {"datasets": []}), ("log-model", {"model_json": "{}"})):
        yield post(f"/runs/{route}", {"run_id": "{r2}", **body})
    yield post("/runs/restore", {"run_id": "{r2}"})
    yield post("/runs/search", {"experiment_ids": ["{e_r}"], "filter": "attributes.run_name LIKE 'r%'", "order_by": ["run_name"], "max_results": 30})
