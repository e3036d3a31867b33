/** What a run logged, as far as runs are compared by it. */
export interface ComparedRun {
  id: string;
  name: string;
  experiment: string;
  experiment_name: string;
  status: string;
  started_at: string;
  ended_at?: string | null | undefined;
  /** Latest values; text for what is no number (`NaN`, `Infinity`). */
  metrics: Record<string, unknown>;
  params: Record<string, string>;
  tags: Record<string, string>;
}

export type ColumnKind = "params" | "metrics" | "tags";

/** One thing that runs are compared by; written `params.depth` in addresses, as filters write it. */
export interface ComparedColumn {
  kind: ColumnKind;
  key: string;
}

const KINDS: ColumnKind[] = ["params", "metrics", "tags"];

/** Tags that clients set for themselves: nobody compares runs by them. */
const OWN_TAG = /^(mlflow|roadbed)\./;

export function columnId(column: ComparedColumn): string {
  return `${column.kind}.${column.key}`;
}

export function parseColumn(id: string): ComparedColumn | undefined {
  const dot = id.indexOf(".");
  const kind = KINDS.find((each) => each === id.slice(0, dot));
  const key = id.slice(dot + 1);
  return kind && key !== "" ? { kind, key } : undefined;
}

/** The value of a run in a column: text for parameters and tags, a number for metrics, or nothing. */
export function valueAt(run: ComparedRun, column: ComparedColumn): string | number | undefined {
  if (column.kind !== "metrics") return run[column.kind][column.key];
  const value = run.metrics[column.key];
  if (typeof value === "number") return value;
  return typeof value === "string" ? Number(value.replace(/^(-?)inf$/i, "$1Infinity")) : undefined;
}

/** The value as a number where it is one; NaN counts as nothing to draw. */
export function numberOf(run: ComparedRun, column: ComparedColumn): number | undefined {
  const value = valueAt(run, column);
  const number = typeof value === "string" ? (value.trim() === "" ? Number.NaN : Number(value)) : value;
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}

/** Every column that at least one run has, by kind and name. */
export function columnsOf(runs: ComparedRun[]): ComparedColumn[] {
  return KINDS.flatMap((kind) => {
    const keys = new Set<string>();
    for (const run of runs) for (const key of Object.keys(run[kind])) keys.add(key);
    return [...keys]
      .filter((key) => kind !== "tags" || !OWN_TAG.test(key))
      .sort((one, other) => one.localeCompare(other, "en", { numeric: true }))
      .map((key) => ({ kind, key }));
  });
}

/** Do the runs differ here? One that lacks the value differs from one that has it; NaN equals NaN. */
export function isDifferent(runs: ComparedRun[], column: ComparedColumn): boolean {
  const [first, ...others] = runs;
  if (!first) return false;
  const value = valueAt(first, column);
  return others.some((run) => !Object.is(valueAt(run, column), value));
}

/** Does every run that has the value have a number there? */
export function isNumeric(runs: ComparedRun[], column: ComparedColumn): boolean {
  let seen = false;
  for (const run of runs) {
    const value = valueAt(run, column);
    if (value === undefined || value === "") continue;
    if (typeof value === "string" && !Number.isFinite(Number(value))) return false;
    seen = true;
  }
  return seen;
}
