/** What runs log under names of their own. */
export type KeyKind = "metrics" | "params" | "tags";

export const KEY_KINDS: KeyKind[] = ["metrics", "params", "tags"];

/** A column of the table of runs that shows one key. Written `params.depth` in addresses and filters. */
export interface KeyColumn {
  kind: KeyKind;
  key: string;
}

/** A hundred rows of more columns than this would make a page that browsers are slow with. */
export const MOST_COLUMNS = 24;
/** Chosen when the address chooses none. */
const STANDARD = { metrics: 4, params: 4 };

/** Tags that clients set for themselves. */
const OWN_TAG = /^(mlflow|roadbed)\./;
/** Measured by the platform or the client about the machine, not about the model. */
const SYSTEM = /^system\//;
const BARE_KEY = /^[\p{L}\p{N}_$@]+$/u;

export function columnId(column: KeyColumn): string {
  return `${column.kind}.${column.key}`;
}

export function parseColumnId(id: string): KeyColumn | undefined {
  const dot = id.indexOf(".");
  const kind = KEY_KINDS.find((each) => each === id.slice(0, dot));
  const key = id.slice(dot + 1);
  return kind && key !== "" ? { kind, key } : undefined;
}

/** Ids in one parameter, parted by commas; keys may hold commas themselves. */
export function joinIds(ids: string[]): string {
  return ids.map((id) => id.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
}

export function splitIds(text: string): string[] {
  return text
    .split(",")
    .filter((id) => id !== "")
    .map((id) => id.replaceAll("%2C", ",").replaceAll("%25", "%"));
}

/** The columns in an address: what cannot be read is left out, each stands there once, no more than the page can bear. */
export function parseColumns(text: string): KeyColumn[] {
  const unique = new Set(splitIds(text));
  return [...unique]
    .map(parseColumnId)
    .filter((column) => column !== undefined)
    .slice(0, MOST_COLUMNS);
}

export function writeColumns(columns: KeyColumn[]): string {
  return joinIds(columns.map(columnId));
}

/** A key that the server knows, and how many runs have it. */
export interface KnownKey extends KeyColumn {
  runs: number;
}

/**
 * The metrics and parameters that most runs have: those are what runs differ by. What machines and clients tell of themselves is only
 * shown when asked for.
 */
export function standardColumns(keys: KnownKey[]): KeyColumn[] {
  const first = (kind: "metrics" | "params") =>
    keys
      .filter((each) => each.kind === kind && !SYSTEM.test(each.key))
      .sort((one, other) => other.runs - one.runs)
      .slice(0, STANDARD[kind])
      .map(({ key }) => ({ kind, key }));
  return [...first("metrics"), ...first("params")];
}

export function isOwnTag(column: KeyColumn): boolean {
  return column.kind === "tags" && OWN_TAG.test(column.key);
}

/** A key as MLflow's language writes it: bare where it can be, else in backticks, else in double quotes. */
export function quotedKey(key: string): string {
  if (BARE_KEY.test(key)) return key;
  return key.includes("`") ? `"${key}"` : `\`${key}\``;
}

/** `metrics.auc`, ``params.`learning rate` ``. */
export function fieldName(column: KeyColumn): string {
  return `${column.kind}.${quotedKey(column.key)}`;
}

/** Attributes that runs are ordered by, by the name in the address. */
const ATTRIBUTES: Record<string, string> = {
  name: "run_name",
  status: "status",
  user: "user_id",
  started: "start_time",
  ended: "end_time",
};

/** `-metrics.auc` in the address → `metrics.auc DESC` for the server; undefined for the server's own order, the newest first. */
export function orderBy(sort: string | undefined): string | undefined {
  if (!sort) return undefined;
  const isDescending = sort.startsWith("-");
  const name = isDescending ? sort.slice(1) : sort;
  const column = parseColumnId(name);
  const field = column ? fieldName(column) : ATTRIBUTES[name];
  return field && `${field} ${isDescending ? "DESC" : "ASC"}`;
}

export const STATUSES = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];

/**
 * The filter for the server: what the visitor wrote, and the chosen statuses. MLflow's language has no OR and no list for the status, so
 * a choice is written as what is left out.
 */
export function wholeFilter(written: string, statuses: string[]): string | undefined {
  const chosen = STATUSES.filter((status) => statuses.includes(status));
  const clauses = written.trim() === "" ? [] : [written.trim()];
  if (chosen.length === 1) clauses.push(`attributes.status = '${chosen[0]}'`);
  else if (chosen.length > 0)
    for (const status of STATUSES) if (!chosen.includes(status)) clauses.push(`attributes.status != '${status}'`);
  return clauses.length === 0 ? undefined : clauses.join(" AND ");
}
