"""The grammar of run searches and the order of what they find."""

from requests_of import experiment, post, run


def steps():
    yield experiment("searches", "e_s")
    values = [("a", 1, "1"), ("b", "NaN", "10"), ("c", -1, "2"), ("d", None, "Ä"), ("e", 1, None), ("f", "Infinity", "a b"), ("g", 0, "")]
    for index, (name, metric, param) in enumerate(values):
        yield run("{e_s}", f"s_{name}", run_name=name, start_time=10 - index, tags=[{"key": "odd", "value": str(index % 2)}, {"key": "weird key", "value": name.upper()}])
        batch = {"run_id": f"{{s_{name}}}"}
        if metric is not None:
            batch["metrics"] = [{"key": "m", "value": metric, "timestamp": 1}, {"key": "val/loss", "value": metric, "timestamp": 1}]
        if param is not None:
            batch["params"] = [{"key": "p", "value": param}, {"key": "p.q r", "value": param}]
        yield post("/runs/log-batch", batch)
    yield post("/runs/update", {"run_id": "{s_a}", "status": "FINISHED", "end_time": 20})
    yield post("/runs/update", {"run_id": "{s_b}", "status": "FAILED", "end_time": 15})
    yield post("/runs/delete", {"run_id": "{s_g}"})
    for text in filters():
        yield post("/runs/search", {"experiment_ids": ["{e_s}"], "filter": text, "order_by": ["run_name"]})
    for order in orders():
        yield post("/runs/search", {"experiment_ids": ["{e_s}"], "order_by": order})
    for more in pages():
        yield post("/runs/search", {"experiment_ids": ["{e_s}"], "order_by": ["run_name"], **more})


def filters():
    return (
        "metrics.m = 1", "metrics.m=1", "metrics.m>=1.0", "metrics.m < -0.5", "metrics.m = -1", "metrics.m = 1e0", "metrics.m = 0x1", "metric.m > 0", "metrics.`val/loss` > 0", 'metrics."val/loss" > 0', "metrics.val/loss > 0",
        "metrics.m > 0 AND metrics.m < 2 AND params.p = '1'", "metrics.m > 0 and params.p = '1'", "metrics.m > 0 AnD params.p = '1'", "parameters.p = '1'", "parameter.p = '1'", "param.p = '1'",
        "params.p = \"1\"", "params.`p.q r` = '1'", "params.p.q = '1'", "params.p LIKE '1%'", "params.p LIKE '_'", "params.p ILIKE 'ä'", "params.p LIKE 'ä'", "params.p LIKE 'a b'", "params.p like '1'", "params.p IS NULL",
        "params.p IS NOT NULL", "params.p is not null", "params.none IS NULL AND metrics.m = 1", "tags.odd = '1'", "tag.odd = '1'", "tags.`weird key` ILIKE '_'", 'tags."weird key" = "A"', "tags.'weird key' = 'A'",
        "tags.odd != '1'", "tags.mlflow.runName = 'a'", "tags.`mlflow.runName` LIKE 'a'", "attributes.status = 'FINISHED'", "attribute.status = 'FINISHED'", "status != 'RUNNING'", "status = 'finished'", "status LIKE 'F%'",
        "status ILIKE 'f%'", "lifecycle_stage = 'active'", "artifact_uri LIKE '%artifacts'", "start_time = 10", "start_time > '5'", "start_time LIKE '5'", "end_time < 18", "end_time = 20", "end_time != 20", "end_time IS NULL",
        "run_name IN ('a', 'b')", "run_id IN ('{s_a}', '{s_b}')", "run_id NOT IN ('{s_a}')", "run_id = '{s_a}'", "run_id != '{s_a}'", "run_id LIKE '%'", "attributes.run_id IN ('{s_a}')", "run_id IN '{s_a}'", "run_id IN ({s_a})",
        "run_id IN ('{s_a}',)", "`run name` = 'a'", "attributes.`run name` = 'a'", "attributes.`Run name` = 'a'", "`Run ID` = '{s_a}'", "Created > 5", "user_id = ''", "user_id IS NULL", "source_name = 'x'", "experiment_id = '1'",
        "datasets.digest = 'x'", "dataset.name LIKE 'x'", "datasets.context = 'train'", "datasets.color = 'x'", "datasets.name > 'x'", "datasets.name IN ('x')", "inputs.name = 'x'", "models.name = 'x'", "metrics.m = '1'", "metrics.m = NaN", "metrics.m = inf",
        "metrics.m != 1", "metrics.m IN (1)", "metrics. = 1", ".m = 1", "metrics.m 1", "metrics.m = 1 2", "metrics.m = 1,", "metrics.m = 1;", "metrics.m = (1)", "params.p = ''", "params.p = '''", "params.p = 'it''s'", "params.p = `1`",
        "params.p = '1' AND params.p = '1'", "params.p <> '1'", "params.p == '1'", "params.p = '1' OR tags.odd = '1'", "params.p NOT LIKE '1'", "params.p RLIKE '1'", "not params.p = '1'", "params.p = '1' -- c", "1 = 1", "''", " ",
        "params.p = 'Ä'", "params.p BETWEEN '1' AND '2'", "params.p IS 'x'", "metrics.m > 0 AND (params.p = '1')", "params.p = '1'AND tags.odd = '0'", "start_time>=9 AND start_time<=10", "metrics.m > 1.5.2", "metrics.m > -", "attributes.a.b = 'x'",
    )


def orders():
    return (
        ["metrics.m ASC"], ["metrics.m DESC"], ["metric.m desc", "run_name ASC"], ["metrics.`val/loss`"], ['metrics."val/loss" DESC'], ["params.p"], ["params.p DESC"], ["param.`p.q r` ASC"], ["tags.odd", "params.p"], ["tags.`weird key` DESC"],
        ["start_time DESC"], ["start_time"], ["end_time DESC"], ["attribute.end_time ASC"], ["status", "run_name"], ["attributes.status DESC", "metrics.m"], ["lifecycle_stage"], ["user_id"], ["Created"], ["`Start Time`"],
        ["created DESC"], ["run_name desc"], ["metrics.none", "run_name"], ["params.none DESC", "run_name"], ["datasets.name DESC"], ["metrics.m asc desc"], ["metrics"], [""], ["m"], ["metrics.m, run_name"], ["metrics.m", "metrics.m DESC"], ["foo.m"], "run_name", [5],
    )


def pages():
    return (
        {"max_results": 3}, {"max_results": 3, "page_token": "eyJvZmZzZXQiOiAzfQ=="}, {"max_results": 6}, {"max_results": 7}, {"max_results": "2"}, {"max_results": -1}, {"max_results": 50000}, {"max_results": 50001}, {"max_results": 2, "page_token": "eyJvZmZzZXQiOiA5OX0="},
        {"page_token": "e30="}, {"page_token": "bm90IGpzb24="}, {"page_token": ""}, {"run_view_type": "ACTIVE_ONLY"}, {"run_view_type": "DELETED_ONLY"}, {"run_view_type": "ALL"}, {"run_view_type": 2}, {"run_view_type": "OTHER"}, {"experiment_ids": []},
        {"experiment_ids": ["{e_s}", "{e_s}"]}, {"experiment_ids": "{e_s}"}, {"experiment_ids": [1.5]}, {"experiment_ids": ["x"]}, {"filter": 5}, {"filter": None}, {"order_by": []},
    )
