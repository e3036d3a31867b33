import { expect, test } from "vitest";
import { timeAt, timeTicks } from "./timeTicks";

const at = (text: string) => new Date(text).getTime() / 1000;

test("the day is told once, and again where a new one begins", () => {
  const ticks = ["2026-11-20T22:00:00", "2026-11-20T23:00:00", "2026-11-21T00:00:00"].map(at);
  expect(timeTicks(ticks, 3600)).toEqual(["22:00\n20 Nov", "23:00", "00:00\n21 Nov"]);
});

test("seconds only where ticks are seconds apart, and days alone over weeks", () => {
  expect(timeTicks([at("2026-11-20T22:00:05")], 5)[0]).toContain("22:00:05");
  expect(timeTicks([at("2026-11-20T00:00:00")], 86_400)).toEqual(["20 Nov"]);
});

test("below the pointer the day stands only when it is needed", () => {
  expect(timeAt(at("2026-11-20T22:00:05"), 3600)).toBe("22:00:05");
  expect(timeAt(at("2026-11-20T22:00:05"), 7 * 86_400)).toBe("20 Nov 22:00");
});
