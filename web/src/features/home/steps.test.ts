import { describe, expect, it } from "vitest";
import { type Facts, firstSteps, isReleased } from "./steps";

const EMPTY: Facts = {
  projects: [{ name: "default" }],
  hasJobs: false,
  hasRuns: false,
  hasModels: false,
  services: [],
  rollouts: [],
};
const done = (facts: Partial<Facts>) =>
  firstSteps({ ...EMPTY, ...facts })
    .filter((step) => step.done)
    .map(({ id }) => id);

describe("the first steps", () => {
  it("are all open on a platform that only has what it came with", () => {
    expect(done({})).toEqual([]);
  });

  it("tick from what is there", () => {
    expect(done({ projects: [{ name: "default" }, { name: "churn" }], hasJobs: true })).toEqual(["project", "job"]);
    expect(done({ hasRuns: true, hasModels: true })).toEqual(["run", "model"]);
  });

  it("take a served model for a registered one", () => {
    expect(done({ services: [{ revision: 1 }] })).toEqual(["model", "service"]);
  });

  it("do not take the first deploy for a release", () => {
    expect(isReleased({ services: [{ revision: 1 }], rollouts: [{ from_revision: null }] })).toBe(false);
    expect(isReleased({ services: [{ revision: 2 }], rollouts: [{ from_revision: 1 }] })).toBe(true);
  });

  it("say for each how it is done here and in a terminal", () => {
    for (const step of firstSteps(EMPTY)) {
      expect(step.path).toMatch(/^\//);
      expect(step.command).toMatch(/roadbed/);
    }
  });
});
