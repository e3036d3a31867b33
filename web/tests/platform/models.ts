import type { Client } from "./client";

/** A booster as LightGBM writes it, with one split at one half and these two values. */
function booster(low: number, high: number): string {
  return `tree
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
leaf_value=${low} ${high}
is_linear=0
shrinkage=1

end of trees

pandas_categorical:null
`;
}

const MLMODEL = `artifact_path: model
flavors:
  lightgbm: {data: model.lgb, lgb_version: 4.5.0, model_class: lightgbm.basic.Booster}
  python_function: {data: model.lgb, loader_module: mlflow.lightgbm, python_version: 3.11.7}
mlflow_version: 2.22.0
signature:
  inputs: '[{"type": "double", "name": "a", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]'
`;

/** Logs a model in a run and registers it, over the protocol that mlflow clients speak. It is served without Python. `before` adds to the run. */
export async function registerModel(
  client: Client,
  experiment: string,
  name: string,
  low: number,
  high: number,
  files: Record<string, string> = {},
  before: (run: string) => Promise<void> = async () => {},
): Promise<{ run: string; version: string }> {
  const made = await client.json("POST", "/api/2.0/mlflow/runs/create", {
    experiment_id: experiment,
    start_time: Date.now(),
    run_name: `${name}-${low}-${high}`,
  });
  const run: string = made.run.info.run_id;
  const root = `/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/model`;
  await client.send("PUT", `${root}/MLmodel`, MLMODEL);
  await client.send("PUT", `${root}/model.lgb`, booster(low, high));
  for (const [path, content] of Object.entries(files)) await client.send("PUT", `${root}/${path}`, content);
  await client.send(
    "PUT",
    `/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/notes/report.html`,
    "<h1>report</h1><script>alert(1)</script>",
  );
  await client.send(
    "PUT",
    `/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/notes/table.csv`,
    "city,rows\nOslo,3\nLima,5\n",
  );
  await client.json("POST", "/api/2.0/mlflow/runs/log-batch", {
    run_id: run,
    params: [
      { key: "low", value: String(low) },
      { key: "high", value: String(high) },
    ],
    metrics: [{ key: "auc", value: high / 100, timestamp: Date.now(), step: 0 }],
  });
  await client.json("POST", "/api/2.0/mlflow/runs/update", { run_id: run, status: "FINISHED", end_time: Date.now() });
  await before(run);
  await client.send("POST", "/api/2.0/mlflow/registered-models/create", { name }).catch(() => undefined);
  const version = await client.json("POST", "/api/2.0/mlflow/model-versions/create", {
    name,
    source: `runs:/${run}/model`,
    run_id: run,
  });
  return { run, version: version.model_version.version };
}
