/** What a list of traces is narrowed to. */
export interface TraceNarrowing {
  /** As MLflow clients write it. */
  written?: string | undefined;
  status?: string | undefined;
  run?: string | undefined;
}

/** States that are offered; the filter knows them by the same words. */
export const STATES = ["OK", "ERROR", "IN_PROGRESS"] as const;

/** The language of filters has no way to write a quote inside a text. */
export const quoted = (text: string) => `'${text.replaceAll("'", "")}'`;

/** All of it as one filter of the API; undefined when everything is wanted. */
export function traceFilter({ written, status, run }: TraceNarrowing): string | undefined {
  const parts = [
    run === undefined ? undefined : `run_id = ${quoted(run)}`,
    status === undefined ? undefined : `status = ${quoted(status)}`,
    written?.trim() || undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(" AND ");
}

const SORTS: Record<string, string> = { started: "timestamp_ms", took: "execution_time_ms" };

/** `-took` → `execution_time_ms DESC`; undefined for the standard, the newest first. */
export function traceOrder(sort: string | undefined): string | undefined {
  const field = SORTS[sort?.replace(/^-/, "") ?? ""];
  return field === undefined ? undefined : `${field} ${sort?.startsWith("-") ? "DESC" : "ASC"}`;
}
