/** What of a run is compared. */
export interface LoggedRun {
  params: Record<string, string>;
  metrics: Record<string, unknown>;
}

/** A parameter or metric that two runs do not share. */
export interface RunDifference {
  kind: "parameter" | "metric";
  key: string;
  before: string | number | undefined;
  after: string | number | undefined;
}

function numberOr(value: unknown): string | number | undefined {
  return typeof value === "number" || typeof value === "string" ? value : undefined;
}

/** What changed from one run to another, or all they logged; metrics first: they say whether it was for the better. */
export function runDifference(before: LoggedRun, after: LoggedRun, withSame = false): RunDifference[] {
  const of = (kind: RunDifference["kind"], one: Record<string, unknown>, other: Record<string, unknown>) =>
    [...new Set([...Object.keys(one), ...Object.keys(other)])]
      .sort((first, second) => first.localeCompare(second, "en", { numeric: true }))
      .map((key) => ({ kind, key, before: numberOr(one[key]), after: numberOr(other[key]) }))
      .filter((row) => withSame || !Object.is(row.before, row.after));
  return [...of("metric", before.metrics, after.metrics), ...of("parameter", before.params, after.params)];
}
