import { describe, expect, it } from "vitest";
import { listed, versionSentence } from "./sentence";

const origin = { datasets: [] };
const production = {
  model: "churn",
  at: "2026-05-04T12:00:00Z",
  aliases: [
    { alias: "champion", version: 1, since: "", moved_by: "user:ana", approved_by: [], origin },
    { alias: "candidate", version: 2, since: "", moved_by: "user:ana", approved_by: [], origin },
  ],
  services: [
    { service: "live", version: 1, revision: 1, since: "" },
    { service: "batch", version: 1, revision: 4, since: "" },
  ],
};

describe("what was in production", () => {
  it("is told of one version", () => {
    expect(versionSentence(production, 1, false)).toBe(
      "Then this version was @champion, and live and batch answered with it.",
    );
    expect(versionSentence(production, 2, true)).toBe("Now this version is @candidate.");
    expect(versionSentence(production, 3, false)).toBe(
      "Then no alias named this version and no service answered with it.",
    );
    expect(versionSentence({ ...production, services: production.services.slice(0, 1) }, 1, true)).toBe(
      "Now this version is @champion, and live answers with it.",
    );
  });

  it("lists names as people do", () => {
    expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed)).toEqual(["", "a", "a and b", "a, b and c"]);
  });
});
