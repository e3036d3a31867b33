/** A service, as far as it says what it serves. */
export interface ServingService {
  name: string;
  health: string;
  revision?: number | null | undefined;
  /** Registered name and version, `churn/3`. */
  model?: string | null | undefined;
  previous_revision?: number | null | undefined;
  traffic: { revision?: number | null | undefined; weight_percent: number }[];
}

/** A release, as far as it says what was served when. */
export interface ServingRollout {
  id: string;
  service: string;
  state: string;
  to_revision: number;
  model: string;
  created_at: string;
  started_at?: string | null | undefined;
  ended_at?: string | null | undefined;
  actor: string;
}

/** A place where a version is served, or stands ready to be. */
export interface Place {
  service: string;
  health: string;
  /** `in charge`: the service answers with it. `on trial`: a release gives it a share. `ready`: a rollback returns to it. */
  role: "in charge" | "on trial" | "ready";
  revision: number;
  /** Of the traffic, 0 to 100. */
  percent: number;
}

/** `churn/3` in its parts; names hold no slash. */
export function splitReference(reference: string): { name: string; version: number } | undefined {
  const slash = reference.lastIndexOf("/");
  const version = Number(reference.slice(slash + 1));
  return slash > 0 && Number.isInteger(version) ? { name: reference.slice(0, slash), version } : undefined;
}

/** Where each version of a model is served now, by version. */
export function servedVersions(
  model: string,
  services: ServingService[],
  rollouts: ServingRollout[],
): Map<number, Place[]> {
  const places = new Map<number, Place[]>();
  const add = (
    reference: string | null | undefined,
    service: ServingService,
    role: Place["role"],
    revision: number,
  ) => {
    const found = reference ? splitReference(reference) : undefined;
    if (found?.name !== model) return;
    const weight = service.traffic.find((each) => each.revision === revision)?.weight_percent;
    // A service with one revision may say nothing about how its traffic is split.
    const percent = weight ?? (role === "in charge" && service.traffic.length === 0 ? 100 : 0);
    const place: Place = { service: service.name, health: service.health, role, revision, percent };
    places.set(found.version, [...(places.get(found.version) ?? []), place]);
  };
  for (const service of services) {
    const own = rollouts.filter((rollout) => rollout.service === service.name);
    const open = own.find(({ state }) => state === "running" || state === "paused" || state === "pending");
    if (typeof service.revision === "number") add(service.model, service, "in charge", service.revision);
    if (open && open.to_revision !== service.revision) add(open.model, service, "on trial", open.to_revision);
    const { previous_revision: previous } = service;
    if (typeof previous === "number" && previous !== open?.to_revision) {
      // A revision does not say its model here, the release that brought it does.
      add(own.find(({ to_revision }) => to_revision === previous)?.model, service, "ready", previous);
    }
  }
  return places;
}

/** Places of all versions, those with most traffic first. */
export function placesOf(served: Map<number, Place[]>): (Place & { version: number })[] {
  return [...served]
    .flatMap(([version, places]) => places.map((place) => ({ ...place, version })))
    .sort((one, other) => other.percent - one.percent || one.service.localeCompare(other.service));
}

/** Releases of a version, the newest first. */
export function releasesOf(model: string, version: number, rollouts: ServingRollout[]): ServingRollout[] {
  return rollouts
    .filter((rollout) => {
      const found = splitReference(rollout.model);
      return found?.name === model && found.version === version;
    })
    .sort((one, other) => other.created_at.localeCompare(one.created_at));
}
