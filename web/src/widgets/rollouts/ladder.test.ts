import { expect, test } from "vitest";
import type { Schemas } from "../../api/client";
import { ladderOf } from "./ladder";

const rollout = (over: Partial<Schemas["RolloutView"]>) =>
  ({
    state: "running",
    strategy: "canary",
    step_percent: 25,
    steps_percent: [5, 25, 50],
    ...over,
  }) as Schemas["RolloutView"];

const states = (over: Partial<Schemas["RolloutView"]>, reached?: number) =>
  ladderOf(rollout(over), reached).map(({ percent, state }) => `${percent} ${state}`);

test("a rollout under way shows what is done, now and next, up to all traffic", () => {
  expect(states({})).toEqual(["5 done", "25 now", "50 next", "100 next"]);
});

test("one that was rolled back shows where it stopped", () => {
  expect(states({ state: "rolled_back", step_percent: 0 }, 25)).toEqual([
    "5 done",
    "25 stopped",
    "50 next",
    "100 next",
  ]);
});

test("promoted means all of it, whatever was skipped", () => {
  expect(states({ state: "promoted", step_percent: 100 }, 5).every((step) => step.endsWith("done"))).toBe(true);
});

test("all at once has one step", () => {
  expect(states({ strategy: "all_at_once", state: "pending", step_percent: 0 })).toEqual(["100 next"]);
});
