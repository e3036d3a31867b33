import { describe, expect, it } from "vitest";
import { aliasSpans, barsOf, type HistoryItem } from "./aliasHistory";
import { runDifference } from "./runDifference";
import {
  placesOf,
  releasesOf,
  type ServingRollout,
  type ServingService,
  servedVersions,
  splitReference,
} from "./served";

const service: ServingService = {
  name: "churn",
  health: "progressing",
  revision: 2,
  model: "churn/3",
  previous_revision: 1,
  traffic: [
    { revision: 2, weight_percent: 90 },
    { revision: 3, weight_percent: 10 },
  ],
};
function rollout(to: number, model: string, state: string): ServingRollout {
  const at = `2026-01-0${to}T00:00:00Z`;
  return { id: `r${to}`, service: "churn", state, to_revision: to, model, created_at: at, actor: "user:ana" };
}
const rollouts = [
  rollout(3, "churn/4", "running"),
  rollout(2, "churn/3", "promoted"),
  rollout(1, "churn/1", "promoted"),
];

describe("where a model is served", () => {
  it("tells who is in charge, who is on trial, and what a rollback returns to", () => {
    const served = servedVersions("churn", [service], rollouts);
    expect(placesOf(served).map(({ version, role, percent }) => [version, role, percent])).toEqual([
      [3, "in charge", 90],
      [4, "on trial", 10],
      [1, "ready", 0],
    ]);
  });
  it("leaves out other models, also those whose name only begins alike", () => {
    expect(servedVersions("chur", [service], rollouts).size).toBe(0);
    expect(splitReference("a b/12")).toEqual({ name: "a b", version: 12 });
    expect(splitReference("none")).toBeUndefined();
  });
  it("counts a service with one revision as all of its traffic", () => {
    const alone = { ...service, traffic: [], previous_revision: null };
    expect(servedVersions("churn", [alone], []).get(3)?.[0]?.percent).toBe(100);
  });
  it("finds the releases of a version", () => {
    expect(releasesOf("churn", 4, rollouts).map(({ id }) => id)).toEqual(["r3"]);
  });
});

function moved(seq: number, alias: string, version: number | null): HistoryItem {
  return { seq, at: new Date(seq * 1000).toISOString(), what: "alias_moved", actor: "user:ana", alias, version };
}

describe("what an alias named when", () => {
  const items: HistoryItem[] = [
    { ...moved(40, "", 2), what: "version_deleted" },
    moved(30, "candidate", 2),
    moved(20, "champion", 2),
    moved(10, "champion", 1),
  ];
  it("ends when it is moved or its version is deleted", () => {
    const spans = (alias: string) =>
      aliasSpans(items)
        .find((each) => each.alias === alias)
        ?.spans.map(({ version, from, to }) => [version, from, to]);
    expect(spans("champion")).toEqual([
      [1, 10_000, 20_000],
      [2, 20_000, 40_000],
    ]);
    expect(spans("candidate")).toEqual([[2, 30_000, 40_000]]);
  });
  it("lasts until now, and setting the same version again changes nothing", () => {
    const again = aliasSpans([moved(1, "a", 5), moved(2, "a", 5)]);
    expect(again[0]?.spans).toHaveLength(1);
    const { from, rows } = barsOf(again, 11_000);
    expect(from).toBe(1000);
    expect(rows[0]?.bars[0]).toMatchObject({ start: 0, length: 1, version: 5 });
  });
  it("is gone when it is removed", () => {
    expect(aliasSpans([moved(1, "a", 5), moved(2, "a", null)])[0]?.spans.at(-1)?.to).toBe(2000);
    expect(barsOf([], 1000).rows).toEqual([]);
  });
});

describe("what changed between the runs of two versions", () => {
  const before = { params: { depth: "3", lr: "0.1" }, metrics: { auc: 0.9 } };
  const after = { params: { depth: "4", lr: "0.1" }, metrics: { auc: 0.95, loss: "NaN" } };
  it("is told metrics first, with what one of them lacks", () => {
    expect(runDifference(before, after).map(({ key, before: old, after: now }) => [key, old, now])).toEqual([
      ["auc", 0.9, 0.95],
      ["loss", undefined, "NaN"],
      ["depth", "3", "4"],
    ]);
  });
  it("may include what stayed", () => {
    expect(runDifference(before, after, true).map(({ key }) => key)).toContain("lr");
    expect(runDifference(before, before)).toEqual([]);
  });
});
