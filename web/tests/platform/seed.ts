import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, commandLine, type Stage, until } from "./client";
import { seedGovernance } from "./governance";
import { registerModel } from "./models";
import type { Receiver } from "./receiver";
import { seedSigning, seedWebhooks, toldOf } from "./signing";
import { seedTraces } from "./traces";

/** Names that break pages which trust names. */
export const HOSTILE = `<img src=x onerror="window.hacked=1"> \u202Eesrever \u2066 ${"long".repeat(200)}`;

const MANIFEST = `project: churn
jobs:
  train: {run: "python train.py --depth {{depth}}", parameters: {depth: 4}}
  fails: {run: "python -c 'import sys; print(\\"no data\\"); sys.exit(3)'"}
  lines: {run: "python lines.py {{count}}", parameters: {count: 100000}}
`;
const TRAIN = 'import time\nfor epoch in range(3):\n    print("epoch", epoch, flush=True)\n    time.sleep(0.1)\n';
const LINES = `import sys, time
count = int(sys.argv[1])
for line in range(count):
    print(f"line {line} of the log, with some words so that it is as long as lines are")
sys.stdout.flush()
for more in range(200):
    print("late line", more, flush=True)
    time.sleep(0.1)
`;

/** Fills a platform with what the pages are about. Everything goes through the public API and the command line. */
export async function seed(stage: Stage, receiver: Receiver): Promise<Record<string, string>> {
  const client = new Client(stage.url, stage.token);
  const seeded: Record<string, string> = {};
  await seedWebhooks(client, receiver, seeded, HOSTILE.slice(0, 300));
  await seedGovernance(stage, client, HOSTILE.slice(0, 300));
  await seedSigning(client, HOSTILE);
  await toldOf(client, seeded);
  await seedTraces(client, seeded, HOSTILE.slice(0, 200));
  await seedRetention(client);
  await seedTracking(client, seeded);
  await seedServices(client, new Client(stage.gatewayUrl, stage.token), seeded);
  await seedJobs(stage, client, seeded);
  await client.json("PUT", "/api/v1/teams/default/members/vera", { role: "viewer" });
  return seeded;
}

async function seedTracking(client: Client, seeded: Record<string, string>): Promise<void> {
  const experiment = await client.json("POST", "/api/2.0/mlflow/experiments/create", { name: "churn-search" });
  seeded.experiment = experiment.experiment_id;
  const runs: string[] = [];
  for (let number = 0; number < 24; number += 1) {
    const made = await client.json("POST", "/api/2.0/mlflow/runs/create", {
      experiment_id: seeded.experiment,
      run_name: `search-${number}`,
      start_time: Date.now() - number * 60_000,
    });
    const run: string = made.run.info.run_id;
    runs.push(run);
    const metrics = Array.from({ length: 60 }, (_, step) => [
      { key: "loss", value: 1 / (step + 1) + number / 100, timestamp: Date.now() - 60_000 + step * 1000, step },
      { key: "auc", value: 0.7 + step / 400 - number / 300, timestamp: Date.now() - 60_000 + step * 1000, step },
    ]).flat();
    const params = [
      { key: "depth", value: String(2 + (number % 5)) },
      { key: "learning_rate", value: String(0.01 * (1 + (number % 3))) },
      { key: "data", value: "2026-11" },
    ];
    await client.json("POST", "/api/2.0/mlflow/runs/log-batch", {
      run_id: run,
      metrics,
      params,
      tags: [{ key: "author", value: "ana" }],
    });
    await client.json("POST", "/api/2.0/mlflow/runs/update", {
      run_id: run,
      status: number === 5 ? "FAILED" : "FINISHED",
      end_time: Date.now(),
    });
  }
  seeded.runs = runs.join(",");
  seeded.fewRuns = runs.slice(0, 8).join(",");
  seeded.run = runs[0] ?? "";
  await client.json("POST", "/api/2.0/mlflow/experiments/create", { name: HOSTILE.slice(0, 490) });
  await client.json("POST", "/api/2.0/mlflow/runs/create", {
    experiment_id: seeded.experiment,
    run_name: HOSTILE,
    start_time: Date.now(),
  });
}

/** A policy that nothing here is old enough for, and a deleted run for the purge. */
async function seedRetention(client: Client): Promise<void> {
  await client.json("PUT", "/api/v1/retention/team", { delete_after_days: 3650, purge_after_days: 30 });
  const experiment = await client.json("POST", "/api/2.0/mlflow/experiments/create", { name: "old-ones" });
  const made = await client.json("POST", "/api/2.0/mlflow/runs/create", {
    experiment_id: experiment.experiment_id,
    run_name: "given up",
    start_time: Date.now(),
  });
  await client.send("DELETE", `/api/v1/runs/${made.run.info.run_id}`);
}

async function seedServices(client: Client, gateway: Client, seeded: Record<string, string>): Promise<void> {
  const first = await registerModel(client, "0", "churn", 10, 20);
  const second = await registerModel(client, "0", "churn", 11, 21);
  seeded.modelRun = first.run;
  await client.json("POST", "/api/2.0/mlflow/registered-models/alias", {
    name: "churn",
    alias: "champion",
    version: first.version,
  });
  await client.json("POST", "/api/v1/services/churn/deploy", {
    model: `churn/${first.version}`,
    strategy: "all_at_once",
  });
  await until("the service", async () => (await client.json("GET", "/api/v1/services/churn")).state === "serving");
  for (let number = 0; number < 40; number += 1) {
    await gateway.json("POST", "/services/churn/invocations", {
      dataframe_split: { columns: ["a"], data: [[number / 40]] },
    });
  }
  const rollout = await client.json("POST", "/api/v1/services/churn/deploy", {
    model: `churn/${second.version}`,
    strategy: "canary",
  });
  seeded.rollout = rollout.id;
  await until(
    "the canary",
    async () => (await client.json("GET", `/api/v1/rollouts/${rollout.id}`)).state === "running",
  );
}

async function seedJobs(stage: Stage, client: Client, seeded: Record<string, string>): Promise<void> {
  const folder = join(stage.data, "../project");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "roadbed.yaml"), MANIFEST);
  writeFileSync(join(folder, "train.py"), TRAIN);
  writeFileSync(join(folder, "lines.py"), LINES);
  await commandLine(stage, ["apply", "--yes"], folder);
  const submit = async (...words: string[]) =>
    JSON.parse(await commandLine(stage, ["run", ...words, "--no-wait", "-o", "json"], folder)) as { id: string };
  seeded.job = (await submit("train")).id;
  seeded.failedJob = (await submit("fails")).id;
  seeded.logJob = (await submit("lines")).id;
  await until(
    "the first job",
    async () => (await client.json("GET", `/api/v1/jobs/${seeded.job}`)).state === "succeeded",
  );
  await until(
    "the failed job",
    async () => (await client.json("GET", `/api/v1/jobs/${seeded.failedJob}`)).state === "failed",
  );
}
