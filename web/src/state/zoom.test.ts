import { expect, test } from "vitest";
import { dragged, shifted, zoomed } from "./zoom";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const HOUR = { from: "2026-11-20T10:00:00Z", to: "2026-11-20T11:00:00Z" };

test("zooming in keeps the middle of a range that lies in the past", () => {
  expect(zoomed(HOUR, 0.5, NOW)).toEqual({ from: "2026-11-20T10:15:00Z", to: "2026-11-20T10:45:00Z" });
});

test("a range up to now stays up to now", () => {
  expect(zoomed({ from: "-1h", to: "now" }, 2, NOW)).toEqual({ from: "2026-11-20T10:00:00Z", to: "now" });
});

test("going later stops at now and keeps the length", () => {
  const later = { from: "2026-11-20T11:30:00Z", to: "now" };
  expect(shifted({ from: "2026-11-20T11:20:00Z", to: "2026-11-20T11:50:00Z" }, 1, NOW)).toEqual(later);
  expect(shifted(HOUR, -1, NOW)).toEqual({ from: "2026-11-20T09:30:00Z", to: "2026-11-20T10:30:00Z" });
});

test("a tiny drag still gives a range that shows something", () => {
  const second = NOW / 1000 - 100;
  const range = dragged(second, second + 0.2, NOW);
  expect(Date.parse(range.to) - Date.parse(range.from)).toBeGreaterThanOrEqual(10_000);
});
