import { describe, expect, it } from "vitest";
import { addressOf, localText, momentOfAddress } from "./moment";

describe("the moment", () => {
  it("comes back from the field as it went there", () => {
    const at = Date.parse("2026-05-04T12:00:07Z");
    expect(addressOf(localText(at))).toBe("2026-05-04T12:00:07Z");
  });

  it("is now when nothing readable is there", () => {
    expect(addressOf("")).toBeUndefined();
    expect(momentOfAddress(undefined, 0)).toBeUndefined();
    expect(momentOfAddress("now", 0)).toBeUndefined();
    expect(momentOfAddress("yesterday", 0)).toBeUndefined();
  });

  it("stays the same within a minute when it is relative", () => {
    const now = Date.parse("2026-05-04T12:00:07Z");
    expect(momentOfAddress("-1d", now)).toBe(Date.parse("2026-05-03T12:00:00Z"));
    expect(momentOfAddress("-1d", now + 20_000)).toBe(momentOfAddress("-1d", now));
  });
});
