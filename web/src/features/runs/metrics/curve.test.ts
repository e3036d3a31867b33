import { describe, expect, it } from "vitest";
import { linesOf, placesOf } from "./curve";

const axis = { from: 0, to: 100, buckets: 10 };
const curve = { bucket: [0, 7], min: [1, 1], max: [2, 99], last: [1.5, 1] };

describe("a sampled curve", () => {
  it("stands in the middle of its buckets", () => {
    expect(placesOf(curve, axis, false)).toEqual([5, 75]);
  });

  it("stands on whole steps, one per bucket when a bucket is one step wide", () => {
    expect(placesOf({ bucket: [0, 1, 2], last: [1, 2, 3] }, { from: 7, to: 10, buckets: 3 }, true)).toEqual([7, 8, 9]);
  });

  it("stands exactly where its points are when the server says where", () => {
    expect(placesOf({ bucket: [0, 7], x: [3, 71], last: [1, 2] }, axis, true)).toEqual([3, 71]);
  });

  it("shows a spike that lasted one step", () => {
    const [line] = linesOf(curve, { smoothing: 0, isLogarithmic: false });
    expect(line?.high).toContain(99);
  });

  it("keeps what was logged behind the smoothed line", () => {
    const lines = linesOf(curve, { smoothing: 0.6, isLogarithmic: false });
    expect(lines.map(({ label, faint }) => [label, faint])).toEqual([
      ["logged", true],
      ["smoothed", undefined],
    ]);
    expect(lines[0]?.values).toEqual(curve.last);
    expect(lines[0]?.high).toContain(99);
  });

  it("leaves out what a logarithm cannot show", () => {
    const [line] = linesOf({ bucket: [0, 1, 2], last: [0, -1, 10] }, { smoothing: 0, isLogarithmic: true });
    expect(line?.values).toEqual([null, null, 10]);
  });
});
