import { Text } from "@mantine/core";
import { useState } from "react";
import { count, measure, middle } from "../../../state/format";
import { Link } from "../../../widgets/Link";
import { type Column, Table } from "../../../widgets/Table";
import type { Polyline } from "../draw/polylines";

interface Row {
  run: string;
  name: string;
  points: number;
  first: number | undefined;
  low: number;
  high: number;
  last: number | undefined;
}

/** Rows shown at first, and more each time. */
const PORTION = 50;

function rowOf({ run, points, samples }: Polyline, names: ReadonlyMap<string, string>): Row {
  const finite = (values: Float64Array) => values.filter(Number.isFinite);
  return {
    run,
    name: names.get(run) ?? run,
    points,
    first: samples.last[0],
    low: finite(samples.low).reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    high: finite(samples.high).reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
    last: samples.last.at(-1),
  };
}

/** What the lines of a metric say, in numbers. */
export function SeriesTable({
  metric,
  lines,
  names,
}: {
  metric: string;
  lines: Polyline[];
  names: ReadonlyMap<string, string>;
}) {
  const [shown, setShown] = useState(PORTION);
  const number = (id: string, title: string, value: (row: Row) => number | undefined): Column<Row> => ({
    id,
    title,
    align: "right",
    cell: (row) => measure(value(row)),
  });
  const columns: Column<Row>[] = [
    {
      id: "run",
      title: "Run",
      cell: (row) => (
        <Link to={`/runs/${encodeURIComponent(row.run)}`} title={row.name}>
          <bdi>{middle(row.name, 40)}</bdi>
        </Link>
      ),
    },
    { id: "points", title: "Points", align: "right", cell: (row) => count(row.points) },
    number("first", "First", (row) => row.first),
    number("low", "Least", (row) => row.low),
    number("high", "Greatest", (row) => row.high),
    number("last", "Last", (row) => row.last),
  ];
  const more =
    shown < lines.length
      ? { load: () => setShown(shown + PORTION), isLoading: false, label: `Show ${PORTION} more of ${lines.length}` }
      : undefined;
  return (
    <Table
      label={`${metric}, values by run`}
      columns={columns}
      rows={lines.slice(0, shown).map((line) => rowOf(line, names))}
      rowKey={(row) => row.run}
      more={more}
      empty={<Text size="sm">No run has logged this metric.</Text>}
    />
  );
}
