"""Fills an MLflow store with some of everything that is carried, and of what is not. Usage: fill.py TRACKING_URI"""

import pathlib
import sys
import tempfile

import mlflow
import pandas
from mlflow import MlflowClient
from mlflow.entities import LoggedModelInput, Metric, Param

uri = sys.argv[1]
mlflow.set_tracking_uri(uri)
mlflow.set_registry_uri(uri)
client = MlflowClient()

churn = client.create_experiment("churn/ü", tags={"area": "sales", "größe": "groß 🚗"})
gone = client.create_experiment("gone")

def files(run_id):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "a/b").mkdir(parents=True)
        (folder / "top.txt").write_text("top")
        (folder / "a/b/ünï code.bin").write_bytes(bytes(range(256)) * 700)
        (folder / "a/empty").write_text("")
        client.log_artifacts(run_id, str(folder))

runs = []
for number in range(3):
    run = client.create_run(churn, run_name=f"run {number}", start_time=1_700_000_000_000 + number, tags={"näme": f"wért {number}", "note": ""})
    run_id = run.info.run_id
    metrics = [Metric("loss", 1 / (step + 3), 1_700_000_000_000 + step, step) for step in range(2500)]
    odd = [Metric("odd/values", value, 1_700_000_000_500 + place, place) for place, value in enumerate([float("nan"), float("inf"), float("-inf"), 0.1, -0.0, 5e-324, 1e308])]
    same_step = [Metric("same", float(value), 1_700_000_000_900, 5) for value in range(3)]
    negative = [Metric("neg", 1.5, 0, -3)]
    for some in range(0, len(metrics), 1000):
        client.log_batch(run_id, metrics=metrics[some:some + 1000])
    client.log_batch(run_id, metrics=odd + same_step + negative, params=[Param("depth", str(number)), Param("long/key.x", "ß" * 500), Param("empty", "")])
    files(run_id)
    runs.append(run_id)
client.set_terminated(runs[0], "FINISHED", 1_700_000_100_000)
client.set_terminated(runs[1], "FAILED", 1_700_000_100_001)
client.delete_run(runs[1])
default = client.create_run("0", run_name="in default")
client.log_param(default.info.run_id, "p", "v")
old = client.create_run(gone, run_name="of a deleted experiment")
client.log_metric(old.info.run_id, "m", 1.0)
client.delete_experiment(gone)

mlflow.set_experiment(experiment_id=churn)
data = mlflow.data.from_pandas(pandas.DataFrame({"x": [1, 2, 3], "y": [0.5, 1.5, 2.5]}), name="träining", targets="y")

class Echo(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[str]) -> list[str]:
        return model_input

with mlflow.start_run(run_id=runs[2]):
    mlflow.log_input(data, context="training", tags={"split": "första"})
    model = mlflow.pyfunc.log_model(name="echo", python_model=Echo(), params={"depth": "4"}, tags={"grüße": "ja"})
    # MLflow's folder store writes points about a dataset in a form in which it does not find their step again.
    dataset = None if uri.startswith("file:") else data
    mlflow.log_metric("accuracy", 0.75, step=3, model_id=model.model_id, dataset=dataset)
    mlflow.log_metric("accuracy", 0.8125, step=4, model_id=model.model_id)
    client.log_inputs(runs[2], models=[LoggedModelInput(model.model_id)])
pending = client.create_logged_model(churn, name="pending", source_run_id=runs[2], tags={"k": "v"})
dropped = client.create_logged_model(churn, name="dropped", source_run_id=runs[2])
client.delete_logged_model(dropped.model_id)

client.create_registered_model("echo.model", tags={"team": "grün"}, description="Sagt nach")
for number in range(3):
    client.create_model_version("echo.model", f"models:/{model.model_id}", run_id=runs[2], model_id=model.model_id, description=f"version {number}", tags={"n": str(number)})
client.delete_model_version("echo.model", "2")
client.set_registered_model_alias("echo.model", "champion", "3")
client.set_registered_model_alias("echo.model", "older", "1")
client.transition_model_version_stage("echo.model", "1", "Production")
client.create_registered_model("empty model")
client.create_model_version("empty model", f"{client.get_run(runs[2]).info.artifact_uri}/a", run_id=runs[2])
mlflow.genai.register_prompt("greeting", "Hello {{name}}", commit_message="first", tags={"lang": "en"})
mlflow.genai.set_prompt_alias("greeting", "production", 1)
with mlflow.start_span("call"):
    pass
mlflow.flush_trace_async_logging()
