import { describe, expect, it } from "vitest";
import { changedParameters } from "./parameters";

describe("parameters of a job that runs again", () => {
  it("sends only what was changed, as the kind it was", () => {
    const before = { depth: 4, name: "a", verbose: true, list: [1] };
    const texts = { depth: "6", name: "a", verbose: "false", list: "[1, 2]" };
    expect(changedParameters(before, texts)).toEqual({ depth: 6, verbose: false, list: [1, 2] });
  });

  it("leaves what does not fit to the server", () => {
    expect(changedParameters({ depth: 4 }, { depth: "deep" })).toEqual({ depth: "deep" });
    expect(changedParameters({ depth: 4 }, { depth: "" })).toEqual({ depth: "" });
  });
});
