import { expect, test } from "vitest";
import type { Schemas } from "../../api/client";
import { stepProgress, termFacts, termsOf } from "./terms";

const TERMS = {
  minimum_step_seconds: 30,
  minimum_step_units: 100,
  decide_by_seconds: 3600,
  undecided: "roll_back",
  warm_up_units: 20,
  baseline: { units: 5000, errors: 3, units_per_second: 12.34, slow_above_micros: 42_000 },
};

test("terms of any age are told as far as they are known", () => {
  expect(termFacts(termsOf(null), [], 0.05)).toEqual([["Wrongly rolled back", "in at most 5 % of good releases"]]);
  const facts = Object.fromEntries(termFacts(termsOf(TERMS), [], 0.05));
  expect(facts["Decided within"]).toBe("1 h; else it is rolled back");
  expect(facts["Slow means"]).toBe("above 42 ms");
});

test("a step counts its own requests, not those of the steps before", () => {
  const arm = (units: number) => ({ units, errors: 0, slow: 0, keys: 0 });
  const counts = [20, 130, 45].map((units, stage) => ({
    stage,
    entry_version: stage,
    weight_basis_points: 500,
    tested: stage > 0,
    stable: arm(900),
    canary: arm(units),
  }));
  const stage = { number: 2, kind: "step", weight_percent: 25, entry_version: 2, started_at: "2026-11-20T10:00:00Z" };
  const explained = { stages: [stage], counts } as unknown as Schemas["ExplanationView"];
  expect(stepProgress(explained, termsOf(TERMS))).toMatchObject({ units: 45, unitsNeeded: 100, secondsNeeded: 30 });
});
