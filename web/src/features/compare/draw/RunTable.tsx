import { Text } from "@mantine/core";
import { useState } from "react";
import { count, middle } from "../../../state/format";
import { Link } from "../../../widgets/Link";
import { type Column, Table } from "../../../widgets/Table";
import { type ComparedColumn, type ComparedRun, columnId } from "../data/columns";
import { shownValue } from "../data/shownValue";

const PORTION = 50;

/** Runs with some columns: the twin of charts whose marks are runs. */
export function RunTable({ label, runs, columns }: { label: string; runs: ComparedRun[]; columns: ComparedColumn[] }) {
  const [shown, setShown] = useState(PORTION);
  const all: Column<ComparedRun>[] = [
    {
      id: "run",
      title: "Run",
      cell: (run) => (
        <Link to={`/runs/${encodeURIComponent(run.id)}`} title={run.name}>
          <bdi>{middle(run.name, 40)}</bdi>
        </Link>
      ),
    },
    ...columns.map(
      (column): Column<ComparedRun> => ({
        id: columnId(column),
        title: <bdi title={column.key}>{middle(column.key, 24)}</bdi>,
        align: "right",
        cell: (run) => <bdi>{shownValue(run, column)}</bdi>,
      }),
    ),
  ];
  const more =
    shown < runs.length
      ? {
          load: () => setShown(shown + PORTION),
          isLoading: false,
          label: `Show ${PORTION} more of ${count(runs.length)}`,
        }
      : undefined;
  return (
    <Table
      label={label}
      columns={all}
      rows={runs.slice(0, shown)}
      rowKey={(run) => run.id}
      more={more}
      empty={<Text size="sm">No run is kept.</Text>}
    />
  );
}
