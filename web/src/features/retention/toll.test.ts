import { describe, expect, it } from "vitest";
import { daysOf, daysWords, keptWords, tollWords } from "./toll";

const none = { runs: 0, logged_models: 0, traces: 0, files: 0, bytes: 0, bytes_freed: 0, kept: 0, more: false };

describe("what a policy takes", () => {
  it("is told in runs, files and bytes", () => {
    expect(tollWords(none)).toBe("nothing");
    expect(tollWords({ ...none, runs: 1 })).toBe("1 run");
    expect(tollWords({ ...none, runs: 1200, files: 1, bytes: 2048 })).toBe("1,200 runs with 1 file, 2 KiB");
    expect(tollWords({ ...none, runs: 2, traces: 1 })).toBe("2 runs with 1 trace");
    expect(tollWords({ ...none, runs: 500, more: true })).toBe("more than 500 runs");
  });

  it("says what stays and why", () => {
    expect(keptWords(none)).toBeUndefined();
    expect(keptWords({ ...none, kept: 1 })).toContain("1 run stays");
    expect(keptWords({ ...none, kept: 2 })).toContain("2 runs stay");
  });

  it("is about days", () => {
    expect([daysOf(""), daysOf(" 30 "), daysOf("x")]).toEqual([null, 30, Number.NaN]);
    expect([daysWords(null), daysWords(1), daysWords(90)]).toEqual(["never", "after 1 day", "after 90 days"]);
  });
});
