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
      <span className={classes.pair}>
        <Link to={`/services/${encodeURIComponent(service.name)}`} size="sm" fw={600}>
          {service.name}
        </Link>
        <span className={classes.quiet}>
          <bdi>{middle(service.team, 20)}</bdi> / <bdi>{middle(service.project, 24)}</bdi>
        </span>
      </span>
    ),
  },
  {
    id: "model",
    title: "Model",
    sort: "model",
    cell: ({ service }) =>
      service.model ? (
        <span className={classes.pair}>
          <bdi title={service.model}>{middle(service.model, 32)}</bdi>
          <span className={classes.quiet}>revision {service.revision}</span>
        </span>
      ) : (
        <span className={classes.quiet}>none yet</span>
      ),
  },
];

const NUMBERS: Column<ServiceRow>[] = [
  {
    id: "requests",
    title: "Req/s",
    sort: "requests",
    align: "right",
    cell: ({ traffic }) =>
      traffic ? (
        <span className={classes.rate}>
          <span className={classes.spark}>
            <Spark values={traffic.spark_requests} label="Requests in the last 15 minutes" width={64} height={20} />
          </span>
          {measure(traffic.requests_per_second, 3)}
        </span>
      ) : (
        UNKNOWN
      ),
  },
  {
    id: "p95",
    title: "p95",
    sort: "p95",
    align: "right",
    from: "sm",
    cell: ({ traffic }) => <span className={classes.number}>{milliseconds(traffic?.latency_ms_p95)}</span>,
  },
  {
    id: "errors",
    title: "Errors",
    sort: "errors",
    align: "right",
    cell: ({ traffic }) =>
      typeof traffic?.error_rate === "number" ? (
        <span className={classes.number} title={`${traffic.errors} of ${traffic.requests} requests`}>
          {share(traffic.error_rate, 2)}
        </span>
      ) : (
        UNKNOWN
      ),
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
        costMicros === undefined || currency === undefined ? (
          UNKNOWN
        ) : (
          <span className={classes.number}>{money(costMicros, currency)}</span>
        ),
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
