/** A part of an x axis: steps, or seconds. */
export interface XRange {
  from: number;
  to: number;
}

/** `10..250` in the address; undefined when it says no range. */
export function parseRange(text: string | undefined): XRange | undefined {
  const match = /^(-?[\d.]+(?:e[+-]?\d+)?)\.\.(-?[\d.]+(?:e[+-]?\d+)?)$/i.exec(text ?? "");
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  return match && Number.isFinite(from) && Number.isFinite(to) && from < to ? { from, to } : undefined;
}

export function writeRange(range: XRange | undefined): string | undefined {
  return range && `${Number(range.from.toPrecision(12))}..${Number(range.to.toPrecision(12))}`;
}

/** Steps are whole: a range of them reaches over all it touches, and over one at least. */
export function wholeSteps(range: XRange): XRange {
  const from = Math.floor(range.from);
  return { from, to: Math.max(Math.ceil(range.to), from + 1) };
}

/** The range around the same middle, `factor` times as long. */
export function zoomedRange(range: XRange, factor: number): XRange {
  const middle = (range.from + range.to) / 2;
  const half = ((range.to - range.from) * factor) / 2;
  return { from: middle - half, to: middle + half };
}

/** Half a length to the left (-1) or to the right (1). */
export function movedRange(range: XRange, direction: -1 | 1): XRange {
  const way = (direction * (range.to - range.from)) / 2;
  return { from: range.from + way, to: range.to + way };
}
