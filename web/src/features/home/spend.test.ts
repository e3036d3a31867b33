import { describe, expect, it } from "vitest";
import { type HourOfCost, spendOf } from "./spend";

const NOW = Date.parse("2026-11-29T12:30:00Z");
const hour = (hoursAgo: number, micros: number): HourOfCost => ({
  at: new Date(Date.parse("2026-11-29T12:00:00Z") - hoursAgo * 3_600_000).toISOString(),
  idle_micros: 1,
  unattributed_micros: 0,
  by: [{ micros }],
});

describe("what was spent", () => {
  it("adds up to the whole, idle included", () => {
    const { day, week, days } = spendOf([hour(0, 10), hour(23, 20), hour(30, 40), hour(6 * 24 + 1, 80)], NOW);
    expect(day).toBe(32);
    expect(week).toBe(154);
    expect(days.map(({ micros }) => micros)).toEqual([81, 0, 0, 0, 0, 41, 32]);
  });

  it("is nothing when nothing was metered", () => {
    expect(spendOf([], NOW)).toMatchObject({ day: 0, week: 0 });
  });

  it("leaves out what is older than the week", () => {
    expect(spendOf([hour(24 * 8, 5)], NOW).week).toBe(0);
  });
});
