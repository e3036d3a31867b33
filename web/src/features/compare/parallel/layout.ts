import type { ComparedRun } from "../data/columns";
import { type Axis, placeOnAxis } from "../draw/axes";
import type { Point, Size } from "../draw/Canvas";
import { segmentDistance } from "../draw/nearest";

/** Where the axes stand, in CSS pixels. */
export interface ParallelLayout {
  /** One per axis. */
  x: number[];
  top: number;
  bottom: number;
  /** Where runs pass that have nothing on an axis. */
  missing: number;
}

/** Axes nearer to each other cannot be read; then the chart scrolls. */
export const LEAST_AXIS_PIXELS = 112;
const SIDE = 64;
const TOP = 44;
/** Pixels around an axis in which a drag brushes it. */
const GRIP = 16;

export function layoutParallel(axes: number, { width, height }: Size): ParallelLayout {
  const room = Math.max(0, width - 2 * SIDE);
  const x = Array.from({ length: axes }, (_, index) => SIDE + (axes < 2 ? room / 2 : (index * room) / (axes - 1)));
  return { x, top: TOP, bottom: height - 44, missing: height - 16 };
}

/** The line of a run: its height on each axis. */
export function pathOf(run: ComparedRun, axes: Axis[], layout: ParallelLayout): Float64Array {
  return Float64Array.from(axes, (axis) => {
    const place = placeOnAxis(axis, run);
    return place === undefined ? layout.missing : layout.bottom - place * (layout.bottom - layout.top);
  });
}

/** Number of the axis that a point grips; -1 for none. */
export function grippedAxis(at: Point, layout: ParallelLayout): number {
  return layout.x.findIndex((x) => Math.abs(x - at.x) <= GRIP);
}

/** The place on an axis at a height; below 0 or above 1 beyond its ends. */
export function placeAt(y: number, { top, bottom }: ParallelLayout): number {
  return (bottom - y) / (bottom - top);
}

/** The line nearest to a point, as the number of its path; -1 when none is within reach. */
export function nearestPath(paths: Float64Array[], at: Point, layout: ParallelLayout, within: number): number {
  let right = layout.x.findIndex((x) => x >= at.x);
  if (right < 0) right = layout.x.length - 1;
  const left = Math.max(0, right - 1);
  const [from, to] = [layout.x[left] ?? 0, layout.x[right] ?? 0];
  let [best, distance] = [-1, within];
  paths.forEach((path, index) => {
    const found = segmentDistance(at, { x: from, y: path[left] ?? 0 }, { x: to, y: path[right] ?? 0 });
    if (found < distance) [best, distance] = [index, found];
  });
  return best;
}
