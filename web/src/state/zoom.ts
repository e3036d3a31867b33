import { momentOf, type TimeRange } from "./range";

/** Shorter stretches show nothing. */
const SHORTEST_MILLIS = 10_000;

function ends(range: TimeRange, now: number): [number, number] {
  const to = momentOf(range.to, now) ?? now;
  const from = momentOf(range.from, now) ?? to - 3_600_000;
  return [Math.min(from, to - SHORTEST_MILLIS), to];
}

function between(from: number, to: number, now: number): TimeRange {
  const end = Math.min(to, now);
  const start = Math.min(from, end - SHORTEST_MILLIS);
  const isNow = now - end < 1000;
  const text = (moment: number) => new Date(Math.round(moment / 1000) * 1000).toISOString().replace(".000", "");
  return { from: text(start), to: isNow ? "now" : text(end) };
}

/** A range chosen by dragging; seconds since 1970. */
export function dragged(from: number, to: number, now: number): TimeRange {
  return between(from * 1000, to * 1000, now);
}

/** The range around the same middle, `factor` times as long; one that ends now keeps its end. */
export function zoomed(range: TimeRange, factor: number, now: number): TimeRange {
  const [from, to] = ends(range, now);
  const length = (to - from) * factor;
  if (range.to === "now") return between(to - length, to, now);
  const middle = (from + to) / 2;
  return between(middle - length / 2, middle + length / 2, now);
}

/** The range half its length earlier (-1) or later (1), never after now. */
export function shifted(range: TimeRange, direction: -1 | 1, now: number): TimeRange {
  const [from, to] = ends(range, now);
  const end = Math.min(to + (direction * (to - from)) / 2, now);
  return between(end - (to - from), end, now);
}
