import { describe, expect, it } from "vitest";
import { bytes, duration, measure, middle, milliseconds, money, relative, shellWord } from "./format";

describe("numbers as people read them", () => {
  it("shows measured values without false digits", () => {
    expect(
      [0.912345678, 0, 1234567, 0.00001, -3, Number.NaN, Number.POSITIVE_INFINITY].map((value) => measure(value)),
    ).toEqual(["0.91235", "0", "1.235e6", "1.000e-5", "-3", "NaN", "∞"]);
    expect(measure("NaN")).toBe("NaN");
    expect(measure(null)).toBe("");
  });

  it("tells small money from nothing", () => {
    expect([0, 12_340_000, 1_234, 9].map((micros) => money(micros, "USD"))).toEqual([
      "0.00 USD",
      "12.34 USD",
      "0.0012 USD",
      "0.000009 USD",
    ]);
  });

  it("writes lengths of time with two units", () => {
    expect([0, 3.24, 59, 61, 3600, 8000, 100_000].map(duration)).toEqual([
      "0 s",
      "3.2 s",
      "59 s",
      "1 min 1 s",
      "1 h",
      "2 h 13 min",
      "1 d 3 h",
    ]);
  });

  it("writes sizes and latencies with their unit", () => {
    expect([512, 3_565_158].map(bytes)).toEqual(["512 B", "3.4 MiB"]);
    expect([0.43, 12.34, 2100, null].map(milliseconds)).toEqual(["0.43 ms", "12.3 ms", "2.1 s", "–"]);
  });

  it("tells how long ago and how soon", () => {
    expect([0, 12_000, 200_000, 90_000_000].map((ago) => relative(1e12 - ago, 1e12))).toEqual([
      "just now",
      "12 s ago",
      "3 min ago",
      "1 d ago",
    ]);
    expect(relative(1e12 + 7_200_000, 1e12)).toBe("in 2 h");
  });
});

describe("names", () => {
  it("keep both ends when cut, and whole characters", () => {
    expect(middle("a-very-long-experiment-name-42", 11)).toBe("a-ver…me-42");
    expect(middle("💚💚💚💚💚", 3)).toBe("💚…💚");
    expect(middle("short", 10)).toBe("short");
  });

  it("cannot break out of a command that is copied", () => {
    expect(shellWord("churn/3")).toBe("churn/3");
    expect(shellWord("a b; rm -rf $HOME")).toBe("'a b; rm -rf $HOME'");
    expect(shellWord("it's")).toBe("'it'\\''s'");
  });
});
