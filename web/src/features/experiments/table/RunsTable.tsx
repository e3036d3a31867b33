import { UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconSelector } from "@tabler/icons-react";
import { memo, type ReactNode, useRef } from "react";
import { count, measure, middle } from "../../../state/format";
import { Link } from "../../../widgets/Link";
import { Status } from "../../../widgets/Status";
import { Duration, Time } from "../../../widgets/Time";
import { columnId, type KeyColumn } from "../columns/keyColumns";
import classes from "./RunsTable.module.css";
import type { RunRow } from "./useRuns";

interface RunsTableProps {
  runs: RunRow[];
  columns: KeyColumn[];
  /** Rows come from several experiments. */
  showsExperiment: boolean;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
  selected: string[];
  onSelect: (ids: string[]) => void;
  /** Rows before the first one shown, and rows of all pages. */
  offset: number;
  total: number | undefined;
  /** What is shown answers the question before; the new answer is on its way. */
  isOld: boolean;
}

/** The table of runs: a hundred rows, native cells, the name stays in place while the values scroll sideways. */
export function RunsTable(props: RunsTableProps) {
  const { runs, columns, showsExperiment, selected, onSelect, offset, total } = props;
  const chosen = new Set(selected);
  const lastTouched = useRef<number | undefined>(undefined);
  const turn = (index: number, isRange: boolean) => {
    const from = isRange ? (lastTouched.current ?? index) : index;
    const touched = runs.slice(Math.min(from, index), Math.max(from, index) + 1).map(({ id }) => id);
    const isOn = !chosen.has(runs[index]?.id ?? "");
    lastTouched.current = index;
    onSelect(isOn ? [...new Set([...selected, ...touched])] : selected.filter((id) => !touched.includes(id)));
  };
  const areAllChosen = runs.length > 0 && runs.every(({ id }) => chosen.has(id));
  const turnAll = () => {
    const shown = new Set(runs.map(({ id }) => id));
    onSelect(areAllChosen ? selected.filter((id) => !shown.has(id)) : [...new Set([...selected, ...shown])]);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so the keyboard must reach it.
    <section className={classes.scroll} tabIndex={0} aria-label="Runs, scrolls sideways" aria-busy={props.isOld}>
      <table className={classes.table} aria-rowcount={total === undefined ? -1 : total + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className={classes.pick}>
              <input type="checkbox" aria-label="Choose all shown runs" checked={areAllChosen} onChange={turnAll} />
            </th>
            <Heading {...props} name="name" className={classes.name}>
              Run
            </Heading>
            <Heading {...props} name="status">
              Status
            </Heading>
            <Heading {...props} name="started">
              Started
            </Heading>
            <Heading {...props} name="ended">
              Took
            </Heading>
            <Heading {...props} name="user">
              User
            </Heading>
            {showsExperiment && <th scope="col">Experiment</th>}
            {columns.map((column) => (
              <Heading
                key={columnId(column)}
                {...props}
                name={columnId(column)}
                isNumber={column.kind === "metrics"}
                title={columnId(column)}
              >
                <bdi>{middle(column.key, 28)}</bdi>
              </Heading>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run, index) => (
            <tr key={run.id} aria-rowindex={offset + index + 2} data-chosen={chosen.has(run.id) || undefined}>
              <td className={classes.pick}>
                <input
                  type="checkbox"
                  aria-label={`Choose ${middle(run.name, 60)}`}
                  checked={chosen.has(run.id)}
                  onChange={(event) =>
                    turn(index, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)
                  }
                />
              </td>
              <RunCells run={run} showsExperiment={showsExperiment} />
              <ValueCells run={run} columns={columns} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Heading({
  name,
  sort,
  onSort,
  isNumber,
  title,
  className,
  children,
}: Pick<RunsTableProps, "sort" | "onSort"> & {
  name: string;
  isNumber?: boolean;
  title?: string;
  className?: string | undefined;
  children: ReactNode;
}) {
  const direction = sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
  const Icon = direction === "ascending" ? IconArrowUp : direction === "descending" ? IconArrowDown : IconSelector;
  // First the highest, then the lowest, then the newest again.
  const next = direction === "none" ? `-${name}` : direction === "descending" ? name : undefined;
  return (
    <th
      scope="col"
      aria-sort={direction}
      data-align={isNumber ? "right" : undefined}
      title={title}
      className={className}
    >
      <UnstyledButton className={classes.sort} onClick={() => onSort(next)}>
        {children}
        <Icon size={13} aria-hidden />
      </UnstyledButton>
    </th>
  );
}

/** What every run has. Drawn anew only when the run itself changed. */
const RunCells = memo(function RunCells({ run, showsExperiment }: { run: RunRow; showsExperiment: boolean }) {
  return (
    <>
      <th scope="row" className={classes.name}>
        <Link to={`/runs/${encodeURIComponent(run.id)}`} fw={600} size="sm" title={run.name}>
          <bdi>{middle(run.name, 42)}</bdi>
        </Link>
      </th>
      <td>
        <Status state={run.status} />
      </td>
      <td>
        <Time at={run.started_at} />
      </td>
      <td>
        <Duration from={run.started_at} to={run.ended_at} />
      </td>
      <td dir="auto">{middle(run.user ?? "", 24)}</td>
      {showsExperiment && (
        <td dir="auto" title={run.experiment_name}>
          {middle(run.experiment_name, 28)}
        </td>
      )}
    </>
  );
});

function ValueCells({ run, columns }: { run: RunRow; columns: KeyColumn[] }) {
  return columns.map((column) => {
    const name = columnId(column);
    if (column.kind === "metrics") {
      const value = run.metrics[column.key];
      const known = typeof value === "number" || typeof value === "string" ? value : undefined;
      return (
        <td key={name} data-align="right" title={known === undefined ? undefined : String(known)}>
          {measure(known)}
        </td>
      );
    }
    const value = run[column.kind][column.key];
    return (
      <td key={name} dir="auto" title={value}>
        {value === undefined ? "" : middle(value, 40)}
      </td>
    );
  });
}

/** "101–200 of 10,000". */
export function placeWords(offset: number, shown: number, total: number | undefined): string {
  if (shown === 0) return total === undefined ? "" : `of ${count(total)} runs`;
  const place = `${count(offset + 1)}–${count(offset + shown)}`;
  return total === undefined ? `runs ${place}` : `${place} of ${count(total)} ${total === 1 ? "run" : "runs"}`;
}
