"""Makes an MLflow database with many runs of many points. Usage: many.py FILE RUNS POINTS"""

import math
import sqlite3
import sys

from mlflow import MlflowClient

path, runs, points = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
client = MlflowClient(f"sqlite:///{path}")
experiment = client.create_experiment("big")
db = sqlite3.connect(path)
for run in range(runs):
    run_id = f"{run:032x}"
    db.execute(
        "INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, artifact_uri, experiment_id, user_id, source_type) VALUES (?, ?, 'FINISHED', ?, 'active', ?, ?, 'u', 'LOCAL')",
        (run_id, f"run {run}", run, f"/nowhere/{run_id}/artifacts", experiment),
    )
    db.executemany(
        "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES ('loss', ?, ?, ?, ?, 0)",
        ((math.sin(step * run), 1_700_000_000_000 + step, run_id, step) for step in range(points)),
    )
    db.execute("INSERT INTO params (key, value, run_uuid) VALUES ('depth', '3', ?)", (run_id,))
db.commit()
