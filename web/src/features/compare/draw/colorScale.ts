import { axisColors, chartColor, type Scheme } from "../../../charts/colors";
import { type ComparedColumn, type ComparedRun, numberOf } from "../data/columns";
import { gradientColor } from "./gradient";

/** Least and greatest number of a column among runs; undefined when none has one. */
export function rangeOf(runs: ComparedRun[], column: ComparedColumn): [number, number] | undefined {
  let range: [number, number] | undefined;
  for (const run of runs) {
    const value = numberOf(run, column);
    if (value === undefined) continue;
    range = range ? [Math.min(range[0], value), Math.max(range[1], value)] : [value, value];
  }
  return range;
}

/** The color of each run by its number in a column; gray for those without one, one color for all when there is no column. */
export function colorScale(
  runs: ComparedRun[],
  column: ComparedColumn | undefined,
  scheme: Scheme,
): (run: ComparedRun) => string {
  const range = column && rangeOf(runs, column);
  if (!column || !range) return () => chartColor(0, scheme);
  const [low, high] = range;
  return (run) => {
    const value = numberOf(run, column);
    if (value === undefined) return axisColors(scheme).text;
    return gradientColor(high === low ? 0.5 : (value - low) / (high - low), scheme);
  };
}
