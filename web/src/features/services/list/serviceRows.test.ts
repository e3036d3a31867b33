import { expect, test } from "vitest";
import type { Schemas } from "../../../api/client";
import { filterRows, rowsOf, sortRows } from "./serviceRows";

const service = (name: string, health: string, model = `${name}/1`) =>
  ({ name, health, model, team: "growth", project: "churn" }) as Schemas["ServiceView"];
const traffic = (name: string, perSecond: number) =>
  ({ service: name, requests_per_second: perSecond }) as Schemas["ServiceTraffic"];

const ROWS = rowsOf(
  [service("a", "healthy"), service("b", "failing"), service("c", "unknown", "Fraud/2")],
  [traffic("a", 5), traffic("b", 50)],
  [{ object: "service/a", micros: 7 }, { object: "job/a", micros: 100 }, { micros: 9 }],
);
const names = (rows: typeof ROWS) => rows.map(({ service }) => service.name).join("");
const ALL = { text: "", states: [], team: undefined, project: undefined };

test("what hurts callers stands first", () => {
  expect(names(sortRows(ROWS, "health"))).toBe("bca");
});

test("what is not known comes last, whichever way is up", () => {
  expect(names(sortRows(ROWS, "requests"))).toBe("abc");
  expect(names(sortRows(ROWS, "-requests"))).toBe("bac");
});

test("a service pays for itself and not for a job of its name", () => {
  expect(ROWS[0]?.costMicros).toBe(7);
});

test("the filter finds models in any case, and states", () => {
  expect(names(filterRows(ROWS, { ...ALL, text: "fraud" }))).toBe("c");
  expect(names(filterRows(ROWS, { ...ALL, states: ["healthy", "failing"] }))).toBe("ab");
  expect(names(filterRows(ROWS, { ...ALL, team: "other" }))).toBe("");
});
