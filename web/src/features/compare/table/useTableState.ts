import { type Direction, directionOf } from "../../../state/better";
import { useUrlState } from "../../../state/url";
import { bestOf } from "../data/best";
import { type ComparedColumn, type ComparedRun, columnId } from "../data/columns";
import type { Comparison } from "../data/useComparison";

/** What the table shows, from the address: `all=1` also what is the same, `of` kinds, `q` part of a name, `baseline` a run. */
export function useTableState(comparison: Comparison) {
  const { get, list, set } = useUrlState();
  const { runs } = comparison;
  const showsAll = get("all") === "1" || runs.length < 2;
  const kinds = list("of").length > 0 ? list("of") : ["params", "metrics", "tags"];
  const text = (get("q") ?? "").toLowerCase();
  const columns = (showsAll ? comparison.columns : comparison.differing).filter(
    ({ kind, key }) => kinds.includes(kind) && key.toLowerCase().includes(text),
  );
  const turned = list("turned");
  return {
    columns,
    showsAll,
    kinds,
    isFiltered: text !== "" || kinds.length < 3,
    baseline: runs.find(({ id }) => id === get("baseline")),
    setBaseline: (run: ComparedRun | undefined) => set({ baseline: run?.id }, { push: true }),
    direction: (column: ComparedColumn): Direction => directionOf(column.key, turned),
    /** Turns round which end of a metric is the good one. */
    turn: ({ key }: ComparedColumn) =>
      set({ turned: (turned.includes(key) ? turned.filter((each) => each !== key) : [...turned, key]).join(",") }),
    set,
  };
}

export type TableState = ReturnType<typeof useTableState>;

/** Best runs of each metric shown, by the id of its column. */
export function winners(runs: ComparedRun[], columns: ComparedColumn[], state: TableState): Map<string, Set<string>> {
  const metrics = columns.filter(({ kind }) => kind === "metrics");
  return new Map(metrics.map((column) => [columnId(column), bestOf(runs, column, state.direction(column))]));
}
