import { type ComparedColumn, type ComparedRun, columnId, isNumeric, numberOf, valueAt } from "../data/columns";
import { placeOf, type Scale, scaleOver, type Tick, ticksOf, valueAtPlace } from "./scale";

/** An upright axis of the parallel coordinates. Places run from 0 (bottom) to 1 (top). */
export interface Axis {
  id: string;
  column: ComparedColumn;
  ticks: Tick[];
  /** Of numbers; absent when the axis holds words. */
  scale?: Scale;
  /** Words of the axis, bottom first. */
  words?: string[];
}

/** Words beyond this share the top place: nobody can tell more apart. */
const MOST_WORDS = 30;
/** From here on a linear axis would press most values onto one spot. */
const LOGARITHM_FROM = 100;

/** An axis for a column: numbers on a scale (a logarithmic one when they span two decades or more), words one above the other. */
export function axisOf(runs: ComparedRun[], column: ComparedColumn): Axis {
  const id = columnId(column);
  if (isNumeric(runs, column)) {
    const [low, high] = endsOf(runs, column);
    const scale = scaleOver(low, high, low > 0 && high / low >= LOGARITHM_FROM, 0);
    return { id, column, scale, ticks: ticksOf(scale, 5) };
  }
  const words = [...new Set(runs.map((run) => valueAt(run, column)).filter((value) => value !== undefined))]
    .map(String)
    .sort((one, other) => one.localeCompare(other, "en", { numeric: true }))
    .slice(0, MOST_WORDS);
  const ticks = words.map((word, index) => ({ value: wordPlace(index, words.length), label: word }));
  return { id, column, words, ticks };
}

function endsOf(runs: ComparedRun[], column: ComparedColumn): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const run of runs) {
    const value = numberOf(run, column);
    if (value === undefined) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function wordPlace(index: number, words: number): number {
  return words < 2 ? 0.5 : index / (words - 1);
}

/** Where a run crosses an axis, 0 to 1; undefined when it has nothing there. */
export function placeOnAxis(axis: Axis, run: ComparedRun): number | undefined {
  if (axis.scale) {
    const value = numberOf(run, axis.column);
    return value === undefined ? undefined : placeOf(axis.scale, value);
  }
  const value = valueAt(run, axis.column);
  if (value === undefined) return undefined;
  const index = axis.words?.indexOf(String(value)) ?? -1;
  return index < 0 ? 1 : wordPlace(index, axis.words?.length ?? 1);
}

/** Where a tick stands on its axis. */
export function tickPlace(axis: Axis, tick: Tick): number {
  return axis.scale ? placeOf(axis.scale, tick.value) : tick.value;
}

/** What lies between two places of an axis, as a brush. A very short stretch keeps nothing, as a click does. */
export function brushBetween(axis: Axis, one: number, other: number) {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  if (high - low < 0.01) return undefined;
  if (axis.scale) {
    const round = (place: number) => Number(valueAtPlace(axis.scale as Scale, place).toPrecision(4));
    // Open at an end that was dragged over, so that rounding never loses the outermost run.
    return { ...(low <= 0 ? {} : { from: round(low) }), ...(high >= 1 ? {} : { to: round(high) }) };
  }
  const words = axis.words ?? [];
  const within = words.filter((_, index) => {
    const place = wordPlace(index, words.length);
    return place >= low && place <= high;
  });
  return within.length === 0 ? undefined : { words: within };
}

/** Columns that tell most when nobody chose any: parameters that differ, numbers first, then metrics. */
export function usualAxes(columns: ComparedColumn[], runs: ComparedRun[], most: number): ComparedColumn[] {
  const params = columns.filter(({ kind }) => kind === "params");
  const numeric = params.filter((column) => isNumeric(runs, column));
  const wordy = params.filter((column) => !numeric.includes(column));
  const metrics = columns.filter(({ kind }) => kind === "metrics");
  const forMetrics = Math.min(metrics.length, Math.max(2, most - params.length));
  const chosen = [...numeric, ...wordy].slice(0, most - forMetrics);
  return [...chosen, ...metrics.slice(0, forMetrics)];
}
