import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { Client, commandLine, type Stage, until } from "./client";
import { person } from "./governance";
import { registerModel } from "./models";
import type { Receiver } from "./receiver";
import { startPlatform } from "./start";
import { sendTrace } from "./traces";

const run = promisify(execFile);

const MANIFEST = `project: churn
jobs:
  train: {run: "python -c 'print(\\"depth {{depth}}\\")'", parameters: {depth: 4}}
  waits: {run: "python -c 'import time; time.sleep(600)'"}
`;

/** One of two platforms on which the same was done: on one with the portal, on the other with commands. */
export interface Twin {
  stage: Stage;
  client: Client;
  /** What this platform calls the things that both have: their names here are the same on both. */
  ids: Record<string, string>;
  stop: () => Promise<void>;
}

/** Starts a platform with runs, models with rules, a service in the middle of a release, jobs, a trace, a token, people and a view. */
export async function startTwin(
  folder: string,
  stop: (child: Awaited<ReturnType<typeof startPlatform>>["process"]) => Promise<void>,
  receiver: Receiver,
  path: string,
): Promise<Twin> {
  const { process: child, stage } = await startPlatform(folder, ["--stop-jobs"]);
  const twin: Twin = {
    stage,
    client: new Client(stage.url, stage.token),
    ids: { receiver: path },
    stop: () => stop(child),
  };
  try {
    await seedTwin(twin, folder);
    await seedWebhook(twin, receiver.url(path));
  } catch (error) {
    await twin.stop();
    throw error;
  }
  return twin;
}

async function seedTwin({ stage, client, ids }: Twin, folder: string): Promise<void> {
  const first = await registerModel(client, "0", "churn", 10, 20);
  await registerModel(client, "0", "churn", 11, 21);
  ids.run = first.run;
  await client.json("PATCH", `/api/v1/runs/${ids.run}`, { tags: { author: "ana" } });
  await client.json("PUT", "/api/v1/models/churn/aliases/champion", { version: 1 });
  const ana = await person(stage, client, "ana", "developer");
  await registerModel(ana, "0", "pricing", 12, 22);
  await client.json("PUT", "/api/v1/models/pricing/approval-rules/release", { approvers: 1 });
  ids.trace = await sendTrace(client, { experiment: "0", byte: "c1", name: "assist", fails: false });
  const gone = await registerModel(client, "0", "given-up", 1, 2);
  await client.send("DELETE", "/api/v1/models/given-up");
  await client.send("DELETE", `/api/v1/runs/${gone.run}`);
  const deploy = (model: string, strategy: string) =>
    client.json("POST", "/api/v1/services/churn/deploy", { model, strategy });
  await deploy("churn/1", "all_at_once");
  await until("the service", async () => (await client.json("GET", "/api/v1/services/churn")).state === "serving");
  const { id } = await deploy("churn/2", "canary");
  await until("the canary", async () => (await client.json("GET", `/api/v1/rollouts/${id}`)).state === "running");
  ids.token = (await client.json("POST", "/api/v1/tokens", { name: "nightly" })).id;
  const view = { page: "runs", team: "default", name: "good ones", query: "experiment=0", shared: false };
  ids.view = (await client.json("POST", "/api/v1/views", view)).id;

  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "roadbed.yaml"), MANIFEST);
  await commandLine(stage, ["apply", "--yes"], project);
  const submit = async (job: string) =>
    JSON.parse(await commandLine(stage, ["run", job, "--no-wait", "-o", "json"], project)).id as string;
  ids.job = await submit("train");
  await until("the job", async () => (await client.json("GET", `/api/v1/jobs/${ids.job}`)).state === "succeeded");
  ids.waits = await submit("waits");
  await until("its twin", async () => (await client.json("GET", `/api/v1/jobs/${ids.waits}`)).state === "running");
}

/** A webhook that was told once. */
async function seedWebhook({ client, ids }: Twin, url: string): Promise<void> {
  const hook = await client.json("POST", "/api/v1/webhooks", {
    name: "hook",
    url,
    events: ["registered_model.created"],
  });
  ids.hook = hook.id;
  await client.json("POST", "/api/2.0/mlflow/registered-models/create", { name: "hooked" });
  const told = async () =>
    (await client.json("GET", `/api/v1/webhooks/${hook.id}/deliveries?state=delivered`)).items[0]?.id as
      | string
      | undefined;
  ids.delivery = await until("a delivery", told);
}

/** The same command for the other platform: it says the ids and the versions of things there. */
export async function translated(command: string, from: Twin, to: Twin): Promise<string> {
  const [here, there] = await Promise.all(
    [from, to].map((twin) => twin.client.json("GET", `/api/v1/runs/${twin.ids.run}`)),
  );
  let text = command.replaceAll(here.version, there.version);
  for (const [name, id] of Object.entries(from.ids)) text = text.replaceAll(id, to.ids[name] ?? "");
  return text;
}

/** Runs what was copied as a person would: pasted into a shell that knows this platform. */
export async function paste(command: string, { stage }: Twin): Promise<void> {
  const tools = join(stage.data, "../tools");
  mkdirSync(tools, { recursive: true });
  try {
    symlinkSync(stage.program, join(tools, "roadbed"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  await run("sh", ["-euc", command], {
    env: {
      ...process.env,
      PATH: [tools, process.env.PATH].join(delimiter),
      ROADBED_URL: stage.url,
      ROADBED_TOKEN: stage.token,
      ROADBED_DATA: stage.data,
      // Commands take secrets from here: they stand in no text that is copied.
      WEBHOOK_SECRET: "s3cret",
    },
    timeout: 60_000,
  });
}
