"""The registry: names, versions, aliases, stages, tags, prompts, and the searches of each."""

from requests_of import SUFFIX, delete, experiment, get, patch, post, run

MODEL = f"model-{SUFFIX}"
PROMPT = f"prompt-{SUFFIX}"


def steps():
    yield experiment("registry", "e_g")
    yield run("{e_g}", "g1")
    yield "PUT", "/api/2.0/mlflow-artifacts/artifacts/{e_g}/{g1}/artifacts/model/MLmodel", {"flavors": {}}, {}
    yield from names()
    yield from versions()
    yield from aliases_and_stages()
    yield from tags()
    yield from prompts()
    yield from searches()
    yield from ends()


def names():
    for body in (
        {"name": MODEL, "tags": [{"key": "kind", "value": "a"}], "description": "words"}, {"name": f"{MODEL} b"}, {"name": f"{MODEL} größe"}, {"name": f"{MODEL}:x"}, {"name": f"{MODEL}/x"}, {"name": "."},
        {"name": " "}, {"name": 5}, {"name": f"{MODEL} t", "tags": [{"key": "a//b", "value": "v"}]}, {"name": f"{MODEL} u", "tags": [{"key": "k", "value": "v" * 100001}]}, {"name": f"{MODEL} d", "description": "d" * 5000},
        {"name": f"{MODEL} n", "tags": [{"key": "k"}]}, {"name": f"{MODEL} b", "tags": [{"key": "mlflow.prompt.is_prompt", "value": "true"}]},
    ):
        yield post("/registered-models/create", body)
    for values in ({"name": MODEL}, {"name": f"{MODEL} größe"}, {"name": "nobody"}, {"name": ""}, {"name": "a/b"}, {}):
        yield get("/registered-models/get", **values)
    for body in ({"name": MODEL, "description": "other"}, {"name": MODEL, "description": ""}, {"name": MODEL}, {"name": "nobody", "description": "x"}, {"description": "x"}):
        yield patch("/registered-models/update", body)
    for body in ({"name": f"{MODEL} b", "new_name": f"{MODEL} c"}, {"name": f"{MODEL} c", "new_name": MODEL}, {"name": f"{MODEL} c", "new_name": ""}, {"name": f"{MODEL} c"}, {"name": "nobody", "new_name": "x"},
                 {"name": f"{MODEL} c", "new_name": "a/b"}):
        yield post("/registered-models/rename", body)


def versions():
    source = "mlflow-artifacts:/{e_g}/{g1}/artifacts/model"
    for body in (
        {"source": source, "run_id": "{g1}", "run_link": "http://x", "description": "first", "tags": [{"key": "q", "value": "1"}]}, {"source": source, "run_id": "{g1}"}, {"source": "runs:/{g1}/model", "run_id": "{g1}"},
        {"source": "mlflow-artifacts:/{e_g}/{g1}/artifacts/../../x", "run_id": "{g1}"}, {"source": "mlflow-artifacts:/{e_g}/{g1}/artifacts/%2e%2e/x", "run_id": "{g1}"}, {"source": "file:///etc", "run_id": "{g1}"},
        {"source": "file:///etc"}, {"source": "../x"}, {"source": ""}, {"source": "https://host/a/../b"}, {"source": source, "run_id": "nobody"}, {"source": "models:/nobody/1"}, {"source": "models:/m-" + "0" * 32},
        {"source": source, "run_id": "{g1}", "tags": [{"key": "a//b", "value": "v"}]}, {"source": 5},
    ):
        yield post("/model-versions/create", {"name": MODEL, **body})
    yield post("/model-versions/create", {"source": source})
    for values in ({"name": MODEL, "version": 1}, {"name": MODEL, "version": "01"}, {"name": MODEL, "version": 0}, {"name": MODEL, "version": -1}, {"name": MODEL, "version": ""}, {"name": MODEL}, {"version": 1}, {"name": "nobody", "version": 1},
                   {"name": MODEL, "version": "1.5"}):
        yield get("/model-versions/get", **values)
    for values in ({"name": MODEL, "version": 99}, {"name": "nobody", "version": 1}, {"name": MODEL}):
        yield get("/model-versions/get-download-uri", **values)
    for body in ({"version": "1", "description": "new"}, {"version": "1", "description": ""}, {"version": "1"}, {"version": "99", "description": "x"}, {"description": "x"}):
        yield patch("/model-versions/update", {"name": MODEL, **body})


def aliases_and_stages():
    for body in (
        {"alias": "champion", "version": "1"}, {"alias": "Champion", "version": "2"}, {"alias": "champion", "version": "2"}, {"alias": "champion", "version": "2"}, {"alias": "ch-am_p1", "version": "1"}, {"alias": "Latest", "version": "1"},
        {"alias": "V2", "version": "1"}, {"alias": "v", "version": "1"}, {"alias": "v1x", "version": "1"}, {"alias": "a.b", "version": "1"}, {"alias": "", "version": "1"}, {"alias": "a" * 256, "version": "1"}, {"alias": "größe", "version": "1"},
        {"alias": "x"}, {"version": "1"}, {"alias": "x", "version": "0"},
    ):
        yield post("/registered-models/alias", {"name": MODEL, **body})
    yield post("/registered-models/alias", {"name": "nobody", "alias": "x", "version": "1"})
    for alias in ("champion", "Champion", "CHAMPION", "v1", "none", "", "a b", "latest"):
        yield get("/registered-models/alias", name=MODEL, alias=alias)
    yield get("/registered-models/alias", name="nobody", alias="x")
    yield get("/registered-models/get", name=MODEL)
    for alias in ("Champion", "Champion", "none", "latest", ""):
        yield delete("/registered-models/alias", {"name": MODEL, "alias": alias})
    for body in ({"stage": "Staging"}, {"stage": "STAGING", "archive_existing_versions": True}, {"stage": "Archived", "archive_existing_versions": True}, {"stage": "None"}, {"stage": "Production"}, {"stage": ""}, {}, {"stage": 5}):
        yield post("/model-versions/transition-stage", {"name": MODEL, "version": "1", **body})
    yield post("/model-versions/transition-stage", {"name": MODEL, "version": "2", "stage": "Production", "archive_existing_versions": True})
    yield get("/model-versions/get", name=MODEL, version=1)
    for body in ({"name": MODEL}, {"name": MODEL, "stages": ["Production"]}, {"name": MODEL, "stages": ["production", "None"]}, {"name": MODEL, "stages": ["live"]}, {"name": MODEL, "stages": []}, {"name": "nobody"}, {}):
        yield post("/registered-models/get-latest-versions", body)
    yield get("/registered-models/get-latest-versions", name=MODEL, stages=["Production", "Archived"])


def tags():
    for body in ({"key": "t", "value": "v"}, {"key": "t", "value": "w"}, {"key": "e"}, {"key": "a//b", "value": "v"}, {"key": "", "value": "v"}, {"value": "v"}, {"key": "k" * 251, "value": "v"}, {"key": "k", "value": "v" * 100000}, {"key": "k", "value": "v" * 100001}):
        yield post("/registered-models/set-tag", {"name": MODEL, **body})
        yield post("/model-versions/set-tag", {"name": MODEL, "version": "1", **body})
    yield post("/registered-models/set-tag", {"name": "nobody", "key": "k", "value": "v"})
    yield post("/model-versions/set-tag", {"name": MODEL, "version": "99", "key": "k", "value": "v"})
    for key in ("k", "k", "none", ""):
        yield delete("/registered-models/delete-tag", {"name": MODEL, "key": key})
        yield delete("/model-versions/delete-tag", {"name": MODEL, "version": "1", "key": key})
    yield get("/model-versions/get", name=MODEL, version=1)


def prompts():
    prompt = {"key": "mlflow.prompt.is_prompt", "value": "true"}
    text = {"key": "mlflow.prompt.text", "value": "Hello {{name}}"}
    yield post("/registered-models/create", {"name": PROMPT, "tags": [prompt, {"key": "task", "value": "greet"}]})
    for body in ({"tags": [prompt, text]}, {"tags": [prompt, text], "description": "second"}, {"tags": [prompt]}, {"tags": [text]}):
        yield post("/model-versions/create", {"name": PROMPT, "source": "dummy-source", **body})
    yield post("/registered-models/alias", {"name": PROMPT, "alias": "production", "version": "1"})
    yield get("/registered-models/alias", name=PROMPT, alias="production")
    yield get("/registered-models/get", name=PROMPT)
    for text in (f"name LIKE 'prompt-{SUFFIX}%'", f"name = '{PROMPT}' AND tags.`mlflow.prompt.is_prompt` = 'true'", f"tags.`mlflow.prompt.is_prompt` = 'true' AND tags.task = 'greet' AND name = '{PROMPT}'",
                 f"tags.`mlflow.prompt.is_prompt` != 'true' AND name = '{PROMPT}'", f"tags.`mlflow.prompt.is_prompt` = 'false' AND name LIKE '%{SUFFIX}'"):
        yield get("/registered-models/search", filter=text)
        yield get("/model-versions/search", filter=text, order_by=["version_number ASC"])


def searches():
    like = f"name LIKE 'model-{SUFFIX}%'"
    for text in (like, f"name ILIKE 'MODEL-{SUFFIX.upper()}%'", f"{like} AND tags.kind = 'a'", f"{like} AND tags.kind != 'a'", f"{like} AND tag.kind LIKE '_'", f"name != '{MODEL}' AND {like}", f"name IN ('{MODEL}')", "name = 5", "name", "tags.kind > 'a'", "version_number > 1",
                 "run_id = 'x'", f"{like} OR name = 'x'", "foo.bar = 'x'", f"attribute.name = '{MODEL}'", "attributes.foo = 'x'", f"{like} AND creation_timestamp > 0", "tags.kind IS NULL", f"'{MODEL}' = name"):
        yield get("/registered-models/search", filter=text, order_by=["name ASC"])
    for order in (["name DESC"], ["timestamp DESC", "name"], ["last_updated_timestamp ASC", "name ASC"], ["creation_timestamp DESC"], ["version_number"], ["name ASC DESC"], ["bad"], [""], ["name", "name"]):
        yield get("/registered-models/search", filter=like, order_by=order)
    for more in ({"max_results": 1}, {"max_results": 2, "page_token": "x"}, {"max_results": 0}, {"max_results": -1}, {"max_results": 1000}, {"max_results": "a"}):
        yield get("/registered-models/search", filter=like, order_by=["name"], **more)
    mine = f"name = '{MODEL}'"
    for text in (mine, like, f"{mine} AND version_number = 1", f"{mine} AND version_number >= 2", f"{mine} AND version_number != '1'", f"{mine} AND version_number LIKE '1'", f"{mine} AND run_id = '{{g1}}'", "run_id IN ('{g1}')", "run_id IN ('{g1}', 'x')", f"{mine} AND run_id NOT IN ('{{g1}}')",
                 f"{mine} AND run_id LIKE '%'", f"{mine} AND source_path LIKE '%model'", f"{mine} AND tags.q = '1'", f"{mine} AND tags.q IS NULL", "current_stage = 'Production'", "name LIKE 5", "bad", f"{mine} AND creation_timestamp > 5", f"name IN ('{MODEL}', 'x')", f"version = 1 AND {mine}"):
        yield get("/model-versions/search", filter=text, order_by=["version_number DESC"])
    for order in (["version_number ASC"], ["name DESC", "version_number DESC"], ["creation_timestamp ASC", "version_number"], ["last_updated_timestamp", "version_number"], ["run_id"], ["bad"], ["version_number DOWN"], ["source_path"]):
        yield get("/model-versions/search", filter=mine, order_by=order)
    for more in ({"max_results": 1, "order_by": ["version_number"]}, {"max_results": 1, "order_by": ["version_number"], "page_token": "eyJvZmZzZXQiOiAxfQ=="}, {"max_results": 0}, {"max_results": 200001}, {"page_token": "x"}):
        yield get("/model-versions/search", filter=mine, **more)


def ends():
    yield delete("/model-versions/delete", {"name": MODEL, "version": "2"})
    yield delete("/model-versions/delete", {"name": MODEL, "version": "2"})
    yield get("/registered-models/alias", name=MODEL, alias="champion")
    for body in ({"name": MODEL}, {"version": "1"}, {"name": "nobody", "version": "1"}, {"name": MODEL, "version": "x"}):
        yield delete("/model-versions/delete", body)
    for body in ({"name": MODEL}, {"name": MODEL}, {}, {"name": PROMPT}):
        yield delete("/registered-models/delete", body)
