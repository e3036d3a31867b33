import { Spark } from "../../../charts/Spark";
import { measure, middle, milliseconds, money, share } from "../../../state/format";
import { Link } from "../../../widgets/Link";
import { Status } from "../../../widgets/Status";
import type { Column } from "../../../widgets/Table";
import { Time } from "../../../widgets/Time";
import classes from "./columns.module.css";
import type { ServiceRow } from "./serviceRows";

const UNKNOWN = "–";

const NAMES: Column<ServiceRow>[] = [
  {
    id: "health",
    title: "Health",
    sort: "health",
    cell: ({ service }) => <Status state={service.health} why={service.health_reason} />,
  },
  {
    id: "name",
    title: "Service",
    sort: "name",
    cell: ({ service }) => (
      <Link to={`/services/${encodeURIComponent(service.name)}`} size="sm" fw={600}>
        {service.name}
      </Link>
    ),
  },
  {
    id: "team",
    title: "Team / project",
    sort: "team",
    from: "md",
    cell: ({ service }) => (
      <span className={classes.quiet}>
        <bdi>{service.team}</bdi> / <bdi>{service.project}</bdi>
      </span>
    ),
  },
  {
    id: "model",
    title: "Model",
    sort: "model",
    cell: ({ service }) =>
      service.model ? <bdi title={service.model}>{middle(service.model, 32)}</bdi> : <span>none yet</span>,
  },
  {
    id: "revision",
    title: "Rev.",
    align: "right",
    from: "sm",
    cell: ({ service }) => service.revision ?? UNKNOWN,
  },
];

const NUMBERS: Column<ServiceRow>[] = [
  {
    id: "requests",
    title: "Req/s",
    sort: "requests",
    align: "right",
    cell: ({ traffic }) => (traffic ? measure(traffic.requests_per_second, 3) : UNKNOWN),
  },
  {
    id: "p95",
    title: "p95",
    sort: "p95",
    align: "right",
    from: "sm",
    cell: ({ traffic }) => milliseconds(traffic?.latency_ms_p95),
  },
  {
    id: "errors",
    title: "Errors",
    sort: "errors",
    align: "right",
    cell: ({ traffic }) =>
      typeof traffic?.error_rate === "number" ? (
        <span title={`${traffic.errors} of ${traffic.requests} requests`}>{share(traffic.error_rate, 2)}</span>
      ) : (
        UNKNOWN
      ),
  },
  {
    id: "spark",
    title: "Requests",
    from: "md",
    cell: ({ traffic }) =>
      traffic ? <Spark values={traffic.spark_requests} label="Requests in the last 15 minutes" /> : UNKNOWN,
  },
];

/** Columns of the list of services. Without a currency costs are not known. */
export function serviceColumns(currency: string | undefined): Column<ServiceRow>[] {
  return [
    ...NAMES,
    ...NUMBERS,
    {
      id: "cost",
      title: "Cost/day",
      sort: "cost",
      align: "right",
      from: "sm",
      cell: ({ costMicros }) =>
        costMicros === undefined || currency === undefined ? UNKNOWN : money(costMicros, currency),
    },
    {
      id: "change",
      title: "Last change",
      sort: "change",
      from: "sm",
      cell: ({ service }) =>
        service.last_change ? (
          <span className={classes.change}>
            <bdi>{middle(service.last_change.what, 44)}</bdi>
            <span className={classes.quiet}>
              <Time at={service.last_change.at} />
            </span>
          </span>
        ) : (
          UNKNOWN
        ),
    },
  ];
}
