import { api, fetchRaw } from "../../api/client";
import { type Problem, problemOf } from "../../api/problem";
import { bodyOf, type Choice } from "./choice";

/** What is made, in this order. */
export const STAGES = ["project", "code", "manifest", "job"] as const;
export type Stage = (typeof STAGES)[number];

/** How far a project is made. Kept by who asks, so that a second try goes on where the first one failed. */
export interface Making {
  done: Stage[];
  /** Digest of the uploaded code. */
  snapshot?: string | undefined;
  /** Id of the first job. */
  job?: string | undefined;
  failed?: { stage: Stage; problem: Problem } | undefined;
}

/** The calls behind the stages. */
export interface Calls {
  createProject: (choice: Choice) => Promise<void>;
  /** Digest of the stored code. */
  uploadCode: (choice: Choice) => Promise<string>;
  applyManifest: (manifest: string) => Promise<void>;
  /** Id of the job. */
  submitJob: (choice: Choice, name: string, snapshot: string) => Promise<string>;
}

interface Wanted {
  choice: Choice;
  manifest: string;
  firstJob: string;
}

/** Does what is not done yet, one stage after the other, and says after each how far it is. Never rejects: a failure is part of the answer. */
export async function make(
  calls: Calls,
  wanted: Wanted,
  from: Making,
  report: (making: Making) => void,
): Promise<Making> {
  let making: Making = { ...from, failed: undefined };
  report(making);
  for (const stage of STAGES) {
    if (making.done.includes(stage)) continue;
    try {
      making = { ...making, ...(await doStage(calls, wanted, making, stage)), done: [...making.done, stage] };
    } catch (error) {
      making = { ...making, failed: { stage, problem: problemOf(error) } };
    }
    report(making);
    if (making.failed) return making;
  }
  return making;
}

async function doStage(calls: Calls, wanted: Wanted, making: Making, stage: Stage): Promise<Partial<Making>> {
  const { choice, manifest, firstJob } = wanted;
  switch (stage) {
    case "project":
      await calls.createProject(choice);
      return {};
    case "code":
      return { snapshot: await calls.uploadCode(choice) };
    case "manifest":
      await calls.applyManifest(manifest);
      return {};
    case "job":
      return { job: await calls.submitJob(choice, firstJob, making.snapshot ?? "") };
  }
}

/** A key that makes a repeated call harmless. `crypto.randomUUID` exists over TLS only. */
export function freshKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The calls of the public API; `key` stays the same for all tries of one project. */
export function apiCalls(key: string): Calls {
  return {
    createProject: async ({ name, owner }) => {
      const headers = { "idempotency-key": `${key}-project` };
      await api.POST("/api/v1/projects", { body: { name, team: owner, description: "" }, headers });
    },
    uploadCode: async (choice) => {
      const archive = await fetchRaw(`/api/v1/templates/${encodeURIComponent(choice.template)}/archive`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(bodyOf(choice)),
      });
      const place = new URLSearchParams({ project: choice.name, team: choice.owner });
      const stored = await fetchRaw(`/api/v1/snapshots?${place}`, { method: "PUT", body: await archive.arrayBuffer() });
      const { digest } = (await stored.json()) as { digest: string };
      return digest;
    },
    applyManifest: async (text) => {
      await api.POST("/api/v1/manifests/apply", { body: { file: "roadbed.yaml", text } });
    },
    submitJob: async ({ name, owner }, job, snapshot) => {
      const headers = { "idempotency-key": `${key}-job` };
      const body = { project: name, team: owner, name: job, snapshot, shell: false, parameters: {} };
      const { data } = await api.POST("/api/v1/jobs", { body, headers });
      return data?.id ?? "";
    },
  };
}
