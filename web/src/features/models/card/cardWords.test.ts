import { expect, it } from "vitest";
import { approvalWords, scanWords } from "./cardWords";

it("says what a scan found and what it did not read", () => {
  expect(scanWords(null)).toMatch(/outside this server/);
  expect(scanWords({ severity: "harmless", findings: 0, scanned: 2, unread: 0 })).toBe(
    "loading it imports only well-known libraries",
  );
  expect(scanWords({ severity: "unknown", findings: 2, scanned: 1, unread: 1 })).toBe(
    "2 imports of libraries that are not known here; 1 file not read to the end",
  );
  expect(scanWords({ severity: "dangerous", findings: 1, scanned: 1, unread: 0 })).toMatch(/can run commands/);
});

it("tells an approval that ended from one that counts", () => {
  const given = { alias: "release", person: "dora", comment: "", given_at: "2026-01-01T00:00:00Z" };
  expect(approvalWords(given)).toBe("dora agreed to @release");
  expect(approvalWords({ ...given, revoked_because: "wrong" })).toBe("dora agreed to @release, which ended,");
});
