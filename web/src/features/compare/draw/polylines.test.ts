import { describe, expect, it } from "vitest";
import { nearestIndex, nearestLine } from "./nearest";
import { extentsOf, polylinesOf, type SampledAnswer, trace } from "./polylines";
import { scaleOver } from "./scale";

const answer: SampledAnswer = {
  from: 0,
  to: 100,
  buckets: 10,
  series: [
    // A spike of 50 in the bucket of steps 40 to 50, whose last value is 1 again.
    { run: "spiky", key: "loss", points: 100, bucket: [0, 4, 9], min: [1, 1, 1], max: [1, 50, 1], last: [1, 1, 1] },
    { run: "flat", key: "loss", points: 3, bucket: [0, 4, 9], last: [20, null, 30] },
  ],
};
const box = { left: 0, top: 0, width: 100, height: 100 };
const scale = { low: 0, high: 100, logarithmic: false };

function traced(index: number): string[] {
  const calls: string[] = [];
  const note = (name: string) => (x: number, y: number) => void calls.push(`${name} ${x},${Math.round(y)}`);
  const line = polylinesOf(answer)[index];
  if (line) trace({ moveTo: note("move"), lineTo: note("line") }, line, scale, scale, box);
  return calls;
}

describe("lines of sampled series", () => {
  it("show a spike of a single step", () => {
    expect(traced(0)).toEqual(["move 5,99", "line 41.25,99", "line 46.25,50", "line 50,99", "line 95,99"]);
    expect(extentsOf(polylinesOf(answer), false).y).toEqual([1, 50]);
  });

  it("keep a slope a slope: the extreme nearer to where the line comes from is first", () => {
    const falling = { run: "r", key: "k", points: 20, bucket: [0, 1], min: [80, 60], max: [100, 79], last: [80, 60] };
    const [line] = polylinesOf({ ...answer, series: [falling] });
    expect([...(line?.y ?? [])].slice(-2)).toEqual([79, 60]);
    expect([...(line?.x ?? [])]).toEqual([...(line?.x ?? [])].sort((one, other) => one - other));
  });

  it("leave a gap where the value is no number", () => {
    expect(traced(1)).toEqual(["move 5,80", "move 95,70"]);
  });

  it("put single points where they were logged", () => {
    const logged = { run: "r", key: "k", points: 2, bucket: [0, 4], x: [0, 43], last: [1, 2] };
    const [line] = polylinesOf({ ...answer, series: [logged] });
    expect([...(line?.x ?? [])]).toEqual([0, 43]);
  });

  it("are the same at each load", () => {
    expect(polylinesOf(answer)).toEqual(polylinesOf(structuredClone(answer)));
  });

  it("have extents of what is looked at, and positive ones for a logarithm", () => {
    expect(extentsOf(polylinesOf(answer), false, [80, 100]).y).toEqual([1, 30]);
    const below = polylinesOf({
      ...answer,
      series: [{ run: "r", key: "k", points: 2, bucket: [0, 1], last: [-3, 2] }],
    });
    expect(extentsOf(below, true).y).toEqual([2, 2]);
  });
});

describe("the run under the pointer", () => {
  const lines = polylinesOf(answer);
  it("is found on its spike, where its last value is far away", () => {
    const near = nearestLine(lines, { x: 46, y: 54 }, scale, scale, box);
    expect(near?.line.run).toBe("spiky");
    expect(near?.index).toBe(1);
    expect(near?.distance).toBeLessThan(1);
  });
  it("is found between two points of its line", () => {
    expect(nearestLine(lines, { x: 70, y: 97 }, scale, scale, box)?.line.run).toBe("spiky");
  });
  it("is found at a single point", () => {
    const [line] = polylinesOf({ ...answer, series: [{ run: "r", key: "k", points: 1, bucket: [5], last: [50] }] });
    expect(line && nearestLine([line], { x: 56, y: 51 }, scale, scale, box)?.distance).toBeLessThan(2);
  });
  it("is nothing when there are no lines", () => {
    expect(nearestLine([], { x: 1, y: 1 }, scale, scaleOver(0, 1), box)).toBeUndefined();
  });
  it("is looked up by the nearest bucket", () => {
    const values = Float64Array.from([1, 2, 4, 8]);
    expect([0, 2.9, 3.1, 99].map((wanted) => nearestIndex(values, wanted))).toEqual([0, 1, 2, 3]);
    expect(nearestIndex(new Float64Array(0), 1)).toBe(-1);
  });
});
