import { expect, test } from "vitest";
import type { Schemas } from "../../../api/client";
import type { ServiceTraffic } from "../types";
import { fullBuckets, goldenOf } from "./golden";

const columns = (requests: number[], errors: number[]): Schemas["TrafficColumns"] => ({
  requests,
  errors,
  refused: requests.map(() => 0),
  slow: requests.map(() => 0),
  rows: requests,
  compute_seconds: requests.map(() => 0),
  latency_ms_p50: requests.map(() => 1),
  latency_ms_p95: requests.map(() => 2),
  latency_ms_p99: requests.map(() => 3),
});

function traffic(to: string): ServiceTraffic {
  return {
    service: "churn",
    from: "1970-01-01T00:01:40Z",
    to,
    step_seconds: 10,
    at: [100, 110, 120],
    revisions: [{ revision: 8, weight_percent: [5, null, 25], ...columns([50, 0, 20], [5, 0, 0]) }],
    revisions_left_out: 0,
    total: columns([100, 0, 60], [5, 0, 0]),
    summary: { requests: 160, errors: 5, refused: 0, requests_per_second: 5 },
  };
}

test("a bucket that has hardly begun is not shown as a drop", () => {
  expect(fullBuckets(traffic("1970-01-01T00:02:03Z"))).toBe(2);
  expect(fullBuckets(traffic("1970-01-01T00:02:06Z"))).toBe(3);
});

test("the last bucket counts per second of its own length", () => {
  const { requests } = goldenOf(traffic("1970-01-01T00:02:05Z"), "p95");
  expect(requests[0]?.values).toEqual([5, 0, 4]);
});

test("no requests means no error rate, not zero", () => {
  const { errors, shares } = goldenOf(traffic("1970-01-01T00:02:10Z"), "p95");
  expect(errors[0]?.values).toEqual([0.1, null, 0]);
  expect(shares[0]?.values).toEqual([0.05, null, 0.25]);
});

test("all percentiles are those of the whole service", () => {
  const { latency } = goldenOf(traffic("1970-01-01T00:02:10Z"), "all");
  expect(latency.map(({ label, values }) => [label, values[0]])).toEqual([
    ["p50", 1],
    ["p95", 2],
    ["p99", 3],
  ]);
});
