import { describe, expect, it } from "vitest";
import { Problem } from "../../api/problem";
import { type Calls, freshKey, type Making, make } from "./make";

const WANTED = {
  choice: { template: "sklearn", name: "churn", owner: "risk", parameters: {} },
  manifest: "project: churn\n",
  firstJob: "train",
};

/** Calls that note what was asked, and refuse one stage as often as told. */
function calls(refuse: Partial<Record<keyof Calls, number>> = {}) {
  const made: string[] = [];
  const note = async (name: keyof Calls, text: string) => {
    const left = refuse[name] ?? 0;
    refuse[name] = left - 1;
    if (left > 0) throw new Problem({ code: "jobs.too_large", detail: "too large" }, 422);
    made.push(text);
  };
  const ports: Calls = {
    createProject: ({ name, owner }) => note("createProject", `project ${owner}/${name}`),
    uploadCode: async ({ template }) => {
      await note("uploadCode", `code of ${template}`);
      return "d1";
    },
    applyManifest: (text) => note("applyManifest", `manifest ${text.trim()}`),
    submitJob: async (_, name, snapshot) => {
      await note("submitJob", `job ${name} with ${snapshot}`);
      return "j1";
    },
  };
  return { ports, made };
}
const NOTHING: Making = { done: [] };

describe("making a project of a template", () => {
  it("makes project, code, manifest and job, in this order", async () => {
    const { ports, made } = calls();
    const making = await make(ports, WANTED, NOTHING, () => {});
    expect(made).toEqual(["project risk/churn", "code of sklearn", "manifest project: churn", "job train with d1"]);
    expect(making).toMatchObject({ job: "j1", failed: undefined });
  });

  it("stops at the first refusal and says where and why", async () => {
    const { ports, made } = calls({ applyManifest: 1 });
    const making = await make(ports, WANTED, NOTHING, () => {});
    expect(making.failed?.stage).toBe("manifest");
    expect(making.failed?.problem.detail).toBe("too large");
    expect(made).toHaveLength(2);
  });

  it("goes on where it stopped: nothing is made twice", async () => {
    const { ports, made } = calls({ submitJob: 1 });
    const first = await make(ports, WANTED, NOTHING, () => {});
    const second = await make(ports, WANTED, first, () => {});
    expect(second.job).toBe("j1");
    expect(made.filter((each) => each.startsWith("project"))).toHaveLength(1);
    expect(made.filter((each) => each.startsWith("code"))).toHaveLength(1);
  });

  it("says after each stage how far it is", async () => {
    const seen: number[] = [];
    await make(calls().ports, WANTED, NOTHING, ({ done }) => seen.push(done.length));
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it("has a key of its own for each project", () => {
    expect(freshKey()).toMatch(/^[0-9a-f]{32}$/);
    expect(freshKey()).not.toBe(freshKey());
  });
});
