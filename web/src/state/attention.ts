import { query } from "../api/client";
import { words } from "./format";
import { useScope } from "./url";

/** Something that a person should look at. */
export interface Need {
  id: string;
  /** State word for its badge. */
  state: string;
  title: string;
  /** What is wrong, and whose it is. */
  detail: string;
  /** RFC 3339. */
  since?: string | null | undefined;
  path: string;
}

const DAY_MILLIS = 86_400_000;
const BAD_HEALTH = ["failing", "degraded", "paused", "unknown"];

/** What is broken and whose it is: unhealthy services first, then releases that were undone or wait for a person, then failed jobs. */
export function useAttention() {
  const { team, project } = useScope();
  const services = query.useQuery("get", "/api/v1/services", { params: { query: { limit: 200 } } });
  const rollouts = query.useQuery("get", "/api/v1/rollouts", { params: { query: { limit: 50 } } });
  const jobs = query.useQuery("get", "/api/v1/jobs", { params: { query: { limit: 50, state: "failed,lost" } } });
  const isMine = (item: { team: string; project: string }) =>
    (!team || item.team === team) && (!project || item.project === project);
  const isRecent = (at: string | null | undefined) =>
    at !== null && at !== undefined && Date.now() - Date.parse(at) < DAY_MILLIS;
  const needs: Need[] = [];
  for (const service of services.data?.items ?? []) {
    if (!isMine(service) || !BAD_HEALTH.includes(service.health)) continue;
    const detail = `${service.health_reason}. Owner: team ${service.team}`;
    needs.push({
      id: `service ${service.name}`,
      state: service.health,
      title: service.name,
      detail,
      since: service.last_change?.at,
      path: `/services/${encodeURIComponent(service.name)}`,
    });
  }
  const known = new Map((services.data?.items ?? []).map((service) => [service.name, service]));
  const seen = new Set<string>();
  for (const rollout of rollouts.data?.items ?? []) {
    const service = known.get(rollout.service);
    // Only the newest release of a service is news.
    if (!service || !isMine(service) || seen.has(rollout.service)) continue;
    seen.add(rollout.service);
    const isUndone = (rollout.state === "rolled_back" || rollout.state === "failed") && isRecent(rollout.ended_at);
    if (!isUndone && rollout.state !== "paused") continue;
    const detail = `${rollout.verdict?.sentence ?? `release of ${rollout.model} ${words(rollout.state)}`} Owner: team ${service.team}`;
    const path = `/services/${encodeURIComponent(rollout.service)}/rollouts/${rollout.id}`;
    needs.push({
      id: `rollout ${rollout.id}`,
      state: rollout.state,
      title: `${rollout.service}: ${rollout.model}`,
      detail,
      since: rollout.ended_at ?? rollout.created_at,
      path,
    });
  }
  for (const job of jobs.data?.items ?? []) {
    if (!isMine(job) || !isRecent(job.ended_at)) continue;
    const detail = `${job.message ?? words(job.state)}. Owner: team ${job.team}`;
    needs.push({
      id: `job ${job.id}`,
      state: job.state,
      title: `${job.project}/${job.name}`,
      detail,
      since: job.ended_at,
      path: `/jobs/${job.id}`,
    });
  }
  const isLoading = services.isPending || rollouts.isPending || jobs.isPending;
  return { needs, isLoading, error: services.error ?? rollouts.error ?? jobs.error };
}
