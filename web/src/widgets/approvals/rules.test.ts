import { describe, expect, it } from "vitest";
import { approversWords, conditionsOf } from "./rules";

describe("what an alias asks for", () => {
  it("has a condition on each line that is not empty", () => {
    expect(conditionsOf(" auc >= 0.9 \n\n\nloss < 1\n")).toEqual(["auc >= 0.9", "loss < 1"]);
    expect(conditionsOf("")).toEqual([]);
  });

  it("says how many people must agree", () => {
    expect(approversWords(0)).toBeUndefined();
    expect(approversWords(1)).toContain("1 person");
    expect(approversWords(3)).toContain("3 people");
  });
});
