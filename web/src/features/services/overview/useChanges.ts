import { useMemo } from "react";
import { query } from "../../../api/client";
import { rolloutPath } from "../../../widgets/rollouts/RolloutTable";
import { type Change, changesOf } from "./changes";

/** Changes of a service within a range of milliseconds since 1970, newest first; undefined until they are known. */
export function useChanges(service: string, [from, to]: [number, number]): Change[] | undefined {
  const rollouts = query.useQuery("get", "/api/v1/services/{service}/rollouts", {
    params: { path: { service }, query: { limit: 200 } },
  });
  const events = query.useQuery("get", "/api/v1/activity", {
    params: { query: { subject_kind: "service", subject_id: service, kind: "ServiceChanged", limit: 200 } },
  });
  const settingsPath = `/services/${encodeURIComponent(service)}?tab=settings`;
  // The end moves along with the clock; a minute more or less draws nothing else.
  const [start, end] = [Math.floor(from / 10_000) * 10_000, Math.ceil(to / 10_000) * 10_000];
  return useMemo(
    () =>
      rollouts.data &&
      changesOf(rollouts.data.items, events.data?.items ?? [], rolloutPath, settingsPath, [start, end]),
    [rollouts.data, events.data, settingsPath, start, end],
  );
}
