import { describe, expect, it } from "vitest";
import { type Known, progressOf } from "./progress";

const states = (known: Partial<Known>) => Object.values(progressOf({ answered: false, ...known })).join(" ");
const job = { state: "succeeded" };
const versions = [{ model: "churn", version: 1 }];
const serving = { project: "churn", state: "serving", model: "churn/1", revision: 1 };

describe("from a template to a first prediction", () => {
  it("goes one step at a time", () => {
    expect(states({})).toBe("later later later later");
    expect(states({ job: { state: "queued" } })).toBe("now later later later");
    expect(states({ job })).toBe("done now later later");
    expect(states({ job, versions })).toBe("done done now later");
    expect(states({ job, versions, service: serving })).toBe("done done done now");
    expect(states({ job, versions, service: serving, answered: true })).toBe("done done done done");
  });

  it("stops at a job that did not work out", () => {
    for (const state of ["failed", "lost", "cancelled"]) {
      expect(states({ job: { state } })).toBe("failed later later later");
    }
  });

  it("ends after a job that registers no model", () => {
    expect(states({ job, versions: [] })).toBe("done none none none");
  });

  it("waits while the rollout is under way, and says when it failed", () => {
    const service = { project: "churn", state: "deploying", rollout: "r1" };
    expect(states({ job, versions, service, rollout: { state: "pending" } })).toBe("done done now later");
    const failed = { project: "churn", state: "failed" };
    expect(states({ job, versions, service: failed, rollout: { state: "failed" } })).toBe("done done failed later");
  });

  it("offers the new version when an older one serves", () => {
    const second = [{ model: "churn", version: 2 }];
    expect(states({ job, versions: second, service: serving, answered: true })).toBe("done done now later");
  });
});
