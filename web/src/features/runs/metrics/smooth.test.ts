import { describe, expect, it } from "vitest";
import { smoothed } from "./smooth";

const noise = Array.from({ length: 200 }, (_, index) => 1 + (index % 2 === 0 ? 0.5 : -0.5));
const spread = (values: (number | null)[]) => {
  const known = values.filter((value) => value !== null);
  return Math.max(...known) - Math.min(...known);
};

describe("smoothing", () => {
  it("leaves the line alone when it is off", () => {
    expect(smoothed(noise, 0)).toBe(noise);
  });

  it("begins at the first value", () => {
    expect(smoothed([5, 5, 5], 0.9)).toEqual([5, 5, 5].map((value) => expect.closeTo(value)));
  });

  it("makes noise smaller, the more the higher it is set", () => {
    const tail = (weight: number) => spread(smoothed(noise, weight).slice(100));
    expect(tail(0.6)).toBeLessThan(spread(noise));
    expect(tail(0.95)).toBeLessThan(tail(0.6));
  });

  it("keeps holes and goes on behind them", () => {
    const line = smoothed([1, null, 3, Number.NaN, 3], 0.5);
    expect(line[1]).toBeNull();
    expect(line[3]).toBeNull();
    expect(line[4]).toBeGreaterThan(line[2] ?? 0);
  });

  it("never leaves the range of what was logged", () => {
    const line = smoothed([0, 10, 0, 10, 3], 0.8);
    expect(Math.min(...line.map(Number))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...line.map(Number))).toBeLessThanOrEqual(10);
  });
});
