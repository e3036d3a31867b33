import type { Series } from "../../../charts/TimeChart";
import { smoothed } from "./smooth";

/** The x axis that all sampled curves of an answer share. */
export interface Axis {
  from: number;
  to: number;
  buckets: number;
}

/** A sampled curve, as the server sends it: one place per bucket that holds points. */
export interface SampledCurve {
  bucket: number[];
  /** Exact places; only when each bucket holds one point. */
  x?: number[] | null | undefined;
  /** Left out, with `max`, when every bucket holds one value. */
  min?: (number | null)[] | null | undefined;
  max?: (number | null)[] | null | undefined;
  last: (number | null)[];
}

/**
 * Where the points of a curve stand: exactly where that is known, else in the middle of their bucket. A step is whole, also in the
 * middle.
 */
export function placesOf(curve: SampledCurve, axis: Axis, isStep: boolean): number[] {
  const width = (axis.to - axis.from) / axis.buckets;
  if (curve.x) return curve.x;
  const middles = curve.bucket.map((bucket) => axis.from + (bucket + 0.5) * width);
  return isStep ? middles.map(Math.floor) : middles;
}

/** A logarithm of nothing or less is nothing to draw. */
function drawable(values: (number | null)[], isLogarithmic: boolean): (number | null)[] {
  return isLogarithmic ? values.map((value) => (value !== null && value > 0 ? value : null)) : values;
}

/**
 * What a chart draws of a curve. Unsmoothed: the line with the range of each bucket around it, so that a spike of one step is seen.
 * Smoothed: the smooth line, with what was logged pale behind it.
 */
export function linesOf(curve: SampledCurve, options: { smoothing: number; isLogarithmic: boolean }): Series[] {
  const { smoothing, isLogarithmic } = options;
  const logged = drawable(curve.last, isLogarithmic);
  const band =
    curve.min && curve.max ? { low: drawable(curve.min, isLogarithmic), high: drawable(curve.max, isLogarithmic) } : {};
  if (smoothing <= 0) return [{ label: "last", values: logged, color: 0, ...band }];
  return [
    { label: "logged", values: logged, color: 0, faint: true, ...band },
    { label: "smoothed", values: drawable(smoothed(curve.last, smoothing), isLogarithmic), color: 0 },
  ];
}
