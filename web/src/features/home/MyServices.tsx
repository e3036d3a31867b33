import { Skeleton } from "@mantine/core";
import { query, type Schemas } from "../../api/client";
import { Spark } from "../../charts/Spark";
import { useGoingOn } from "../../state/attention";
import { measure, middle, milliseconds, share } from "../../state/format";
import { Link } from "../../widgets/Link";
import { Panel } from "../../widgets/Panel";
import { Status } from "../../widgets/Status";
import { type Column, Table } from "../../widgets/Table";
import { Time } from "../../widgets/Time";
import classes from "./home.module.css";

type Service = Schemas["ServiceView"];
type Traffic = Schemas["ServiceTraffic"];
type Row = Service & { now: Traffic | undefined };

const SHOWN = 8;
const WINDOW = "15m";
const LIVE_MILLIS = 10_000;
/** Worst first, as in what needs attention. */
const HEALTH = ["failing", "degraded", "paused", "progressing", "unknown", "healthy"];

const columns: Column<Row>[] = [
  {
    id: "name",
    title: "Service",
    cell: (service) => (
      <Link to={`/services/${encodeURIComponent(service.name)}`} fw={600} size="sm">
        <bdi>{middle(service.name, 40)}</bdi>
      </Link>
    ),
  },
  { id: "health", title: "Health", cell: (service) => <Status state={service.health} why={service.health_reason} /> },
  {
    id: "model",
    title: "Live model",
    cell: (service) => (service.model ? <bdi>{middle(service.model, 32)}</bdi> : "–"),
    from: "md",
  },
  {
    id: "rate",
    title: "Requests/s",
    cell: ({ now }) => (now ? measure(now.requests_per_second, 3) : "–"),
    align: "right",
  },
  {
    id: "spark",
    title: "15 min",
    cell: ({ now }) => (now ? <Spark values={now.spark_requests} label="Requests" /> : "–"),
    from: "sm",
  },
  {
    id: "p95",
    title: "p95",
    cell: ({ now }) => <span className={classes.number}>{milliseconds(now?.latency_ms_p95)}</span>,
    align: "right",
    from: "sm",
  },
  {
    id: "errors",
    title: "Errors",
    cell: ({ now }) => (now?.error_rate === null || now?.error_rate === undefined ? "–" : share(now.error_rate)),
    align: "right",
  },
  { id: "change", title: "Last change", cell: (service) => <LastChange change={service.last_change} />, from: "md" },
];

function LastChange({ change }: { change: Service["last_change"] }) {
  if (!change) return <>–</>;
  return (
    <>
      <bdi>{middle(change.what, 60)}</bdi>, <Time at={change.at} />
    </>
  );
}

/** How the services are doing right now. */
export function MyServices() {
  const { services, isLoading } = useGoingOn();
  const traffic = query.useQuery(
    "get",
    "/api/v1/traffic",
    { params: { query: { window: WINDOW, limit: 200 } } },
    { refetchInterval: LIVE_MILLIS },
  );
  const byName = new Map((traffic.data?.items ?? []).map((item) => [item.service, item]));
  const busy = (row: Row) => row.now?.requests_per_second ?? 0;
  const rows: Row[] = services
    .map((service) => ({ ...service, now: byName.get(service.name) }))
    .sort((one, other) => HEALTH.indexOf(one.health) - HEALTH.indexOf(other.health) || busy(other) - busy(one));
  if (isLoading) {
    return (
      <Panel title="Services">
        <Skeleton height={70} radius="sm" role="status" aria-busy="true" aria-label="Loading" />
      </Panel>
    );
  }
  return (
    <Panel
      title="Services"
      flush
      aside={
        rows.length > 0 && (
          <Link to="/services" size="sm">
            {rows.length > SHOWN ? `All ${rows.length} services` : "All services"}
          </Link>
        )
      }
    >
      <Table
        label="Services and their traffic"
        columns={columns}
        rows={rows.slice(0, SHOWN)}
        rowKey={(service) => service.id}
        empty={
          <p className={classes.none}>
            No service yet. A service is a model with one stable address that answers predictions:{" "}
            <Link to="/new" size="sm" underline="always">
              start from a template
            </Link>
            .
          </p>
        }
      />
    </Panel>
  );
}
