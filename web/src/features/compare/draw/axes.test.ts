import { describe, expect, it } from "vitest";
import { type Brush, brushParam, keptRuns, parseBrush, parseBrushes, writeBrush } from "../data/brushes";
import type { ComparedColumn, ComparedRun } from "../data/columns";
import { axisOf, brushBetween, placeOnAxis, usualAxes } from "./axes";

function run(id: string, params: Record<string, string>, metrics: Record<string, unknown>): ComparedRun {
  return {
    id,
    name: id,
    experiment: "1",
    experiment_name: "search",
    status: "FINISHED",
    started_at: "",
    params,
    metrics,
    tags: {},
  };
}
const runs = [
  run("a", { lr: "0.0001", kind: "tree" }, { auc: 0.8 }),
  run("b", { lr: "0.01", kind: "net|deep" }, { auc: 0.9 }),
  run("c", { lr: "1", kind: "line" }, { auc: "NaN" }),
];
const lr: ComparedColumn = { kind: "params", key: "lr" };
const kind: ComparedColumn = { kind: "params", key: "kind" };
const auc: ComparedColumn = { kind: "metrics", key: "auc" };

describe("axes", () => {
  it("of numbers over many decades are logarithmic, so that values spread", () => {
    const axis = axisOf(runs, lr);
    expect(runs.map((each) => placeOnAxis(axis, each))).toEqual([0, expect.closeTo(0.5), 1]);
  });
  it("of words put each at its own place", () => {
    const axis = axisOf(runs, kind);
    expect(axis.words).toEqual(["line", "net|deep", "tree"]);
    expect(runs.map((each) => placeOnAxis(axis, each))).toEqual([1, 0.5, 0]);
  });
  it("have no place for what is no number", () => {
    const third = runs[2];
    expect(third && placeOnAxis(axisOf(runs, auc), third)).toBeUndefined();
  });
  it("are chosen among parameters and metrics when nobody chose", () => {
    expect(usualAxes([lr, kind, auc], runs, 8)).toEqual([lr, kind, auc]);
    const many = Array.from({ length: 20 }, (_, index): ComparedColumn => ({ kind: "params", key: `p${index}` }));
    const chosen = usualAxes([...many, auc], runs, 6);
    expect(chosen).toHaveLength(6);
    expect(chosen.at(-1)).toEqual(auc);
  });
});

describe("brushes", () => {
  it("keep what lies between their ends, and never runs without the value", () => {
    const kept = (brush: Brush, column: ComparedColumn) =>
      keptRuns(runs, new Map([[`${column.kind}.${column.key}`, brush]])).map(({ id }) => id);
    expect(kept({ from: 0.85 }, auc)).toEqual(["b"]);
    expect(kept({ to: 0.01 }, lr)).toEqual(["a", "b"]);
    expect(kept({ words: ["tree", "line"] }, kind)).toEqual(["a", "c"]);
  });
  it("survive the address, whatever characters words have", () => {
    for (const brush of [{ from: -1e-7, to: 3 }, { to: 2 }, { from: 0 }, { words: ["net|deep", "a~b", "%", ""] }]) {
      expect(parseBrush(writeBrush(brush) ?? "")).toEqual(brush);
    }
    const params = new URLSearchParams({
      [brushParam(kind)]: writeBrush({ words: ["net|deep"] }) ?? "",
      "keep.x": "1~2",
    });
    expect([...parseBrushes(`?${params}`)]).toEqual([["params.kind", { words: ["net|deep"] }]]);
    expect(parseBrush("x~y")).toBeUndefined();
    expect(parseBrush("~")).toBeUndefined();
  });
  it("come from dragging over an axis; a click is none", () => {
    expect(brushBetween(axisOf(runs, lr), 0.5, 1.2)).toEqual({ from: 0.01 });
    expect(brushBetween(axisOf(runs, lr), 0.75, 0.25)).toEqual({ from: 0.001, to: 0.1 });
    expect(brushBetween(axisOf(runs, kind), -0.1, 0.6)).toEqual({ words: ["line", "net|deep"] });
    expect(brushBetween(axisOf(runs, lr), 0.5, 0.501)).toBeUndefined();
  });
});
