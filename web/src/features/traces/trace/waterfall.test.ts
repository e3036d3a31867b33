import { describe, expect, it } from "vitest";
import { firstOfInterest, microseconds, openRows, rowsOf, type Step, spanOf, valueText } from "./waterfall";

function step(id: string, depth: number, start_us: number, duration_us: number | null, more: Partial<Step> = {}): Step {
  return {
    id,
    depth,
    start_us,
    duration_us,
    name: id,
    kind: "CHAIN",
    status: "OK",
    attributes: {},
    events: [],
    ...more,
  };
}
const steps = [step("a", 0, 0, 1000), step("b", 1, 100, 400), step("c", 2, 200, 100), step("d", 1, 500, null)];

describe("the bars of a trace", () => {
  it("lie where their steps lie in time", () => {
    const rows = rowsOf(steps);
    expect(rows.map(({ start, length }) => [start, length])).toEqual([
      [0, 1],
      [0.1, 0.4],
      [0.2, 0.1],
      [0.5, 0.5],
    ]);
    expect(rows.map(({ isParent }) => isParent)).toEqual([true, true, false, false]);
  });

  it("stay inside whatever clocks say", () => {
    const odd = [step("a", 0, 0, 10), step("b", 1, -5, 100), step("c", 1, 95, -7)];
    expect(spanOf(odd)).toEqual({ from: -5, to: 95 });
    for (const { start, length } of rowsOf(odd)) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(length).toBeGreaterThanOrEqual(0);
      expect(start + length).toBeLessThanOrEqual(1);
    }
    expect(rowsOf([step("a", 0, 0, 0)])[0]?.length).toBe(0);
    expect(rowsOf([])).toEqual([]);
  });

  it("are hidden with the step above that is closed", () => {
    const names = (closed: string[]) => openRows(rowsOf(steps), new Set(closed)).map((row) => row.step.id);
    expect(names([])).toEqual(["a", "b", "c", "d"]);
    expect(names(["b"])).toEqual(["a", "b", "d"]);
    expect(names(["a"])).toEqual(["a"]);
  });
});

describe("a trace", () => {
  it("opens where it went wrong, as deep as it goes", () => {
    expect(firstOfInterest(steps)?.id).toBe("a");
    const wrong = [
      step("a", 0, 0, 9, { status: "ERROR" }),
      step("b", 1, 0, 9, { status: "ERROR", parent: "a" }),
      step("c", 1, 0, 9),
    ];
    expect(firstOfInterest(wrong)?.id).toBe("b");
    expect(firstOfInterest([])).toBeUndefined();
  });

  it("writes times and values as people read them", () => {
    expect([microseconds(850), microseconds(1400), microseconds(2_100_000), microseconds(null)]).toEqual([
      "850 µs",
      "1.4 ms",
      "2.1 s",
      "under way",
    ]);
    expect(valueText("<b>")).toBe("<b>");
    expect(valueText({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(valueText(undefined)).toBe("");
  });
});
