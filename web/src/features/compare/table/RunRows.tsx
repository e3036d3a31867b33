import { Button } from "@mantine/core";
import { useState } from "react";
import { count } from "../../../state/format";
import { useUrlState } from "../../../state/url";
import { columnId } from "../data/columns";
import type { Comparison } from "../data/useComparison";
import { Value } from "./cells";
import { Key } from "./RunColumns";
import { RunHeading } from "./RunHeading";
import classes from "./table.module.css";
import { type TableState, winners } from "./useTableState";

const RUNS_PER_PAGE = 50;
/** Things shown beside a run at first, and more each time. */
const COLUMNS = 24;

/** Runs one below the other, paged: for more of them than fit side by side. */
export function RunRows({ comparison, state }: { comparison: Comparison; state: TableState }) {
  const { runs, colors } = comparison;
  const { columns, baseline } = state;
  const { get, set } = useUrlState();
  const pages = Math.ceil(runs.length / RUNS_PER_PAGE);
  const page = Math.min(Math.max(1, Number(get("page") ?? 1) || 1), pages);
  const [shown, setShown] = useState(COLUMNS);
  const visible = columns.slice(0, shown);
  // The best of all runs, not of the page.
  const best = winners(runs, visible, state);
  const rows = runs.slice((page - 1) * RUNS_PER_PAGE, page * RUNS_PER_PAGE);
  const turnTo = (next: number) => set({ page: next === 1 ? undefined : String(next) }, { push: true });
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it. */}
      <section className={classes.scroll} tabIndex={0} aria-label="Runs, one per row">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Run</th>
              {visible.map((column) => (
                <th key={columnId(column)} scope="col">
                  <Key column={column} state={state} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((run) => (
              <tr key={run.id}>
                <th scope="row" data-baseline={run.id === baseline?.id || undefined}>
                  <RunHeading
                    run={run}
                    color={colors.get(run.id) ?? 0}
                    isBaseline={run.id === baseline?.id}
                    onPin={() => state.setBaseline(run.id === baseline?.id ? undefined : run)}
                    onRemove={undefined}
                  />
                </th>
                {visible.map((column) => (
                  <td key={columnId(column)} data-baseline={run.id === baseline?.id || undefined}>
                    <Value
                      run={run}
                      column={column}
                      isBest={best.get(columnId(column))?.has(run.id) ?? false}
                      direction={state.direction(column)}
                      baseline={baseline}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className={classes.more}>
        <Pager page={page} pages={pages} runs={runs.length} turnTo={turnTo} />
        {shown < columns.length && (
          <Button variant="default" size="compact-sm" onClick={() => setShown(shown + COLUMNS)}>
            Show {Math.min(COLUMNS, columns.length - shown)} more of {columns.length} columns
          </Button>
        )}
      </div>
    </>
  );
}

interface PagerProps {
  page: number;
  pages: number;
  runs: number;
  turnTo: (page: number) => void;
}

function Pager({ page, pages, runs, turnTo }: PagerProps) {
  return (
    <>
      <Button variant="default" size="compact-sm" disabled={page === 1} onClick={() => turnTo(page - 1)}>
        Previous
      </Button>
      <span>
        Runs {count((page - 1) * RUNS_PER_PAGE + 1)} to {count(Math.min(page * RUNS_PER_PAGE, runs))} of {count(runs)}
      </span>
      <Button variant="default" size="compact-sm" disabled={page === pages} onClick={() => turnTo(page + 1)}>
        Next
      </Button>
    </>
  );
}
