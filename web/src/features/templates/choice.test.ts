import { describe, expect, it } from "vitest";
import { addressOf, bodyOf, choiceOf, commandsOf } from "./choice";

const DEFAULTS = { depth: "4", trees: "50" };

describe("a choice in the address", () => {
  it("is read back as it was written", () => {
    const choice = { template: "sklearn", name: "churn", owner: "risk", parameters: { depth: "6", trees: "80" } };
    const address = addressOf(choice, "default", DEFAULTS) as Record<string, string>;
    expect(choiceOf(`?${new URLSearchParams(address)}`, "default")).toEqual(choice);
  });

  it("leaves out what is as the template and the visitor have it anyway", () => {
    const choice = { template: "sklearn", name: "churn", owner: "default", parameters: { depth: "4" } };
    expect(addressOf(choice, "default", DEFAULTS)).toEqual({
      template: "sklearn",
      name: "churn",
      owner: undefined,
      "p.depth": undefined,
    });
  });

  it("goes to the visitor's own team when it names none", () => {
    expect(choiceOf("?template=empty", "risk").owner).toBe("risk");
  });
});

describe("what the server is asked", () => {
  it("names the team only where the manifest must", () => {
    const choice = { template: "empty", name: "hi", parameters: {} };
    expect(bodyOf({ ...choice, owner: "default" })).toEqual({ name: "hi", parameters: {} });
    expect(bodyOf({ ...choice, owner: "risk" })).toEqual({ name: "hi", parameters: {}, team: "risk" });
  });
});

describe("the same in a terminal", () => {
  it("passes only parameters that differ, quoted when they must be", () => {
    const choice = { template: "empty", name: "hi", owner: "default", parameters: { name: "all of you" } };
    expect(commandsOf(choice, "hello", { name: "world" })).toEqual([
      "roadbed init hi --template empty && cd hi",
      "roadbed run hello -p 'name=all of you'",
    ]);
  });

  it("makes the project in its team first", () => {
    const choice = { template: "sklearn", name: "churn", owner: "risk", parameters: { depth: "4" } };
    expect(commandsOf(choice, "train", DEFAULTS)).toEqual([
      "roadbed init churn --template sklearn && cd churn",
      "roadbed create project churn --team risk",
      "roadbed run train",
    ]);
  });
});
