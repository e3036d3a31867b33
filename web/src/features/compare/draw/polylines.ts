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

/** A series ready to be drawn. All arrays have one value per bucket that holds points. */
export interface Polyline {
  run: string;
  key: string;
  points: number;
  x: Float64Array;
  low: Float64Array;
  high: Float64Array;
  last: Float64Array;
}

export interface Extents {
  x: [number, number];
  y: [number, number];
}

/** Turns sampled series into lines. Buckets divide `from`…`to` evenly; what holds several points is shown in its middle. */
export function polylinesOf(answer: SampledAnswer): Polyline[] {
  const width = (answer.to - answer.from) / Math.max(1, answer.buckets);
  return answer.series.map(({ run, key, points, bucket, x, last, min, max }) => {
    const numbers = (values: (number | null)[]) => Float64Array.from(values, (value) => value ?? Number.NaN);
    const lastValues = numbers(last);
    return {
      run,
      key,
      points,
      x: x ? Float64Array.from(x) : Float64Array.from(bucket, (index) => answer.from + (index + 0.5) * width),
      low: min ? numbers(min) : lastValues,
      high: max ? numbers(max) : lastValues,
      last: lastValues,
    };
  });
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
  for (const { x, low, high } of lines) {
    for (let index = 0; index < x.length; index += 1) {
      const at = x[index] ?? Number.NaN;
      if (within && (at < within[0] || at > within[1])) continue;
      widen(extents.x, at);
      for (const value of [low[index], high[index]]) {
        if (value !== undefined && Number.isFinite(value) && (!logarithmic || value > 0)) widen(extents.y, value);
      }
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

/**
 * Traces a line. Each bucket is a vertical stroke from its least to its greatest value, so that a spike of one step is seen however many
 * steps a bucket holds; strokes are joined at the last values. NaN leaves a gap.
 */
export function trace(target: PathTarget, line: Polyline, xScale: Scale, yScale: Scale, box: Box): void {
  const yOf = (value: number) => box.top + (1 - placeOf(yScale, value)) * box.height;
  let isJoined = false;
  for (let index = 0; index < line.x.length; index += 1) {
    const last = line.last[index] ?? Number.NaN;
    const x = box.left + placeOf(xScale, line.x[index] ?? 0) * box.width;
    const y = yOf(last);
    if (!Number.isFinite(y)) {
      isJoined = false;
      continue;
    }
    const [low, high] = [yOf(line.low[index] ?? last), yOf(line.high[index] ?? last)];
    const hasRange = Number.isFinite(low) && Number.isFinite(high) && low !== high;
    if (!hasRange) {
      if (isJoined) target.lineTo(x, y);
      else target.moveTo(x, y);
    } else {
      if (isJoined) target.lineTo(x, low);
      else target.moveTo(x, low);
      target.lineTo(x, high);
      target.lineTo(x, y);
    }
    isJoined = true;
  }
}
