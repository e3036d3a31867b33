import { describe, expect, it } from "vitest";
import { picosOf, priceText } from "./picos";

describe("prices", () => {
  it("go to text and back without losing a digit", () => {
    for (const text of ["0.0316", "0", "12", "0.000000000001", "9.5"])
      expect(priceText(picosOf(text) ?? -1)).toBe(text);
  });

  it("take a comma and refuse what is no price", () => {
    expect(picosOf("0,5")).toBe(500_000_000_000);
    for (const text of ["", "-1", "1e3", "a", "0.0000000000001", "99999999"]) expect(picosOf(text)).toBeUndefined();
  });
});
