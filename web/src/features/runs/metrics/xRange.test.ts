import { describe, expect, it } from "vitest";
import { movedRange, parseRange, wholeSteps, writeRange, zoomedRange } from "./xRange";

describe("a range of the x axis in the address", () => {
  it("comes back as it was written", () => {
    for (const range of [
      { from: 0, to: 250 },
      { from: -3.5, to: 1764428400.25 },
      { from: 1e-7, to: 2e-7 },
    ])
      expect(parseRange(writeRange(range))).toEqual(range);
  });

  it("is none when it makes no sense", () => {
    for (const text of [undefined, "", "5..5", "9..3", "a..b", "1..2..3", "...."])
      expect(parseRange(text)).toBeUndefined();
  });
});

describe("zooming without a drag", () => {
  const range = { from: 100, to: 200 };

  it("keeps the middle", () => {
    expect(zoomedRange(range, 0.5)).toEqual({ from: 125, to: 175 });
    expect(zoomedRange(zoomedRange(range, 0.5), 2)).toEqual(range);
  });

  it("moves by half of what is seen", () => {
    expect(movedRange(range, 1)).toEqual({ from: 150, to: 250 });
    expect(movedRange(range, -1)).toEqual({ from: 50, to: 150 });
  });

  it("never ends up between two steps", () => {
    expect(wholeSteps({ from: 3.2, to: 3.4 })).toEqual({ from: 3, to: 4 });
  });
});
