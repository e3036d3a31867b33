"""How the tables of requests say what to send."""

import json
import os
import urllib.parse

# Names are new in every run, so that the suite can be sent to servers that hold something already.
SUFFIX = os.urandom(4).hex()
API = "/api/2.0/mlflow"
AJAX = "/ajax-api/2.0/mlflow"
API_3 = "/api/3.0/mlflow"
FILES = "/api/2.0/mlflow-artifacts/artifacts"


class Raw:
    """A body that is sent as it stands."""

    def __init__(self, text, kind="application/json", headers=None):
        self.text, self.kind, self.headers = text, kind, headers or {}

    def __str__(self):
        return f"raw {self.kind} {self.text}"


def query(**values):
    text = urllib.parse.urlencode({name: value for name, value in values.items() if value is not None}, doseq=True)
    return ("?" + text.replace("%7B", "{").replace("%7D", "}")) if text else ""


def post(path, body=None, keep=None, api=API):
    return "POST", api + path, {} if body is None else body, keep or {}


def patch(path, body=None, keep=None, api=API):
    return "PATCH", api + path, {} if body is None else body, keep or {}


def delete(path, body=None, api=API):
    return "DELETE", api + path, {} if body is None else body, {}


def get(path, keep=None, api=API, **values):
    return "GET", api + path + query(**values), None, keep or {}


def experiment(name, kept):
    return post("/experiments/create", {"name": f"{name}-{SUFFIX}"}, {kept: ["experiment_id"]})


def run(experiment_id, kept, **more):
    body = {"experiment_id": experiment_id, "start_time": 1, "run_name": kept, **more}
    return post("/runs/create", body, {kept: ["run", "info", "run_id"]})


def shown(body):
    return "" if body is None else str(body) if isinstance(body, Raw) else json.dumps(body, ensure_ascii=False)
