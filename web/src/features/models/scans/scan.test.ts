import { describe, expect, it } from "vitest";
import { scanSentence } from "./sentence";

const clean = { findings: [], harmless: 0, scanned: 0, without: 3, unread: [] };
const finding = (severity: "dangerous" | "unknown") => ({ severity, file: "model.pkl", module: "os", name: "system" });

describe("what a scan found", () => {
  it("is told in plain words, the worst first", () => {
    expect(scanSentence({ ...clean, findings: [finding("dangerous"), finding("unknown")] })).toMatch(
      /^Loading it makes 1 import that can run commands.* and 1 import of libraries/,
    );
    expect(scanSentence({ ...clean, findings: [finding("unknown"), finding("unknown")] })).toContain("2 imports");
    expect(scanSentence({ ...clean, scanned: 2, harmless: 14 })).toContain("14 in all");
    expect(scanSentence(clean)).toContain("holds a pickle");
  });

  it("promises nothing about what was not read", () => {
    expect(scanSentence({ ...clean, unread: [{ file: "a.7z", why: "packed" }] })).not.toContain("None of its files");
  });
});
