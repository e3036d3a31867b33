import type { ReactNode } from "react";
import type { Schemas } from "../../api/client";
import { compact, middle, milliseconds } from "../../state/format";
import { Link } from "../Link";
import { Loaded } from "../Loaded";
import { Status } from "../Status";
import { type Column, Table } from "../Table";
import { Time } from "../Time";
import classes from "./TraceTable.module.css";
import type { useTraces } from "./useTraces";

type Trace = Schemas["TraceItem"];

interface TraceTableProps {
  traces: ReturnType<typeof useTraces>;
  sort?: string | undefined;
  onSort?: (sort: string) => void;
  empty: ReactNode;
}

/** Traces, one a row, each leading to its steps. */
export function TraceTable({ traces, sort, onSort, empty }: TraceTableProps) {
  return (
    <Loaded query={traces} lines={8}>
      {(data) => (
        <Table
          label="Traces"
          columns={COLUMNS}
          rows={data.pages.flatMap((page) => page?.items ?? [])}
          rowKey={({ id }) => id}
          sort={sort}
          {...(onSort ? { onSort } : {})}
          empty={empty}
          more={
            traces.hasNextPage
              ? { load: () => void traces.fetchNextPage(), isLoading: traces.isFetchingNextPage }
              : undefined
          }
        />
      )}
    </Loaded>
  );
}

/** What a trace is called: its name, else the beginning of its id. */
export function traceName({ name, id }: Pick<Trace, "name" | "id">): string {
  return name && name !== "" ? name : middle(id, 18);
}

const COLUMNS: Column<Trace>[] = [
  {
    id: "name",
    title: "Trace",
    cell: (trace) => (
      <Link to={`/traces/${encodeURIComponent(trace.id)}`} size="sm" fw={600} title={trace.id}>
        <bdi className={classes.name}>{middle(traceName(trace), 40)}</bdi>
      </Link>
    ),
  },
  { id: "state", title: "State", cell: ({ state }) => <State state={state} /> },
  {
    id: "request",
    title: "Request",
    cell: ({ request }) => (
      <bdi className={classes.preview} title={request ? middle(request, 600) : undefined}>
        {request ? middle(request, 160) : "–"}
      </bdi>
    ),
  },
  {
    id: "response",
    title: "Response",
    cell: ({ response }) => (
      <bdi className={classes.preview} title={response ? middle(response, 600) : undefined}>
        {response ? middle(response, 160) : "–"}
      </bdi>
    ),
    from: "lg",
  },
  {
    id: "took",
    title: "Took",
    sort: "took",
    align: "right",
    cell: ({ duration_ms }) => <span className={classes.line}>{milliseconds(duration_ms)}</span>,
  },
  {
    id: "tokens",
    title: "Tokens",
    align: "right",
    cell: ({ tokens }) => (tokens ? compact(tokens.total) : "–"),
    from: "md",
  },
  {
    id: "said",
    title: "Assessments",
    cell: ({ assessments }) => <Said names={assessments.filter(({ valid }) => valid).map(({ name }) => name)} />,
    from: "lg",
  },
  {
    id: "started",
    title: "Started",
    sort: "started",
    cell: ({ started_at }) => (
      <span className={classes.line}>
        <Time at={started_at} />
      </span>
    ),
  },
];

/** `STATE_UNSPECIFIED` is what a trace says that never said how it ended. */
export function State({ state }: { state: string }) {
  return state === "STATE_UNSPECIFIED" ? <Status state="unknown" label="not told" /> : <Status state={state} />;
}

function Said({ names }: { names: string[] }) {
  const distinct = [...new Set(names)];
  if (distinct.length === 0) return <>–</>;
  return <bdi title={middle(distinct.join(", "), 300)}>{middle(distinct.join(", "), 40)}</bdi>;
}
