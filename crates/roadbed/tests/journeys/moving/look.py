"""Prints everything the client sees of a store, as JSON. Usage: look.py TRACKING_URI"""

import hashlib
import json
import math
import pathlib
import sys
import tempfile

import mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType

uri = sys.argv[1]
mlflow.set_tracking_uri(uri)
mlflow.set_registry_uri(uri)
client = MlflowClient()

def value(number):
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        number = math.copysign(1.7976931348623157e308, number)
    return repr(number + 0.0)

def tree(download):
    with tempfile.TemporaryDirectory() as folder:
        try:
            download(folder)
        except Exception:
            # A folder without files is no folder to some stores.
            return {}
        root = pathlib.Path(folder)
        return {str(path.relative_to(root / "artifacts" if (root / "artifacts").is_dir() else root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(root.rglob("*")) if path.is_file()}

def last_points(metrics):
    """The last point of each metric, run and dataset."""
    last = {}
    for one in sorted(metrics, key=lambda one: (one.step, one.timestamp, one.value)):
        last[one.key, one.run_id, one.dataset_name or "", one.dataset_digest or ""] = [one.timestamp, one.step, value(one.value)]
    return sorted([*key, *point] for key, point in last.items())


out = {"experiments": {}, "runs": {}, "logged_models": {}, "models": {}, "versions": {}}
for experiment in client.search_experiments(view_type=ViewType.ALL):
    seen = {"name": experiment.name, "stage": experiment.lifecycle_stage, "tags": experiment.tags}
    if experiment.experiment_id != "0":
        seen |= {"created": experiment.creation_time, "updated": experiment.last_update_time}
    out["experiments"][experiment.experiment_id] = seen
    token = None
    while True:
        page = client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL, max_results=100, page_token=token)
        for found in page:
            run = client.get_run(found.info.run_id)
            info = run.info
            history = {}
            for key in run.data.metrics:
                points = client.get_metric_history(info.run_id, key)
                # A point that was sent twice is one point.
                history[key] = sorted({(point.timestamp, point.step, value(point.value)) for point in points})
            out["runs"][info.run_id] = {
                "experiment": info.experiment_id, "name": info.run_name, "user": info.user_id, "status": info.status, "start": info.start_time,
                "end": info.end_time, "stage": info.lifecycle_stage, "params": run.data.params,
                "tags": {key: text for key, text in run.data.tags.items() if key != "mlflow.log-model.history"},
                "latest": {key: value(number) for key, number in run.data.metrics.items()}, "history": history,
                "datasets": sorted([one.dataset.name, one.dataset.digest, one.dataset.source_type, one.dataset.source, one.dataset.schema, one.dataset.profile, sorted((tag.key, tag.value) for tag in one.tags)] for one in run.inputs.dataset_inputs),
                "model_inputs": sorted(one.model_id for one in run.inputs.model_inputs),
                "model_outputs": sorted((one.model_id, one.step) for one in run.outputs.model_outputs),
                "files": tree(lambda folder: mlflow.artifacts.download_artifacts(artifact_uri=info.artifact_uri, dst_path=folder)),
            }
        token = page.token
        if not token:
            break
    if experiment.lifecycle_stage == "active":
        for model in client.search_logged_models([experiment.experiment_id]):
            out["logged_models"][model.model_id] = {
                "experiment": model.experiment_id, "name": model.name, "type": model.model_type or "", "status": str(model.status), "run": model.source_run_id or "",
                "created": model.creation_timestamp, "updated": model.last_updated_timestamp, "tags": model.tags, "params": model.params,
                # Some stores show only the last point of each.
                "metrics": last_points(model.metrics or []),
                "files": tree(lambda folder: mlflow.artifacts.download_artifacts(artifact_uri=model.artifact_location, dst_path=folder)),
            }
for model in list(client.search_registered_models()) + list(client.search_registered_models(filter_string="tags.`mlflow.prompt.is_prompt` = 'true'")):
    out["models"][model.name] = {"created": model.creation_timestamp, "updated": model.last_updated_timestamp, "description": model.description or "", "tags": dict(model.tags), "aliases": {key: str(text) for key, text in dict(model.aliases).items()}}
    of_name = f"name='{model.name}'"
    for version in list(client.search_model_versions(of_name)) + list(client.search_model_versions(of_name + " AND tags.`mlflow.prompt.is_prompt` = 'true'")):
        out["versions"][f"{model.name}/{version.version}"] = {
            "created": version.creation_timestamp, "updated": version.last_updated_timestamp, "description": version.description or "", "stage": version.current_stage,
            "run": version.run_id or "", "tags": dict(version.tags), "run_link": version.run_link or "",
            "files": "prompt" if "mlflow.prompt.is_prompt" in model.tags else tree(lambda folder: mlflow.artifacts.download_artifacts(artifact_uri=f"models:/{model.name}/{version.version}", dst_path=folder)),
        }
json.dump(out, sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
