import { type ComparedColumn, type ComparedRun, columnId, numberOf, parseColumn, valueAt } from "./columns";

/** What is kept of an axis: numbers between two ends (either may be open), or some words. */
export type Brush = { from?: number; to?: number } | { words: string[] };

/** Brushes by the id of their column. */
export type Brushes = ReadonlyMap<string, Brush>;

/** Parameters of the address that hold brushes start with this: `keep.metrics.auc=0.9~1`, `keep.params.kind=tree|net`. */
const PREFIX = "keep.";

export function brushParam(column: ComparedColumn): string {
  return `${PREFIX}${columnId(column)}`;
}

/** Reads all brushes of an address; parts that are no brush are left out. */
export function parseBrushes(search: string): Brushes {
  const brushes = new Map<string, Brush>();
  for (const [name, text] of new URLSearchParams(search)) {
    const id = name.slice(PREFIX.length);
    if (!name.startsWith(PREFIX) || !parseColumn(id)) continue;
    const brush = parseBrush(text);
    if (brush) brushes.set(id, brush);
  }
  return brushes;
}

export function parseBrush(text: string): Brush | undefined {
  const range = /^([^~]*)~([^~]*)$/.exec(text);
  if (!range) return text === "" ? undefined : { words: text.split("|").map(decodeURIComponentSafely) };
  const [from, to] = [range[1], range[2]].map((end) => (end ? Number(end) : undefined));
  if (Number.isNaN(from) || Number.isNaN(to) || (from === undefined && to === undefined)) return undefined;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** Words may hold the characters that part them. */
function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function writeBrush(brush: Brush | undefined): string | undefined {
  if (!brush) return undefined;
  if ("words" in brush) {
    const written = brush.words.map((word) => encodeURIComponent(word).replaceAll("~", "%7E")).join("|");
    return written === "" ? undefined : written;
  }
  if (brush.from === undefined && brush.to === undefined) return undefined;
  return `${brush.from ?? ""}~${brush.to ?? ""}`;
}

function isKept(run: ComparedRun, column: ComparedColumn, brush: Brush): boolean {
  if ("words" in brush) return brush.words.includes(String(valueAt(run, column) ?? ""));
  const value = numberOf(run, column);
  if (value === undefined) return false;
  return value >= (brush.from ?? Number.NEGATIVE_INFINITY) && value <= (brush.to ?? Number.POSITIVE_INFINITY);
}

/** Runs that all brushes keep, in their order. A run without the value of a brushed axis is not kept. */
export function keptRuns(runs: ComparedRun[], brushes: Brushes): ComparedRun[] {
  const conditions = [...brushes].flatMap(([id, brush]) => {
    const column = parseColumn(id);
    return column ? [{ column, brush }] : [];
  });
  return runs.filter((run) => conditions.every(({ column, brush }) => isKept(run, column, brush)));
}
