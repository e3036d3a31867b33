"""One platform for all tests of a process, started when the first asks for it."""

from __future__ import annotations

import atexit
import functools
import importlib
import os
import pathlib
import sys
from typing import Any

import roadbed

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent

BOOSTER = """tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=0
objective=regression
feature_names=a
feature_infos=[0:1]
tree_sizes=1

Tree=0
num_leaves=2
num_cat=0
split_feature=0
split_gain=1
threshold=0.5
decision_type=2
left_child=-1
right_child=-2
leaf_value=10 {above}
is_linear=0
shrinkage=1

end of trees

pandas_categorical:null
"""
"""A booster as LightGBM writes it, with one split: 10 up to one half, another number above."""

MLMODEL = """artifact_path: model
flavors:
  lightgbm: {data: model.lgb, lgb_version: 4.5.0, model_class: lightgbm.basic.Booster}
  python_function: {data: model.lgb, loader_module: mlflow.lightgbm, python_version: 3.11.7}
mlflow_version: 2.22.0
signature:
  inputs: '[{"type": "double", "name": "a", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]'
"""


@functools.cache
def platform() -> Any:
    """The platform of the demo's helper: free ports, a temporary folder, gone at the end."""
    sys.path.insert(0, str(REPOSITORY / "examples" / "breast-cancer"))
    made: Any = importlib.import_module("story.platform").Platform(os.environ["ROADBED_PROGRAM"])
    atexit.register(made.stop)
    made.start()
    return made


@functools.cache
def client() -> roadbed.Client:
    """Speaks to it."""
    return roadbed.connect(platform().url, platform().token)


def new_run() -> str:
    """A run, as an `mlflow` client makes it."""
    made = client().post("/api/2.0/mlflow/runs/create", {"experiment_id": "0"})
    return str(made["run"]["info"]["run_id"])


def register(name: str, above: int) -> str:
    """Logs and registers a model that answers `above` for what is above one half; `name/version`."""
    import urllib.request

    run = new_run()
    root = f"{client().url}/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/model"
    for file, text in (("MLmodel", MLMODEL), ("model.lgb", BOOSTER.format(above=above))):
        headers = {"Authorization": f"Bearer {client().token}"}
        request = urllib.request.Request(f"{root}/{file}", text.encode(), headers, method="PUT")
        with urllib.request.urlopen(request, timeout=30):
            pass
    made = client().post(f"/api/v1/models/{name}/versions", {"run": run, "path": "model"})
    return f"{name}/{made['version']}"
