import { Button } from "@mantine/core";
import { Fragment, useState } from "react";
import { middle } from "../../../state/format";
import { type ComparedColumn, columnId } from "../data/columns";
import type { Comparison } from "../data/useComparison";
import { Value } from "./cells";
import { DirectionSwitch } from "./DirectionSwitch";
import { RunHeading } from "./RunHeading";
import classes from "./table.module.css";
import { type TableState, winners } from "./useTableState";

/** Cells drawn at once: what is beyond is shown when asked for, so that the page stays quick. */
const CELLS = 2400;
const GROUPS = [
  ["params", "Parameters"],
  ["metrics", "Latest metrics"],
  ["tags", "Tags"],
] as const;

interface RunColumnsProps {
  comparison: Comparison;
  state: TableState;
  onRemove: ((id: string) => void) | undefined;
}

/** Runs side by side, one thing they logged per row. */
export function RunColumns({ comparison, state, onRemove }: RunColumnsProps) {
  const { runs, colors } = comparison;
  const { columns, baseline } = state;
  const portion = Math.max(30, Math.floor(CELLS / Math.max(1, runs.length)));
  const [shown, setShown] = useState(portion);
  const visible = columns.slice(0, shown);
  const best = winners(runs, visible, state);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it. */}
      <section className={classes.scroll} tabIndex={0} aria-label="Runs side by side">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Run</th>
              {runs.map((run) => (
                <th key={run.id} scope="col" data-baseline={run.id === baseline?.id || undefined}>
                  <RunHeading
                    run={run}
                    color={colors.get(run.id) ?? 0}
                    isBaseline={run.id === baseline?.id}
                    onPin={() => state.setBaseline(run.id === baseline?.id ? undefined : run)}
                    onRemove={onRemove && (() => onRemove(run.id))}
                  />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {GROUPS.map(([kind, title]) => {
              const rows = visible.filter((column) => column.kind === kind);
              if (rows.length === 0) return null;
              return (
                <Fragment key={kind}>
                  <tr className={classes.group}>
                    <th scope="rowgroup">{title}</th>
                    <td colSpan={runs.length} />
                  </tr>
                  {rows.map((column) => (
                    <tr key={columnId(column)}>
                      <th scope="row">
                        <Key column={column} state={state} />
                      </th>
                      {runs.map((run) => (
                        <td key={run.id} data-baseline={run.id === baseline?.id || undefined}>
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
                </Fragment>
              );
            })}
          </tbody>
        </table>
      </section>
      {shown < columns.length && (
        <div className={classes.more}>
          <Button variant="default" size="compact-sm" onClick={() => setShown(shown + portion)}>
            Show {Math.min(portion, columns.length - shown)} more of {columns.length} rows
          </Button>
        </div>
      )}
    </>
  );
}

/** Name of a row; for metrics also which end is the good one. */
export function Key({ column, state }: { column: ComparedColumn; state: TableState }) {
  return (
    <span className={classes.key}>
      <bdi title={column.key}>{middle(column.key, 40)}</bdi>
      {column.kind === "metrics" && (
        <DirectionSwitch
          metric={middle(column.key, 60)}
          direction={state.direction(column)}
          onTurn={() => state.turn(column)}
        />
      )}
    </span>
  );
}
