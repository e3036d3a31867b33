import { useMemo } from "react";
import { query, type Schemas } from "../../../api/client";
import { useSession } from "../../../state/session";
import { servedVersions } from "./served";

/** Releases looked through, the newest ones. */
const RELEASES = 1000;
const NO_SERVICES: Schemas["ServiceView"][] = [];
const NO_ROLLOUTS: Schemas["RolloutView"][] = [];

/** Services of the team whose models are looked at, and their releases. Another team may have a model of the same name. */
export function useServing() {
  const { team } = useSession();
  const found = query.useQuery("get", "/api/v1/services", { params: { query: { limit: 1000 } } });
  const releases = query.useQuery("get", "/api/v1/rollouts", { params: { query: { limit: RELEASES } } });
  const services = useMemo(
    () => found.data?.items.filter((service) => service.team === team) ?? NO_SERVICES,
    [found.data, team],
  );
  const rollouts = useMemo(() => {
    const names = new Set(services.map(({ name }) => name));
    return releases.data?.items.filter(({ service }) => names.has(service)) ?? NO_ROLLOUTS;
  }, [releases.data, services]);
  return { services, rollouts, isPending: found.isPending || releases.isPending, error: found.error ?? releases.error };
}

/** Where the versions of a model are served now. */
export function useServed(model: string) {
  const { services, rollouts, isPending, error } = useServing();
  const served = useMemo(() => servedVersions(model, services, rollouts), [model, services, rollouts]);
  return { served, rollouts, isPending, error };
}
