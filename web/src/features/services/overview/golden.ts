import type { Schemas } from "../../../api/client";
import type { Series } from "../../../charts/TimeChart";
import type { ServiceTraffic } from "../types";

type Traffic = ServiceTraffic;
type Columns = Schemas["TrafficColumns"];

/** Which latency is drawn. `all` draws the three of the whole service. */
export type LatencyChoice = "p50" | "p95" | "p99" | "all";

const PERCENTILES = ["p50", "p95", "p99"] as const;

/** Buckets that have lasted at least half their length: a shorter last one would look like a drop. */
export function fullBuckets(traffic: Traffic): number {
  const last = traffic.at.at(-1);
  if (last === undefined) return 0;
  const lasted = Date.parse(traffic.to) / 1000 - last;
  return lasted < traffic.step_seconds / 2 ? traffic.at.length - 1 : traffic.at.length;
}

/** Seconds that a bucket has lasted. */
function widthOf(traffic: Traffic, index: number): number {
  const isLast = index === traffic.at.length - 1;
  return isLast ? Date.parse(traffic.to) / 1000 - (traffic.at[index] ?? 0) : traffic.step_seconds;
}

function nameOf(revision: number | null | undefined): string {
  return typeof revision === "number" ? `revision ${revision}` : "revision that is gone";
}

/** The same revision has the same colour on all charts and pages. */
export function colorOf(revision: number | null | undefined): number {
  return typeof revision === "number" ? revision - 1 : 9;
}

type Pick = (columns: Columns, index: number) => number | null;

function perRevision(traffic: Traffic, count: number, pick: Pick): Series[] {
  const indices = Array.from({ length: count }, (_, index) => index);
  return traffic.revisions.map((each) => ({
    label: nameOf(each.revision),
    color: colorOf(each.revision),
    breaks: true,
    values: indices.map((index) => pick(each, index)),
  }));
}

export interface Golden {
  x: number[];
  requests: Series[];
  errors: Series[];
  latency: Series[];
  shares: Series[];
}

/** What the four charts draw. */
export function goldenOf(traffic: Traffic, latency: LatencyChoice): Golden {
  const count = fullBuckets(traffic);
  const requests = perRevision(
    traffic,
    count,
    (columns, index) => (columns.requests[index] ?? 0) / widthOf(traffic, index),
  );
  const errors = perRevision(traffic, count, (columns, index) => {
    const all = columns.requests[index] ?? 0;
    return all === 0 ? null : (columns.errors[index] ?? 0) / all;
  });
  return {
    x: traffic.at.slice(0, count),
    requests,
    errors,
    latency: latencyOf(traffic, count, latency),
    shares: traffic.revisions.map((each) => ({
      label: nameOf(each.revision),
      color: colorOf(each.revision),
      breaks: true,
      values: each.weight_percent.slice(0, count).map((percent) => (percent === null ? null : percent / 100)),
    })),
  };
}

function latencyOf(traffic: Traffic, count: number, choice: LatencyChoice): Series[] {
  if (choice !== "all")
    return perRevision(traffic, count, (columns, index) => columns[`latency_ms_${choice}`][index] ?? null);
  return PERCENTILES.map((name, color) => ({
    label: name,
    color,
    breaks: true,
    values: traffic.total[`latency_ms_${name}`].slice(0, count),
  }));
}
