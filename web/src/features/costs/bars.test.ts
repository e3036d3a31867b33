import { describe, expect, it } from "vitest";
import { barsOf } from "./bars";

const step = (at: string, by: [string, number][], idle = 5) => ({
  at,
  idle_micros: idle,
  unattributed_micros: 0,
  by: by.map(([name, micros]) => ({ name, micros })),
});

describe("bars of a bill", () => {
  it("add up to the whole whatever the number of spenders", () => {
    const many = Array.from({ length: 20 }, (_, number): [string, number] => [`job ${number}`, number + 1]);
    const [bar] = barsOf([step("2026-11-20T00:00:00Z", many)], false);
    const sum = bar?.parts.reduce((total, part) => total + part.value, 0);
    expect(sum).toBe(210 + 5);
    expect(bar?.parts.map((part) => part.name)).toContain("others");
  });

  it("keep the order of parts on all bars, so that colours mean the same", () => {
    const bars = barsOf([step("2026-11-20T00:00:00Z", [["a", 1]]), step("2026-11-21T00:00:00Z", [["b", 9]])], false);
    expect(bars.map((bar) => bar.parts.map((part) => part.name))).toEqual([
      ["b", "a", "idle"],
      ["b", "a", "idle"],
    ]);
    expect(bars[0]?.label).toBe("20 Nov");
  });
});
