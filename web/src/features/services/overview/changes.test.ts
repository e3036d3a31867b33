import { expect, test } from "vitest";
import type { Schemas } from "../../../api/client";
import { changesOf, markersOf } from "./changes";

function rollout(over: Partial<Schemas["RolloutView"]>): Schemas["RolloutView"] {
  return {
    id: "r1",
    service: "churn",
    state: "running",
    from_revision: 7,
    to_revision: 8,
    model: "churn/13",
    strategy: "canary",
    step_percent: 5,
    steps_percent: [5, 25, 50],
    created_at: "2026-11-20T10:00:00Z",
    started_at: "2026-11-20T10:00:10Z",
    actor: "user:ana",
    warnings: [],
    ...over,
  };
}

const ALL: [number, number] = [0, Number.MAX_SAFE_INTEGER];
const changes = (rollouts: Schemas["RolloutView"][], within = ALL) =>
  changesOf(rollouts, [], ({ id }) => `/r/${id}`, "/settings", within);

test("a rollout under way shows when it met traffic, not when it was asked for", () => {
  expect(changes([rollout({})]).map(({ label, at }) => [label, at])).toEqual([
    ["deployed revision 8", Date.parse("2026-11-20T10:00:10Z")],
  ]);
});

test("the end names who decided, newest first", () => {
  const verdict = { sentence: "Rolled back after 17 s.", actor: "rule:rollout" } as Schemas["Verdict"];
  const found = changes([rollout({ state: "rolled_back", ended_at: "2026-11-20T10:00:27Z", verdict })]);
  expect(found.map(({ kind }) => kind)).toEqual(["rolled_back", "deploy"]);
  expect(found[0]).toMatchObject({ actor: "rule:rollout", detail: "Rolled back after 17 s." });
});

test("an immediate switch is one line on a chart", () => {
  const found = changes([rollout({ state: "promoted", ended_at: "2026-11-20T10:00:12Z" })]);
  expect(markersOf(found)).toEqual([
    { at: Date.parse("2026-11-20T10:00:12Z") / 1000, kind: "promoted", label: "revision 8 promoted" },
  ]);
});

test("what lies outside the range is left out", () => {
  expect(changes([rollout({})], [0, 1000])).toEqual([]);
});
