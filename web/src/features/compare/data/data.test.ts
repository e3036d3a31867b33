import { describe, expect, it } from "vitest";
import { deltaOf, directionOf } from "../../../state/better";
import { bestOf, ranked } from "./best";
import { type ComparedRun, columnId, columnsOf, isDifferent, isNumeric, numberOf, parseColumn } from "./columns";
import { runColors } from "./runColors";
import { parseSelection, portions, queryToSave } from "./selection";

function run(id: string, logged: Partial<ComparedRun>): ComparedRun {
  const empty = { metrics: {}, params: {}, tags: {} };
  return {
    id,
    name: id,
    experiment: "1",
    experiment_name: "search",
    status: "FINISHED",
    started_at: "2026-01-01T00:00:00Z",
    ...empty,
    ...logged,
  };
}

const runs = [
  run("a", {
    params: { lr: "0.1", depth: "3", note: "x" },
    metrics: { auc: 0.9, loss: 0.4 },
    tags: { "mlflow.user": "u" },
  }),
  run("b", { params: { lr: "0.01", depth: "3" }, metrics: { auc: 0.95, loss: "NaN" } }),
  run("c", { params: { lr: "none", depth: "3" }, metrics: { auc: 0.95, loss: 0.2 } }),
];

describe("what runs differ in", () => {
  it("leaves out what is the same everywhere and the tags that clients set for themselves", () => {
    const ids = columnsOf(runs)
      .filter((column) => isDifferent(runs, column))
      .map(columnId);
    expect(ids).toEqual(["params.lr", "params.note", "metrics.auc", "metrics.loss"]);
    expect(columnsOf(runs).map(columnId)).toContain("params.depth");
  });

  it("does not call two NaN different", () => {
    const both = [run("a", { metrics: { loss: "NaN" } }), run("b", { metrics: { loss: "NaN" } })];
    expect(isDifferent(both, { kind: "metrics", key: "loss" })).toBe(false);
  });

  it("tells numeric parameters from words", () => {
    expect(isNumeric(runs, { kind: "params", key: "depth" })).toBe(true);
    expect(isNumeric(runs, { kind: "params", key: "lr" })).toBe(false);
    expect(numberOf(run("d", { params: { empty: " " } }), { kind: "params", key: "empty" })).toBeUndefined();
  });

  it("keeps dots inside keys", () => {
    expect(parseColumn("metrics.val.auc")).toEqual({ kind: "metrics", key: "val.auc" });
    expect(parseColumn("secrets.x")).toBeUndefined();
  });
});

describe("the best run", () => {
  it("is guessed to have little loss and much of everything else, until the visitor turns it round", () => {
    expect(["val_loss", "rmse", "log_loss", "latency_ms_p99"].map((key) => directionOf(key))).toEqual(
      Array(4).fill("lowest"),
    );
    expect(["auc", "accuracy", "closeness", "f1_score"].map((key) => directionOf(key))).toEqual(
      Array(4).fill("highest"),
    );
    expect(directionOf("auc", ["auc"])).toBe("lowest");
  });

  it("is never one without a number, and equal ones share the mark", () => {
    expect(ranked(runs, { kind: "metrics", key: "loss" }, "lowest").map(({ id }) => id)).toEqual(["c", "a"]);
    expect([...bestOf(runs, { kind: "metrics", key: "auc" }, "highest")]).toEqual(["b", "c"]);
    expect(bestOf([runs[0], runs[0]] as ComparedRun[], { kind: "metrics", key: "auc" }, "highest").size).toBe(0);
  });

  it("is told against the baseline by value and share", () => {
    expect(deltaOf(0.3, 0.4, "lowest")).toMatchObject({ verdict: "better" });
    expect(deltaOf(0.3, 0.4, "lowest").share).toBeCloseTo(-0.25);
    expect(deltaOf(1, 0, "highest").share).toBeUndefined();
    expect(deltaOf(-3, -2, "highest")).toEqual({ value: -1, share: -0.5, verdict: "worse" });
  });
});

describe("colours of runs", () => {
  const ids = Array.from({ length: 10 }, (_, index) => `run${index}`);
  it("are all different for ten runs", () => {
    expect(new Set(runColors(ids).values()).size).toBe(10);
  });
  it("stay when the last runs leave", () => {
    const before = runColors(ids);
    const after = runColors(ids.slice(0, 6));
    for (const [id, color] of after) expect(before.get(id)).toBe(color);
  });
  it("are spread evenly over a thousand runs", () => {
    const many = [...runColors(Array.from({ length: 1000 }, (_, index) => String(index))).values()];
    for (let color = 0; color < 10; color += 1) expect(many.filter((each) => each === color)).toHaveLength(100);
  });
});

describe("the selection in the address", () => {
  it("reads ids once each, or a search", () => {
    expect(parseSelection("?runs=a,b,a,")).toEqual({ by: "ids", ids: ["a", "b"] });
    expect(parseSelection("?experiment=1&filter=metrics.auc%20%3E%200.9&limit=5000")).toEqual({
      by: "search",
      experiments: "1",
      filter: "metrics.auc > 0.9",
      orderBy: "",
      limit: 1000,
    });
    expect(parseSelection("?limit=3")).toEqual({ by: "nothing" });
  });
  it("is saved with how it is shown, without team and view", () => {
    expect(queryToSave("?view=7&team=ml&tab=curves", { by: "ids", ids: ["a", "b"] })).toBe("runs=a,b&tab=curves");
  });
  it("is asked for in portions", () => {
    expect(portions([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  });
});
