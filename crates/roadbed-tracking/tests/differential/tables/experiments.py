"""Experiments: names, tags, filters, orders, pages and their life."""

from requests_of import API, AJAX, SUFFIX, Raw, get, post


def steps():
    name = f"x-{SUFFIX}"
    for index, word in enumerate(("alpha", "Beta", "größe 測試", "d'quote", 'e"double', "f%_like")):
        marks = [{"key": "kind", "value": word}, {"key": "part", "value": str(index % 2)}]
        yield post("/experiments/create", {"name": f"{name} {word}", "tags": marks}, {f"e_{index}": ["experiment_id"]})
    for body in (
        {"name": None}, {"name": ["x"]}, {"name": {"a": 1}}, {"name": True}, {"name": f" {name} "}, {"name": f"{name} t1", "tags": "x"},
        {"name": f"{name} t2", "tags": [{"key": "k"}]}, {"name": f"{name} t3", "tags": [{"value": "v"}]},
        {"name": f"{name} t4", "tags": [{"key": "k", "value": "v" * 20001}]}, {"name": f"{name} t5", "tags": [{"key": "k" * 251, "value": "v"}]},
        {"name": f"scrap {name}", "tags": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]}, {"name": f"{name} unknown", "color": "red"},
        {"name": f"{name} {'n' * 480}"}, {"name": f"{name} t7", "artifact_location": ""},
    ):
        yield post("/experiments/create", body)
    for raw in (Raw("{"), Raw("[]"), Raw("5"), Raw('"{}"'), Raw(""), Raw("null"), Raw("{}", "text/plain"), Raw("name=x", "application/x-www-form-urlencoded"),
                Raw(f'{{"name": "{name} charset"}}', "application/json; charset=utf-8")):
        yield "POST", f"{API}/experiments/create", raw, {}
    for wanted in ("{e_0}", "", "-1", "1.5", "99999999999999999999", "{e_0} "):
        yield get("/experiments/get", experiment_id=wanted)
    for wanted in (f"{name} alpha", f"{name} größe 測試", f"{name} ALPHA", f'{name} e"double', ""):
        yield get("/experiments/get-by-name", experiment_name=wanted)
    yield get("/experiments/get-by-name")
    yield from tags()
    yield from searches(name)
    yield from life(name)


def tags():
    for body in (
        {"key": "k", "value": "v"}, {"key": "k", "value": "w"}, {"key": "k"}, {"key": "k", "value": ""}, {"value": "v"}, {"key": "", "value": "v"}, {"key": "a//b", "value": "v"},
        {"key": "../x", "value": "v"}, {"key": "k" * 250, "value": "v"}, {"key": "k" * 251, "value": "v"}, {"key": "long", "value": "v" * 20000},
        {"key": "long", "value": "v" * 20001}, {"key": "測試", "value": "ü"}, {"key": "k", "value": 5}, {"key": "mlflow.note.content", "value": "words"},
    ):
        yield post("/experiments/set-experiment-tag", {"experiment_id": "{e_1}", **body})
    yield post("/experiments/set-experiment-tag", {"key": "k", "value": "v"})
    yield post("/experiments/set-experiment-tag", {"experiment_id": "424242", "key": "k", "value": "v"})
    for key in ("long", "long", ""):
        yield post("/experiments/delete-experiment-tag", {"experiment_id": "{e_1}", "key": key})
    yield get("/experiments/get", experiment_id="{e_1}")


def searches(name):
    filters = (
        f"name LIKE '{name}%'", f"name ILIKE '{name.upper()} B%'", f"name = '{name} alpha'", f"name != '{name} alpha' AND name LIKE '{name} %a'",
        f"attribute.name = '{name} alpha'", f"attributes.name LIKE '{name} a%'", f"name LIKE '{name}%' AND tags.part = '0'",
        f"name LIKE '{name}%' AND tags.kind ILIKE 'b%'", f"name LIKE '{name}%' AND tag.part != '0'", f"tags.`kind` = 'Beta' AND name LIKE '{name}%'",
        f'tags."kind" = "Beta" AND name LIKE "{name}%"', f"name LIKE '{name}%' AND creation_time > 0", f"name LIKE '{name}%' AND last_update_time >= 1",
        f"name LIKE '{name}%' AND creation_time < 5", "creation_time = 'x'", "creation_time LIKE '5'", "tags.part > '0'", "tags.part IN ('0')", "name IN ('a')",
        "name = 5", "name", "name = ", "= 'x'", "'x' = name", "name = 'a' OR name = 'b'", "name = 'a' AND", "AND name = 'a'", "name == 'a'", "name = unquoted",
        "experiment_id = '0'", "metrics.m > 1", f"tags.kind IS NULL AND name LIKE '{name}%'", f"tags.kind IS NOT NULL AND name LIKE '{name}%'", "name = 'a' name = 'b'", "name='a';", "NOT name = 'a'", "(name = 'a')",
    )
    for text in filters:
        yield post("/experiments/search", {"max_results": 20, "filter": text, "order_by": ["name ASC"]})
    for order in (["name"], ["name DESC"], ["name desc"], ["creation_time ASC", "name"], ["experiment_id DESC"], ["last_update_time"], ["attribute.name"], ["tags.kind"], ["name ASC extra"],
                  ["name", "name DESC"], [""], ["NAME"], ["lifecycle_stage"]):
        yield post("/experiments/search", {"max_results": 20, "filter": f"name LIKE '{name}%'", "order_by": order})
    for more in ({"max_results": 1}, {"max_results": 2, "page_token": "eyJvZmZzZXQiOiAyfQ=="}, {"max_results": -1}, {"max_results": 0}, {"max_results": "3"}, {"max_results": 50000},
                 {"max_results": 5, "page_token": "abc"}, {"max_results": 5, "page_token": "e30="}, {"max_results": 5, "page_token": ""}, {"max_results": 5, "view_type": "ALL"},
                 {"max_results": 5, "view_type": "DELETED_ONLY"}, {"max_results": 5, "view_type": 3}, {"max_results": 1.5}, {"max_results": "x"}):
        yield post("/experiments/search", {"filter": f"name LIKE '{name}%'", "order_by": ["name"], **more})
    yield get("/experiments/search", max_results=2, filter=f"name LIKE '{name}%'", order_by=["name DESC", "creation_time"])
    yield get("/experiments/search", api=AJAX, max_results=1, filter=f"name LIKE '{name}%'", order_by="name")


def life(name):
    yield post("/experiments/update", {"experiment_id": "{e_2}", "new_name": f"{name} renamed"})
    for body in ({"experiment_id": "{e_2}"}, {"new_name": "x"}, {"experiment_id": "{e_2}", "new_name": f"{name} alpha"}, {"experiment_id": "424242", "new_name": "x"}):
        yield post("/experiments/update", body)
    yield post("/experiments/delete", {"experiment_id": "{e_3}"})
    yield get("/experiments/get-by-name", experiment_name=f"{name} d'quote")
    yield post("/experiments/create", {"name": f"{name} d'quote"})
    yield post("/experiments/set-experiment-tag", {"experiment_id": "{e_3}", "key": "k", "value": "v"})
    yield post("/experiments/search", {"max_results": 9, "view_type": "DELETED_ONLY", "filter": f"name LIKE '{name}%'"})
    yield post("/experiments/search", {"max_results": 9, "view_type": "ALL", "filter": f"name LIKE '{name}%'", "order_by": ["name"]})
    yield post("/experiments/restore", {"experiment_id": "{e_3}"})
    yield post("/experiments/restore", {"experiment_id": "{e_3}"})
    for route in ("delete", "restore"):
        yield post(f"/experiments/{route}", {})
        yield post(f"/experiments/{route}", {"experiment_id": "424242"})
