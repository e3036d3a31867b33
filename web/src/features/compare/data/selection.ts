/** Which runs are compared: some by their ids, or what a search finds. */
export type Selection =
  | { by: "ids"; ids: string[] /** More were named than can be compared: so many are left out. */; left?: number }
  | { by: "search"; experiments: string; filter: string; orderBy: string; limit: number }
  | { by: "nothing" };

/** As many as the server gives in one page, and as a chart of lines can still show. */
export const MOST_RUNS = 1000;
/** More ids than this make an address that nobody can send; then the selection gets a saved view. */
export const MOST_IDS_IN_ADDRESS = 30;

/** Parameters that say which runs, and not how they are shown. */
export const SELECTION_NAMES = ["runs", "experiment", "filter", "order_by", "limit"] as const;

/** Reads the selection from a query string. */
export function parseSelection(search: string): Selection {
  const params = new URLSearchParams(search);
  const ids = [...new Set((params.get("runs") ?? "").split(",").filter(Boolean))];
  const left = ids.length - MOST_RUNS;
  if (ids.length > 0) return { by: "ids", ids: ids.slice(0, MOST_RUNS), ...(left > 0 ? { left } : {}) };
  const experiments = params.get("experiment") ?? "";
  if (experiments === "") return { by: "nothing" };
  const limit = Number(params.get("limit") ?? 100);
  return {
    by: "search",
    experiments,
    filter: params.get("filter") ?? "",
    orderBy: params.get("order_by") ?? "",
    limit: Number.isInteger(limit) ? Math.min(Math.max(limit, 1), MOST_RUNS) : 100,
  };
}

/** The query string of a page without what only this visit needs: the view it came from, and whose things are looked at. */
export function queryToSave(search: string, selection: Selection): string {
  const params = new URLSearchParams(search);
  for (const name of ["view", "team", "project", ...SELECTION_NAMES]) params.delete(name);
  const chosen = new URLSearchParams(selectionParams(selection));
  for (const [name, value] of params) chosen.append(name, value);
  return chosen.toString().replace(/%2C/g, ",");
}

/** The selection as parameters of an address. */
export function selectionParams(selection: Selection): Record<string, string> {
  if (selection.by === "nothing") return {};
  if (selection.by === "ids") return { runs: selection.ids.join(",") };
  const { experiments, filter, orderBy, limit } = selection;
  return {
    experiment: experiments,
    ...(filter ? { filter } : {}),
    ...(orderBy ? { order_by: orderBy } : {}),
    limit: String(limit),
  };
}

/** Ids in portions that fit into one request each. */
export function portions<Item>(items: Item[], size: number): Item[][] {
  const parts: Item[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}
