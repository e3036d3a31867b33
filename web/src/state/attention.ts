import { query } from "../api/client";
import { words } from "./format";
import { useScope } from "./url";

/** Something that a person should look at. */
export interface Need {
  id: string;
  /** State word for its badge. */
  state: string;
  title: string;
  /** What is wrong, in a sentence or two. */
  reason: string;
  /** Name of the team it belongs to. */
  owner: string;
  /** What is wrong, and whose it is. */
  detail: string;
  /** RFC 3339. */
  since?: string | null | undefined;
  path: string;
}

/** What is read of a service, a rollout and a job. */
export interface ServiceState {
  name: string;
  team: string;
  project: string;
  state: string;
  health: string;
  health_reason: string;
  last_change?: { at: string } | null | undefined;
}
export interface RolloutState {
  id: string;
  service: string;
  state: string;
  model: string;
  verdict?: { sentence: string } | null | undefined;
  created_at: string;
  ended_at?: string | null | undefined;
}
export interface JobState {
  id: string;
  name: string;
  team: string;
  project: string;
  state: string;
  message?: string | null | undefined;
  ended_at?: string | null | undefined;
}

const DAY_MILLIS = 86_400_000;

/** From what hurts callers of a service now to what merely did not work out. */
const IMPACT = [
  "service failing",
  "service degraded",
  "rollout paused",
  "service paused",
  "rollout failed",
  "rollout rolled_back",
  "job failed",
  "job lost",
  "service unknown",
];

/** What needs attention, worst first. Failed jobs and undone rollouts are news for a day. */
export function needsOf(services: ServiceState[], rollouts: RolloutState[], jobs: JobState[], now: number): Need[] {
  const isRecent = (at: string | null | undefined) =>
    at !== null && at !== undefined && now - Date.parse(at) < DAY_MILLIS;
  const found: { impact: string; need: Need }[] = [];
  const add = (kind: string, need: Omit<Need, "id" | "detail">, id: string) => {
    const reason = need.reason.replace(/\.$/, "");
    found.push({
      impact: `${kind} ${need.state}`,
      need: { ...need, id: `${kind} ${id}`, detail: `${reason}. Owner: team ${need.owner}` },
    });
  };
  const known = new Map(services.map((service) => [service.name, service]));
  const waiting = new Set<string>();
  const seen = new Set<string>();
  for (const rollout of rollouts) {
    const service = known.get(rollout.service);
    // Only the newest rollout of a service is news.
    if (!service || seen.has(rollout.service)) continue;
    seen.add(rollout.service);
    const isPaused = rollout.state === "paused";
    const isUndone = (rollout.state === "rolled_back" || rollout.state === "failed") && isRecent(rollout.ended_at);
    if (!isPaused && !isUndone) continue;
    if (isPaused) waiting.add(rollout.service);
    const reason = rollout.verdict?.sentence ?? `The rollout of ${rollout.model} ${words(rollout.state)}`;
    add(
      "rollout",
      {
        state: rollout.state,
        title: `${rollout.service}: ${rollout.model}`,
        reason,
        owner: service.team,
        since: rollout.ended_at ?? rollout.created_at,
        path: `/services/${encodeURIComponent(rollout.service)}/rollouts/${rollout.id}`,
      },
      rollout.id,
    );
  }
  for (const service of services) {
    const isNew = service.health === "unknown" && service.state === "empty";
    // The paused rollout of a paused service says more than the service does.
    const isTold = service.health === "paused" && waiting.has(service.name);
    if (!IMPACT.includes(`service ${service.health}`) || isNew || isTold) continue;
    add(
      "service",
      {
        state: service.health,
        title: service.name,
        reason: service.health_reason,
        owner: service.team,
        since: service.last_change?.at,
        path: `/services/${encodeURIComponent(service.name)}`,
      },
      service.name,
    );
  }
  for (const job of jobs) {
    if ((job.state !== "failed" && job.state !== "lost") || !isRecent(job.ended_at)) continue;
    const [title, path] = [`${job.project}/${job.name}`, `/jobs/${job.id}`];
    const reason = job.message ?? `The job ${words(job.state)}`;
    add("job", { state: job.state, title, reason, owner: job.team, since: job.ended_at, path }, job.id);
  }
  const rank = (impact: string) => IMPACT.indexOf(impact);
  const time = (need: Need) => (need.since ? Date.parse(need.since) : 0);
  return found
    .sort((one, other) => rank(one.impact) - rank(other.impact) || time(other.need) - time(one.need))
    .map(({ need }) => need);
}

/** Services, rollouts and jobs that pages look at together: asked for once, whoever shows them. */
export function useGoingOn() {
  const { team, project } = useScope();
  const services = query.useQuery("get", "/api/v1/services", { params: { query: { limit: 200 } } });
  const rollouts = query.useQuery("get", "/api/v1/rollouts", { params: { query: { limit: 50 } } });
  const jobs = query.useQuery("get", "/api/v1/jobs", {
    params: { query: { limit: 100, state: "failed,lost,queued,starting,running" } },
  });
  const isMine = (item: { team: string; project: string }) =>
    (!team || item.team === team) && (!project || item.project === project);
  const mine = (services.data?.items ?? []).filter(isMine);
  const names = new Set(mine.map(({ name }) => name));
  return {
    services: mine,
    rollouts: (rollouts.data?.items ?? []).filter(({ service }) => names.has(service)),
    jobs: (jobs.data?.items ?? []).filter(isMine),
    isLoading: services.isPending || rollouts.isPending || jobs.isPending,
    error: services.error ?? rollouts.error ?? jobs.error,
    retry: () => {
      for (const each of [services, rollouts, jobs]) if (each.error) void each.refetch();
    },
  };
}

/** What is broken and whose it is: unhealthy services first, then rollouts that wait for a person or were undone, then failed jobs. */
export function useAttention() {
  const { services, rollouts, jobs, isLoading, error, retry } = useGoingOn();
  return { needs: needsOf(services, rollouts, jobs, Date.now()), isLoading, error, retry };
}
