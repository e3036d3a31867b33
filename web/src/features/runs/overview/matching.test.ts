import { expect, it } from "vitest";
import { matching } from "./matching";

const items = [
  { name: "learning_rate", value: "0.1" },
  { name: "model", value: "LightGBM" },
];

it("finds by name and by value, each typed word, in any case", () => {
  expect(matching(items, "lightgbm model")).toEqual([items[1]]);
  expect(matching(items, "0.1")).toEqual([items[0]]);
  expect(matching(items, "  ")).toBe(items);
  expect(matching(items, "rate lightgbm")).toEqual([]);
});
