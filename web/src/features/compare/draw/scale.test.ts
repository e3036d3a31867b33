import { describe, expect, it } from "vitest";
import { placeOf, scaleOver, ticksOf, valueAtPlace } from "./scale";

describe("scales", () => {
  it("lead there and back", () => {
    for (const scale of [scaleOver(0.5, 2), scaleOver(0.001, 10, true)]) {
      for (const value of [0.5, 0.9, 2]) expect(valueAtPlace(scale, placeOf(scale, value))).toBeCloseTo(value, 10);
    }
  });

  it("show a single value in the middle, and something when there is none", () => {
    expect(placeOf(scaleOver(3, 3), 3)).toBeCloseTo(0.5);
    expect(placeOf(scaleOver(5, 5, true), 5)).toBeCloseTo(0.5);
    expect(scaleOver(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)).toMatchObject({ low: 0, high: 1 });
  });

  it("stay linear where a logarithm does not exist", () => {
    expect(scaleOver(-1, 10, true).logarithmic).toBe(false);
  });
});

describe("ticks", () => {
  const labels = (low: number, high: number, logarithmic = false) =>
    ticksOf({ low, high, logarithmic }, 5).map(({ label }) => label);
  it("are round and readable", () => {
    expect(labels(0, 1)).toEqual(["0", "0.2", "0.4", "0.6", "0.8", "1"]);
    expect(labels(0, 9_800)).toEqual(["0", "2000", "4000", "6000", "8000"]);
    expect(labels(0, 50_000)).toEqual(["0", "10K", "20K", "30K", "40K", "50K"]);
    expect(labels(0.0001, 10, true)).toEqual(
      ["1e-4", "0.001", "0.01", "0.1", "1", "10"].map((text) => text.replace("1e-4", "0.0001")),
    );
  });
  it("of times stand on whole minutes", () => {
    const hour = ticksOf({ low: 1_767_225_600, high: 1_767_229_200, logarithmic: false }, 6, "time");
    expect(hour.every(({ value }) => value % 900 === 0)).toBe(true);
    expect(hour[0]?.label).toMatch(/^\d\d:\d\d$/);
  });
  it("never become endless", () => {
    expect(ticksOf(scaleOver(1e-300, 1e300, true), 6).length).toBeLessThan(20);
    expect(ticksOf(scaleOver(0, 1e-12), 6).length).toBeLessThan(20);
  });
});
