"""Prompts, workspaces and tuning with the unmodified client, and what it is told about the rest."""

import os

import mlflow
from mlflow import MlflowClient

from checks import refused

client = MlflowClient()

# Prompts are models that searches for models do not show.
client.create_registered_model("plain")
first = mlflow.genai.register_prompt(name="greeting", template="Hello {{name}}!", commit_message="first", tags={"task": "greet"})
second = mlflow.genai.register_prompt(name="greeting", template=[{"role": "user", "content": "Hi {{name}}"}])
assert (first.version, second.version) == (1, 2)
assert mlflow.genai.load_prompt("prompts:/greeting/1").format(name="Ann") == "Hello Ann!"
mlflow.genai.set_prompt_alias("greeting", alias="production", version=1)
assert mlflow.genai.load_prompt("prompts:/greeting@production").version == 1
assert mlflow.genai.load_prompt("greeting").version == 2
assert [one.name for one in mlflow.genai.search_prompts()] == ["greeting"]
assert [one.name for one in client.search_registered_models()] == ["plain"]
mlflow.genai.delete_prompt_alias("greeting", alias="production")
refused("RESOURCE_DOES_NOT_EXIST", client.get_prompt_version, "greeting", "9")
assert mlflow.genai.load_prompt("prompts:/greeting/9", allow_missing=True) is None

# A workspace is a team.
assert [one.name for one in mlflow.list_workspaces()] == ["default"]
assert mlflow.get_workspace("default").name == "default"
mlflow.set_workspace("default")
assert client.get_registered_model("plain").name == "plain"
mlflow.set_workspace("other")
refused("RESOURCE_DOES_NOT_EXIST", client.get_registered_model, "plain")
mlflow.set_workspace(None)
assert "roadbed create team" in refused("NOT_IMPLEMENTED", mlflow.create_workspace, "new").message

# A study of Optuna in runs.
import optuna
from mlflow.optuna.storage import MlflowStorage

optuna.logging.set_verbosity(optuna.logging.WARNING)
experiment = mlflow.set_experiment("tuning")
storage = MlflowStorage(experiment_id=experiment.experiment_id, batch_flush_interval=0.1, batch_size_threshold=5)
study = optuna.create_study(study_name="square", storage=storage, sampler=optuna.samplers.RandomSampler(seed=1))
study.optimize(lambda trial: (trial.suggest_float("x", -5, 5) - 2) ** 2, n_trials=8)
again = optuna.load_study(study_name="square", storage=MlflowStorage(experiment_id=experiment.experiment_id))
assert len(again.trials) == 8 and again.best_value == study.best_value
assert abs(again.best_params["x"] - 2) < 4

# What Roadbed does otherwise is said.
from mlflow.genai.scorers import list_scorers

assert "roadbed run" in refused("NOT_IMPLEMENTED", list_scorers, experiment_id=experiment.experiment_id).message
os.environ["MLFLOW_TRACKING_TOKEN"] = os.environ["OTHER_TEAM_TOKEN"]
assert mlflow.genai.load_prompt("prompts:/greeting/1", allow_missing=True, cache_ttl_seconds=0) is None
print("genai client: ok")
