import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kindWords, type Names, plainSentence, sentenceOf, TOLD_KINDS, type Told } from "./eventSentence";

const names: Names = { service: (id) => (id === "s1" ? "churn" : undefined) };

function told(kind: string, subject: string, body: object = {}): Told {
  const [subject_kind = "", subject_id = ""] = subject.split(/:(.*)/s);
  return { kind, subject_kind, subject_id, body };
}

const rollout = { rollout: "r1", service: "s1" };
const run = "0af1".repeat(8);

/** Event, sentence, pages it leads to. */
const CASES: [Told, string, string[]][] = [
  [told("ServiceCreated", "service:churn"), "Service churn was created", ["/services/churn"]],
  [
    told("ServiceChanged", "service:churn", { version: 4 }),
    "The settings of service churn changed",
    ["/services/churn"],
  ],
  [told("ServiceDeleted", "service:churn"), "Service churn was deleted", []],
  [
    told("RevisionCreated", "service:churn", { number: 3, model: "team/model/7" }),
    "Model team/model/7 became revision 3 of churn",
    ["/models/team%2Fmodel/7", "/services/churn"],
  ],
  [
    told("RolloutStarted", "rollout:r1", { ...rollout, from_revision: "a", strategy: "canary" }),
    "A rollout of churn began, step by step",
    ["/services/churn/rollouts/r1"],
  ],
  [
    told("RolloutStarted", "rollout:r1", { ...rollout, from_revision: null, strategy: "canary" }),
    "The first rollout of churn began",
    ["/services/churn/rollouts/r1"],
  ],
  [
    told("RolloutStepped", "rollout:r1", { ...rollout, stage: 1, weight: "25%" }),
    "The new revision of churn gets 25 % of the traffic",
    ["/services/churn/rollouts/r1"],
  ],
  [
    told("RolloutPaused", "rollout:r1", { ...rollout, reason: "asked for" }),
    "The rollout of churn was paused",
    ["/services/churn/rollouts/r1"],
  ],
  [
    told("RolloutPaused", "rollout:r1", { ...rollout, reason: "no decision in time" }),
    "The rollout of churn was paused: no decision in time",
    ["/services/churn/rollouts/r1"],
  ],
  [told("RolloutResumed", "rollout:r1", rollout), "The rollout of churn goes on", ["/services/churn/rollouts/r1"]],
  [
    told("RolloutEnded", "rollout:r1", { ...rollout, state: "rolled_back", sentence: "Errors rose." }),
    "The rollout of churn was rolled back: Errors rose.",
    ["/services/churn/rollouts/r1"],
  ],
  [
    told("RolloutResumed", "rollout:r1", { service: "elsewhere", service_name: "shop" }),
    "The rollout of shop goes on",
    ["/services/shop/rollouts/r1"],
  ],
  [
    told("RolloutEnded", "rollout:r1", { service: "elsewhere", state: "failed" }),
    "The rollout of a service failed",
    [],
  ],
  [told("JobSubmitted", "job:j1", { name: "train" }), "Job train was submitted", ["/jobs/j1"]],
  [told("JobLaunched", "job:j1", { name: "train", attempt: 1 }), "Job train is being made ready", ["/jobs/j1"]],
  [told("JobStarted", "job:j1", { name: "train", attempt: 1 }), "Job train started", ["/jobs/j1"]],
  [told("JobStarted", "job:j1", { name: "train", attempt: 2 }), "Job train started, attempt 2", ["/jobs/j1"]],
  [
    told("JobRetried", "job:j1", { name: "train", attempt: 2, reason: "lost" }),
    "Job train is tried again, attempt 2: lost",
    ["/jobs/j1"],
  ],
  [
    told("JobCancelRequested", "job:j1", { name: "train", reason: "too slow" }),
    "Job train was asked to end: too slow",
    ["/jobs/j1"],
  ],
  [told("JobAttemptClosed", "job:j1"), "The last attempt of job j1 was cleared away", ["/jobs/j1"]],
  [
    told("JobFinished", "job:j1", { name: "train", state: "succeeded", exit: { kind: "code", value: 0 } }),
    "Job train succeeded",
    ["/jobs/j1"],
  ],
  [
    told("JobFinished", "job:j1", { name: "train", state: "failed", exit: { kind: "out_of_memory" } }),
    "Job train failed: it needed more memory than it asked for",
    ["/jobs/j1"],
  ],
  [
    told("JobFinished", "job:j1", { name: "train", state: "failed", exit: { kind: "code", value: 2 } }),
    "Job train failed: its code ended with 2",
    ["/jobs/j1"],
  ],
  [told("JobFinished", "job:j1", { name: "train", state: "lost", exit: null }), "Job train was lost", ["/jobs/j1"]],
  [
    told("JobDefined", "project:churn", { name: "train", action: "create" }),
    "Job train was added to the manifest of churn",
    ["/?project=churn"],
  ],
  [
    told("EnvironmentDefined", "project:churn", { action: "delete" }),
    "The environment was removed from the manifest of churn",
    ["/?project=churn"],
  ],
  [told("ExperimentCreated", "experiment:7", { name: "depths" }), "Experiment depths was created", ["/experiments/7"]],
  [
    told("ExperimentUpdated", "experiment:7", { name: "depths" }),
    "Experiment depths was renamed or tagged",
    ["/experiments/7"],
  ],
  [
    told("ExperimentDeleted", "experiment:7", { name: "depths" }),
    "Experiment depths was deleted with its runs",
    ["/experiments/7"],
  ],
  [
    told("ExperimentRestored", "experiment:7", { name: "depths" }),
    "Experiment depths was brought back with its runs",
    ["/experiments/7"],
  ],
  [told("RunCreated", "run:abc", { run_name: "calm-owl" }), "Run calm-owl began", ["/runs/abc"]],
  [told("RunUpdated", "run:abc", { run_name: "calm-owl", status: "FINISHED" }), "Run calm-owl finished", ["/runs/abc"]],
  [told("RunUpdated", "run:abc", { run_name: "calm-owl", status: "RUNNING" }), "Run calm-owl changed", ["/runs/abc"]],
  [told("RunDeleted", "run:abc"), "Run abc was deleted", ["/runs/abc"]],
  [told("RunRestored", "run:abc"), "Run abc was brought back", ["/runs/abc"]],
  [told("LoggedModelCreated", "logged_model:m-1", { name: "forest" }), "A run began to log the model forest", []],
  [told("LoggedModelUpdated", "logged_model:m-1", { name: "forest" }), "The logged model forest changed", []],
  [told("LoggedModelDeleted", "logged_model:m-1", { name: "forest" }), "The logged model forest was deleted", []],
  [
    told("ArtifactStored", `artifact:1/${run}/artifacts/plots/roc.png`, { path: `1/${run}/artifacts/plots/roc.png` }),
    "File plots/roc.png was stored",
    [`/runs/${run}`],
  ],
  [told("ArtifactStored", "artifact:x", { path: "2/models/m-01a2/artifacts/MLmodel" }), "File MLmodel was stored", []],
  [told("ArtifactDeleted", "artifact:old", { path: "old", files: 3 }), "old was deleted, 3 files", []],
  [told("ModelCreated", "model:churn", { model: "churn" }), "Model churn was registered", ["/models/churn"]],
  [
    told("ModelUpdated", "model:new", { model: "new", previous_name: "old" }),
    "Model old is now called new",
    ["/models/new"],
  ],
  [
    told("ModelUpdated", "model:churn", { model: "churn", previous_name: "churn" }),
    "The description or tags of model churn changed",
    ["/models/churn"],
  ],
  [told("ModelDeleted", "model:churn", { model: "churn", versions: 1 }), "Model churn was deleted with 1 version", []],
  [
    told("ModelVersionCreated", "model:churn", { model: "churn", version: 3 }),
    "Model churn/3 was registered",
    ["/models/churn/3"],
  ],
  [
    told("ModelVersionUpdated", "model:churn", { model: "churn", version: 3, stage: "Production" }),
    "The description, tags or stage of model churn/3 changed, its stage is Production",
    ["/models/churn/3"],
  ],
  [told("ModelVersionDeleted", "model:churn", { model: "churn", version: 3 }), "Model churn/3 was deleted", []],
  [
    told("ModelAliasMoved", "model:churn", { model: "churn", alias: "champion", version: 3, previous: 2 }),
    "churn@champion is now version 3, before it was version 2",
    ["/models/churn"],
  ],
  [
    told("ModelAliasMoved", "model:churn", { model: "churn", alias: "champion", version: null, previous: 2 }),
    "churn@champion names no version any more, before it was version 2",
    ["/models/churn"],
  ],
  [
    told("ApprovalRuleChanged", "model:churn", { model: "churn", alias: "champion", conditions: [], approvers: 2 }),
    "What the alias champion asks for in model churn changed: 2 approvers",
    ["/models/churn"],
  ],
  [
    told("ApprovalGiven", "model:churn", { model: "churn", version: 3, alias: "champion", person: "ana" }),
    "ana approved churn/3 as champion",
    ["/models/churn/3"],
  ],
  [
    told("ApprovalRevoked", "model:churn", {
      model: "churn",
      version: 3,
      alias: "champion",
      person: "ana",
      because: "it was taken back",
    }),
    "The approval of ana for churn/3 as champion ended: it was taken back",
    ["/models/churn/3"],
  ],
  [
    told("SigningKeyMade", "signing_key:0af1", { key: "0af1", name: "first", previous: null }),
    "The signing key first was made",
    [],
  ],
  [
    told("SigningKeyMade", "signing_key:0af2", { key: "0af2", name: "2027", previous: "0af1" }),
    "The signing key 2027 was made; the one before it signs no more",
    [],
  ],
  [
    told("ModelVersionSigned", "model:churn", { model: "churn", version: 3, key: "0af1", digest: "d1" }),
    "Model churn/3 was signed",
    ["/models/churn/3"],
  ],
  [
    told("WebhookCreated", "webhook:w1", { name: "ci", events: ["model_version.created"] }),
    "The webhook ci was made",
    ["/settings/webhooks/w1"],
  ],
  [
    told("WebhookChanged", "webhook:w1", { name: "ci", changed: ["url"] }),
    "The webhook ci was changed",
    ["/settings/webhooks/w1"],
  ],
  [told("WebhookDeleted", "webhook:w1", { name: "ci" }), "The webhook ci was deleted", []],
  [
    told("WebhookFailing", "webhook:w1", { name: "ci", error: "it answered 500" }),
    "Deliveries to the webhook ci have failed for an hour: it answered 500",
    ["/settings/webhooks/w1"],
  ],
  [
    told("WebhookRecovered", "webhook:w1", { name: "ci" }),
    "Deliveries to the webhook ci arrive again",
    ["/settings/webhooks/w1"],
  ],
  [
    told("RetentionChanged", "team:risk", { scope: "team", delete_after_days: 30, purge_after_days: null }),
    "How long runs of team are kept changed: deleted after 30 days",
    [],
  ],
  [
    told("RunsPurged", "team:risk", { runs: [], logged_models: 0, files: 3, bytes: 10 }),
    "Deleted runs and 3 files of theirs were purged",
    [],
  ],
  [
    told("TracesDeleted", "experiment:7", { experiment_id: 7, count: 2, trace_ids: [] }),
    "2 traces of experiment 7 were deleted",
    ["/experiments/7"],
  ],
  [told("TeamCreated", "team:risk", { name: "risk" }), "Team risk was created", ["/settings/members?team=risk"]],
  [told("TeamDeleted", "team:risk", { name: "risk" }), "Team risk was deleted", []],
  [
    told("MemberChanged", "team:risk", { user: "ana", role: "editor" }),
    "ana is now editor of team risk",
    ["/settings/members?team=risk"],
  ],
  [
    told("MemberChanged", "team:risk", { user: "ana", role: null }),
    "ana is no longer in team risk",
    ["/settings/members?team=risk"],
  ],
  [told("ProjectCreated", "project:churn", { name: "churn" }), "Project churn was created", ["/?project=churn"]],
  [told("ProjectChanged", "project:churn"), "The description of project churn changed", ["/?project=churn"]],
  [told("ProjectDeleted", "project:churn", { name: "churn" }), "Project churn was deleted", []],
  [
    told("ManifestApplied", "project:churn", { changes: 2 }),
    "The manifest of churn was applied: 2 changes",
    ["/?project=churn"],
  ],
  [told("TokenIssued", "token:t1", { name: "ci", kind: "user" }), "The token ci was made", ["/settings/tokens"]],
  [
    told("TokenIssued", "token:t1", { name: "edge", kind: "gateway" }),
    "The gateway token edge was made",
    ["/settings/tokens"],
  ],
  [told("TokenRevoked", "token:t1"), "The token t1 was revoked", ["/settings/tokens"]],
  [
    told("ViewSaved", "view:v1", { name: "Mine", page: "runs", shared: true }),
    "The view Mine of the page runs was saved",
    [],
  ],
  [told("ViewDeleted", "view:v1", { name: null, page: "jobs" }), "A view of the page jobs was deleted", []],
  [told("SessionStarted", "user:ana", { user: "ana" }), "ana logged in to the portal", []],
  [told("PriceSet", "price:cpu_hour", { resource: "cpu_hour" }), "The price of cpu hour was set", ["/settings/prices"]],
];

describe("an event in a sentence", () => {
  it.each(CASES)("$kind", (event, sentence, paths) => {
    const parts = sentenceOf(event, names);
    expect(plainSentence(parts)).toBe(sentence);
    const linked = parts.flatMap((part) => (typeof part === "string" || !part.path ? [] : [part.path]));
    expect(linked).toEqual(paths);
  });

  it("knows each kind that is told", () => {
    expect([...new Set(CASES.map(([{ kind }]) => kind))].sort()).toEqual([...TOLD_KINDS].sort());
  });

  it("tells kinds of a newer platform in their own words", () => {
    const event = told("BudgetExceeded", "budget:risk");
    expect(plainSentence(sentenceOf(event))).toBe("Budget exceeded: budget risk");
  });

  it("names the project of a job where it is known: each one has a train", () => {
    const event = { ...told("JobStarted", "job:j1", { name: "train" }), project_name: "churn" };
    expect(plainSentence(sentenceOf(event))).toBe("Job churn/train started");
  });

  it("takes a name of the language's own objects for no kind", () => {
    expect(plainSentence(sentenceOf(told("constructor", "job:j1")))).toBe("Constructor: job j1");
  });

  it("lives with bodies that lack what they should have", () => {
    for (const kind of TOLD_KINDS) {
      for (const body of [undefined, null, "text", [], {}, { exit: 3, model: 7, version: "x" }]) {
        const sentence = plainSentence(sentenceOf({ kind, subject_kind: "job", subject_id: "j1", body }));
        expect(sentence).not.toMatch(/undefined|null|\[object/);
      }
    }
  });

  it("says kinds as words", () => {
    expect(kindWords("ModelVersionCreated")).toBe("model version created");
  });
});

/** Kinds that the rooms of the platform declare: bodies of events by hand, and lists given to a room's `events!`. */
function declaredKinds(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return ["tests", "examples", "benches", "target"].includes(entry.name) ? [] : declaredKinds(path);
    if (!entry.name.endsWith(".rs") || entry.name === "tests.rs") return [];
    const source = readFileSync(path, "utf8");
    const byHand = [...source.matchAll(/impl EventBody for (\w+)/g)].map(([, name]) => name ?? "");
    const lists = [...source.matchAll(/^events! \{\n([\s\S]*?)^\}/gm)].map(([, list]) => list ?? "");
    const inLists = lists.flatMap((list) => [...list.matchAll(/^ {4}([A-Z]\w+)/gm)].map(([, name]) => name ?? ""));
    return [...byHand, ...inLists];
  });
}

describe("the platform's events", () => {
  it("all have a sentence", () => {
    const declared = declaredKinds(join(import.meta.dirname, "../../../crates"));
    expect(declared.length).toBeGreaterThan(30);
    expect(declared.filter((kind) => !TOLD_KINDS.includes(kind))).toEqual([]);
  });
});
