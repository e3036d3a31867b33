import type { Box, Polyline } from "./polylines";
import { placeOf, type Scale, valueAtPlace } from "./scale";

export interface Near {
  line: Polyline;
  /** Which sample of it. */
  index: number;
  /** CSS pixels from the pointer. */
  distance: number;
}

/** The place of the value that is nearest to `wanted` in ascending values; -1 when there are none. */
export function nearestIndex(values: Float64Array, wanted: number): number {
  let [low, high] = [0, values.length - 1];
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  const before = values[low - 1];
  const after = values[low] ?? 0;
  return before !== undefined && wanted - before < after - wanted ? low - 1 : low;
}

/** Parts of a line looked at on each side: a bucket has up to three corners. */
const NEIGHBOURS = 3;

/** The line that passes nearest to a point of the canvas. */
export function nearestLine(
  lines: Polyline[],
  at: { x: number; y: number },
  xScale: Scale,
  yScale: Scale,
  box: Box,
): Near | undefined {
  let best: Near | undefined;
  const xOf = (value: number) => box.left + placeOf(xScale, value) * box.width;
  const yOf = (value: number) => box.top + (1 - placeOf(yScale, value)) * box.height;
  const share = (at.x - box.left) / box.width;
  const wanted = valueAtPlace(xScale, share);
  for (const line of lines) {
    const middle = nearestIndex(line.x, wanted);
    const end = Math.min(line.x.length - 1, middle + NEIGHBOURS);
    for (let index = Math.max(0, middle - NEIGHBOURS); index <= end; index += 1) {
      const here = { x: xOf(line.x[index] ?? 0), y: yOf(line.y[index] ?? Number.NaN) };
      const next = { x: xOf(line.x[index + 1] ?? Number.NaN), y: yOf(line.y[index + 1] ?? Number.NaN) };
      // The last corner, and one before a gap, has no part behind it.
      const distance = segmentDistance(at, here, Number.isFinite(next.x + next.y) ? next : here);
      if (!(distance < (best?.distance ?? Number.POSITIVE_INFINITY))) continue;
      const isNearerNext = Math.abs(next.x - at.x) < Math.abs(here.x - at.x);
      best = { line, index: line.sampleOf[isNearerNext ? index + 1 : index] ?? 0, distance };
    }
  }
  return best;
}

interface Point {
  x: number;
  y: number;
}

/** Distance of a point from the stroke between two others. */
export function segmentDistance(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length;
  const held = Math.max(0, Math.min(1, share));
  return Math.hypot(point.x - from.x - held * dx, point.y - from.y - held * dy);
}
