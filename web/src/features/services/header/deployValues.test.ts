import { expect, test } from "vitest";
import { bodyOf, commandOf, type DeployValues, partsOf, referenceOf, stepsOf } from "./deployValues";

const VALUES: DeployValues = {
  service: "churn",
  project: "",
  model: "churn",
  version: "3",
  strategy: "",
  steps: "",
  again: false,
};

test("shares may be typed with or without signs", () => {
  expect(stepsOf("5, 25 %,50%")).toEqual(["5%", "25%", "50%"]);
  expect(stepsOf("0.5 many")).toEqual(["0.5%", "many"]);
  expect(stepsOf("  ")).toEqual([]);
});

test("what is left empty is left to the service", () => {
  expect(bodyOf(VALUES)).toEqual({ model: "churn/3", again: false });
});

test("steps make no sense for a release at once", () => {
  expect(bodyOf({ ...VALUES, strategy: "all_at_once", steps: "5%" })).not.toHaveProperty("steps");
});

test("a reference survives the way through a link, whatever the name holds", () => {
  for (const reference of ["churn/3", "churn@champion", "a/b c/12"]) {
    expect(referenceOf(partsOf(reference))).toBe(reference);
  }
  expect(referenceOf(partsOf("churn"))).toBeUndefined();
});

test("the command releases the same thing, quoted where a shell needs it", () => {
  const values: DeployValues = { ...VALUES, model: "it's mine", strategy: "canary", steps: "5,25", again: true };
  expect(commandOf(values)).toBe(
    "roadbed deploy churn --model 'it'\\''s mine/3' --strategy canary --steps 5%,25% --again",
  );
});
