import type { Scale } from "./scale";
import { placeOf } from "./scale";

/** A sampled series as the server sends it: per bucket that holds points, the last value and both extremes. */
export interface SampledSeries {
  run: string;
  key: string;
  /** Points before sampling. */
  points: number;
  bucket: number[];
  /** Exact places of the points, where each bucket holds one. */
  x?: number[] | null | undefined;
  /** Left out where every bucket holds one value. */
  min?: (number | null)[] | null | undefined;
  max?: (number | null)[] | null | undefined;
  last: (number | null)[];
}

export interface SampledAnswer {
  from: number;
  to: number;
  buckets: number;
  series: SampledSeries[];
}

/** A series ready to be drawn. */
export interface Polyline {
  run: string;
  key: string;
  points: number;
  /** Corners of the line, x ascending. NaN in `y` is a gap. */
  x: Float64Array;
  y: Float64Array;
  /** Which sample each corner belongs to. */
  sampleOf: Uint32Array;
  /** One per bucket that holds points. */
  samples: { x: Float64Array; low: Float64Array; high: Float64Array; last: Float64Array };
}

export interface Extents {
  x: [number, number];
  y: [number, number];
}

/** Where the corners of a bucket with several values stand, as shares of its width before and behind its middle. */
const FIRST_CORNER = -3 / 8;
const SECOND_CORNER = 1 / 8;
const LAST_CORNER = 1 / 2;

/**
 * Turns sampled series into lines. A bucket with one value is one corner. One with several is up to three: its extremes, the one nearer to
 * where the line comes from first, then its last value. So a spike of a single step is seen however many steps a bucket holds, and a
 * slope stays a slope.
 */
export function polylinesOf(answer: SampledAnswer): Polyline[] {
  const width = (answer.to - answer.from) / Math.max(1, answer.buckets);
  return answer.series.map((series) => polylineOf(series, answer.from, width));
}

function polylineOf(
  { run, key, points, bucket, x, last, min, max }: SampledSeries,
  from: number,
  width: number,
): Polyline {
  const numbers = (values: (number | null)[]) => Float64Array.from(values, (value) => value ?? Number.NaN);
  const lastValues = numbers(last);
  const samples = {
    x: x ? Float64Array.from(x) : Float64Array.from(bucket, (index) => from + (index + 0.5) * width),
    low: min ? numbers(min) : lastValues,
    high: max ? numbers(max) : lastValues,
    last: lastValues,
  };
  const corners: { x: number[]; y: number[]; sampleOf: number[] } = { x: [], y: [], sampleOf: [] };
  let before = Number.NaN;
  for (let index = 0; index < lastValues.length; index += 1) {
    const add = (share: number, y: number) => {
      corners.x.push((samples.x[index] ?? 0) + share * width);
      corners.y.push(y);
      corners.sampleOf.push(index);
    };
    const [low, high, end] = [samples.low[index] ?? 0, samples.high[index] ?? 0, lastValues[index] ?? Number.NaN];
    if (!(low < high)) add(0, end);
    else {
      // The first bucket begins at the extreme that it does not end at.
      const comesFromAbove = Number.isNaN(before)
        ? end - low < high - end
        : Math.abs(before - high) < Math.abs(before - low);
      const [first, second] = comesFromAbove ? [high, low] : [low, high];
      add(FIRST_CORNER, first);
      if (second !== end) add(SECOND_CORNER, second);
      add(LAST_CORNER, end);
    }
    before = end;
  }
  return {
    run,
    key,
    points,
    x: Float64Array.from(corners.x),
    y: Float64Array.from(corners.y),
    sampleOf: Uint32Array.from(corners.sampleOf),
    samples,
  };
}

/** Smallest and largest values; only positive ones where the axis is logarithmic, and only between `within`, when given. */
export function extentsOf(lines: Polyline[], logarithmic: boolean, within?: [number, number]): Extents {
  const extents: Extents = {
    x: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    y: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  };
  const widen = (range: [number, number], value: number) => {
    if (value < range[0]) range[0] = value;
    if (value > range[1]) range[1] = value;
  };
  for (const { x, y } of lines) {
    for (let index = 0; index < x.length; index += 1) {
      const at = x[index] ?? Number.NaN;
      if (within && (at < within[0] || at > within[1])) continue;
      widen(extents.x, at);
      const value = y[index] ?? Number.NaN;
      if (Number.isFinite(value) && (!logarithmic || value > 0)) widen(extents.y, value);
    }
  }
  return extents;
}

/** The part of the canvas that lines are drawn in, in CSS pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What a line is drawn with: the calls of a canvas path. */
export interface PathTarget {
  moveTo: (x: number, y: number) => void;
  lineTo: (x: number, y: number) => void;
}

/** Traces a line. What has no place (NaN, or below 0 on a logarithmic axis) leaves a gap. */
export function trace(target: PathTarget, line: Polyline, xScale: Scale, yScale: Scale, box: Box): void {
  let isJoined = false;
  for (let index = 0; index < line.x.length; index += 1) {
    const x = box.left + placeOf(xScale, line.x[index] ?? 0) * box.width;
    const y = box.top + (1 - placeOf(yScale, line.y[index] ?? Number.NaN)) * box.height;
    if (!Number.isFinite(y)) isJoined = false;
    else if (isJoined) target.lineTo(x, y);
    else {
      target.moveTo(x, y);
      isJoined = true;
    }
  }
}
