import { describe, expect, it } from "vitest";
import { momentOf } from "./range";

const NOW = Date.parse("2026-11-20T12:00:00Z");

describe("a moment as people type it", () => {
  it("may be now, so long ago, or a written time", () => {
    expect(momentOf("now", NOW)).toBe(NOW);
    expect(momentOf("-90m", NOW)).toBe(NOW - 5_400_000);
    expect(momentOf("-2d", NOW)).toBe(NOW - 172_800_000);
    expect(momentOf("2026-11-20T08:00:00Z", NOW)).toBe(Date.parse("2026-11-20T08:00:00Z"));
    expect(momentOf("2026-11-20 08:00", NOW)).toBe(Date.parse("2026-11-20T08:00"));
  });

  it("is nothing when it cannot be read", () => {
    for (const text of ["", "yesterday", "-m", "5", "-1y", "2026-99-99"]) expect(momentOf(text, NOW)).toBeUndefined();
  });
});
