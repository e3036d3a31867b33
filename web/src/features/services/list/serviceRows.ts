import type { Schemas } from "../../../api/client";
import type { CostLine } from "../types";

type Service = Schemas["ServiceView"];
type Traffic = Schemas["ServiceTraffic"];

/** A service with what was measured of it; what is not known yet is undefined. */
export interface ServiceRow {
  service: Service;
  traffic: Traffic | undefined;
  costMicros: number | undefined;
}

export interface ServiceFilter {
  text: string;
  states: string[];
  team: string | undefined;
  project: string | undefined;
}

/** The order in which a person should look at services: what hurts callers first. */
export const HEALTH_WORDS = ["failing", "degraded", "paused", "progressing", "unknown", "healthy"];

export function rowsOf(
  services: Service[],
  traffic: Traffic[],
  lines: Pick<CostLine, "object" | "micros">[],
): ServiceRow[] {
  const byService = new Map(traffic.map((each) => [each.service, each]));
  const costs = new Map<string, number>();
  for (const { object, micros } of lines) if (object) costs.set(object, (costs.get(object) ?? 0) + micros);
  return services.map((service) => ({
    service,
    traffic: byService.get(service.name),
    costMicros: costs.get(`service/${service.name}`),
  }));
}

export function filterRows(rows: ServiceRow[], filter: ServiceFilter): ServiceRow[] {
  const text = filter.text.trim().toLowerCase();
  return rows.filter(({ service }) => {
    const inScope =
      (!filter.team || service.team === filter.team) && (!filter.project || service.project === filter.project);
    const isWanted = filter.states.length === 0 || filter.states.includes(service.health);
    const words = [service.name, service.team, service.project, service.model ?? ""];
    return inScope && isWanted && (text === "" || words.some((word) => word.toLowerCase().includes(text)));
  });
}

type Key = (row: ServiceRow) => string | number | undefined | null;

const KEYS: Record<string, Key> = {
  health: ({ service }) => HEALTH_WORDS.indexOf(service.health),
  name: ({ service }) => service.name,
  model: ({ service }) => service.model,
  requests: ({ traffic }) => traffic?.requests_per_second,
  p95: ({ traffic }) => traffic?.latency_ms_p95,
  errors: ({ traffic }) => traffic?.error_rate,
  cost: ({ costMicros }) => costMicros,
  change: ({ service }) => service.last_change?.at,
};

/** By `name` ascending or `-name` descending; what is not known comes last either way. Equal ones by name. */
export function sortRows(rows: ServiceRow[], sort: string): ServiceRow[] {
  const isDescending = sort.startsWith("-");
  const key = KEYS[sort.replace(/^-/, "")] ?? (({ service }: ServiceRow) => service.name);
  const direction = isDescending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [first, second] = [key(one), key(other)];
    const byName = one.service.name.localeCompare(other.service.name);
    if (first === second) return byName;
    if (first === undefined || first === null) return 1;
    if (second === undefined || second === null) return -1;
    if (typeof first === "number" && typeof second === "number") return (first - second) * direction;
    return String(first).localeCompare(String(second)) * direction;
  });
}
