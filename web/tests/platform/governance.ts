import { Client, type Stage } from "./client";
import { registerModel } from "./models";

/** A pickle that would run a command: it is read by the scan and loaded by nobody. */
const DANGEROUS_PICKLE = "cos\nsystem\n(S'true'\ntR.";

const REQUIREMENTS = "lightgbm==4.5.0\nscikit-learn==1.5.2\npandas>=2\nmlflow==2.22.0\n";

/** A client of another person, with a role in the team. */
export async function person(stage: Pick<Stage, "url">, client: Client, name: string, role: string): Promise<Client> {
  await client.json("PUT", `/api/v1/teams/default/members/${name}`, { role });
  const { token } = await client.json("POST", "/api/v1/tokens", { name: `script of ${name}`, user: name });
  return new Client(stage.url, token);
}

/** A model with rules, a version of it that another person approved, and everything it came from. */
export async function seedGovernance(stage: Pick<Stage, "url">, client: Client, comment: string): Promise<void> {
  const [ana, dora] = await Promise.all([
    person(stage, client, "ana", "developer"),
    person(stage, client, "dora", "deployer"),
  ]);
  const files = { "notes/extra.pkl": DANGEROUS_PICKLE, "requirements.txt": REQUIREMENTS };
  await registerModel(ana, "0", "pricing", 12, 22, files, async (run) => {
    const tags = {
      "mlflow.source.git.commit": "a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6a7b8c9d0",
      "mlflow.source.git.repoURL": "https://git.example/pricing",
      "mlflow.source.name": "train.py",
    };
    for (const [key, value] of Object.entries(tags)) {
      await ana.json("POST", "/api/2.0/mlflow/runs/set-tag", { run_id: run, key, value });
    }
    await ana.json("POST", "/api/2.0/mlflow/runs/log-inputs", {
      run_id: run,
      datasets: [
        {
          tags: [{ key: "mlflow.data.context", value: "training" }],
          dataset: { name: "orders <i>May</i>", digest: "d41d8cd9", source_type: "local", source: "orders.parquet" },
        },
      ],
    });
  });
  const rules = "/api/v1/models/pricing/approval-rules";
  await client.json("PUT", `${rules}/release`, { conditions: ["metrics.auc >= 0.1"], approvers: 1 });
  await client.json("PUT", `${rules}/champion`, { conditions: ["metrics.auc >= 0.99", "f1 > 0.5"], approvers: 2 });
  await client.json("PUT", "/api/v1/approval-rules/golden", { approvers: 1 });
  const approvals = "/api/v1/models/pricing/versions/1/approvals";
  await dora.json("POST", approvals, { alias: "release", comment });
  await client.json("PUT", "/api/v1/models/pricing/aliases/release", { version: 1 });
}
