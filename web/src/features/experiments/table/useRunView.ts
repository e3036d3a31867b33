import { useCallback, useMemo } from "react";
import { useParams } from "wouter";
import { useUrlState } from "../../../state/url";
import { joinIds, type KeyColumn, parseColumns, splitIds, wholeFilter, writeColumns } from "../columns/keyColumns";

/** More runs than this nobody can tell apart in one comparison, and no address can hold. */
export const MOST_SELECTED = 100;
/** More experiments than this are no comparison but a search. */
const MOST_EXPERIMENTS = 20;

/** What the address says about the table: which runs, in which order, with which columns. */
export function useRunView() {
  const { experiment } = useParams();
  const { get, set, search } = useUrlState();
  const several = get("experiments") ?? "";
  const experiments = useMemo(
    () => (experiment ? [experiment] : splitIds(several).slice(0, MOST_EXPERIMENTS)),
    [experiment, several],
  );
  const written = get("q") ?? "";
  const statusText = get("status") ?? "";
  const statuses = useMemo(() => splitIds(statusText), [statusText]);
  const columnText = get("cols");
  const columns = useMemo(() => (columnText === undefined ? undefined : parseColumns(columnText)), [columnText]);
  const selectedText = get("runs") ?? "";
  const selected = useMemo(() => splitIds(selectedText).slice(0, MOST_SELECTED), [selectedText]);
  const state: "active" | "deleted" = get("state") === "deleted" ? "deleted" : "active";

  /** Another question starts at its first page. */
  const ask = useCallback(
    (changes: Record<string, string | undefined>, push = true) =>
      set({ ...changes, cursor: undefined, page: undefined }, { push }),
    [set],
  );
  const setColumns = useCallback(
    // No columns at all is a choice too; an absent parameter means the standard ones.
    (next: KeyColumn[] | undefined) => set({ cols: next && (writeColumns(next) || "none") }),
    [set],
  );
  const setSelected = useCallback((ids: string[]) => set({ runs: joinIds(ids.slice(0, MOST_SELECTED)) }), [set]);
  return {
    experiments,
    written,
    statuses,
    filter: wholeFilter(written, statuses),
    isFiltered: written.trim() !== "" || statuses.length > 0,
    sort: get("sort"),
    state,
    columns,
    selected,
    cursor: get("cursor"),
    page: Math.max(1, Number(get("page") ?? 1) || 1),
    search,
    set,
    ask,
    setColumns,
    setSelected,
  };
}

export type RunView = ReturnType<typeof useRunView>;
