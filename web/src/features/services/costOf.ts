import type { CostLine } from "./types";

/** What one service cost, from a bill that may hold more. */
export function costOfService(costs: { lines: Pick<CostLine, "object" | "micros">[] }, service: string): number {
  return costs.lines.filter((line) => line.object === `service/${service}`).reduce((sum, line) => sum + line.micros, 0);
}

/** Micro-units per 1,000 requests; undefined without requests. */
export function perThousand(micros: number, requests: number | undefined): number | undefined {
  return requests === undefined || requests === 0 ? undefined : Math.round((micros * 1000) / requests);
}
