import { isSystem } from "../metrics/groups";

/** A text of Python. */
function pythonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Code that reads this run with the MLflow client. */
export function clientSnippet(run: { id: string; metrics: Record<string, unknown> }): string {
  const key = Object.keys(run.metrics).find((each) => !isSystem(each));
  const lines = [
    "import mlflow",
    "",
    `run = mlflow.get_run(${pythonText(run.id)})`,
    "print(run.info.run_name, run.data.params, run.data.metrics)",
  ];
  if (key !== undefined) {
    lines.push(`history = mlflow.MlflowClient().get_metric_history(${pythonText(run.id)}, ${pythonText(key)})`);
  }
  lines.push(`files = mlflow.artifacts.download_artifacts(run_id=${pythonText(run.id)}, artifact_path="")`);
  return lines.join("\n");
}
