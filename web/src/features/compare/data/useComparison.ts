import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { query } from "../../../api/client";
import { useUrlState } from "../../../state/url";
import { type ComparedColumn, type ComparedRun, columnsOf, isDifferent } from "./columns";
import { loadRuns } from "./loadRuns";
import { runColors } from "./runColors";
import { parseSelection, type Selection } from "./selection";

/** Metrics come without events, so runs that are under way are asked about. Of many runs no single step is worth that. */
const RENEWAL_MILLIS = 5000;
const MOST_RENEWED = 50;

/** How often what a comparison shows is asked for again; never when nothing changes. */
export function renewal(runs: ComparedRun[] | undefined): number | false {
  if (!runs || runs.length > MOST_RENEWED) return false;
  return runs.some(({ status }) => status === "RUNNING") ? RENEWAL_MILLIS : false;
}

/** The compared runs and what every tab needs to know of them. */
export interface Comparison {
  selection: Selection;
  runs: ComparedRun[];
  missing: string[];
  /** All that was logged. */
  columns: ComparedColumn[];
  /** What is not the same everywhere. */
  differing: ComparedColumn[];
  /** Color number by run id. */
  colors: ReadonlyMap<string, number>;
  /** Name by run id. */
  names: ReadonlyMap<string, string>;
}

/** Loads the runs that the address, or the saved view it names, chooses. */
export function useComparison() {
  const { get, search } = useUrlState();
  const viewId = get("view");
  const view = query.useQuery(
    "get",
    "/api/v1/views/{id}",
    { params: { path: { id: viewId ?? "" } } },
    { enabled: viewId !== undefined },
  );
  const written = viewId === undefined ? search : (view.data?.query ?? "");
  const selection = useMemo(() => parseSelection(written), [written]);
  const isKnown = viewId === undefined || view.data !== undefined;
  const found = useQuery({
    // Begins as the keys of all requests do, so that news of runs renew it.
    queryKey: ["get", "/api/v1/runs", { selection }],
    queryFn: ({ signal }) => loadRuns(selection, { signal }),
    enabled: isKnown && selection.by !== "nothing",
    refetchInterval: ({ state }) => renewal(state.data?.runs),
  });
  const comparison = useMemo<Comparison | undefined>(() => {
    if (!found.data) return undefined;
    const { runs, missing } = found.data;
    const columns = columnsOf(runs);
    return {
      selection,
      runs,
      missing,
      columns,
      differing: columns.filter((column) => isDifferent(runs, column)),
      colors: runColors(runs.map(({ id }) => id)),
      names: new Map(runs.map(({ id, name }) => [id, name])),
    };
  }, [found.data, selection]);
  const retry = () => void (viewId !== undefined && view.error ? view.refetch() : found.refetch());
  return { comparison, selection, view: view.data, isKnown, error: view.error ?? found.error, retry };
}
